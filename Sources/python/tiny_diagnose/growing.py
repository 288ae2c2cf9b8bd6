"""When and on what a network grows while it is trained."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import numpy as np

from .errors import WrongArguments
from .networks.opening import open_model
from .results import Growth
from .results.notes import layer_text
from .running.calls import Call

logger = logging.getLogger("tiny_diagnose")


class Plateau:
    """Tells when a value has stopped to fall; the parameters are those of `Growing`."""

    def __init__(self, patience: int, min_delta: float, every: int | None) -> None:
        if patience < 1 or (every is not None and every < 1):
            raise WrongArguments("patience and every: expected 1 or more")
        self.patience, self.min_delta, self.every = patience, min_delta, every
        self._restart()

    def _restart(self) -> None:
        self._best, self._waited = np.inf, 0

    def is_reached(self, value: float) -> bool:
        """Whether it is time to grow, after an epoch that ended with ``value``; if so, begin anew."""
        self._waited += 1
        has_improved = np.isinf(self._best) or value < self._best - self.min_delta * abs(self._best)
        if has_improved and self.every is None:
            self._best, self._waited = value, 0
        if self._waited < (self.every or self.patience):
            return False
        self._restart()
        return True


class Growing:
    """Grows a live network in place, whenever its loss has stopped to fall.

    What the callback for Keras and the helper for PyTorch have in common.

    Parameters
    ----------
    x, y : array_like or tensor
        Training samples.
    loss : str or object, optional
        As in `tiny_diagnose.grow`.
    patience : int
        Grow after so many epochs without improvement.
    min_delta : float
        What counts as improvement, as a share of the best value.
    every : int, optional
        Grow every so many epochs instead.
    growths : int, optional
        Grow at most so often.
    max_samples : int
        How many samples a growth looks at, drawn anew each time.
    log : callable, optional
        Gets a line for each growth, as the logger ``tiny_diagnose`` does.
    **options
        What else `tiny_diagnose.grow` takes: ``neurons=8``, ``budget=1000``, ``validation=(x, y)``, …

    Attributes
    ----------
    history : list of Growth
        What each growth did.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        *,
        loss: Any = None,
        patience: int = 5,
        min_delta: float = 0.01,
        every: int | None = None,
        growths: int | None = None,
        max_samples: int = 10_000,
        log: Callable[[str], Any] | None = None,
        **options: Any,
    ) -> None:
        super().__init__()
        given = {"x": x, "y": y}
        given |= {name: options.pop(name) for name in ("groups", "sample_weight") & options.keys()}
        for name, values in given.items():
            if len(values) != len(x):
                raise WrongArguments(f"{name}: {len(values)} rows, but x has {len(x)}")
        self.history: list[Growth] = []
        self._given, self._loss, self._options = given, loss, options
        self._plateau = Plateau(patience, min_delta, every)
        self._max_samples, self._most = max_samples, growths
        self._random = np.random.default_rng(options.get("seed", 0))
        self._log = log

    def _is_due(self, value: float) -> bool:
        """Whether it is time to grow, after an epoch that ended with a loss."""
        return self._plateau.is_reached(value)

    def _grow(self, model: Any, epoch: int) -> Growth | None:
        """Grow a model in place; None if it has grown often enough."""
        if self._most is not None and len(self.history) >= self._most:
            return None
        call = Call.on(
            open_model(model, self._loss), **self._drawn(), progress=False, **self._options
        )
        with call.growing(is_in_place=True) as (folder, summary):
            if summary.added:
                call.network.grow_in_place(folder)
        self.history.append(summary)
        line = _told(summary, epoch)
        logger.info(line)
        if self._log is not None:
            self._log(line)
        return summary

    def _drawn(self) -> dict[str, Any]:
        """Some of the samples; all, if they are few."""
        count = len(self._given["x"])
        if count <= self._max_samples:
            return self._given
        rows = np.sort(self._random.choice(count, self._max_samples, replace=False))
        return {name: _rows(values, rows) for name, values in self._given.items()}


def _rows(values: Any, rows: Any) -> Any:
    if isinstance(values, (list, tuple)):
        values = np.asarray(values)
    return getattr(values, "iloc", values)[rows]


def _told(summary: Growth, epoch: int) -> str:
    """One line on a growth."""
    if not summary.added:
        return f"epoch {epoch}: no layer is too narrow, nothing was added"
    added = ", ".join(f"{count} to {layer_text(layer)}" for layer, count in summary.added.items())
    parts = [f"epoch {epoch}: added {added}"]
    for key, name in (("value", "loss"), ("validationValue", "held out")):
        before, after = summary.before.get(key), summary.after.get(key)
        if before is not None and after is not None:
            parts.append(f"{name} {before:.4g} to {after:.4g}")
    return "; ".join(parts)
