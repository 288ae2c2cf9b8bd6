"""Models that are files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from .live import LiveModel


class FileModel(LiveModel):
    """A model in a file of any format that the program reads.

    Parameters
    ----------
    path : str or path-like
        The file.
    loss : str, optional
        Another loss than the one it names.
    """

    def __init__(self, path: Any, loss: Any = None) -> None:
        self.file = os.path.abspath(path)
        self.label = os.fspath(path)
        self._loss = loss

    def write(self, folder: Path) -> list[str]:
        return [self.file, *(["--loss", str(self._loss)] if self._loss is not None else [])]
