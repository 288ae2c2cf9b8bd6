"""Models that go to the program as a chain of layers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..exchange.layout import read_weights, write_chain
from .chain import Chain
from .live import LiveModel


class ChainModel(LiveModel):
    """A live model whose layers this package writes and reads itself.

    Attributes
    ----------
    chain : Chain
        Its layers and its loss, as ``prepare`` finds them.
    """

    chain: Chain

    def write(self, folder: Path) -> list[str]:
        write_chain(self.chain, folder / self.file)
        return [self.file]

    def grown_weights(self, folder: Path) -> dict[str, dict[str, Any]]:
        """The weights of each layer of the chain after it grew."""
        return read_weights(folder / self.grown_file)
