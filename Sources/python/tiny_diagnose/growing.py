"""When and on what a network grows while it is trained."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np

from .errors import WrongArguments
from .exchange.folder import Folder
from .networks.opening import open_model
from .results import Growth
from .running.calls import gathered, work

logger = logging.getLogger("tiny_diagnose")


class Plateau:
    """Tells when a value has stopped to fall, or every so many epochs.

    Parameters
    ----------
    patience : int
        So many epochs without improvement are a plateau.
    min_delta : float
        What counts as improvement, as a share of the best value.
    every : int, optional
        Grow every so many epochs instead.
    """

    def __init__(self, patience: int, min_delta: float, every: int | None) -> None:
        if patience < 1 or (every is not None and every < 1):
            raise WrongArguments("patience and every: expected 1 or more")
        self.patience, self.min_delta, self.every = patience, min_delta, every
        self.restart()

    def restart(self) -> None:
        """Forget the past, as after a growth."""
        self._best, self._waited = np.inf, 0

    def is_reached(self, value: float) -> bool:
        """Whether it is time to grow, after an epoch that ended with ``value``."""
        self._waited += 1
        if self.every is not None:
            return self._waited >= self.every
        if value < self._best - self.min_delta * abs(self._best) or np.isinf(self._best):
            self._best, self._waited = value, 0
        return self._waited >= self.patience


class Grower:
    """Grows a live network in place, on some of the samples.

    Parameters
    ----------
    x, y : array_like
        Training samples.
    max_samples : int
        How many of them a growth looks at, drawn anew each time.
    growths : int, optional
        Grow at most so often.
    loss, options
        As in `tiny_diagnose.grow`.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        max_samples: int,
        growths: int | None,
        loss: Any,
        options: dict[str, Any],
    ) -> None:
        if len(x) != len(y):
            raise WrongArguments(f"y: {len(y)} rows, but x has {len(x)}")
        self.history: list[Growth] = []
        self._x, self._y, self._loss, self._options = x, y, loss, options
        self._max_samples, self._growths = max_samples, growths
        self._random = np.random.default_rng(options.get("seed", 0))
        self._count = 0

    def grow(self, model: Any) -> Growth | None:
        """Grow the model in place; None if it has grown often enough."""
        if self._growths is not None and self._count >= self._growths:
            return None
        self._count += 1
        network: Any = open_model(model, self._loss)
        x, y = self._drawn()
        samples = gathered(network, x, y, None, None, None, {})
        with Folder(samples.size) as folder:
            found = work(
                "grow",
                network,
                samples,
                self._options,
                False,
                Path(folder),
                ["-o", network.grown_file],
            )
            summary = Growth(*found)
            if summary.added:
                network.grow_in_place(folder)
        self.history.append(summary)
        return summary

    def _drawn(self) -> tuple[Any, Any]:
        """Some of the samples; all, if they are few."""
        if len(self._x) <= self._max_samples:
            return self._x, self._y
        rows = np.sort(self._random.choice(len(self._x), self._max_samples, replace=False))
        x = self._x.iloc if hasattr(self._x, "iloc") else self._x
        y = self._y.iloc if hasattr(self._y, "iloc") else self._y
        return x[rows], y[rows]


def told(summary: Growth, epoch: int) -> str:
    """One line on a growth."""
    if not summary.added:
        return f"epoch {epoch}: no layer is too narrow, nothing was added"
    added = ", ".join(f"{count} to {layer}" for layer, count in summary.added.items())
    parts = [f"epoch {epoch}: added {added}"]
    for key, name in (("value", "loss"), ("validationValue", "held out")):
        before, after = summary.before.get(key), summary.after.get(key)
        if before is not None and after is not None:
            parts.append(f"{name} {before:.4g} to {after:.4g}")
    return "; ".join(parts)
