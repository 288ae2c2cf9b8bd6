"""Progress through tqdm, where it is installed."""

from __future__ import annotations

import warnings
from typing import Any


class Progress:
    """A bar that tells what the program does, shown from its first news on.

    Parameters
    ----------
    wanted : bool, optional
        Whether to show it; by default if tqdm is installed.
    """

    def __init__(self, wanted: bool | None = None) -> None:
        self._make: Any = None if wanted is False else _tqdm()
        self._bar: Any = None
        self._phase = ""

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to show progress with."""
        return self._make is not None

    def update(self, phase: str, share: int) -> None:
        """Say that ``share`` percent of the work are done, and in which phase it is."""
        if self._make is None:
            return
        if self._bar is None:
            self._bar = self._make(total=100, leave=False, unit="%")
        if phase != self._phase:
            self._phase = phase
            self._bar.set_description(phase, refresh=False)
        if share < self._bar.n:  # another round begins
            self._bar.reset()
        self._bar.update(share - self._bar.n)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.close()


def _tqdm() -> Any:
    try:
        with warnings.catch_warnings():
            # In a notebook without its widgets, tqdm says so and draws with letters.
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm
    except ImportError:
        return None
    return tqdm
