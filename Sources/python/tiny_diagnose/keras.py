"""Growing a Keras model in its own ``fit``."""

from __future__ import annotations

from typing import Any

import keras

from .errors import WrongArguments
from .growing import Growing


class GrowAtPlateau(Growing, keras.callbacks.Callback):
    """Adds neurons where a model lacks them, whenever what it monitors has stopped to fall.

    The model grows in place, in the same ``fit``, and its optimizer goes on with the moments it has:
    those of new weights begin at zero. Needs Keras 3. Callbacks that keep weights of earlier epochs,
    as ``EarlyStopping(restore_best_weights=True)`` does, keep those of the narrower model.

    Parameters
    ----------
    x, y : array_like
        Training samples, of which a growth looks at ``max_samples``.
    monitor : str
        The value that is to fall: ``"val_loss"`` if there is validation, else ``"loss"``.
    verbose : int
        1 prints a line for each growth; the logger ``tiny_diagnose`` gets it in any case.
    **settings
        When to grow and by what: ``patience=5``, ``min_delta=0.01``, ``every``, ``growths``,
        ``max_samples=10_000``, and the options of `tiny_diagnose.grow`, as in
        `tiny_diagnose.growing.Growing`.

    Attributes
    ----------
    history : list of Growth
        What each growth did.

    Examples
    --------
    >>> grow = GrowAtPlateau(x_train, y_train, patience=5)
    >>> model.fit(x_train, y_train, epochs=100, callbacks=[grow])
    """

    def __init__(
        self, x: Any, y: Any, *, monitor: str | None = None, verbose: int = 0, **settings: Any
    ) -> None:
        if verbose:
            settings.setdefault("log", print)
        super().__init__(x, y, **settings)
        self._monitor = monitor

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        logs = logs or {}
        name = self._monitor or ("val_loss" if "val_loss" in logs else "loss")
        if name not in logs:
            raise WrongArguments(f"monitor: {name} is none of {sorted(logs)}")
        if self._is_due(float(logs[name])):
            self._grow(self.model, epoch + 1)
