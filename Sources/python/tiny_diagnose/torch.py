"""Growing a PyTorch network in its own training loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from .growing import Grower, Plateau, logger, told
from .optimizers.torch_state import follow
from .results import Growth


class GrowAtPlateau:
    """Adds neurons where a network lacks them, whenever its loss has stopped to fall.

    The network grows in place, and the optimizer goes on with the moments it has: those of new weights
    begin at zero.

    Parameters
    ----------
    model : torch.nn.Module
        A chain of layers.
    optimizer : torch.optim.Optimizer
        The one that trains it.
    x, y : array_like or tensor
        Training samples, of which a growth looks at ``max_samples``.
    loss : str or callable, optional
        The loss, as ``torch.nn.CrossEntropyLoss()``.
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
    log : callable, optional
        Gets a line for each growth; by default the logger ``tiny_diagnose``.
    **options
        Options of `tiny_diagnose.grow`: ``neurons=8``, ``budget=1000``, ``layers=["hidden"]``, …

    Attributes
    ----------
    history : list of Growth
        What each growth did.

    Examples
    --------
    >>> grow = GrowAtPlateau(model, optimizer, x_train, y_train, loss=criterion, patience=5)
    >>> for epoch in range(100):
    ...     loss = train_one_epoch(model, optimizer)
    ...     grow.step(loss)
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
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
        self.model, self.optimizer = model, optimizer
        self._grower = Grower(x, y, max_samples, growths, loss, options)
        self._plateau = Plateau(patience, min_delta, every)
        self._log = log or logger.info
        self._epoch = 0

    @property
    def history(self) -> list[Growth]:
        """What each growth did."""
        return self._grower.history

    def step(self, value: float) -> Growth | None:
        """Tell that an epoch has ended with a loss, and grow if it is time.

        Parameters
        ----------
        value : float
            The loss, better on samples that are not trained on.

        Returns
        -------
        Growth or None
            What was done, if anything was.
        """
        self._epoch += 1
        if not self._plateau.is_reached(float(value)):
            return None
        self._plateau.restart()
        return self.grow()

    def grow(self) -> Growth | None:
        """Grow now."""
        before = dict(self.model.named_parameters())
        summary = self._grower.grow(self.model)
        if summary is None:
            return None
        after = dict(self.model.named_parameters())
        follow(self.optimizer, [(before[name], after[name]) for name in before])
        self._log(told(summary, self._epoch))
        return summary
