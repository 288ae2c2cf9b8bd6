"""Growing a Keras model in its own ``fit``."""

from __future__ import annotations

from typing import Any

import keras

from .errors import WrongArguments
from .growing import Grower, Plateau, logger, told
from .results import Growth


class GrowAtPlateau(keras.callbacks.Callback):
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
    patience : int
        Grow after so many epochs without improvement.
    min_delta : float
        What counts as improvement, as a share of the best value.
    every : int, optional
        Grow every so many epochs instead.
    growths : int, optional
        Grow at most so often.
    max_samples : int
        How many samples a growth looks at.
    verbose : int
        1 prints a line for each growth; the logger ``tiny_diagnose`` gets it in any case.
    **options
        Options of `tiny_diagnose.grow`: ``neurons=8``, ``budget=1000``, ``layers=["hidden"]``, …

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
        self,
        x: Any,
        y: Any,
        *,
        monitor: str | None = None,
        patience: int = 5,
        min_delta: float = 0.01,
        every: int | None = None,
        growths: int | None = None,
        max_samples: int = 10_000,
        verbose: int = 0,
        **options: Any,
    ) -> None:
        super().__init__()
        self._grower = Grower(x, y, max_samples, growths, options.pop("loss", None), options)
        self._plateau = Plateau(patience, min_delta, every)
        self._monitor, self._verbose = monitor, verbose

    @property
    def history(self) -> list[Growth]:
        """What each growth did."""
        return self._grower.history

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        logs = logs or {}
        name = self._monitor or ("val_loss" if "val_loss" in logs else "loss")
        if name not in logs:
            raise WrongArguments(f"monitor: {name} is none of {sorted(logs)}")
        if not self._plateau.is_reached(float(logs[name])):
            return
        self._plateau.restart()
        summary = self._grower.grow(self.model)
        if summary is None:
            return
        line = told(summary, epoch + 1)
        logger.info(line)
        if self._verbose:
            print(line)
