"""Models that are files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ..errors import WrongArguments
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
        self.loss = loss

    def choose_output(self, output: Any) -> None:
        if output is None:
            raise WrongArguments("output: name the file for the grown model")
        self._output = os.fspath(output)
        self.grown_file = os.path.abspath(output)

    def write(self, folder: Path) -> list[str]:
        return [self.file, *(["--loss", str(self.loss)] if self.loss is not None else [])]

    def grown(self, folder: Path) -> str:
        """The path of the grown model, as it was given."""
        return self._output
