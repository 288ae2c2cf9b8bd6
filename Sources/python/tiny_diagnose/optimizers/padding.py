"""Moments of weights that were there, and zeros for those that were not."""

from __future__ import annotations

from typing import Any

import numpy as np


def corner(shape: tuple[int, ...]) -> tuple[slice, ...]:
    """Where an array of ``shape`` stands in the one that grew from it.

    New units stand behind those that were there, on every side of a kernel.
    """
    return tuple(slice(0, side) for side in shape)


def padded(old: Any, shape: tuple[int, ...]) -> Any:
    """An array of ``shape`` with ``old`` at its beginning and zeros for what is new."""
    old = np.asarray(old)
    if old.shape == tuple(shape):
        return old
    new = np.zeros(shape, old.dtype)
    new[corner(old.shape)] = old
    return new
