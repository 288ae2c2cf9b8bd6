"""Ways of training on, compared."""

from __future__ import annotations

from typing import Any

from .result import Result
from .rows import WayRow, table


class Comparison(Result):
    """How a network ends when it is trained on as it is, and grown; ``repr`` is the text."""

    @property
    def ways(self) -> Any:
        """The ways and their losses: a DataFrame, or a list of ``WayRow``; the first is not grown."""
        return table(self._found["ways"], WayRow)

    @property
    def verdict(self) -> Any:
        """Which way ends best."""
        return self._found["verdict"]
