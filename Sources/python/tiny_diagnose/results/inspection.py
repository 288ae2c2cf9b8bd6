"""What a file or a model holds."""

from __future__ import annotations

from typing import Any

from .result import Result


class Inspection(Result):
    """The structure of a model, and what a diagnosis makes of it; ``repr`` is the text."""

    @property
    def layers(self) -> list[dict[str, Any]]:
        """The Dense layers; empty if the file holds no model."""
        return list(self._found.get("model", {}).get("layers", []))
