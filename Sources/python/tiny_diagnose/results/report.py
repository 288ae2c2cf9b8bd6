"""The report on a network."""

from __future__ import annotations

import dataclasses
from typing import Any

from .result import Result
from .rows import GrowthRow, LayerRow, table


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What to do about the network.

    Attributes
    ----------
    kind : str
        ``bottleneck``, ``wideEnough``, ``trainLonger``, ``overfitted``, ``dead`` or
        ``unsuitableOutput``.
    layer : str or None
        The layer to widen.
    neurons : int
        By how many.
    text : str
        The same in a sentence.
    share : float or None
        Of the loss on held-out samples, what the neurons take away.
    """

    kind: str
    layer: str | None
    neurons: int
    text: str
    share: float | None = None

    def __str__(self) -> str:
        return self.text


class Report(Result):
    """Where a network is too narrow, and what more neurons would gain.

    ``repr`` is the text report, and a notebook shows the page.
    """

    @property
    def verdict(self) -> Verdict:
        """What to do about the network."""
        found = self._found.get("verdict")
        if found:
            return Verdict(**{f.name: found.get(f.name) for f in dataclasses.fields(Verdict)})
        suggestion = self._found["suggestion"]
        kind = "bottleneck" if suggestion["layer"] else "wideEnough"
        return Verdict(kind, suggestion["layer"], suggestion["neurons"], suggestion["why"])

    @property
    def layers(self) -> Any:
        """What training asks of each layer and what it cannot do: a DataFrame, or ``LayerRow``."""
        return table(self._found["layers"], LayerRow)

    @property
    def growth(self) -> Any:
        """What each hidden layer would gain by neurons: a DataFrame, or a list of ``GrowthRow``."""
        return table(self._found["growth"], GrowthRow)

    @property
    def loss(self) -> dict[str, Any]:
        """The loss and accuracy, on the training part and on held-out samples."""
        return dict(self._found["loss"])

    @property
    def warnings(self) -> list[Any]:
        """What a reader should know."""
        return list(self._found["warnings"])
