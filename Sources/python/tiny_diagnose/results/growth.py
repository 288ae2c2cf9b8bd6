"""What growing did to a network."""

from __future__ import annotations

from typing import Any

from .result import Result
from .rows import StepRow, table


class Growth(Result):
    """What was added to a network, and what it did to the loss; ``repr`` is the text."""

    @property
    def added(self) -> dict[str, int]:
        """How many neurons each layer got; empty if no layer was too narrow."""
        added: dict[str, int] = {}
        for step in self._found["steps"]:
            added[step["layer"]] = added.get(step["layer"], 0) + step["neurons"]
        return added

    @property
    def widths(self) -> dict[str, int]:
        """How many units each layer has now."""
        return {layer["name"]: layer["units"] for layer in self._found["grown"]["layers"]}

    @property
    def steps(self) -> Any:
        """Each growth of a layer: a DataFrame, or a list of ``StepRow``."""
        return table(self._found["steps"], StepRow)

    @property
    def before(self) -> dict[str, Any]:
        """Loss and accuracy before."""
        return dict(self._found["before"])

    @property
    def after(self) -> dict[str, Any]:
        """Loss and accuracy after, before any training."""
        return dict(self._found["after"])
