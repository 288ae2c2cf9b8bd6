"""Growing a PyTorch network in its own training loop."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from .errors import WrongArguments
from .growing import Growing
from .optimizers.torch_state import follow
from .results import Growth


class GrowAtPlateau(Growing):
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
    **settings
        The ``loss``; when to grow and by what: ``patience=5``, ``min_delta=0.01``, ``every``,
        ``growths``, ``max_samples=10_000``, ``log``, and the options of `tiny_diagnose.grow`, as in
        `tiny_diagnose.growing.Growing`.

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
        self, model: nn.Module, optimizer: torch.optim.Optimizer, x: Any, y: Any, **settings: Any
    ) -> None:
        _refuse_other(model, optimizer)
        super().__init__(x, y, **settings)
        self.model, self.optimizer = model, optimizer
        self._epoch = 0

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
        return self.grow() if self._is_due(float(value)) else None

    def grow(self) -> Growth | None:
        """Grow now; None if it has grown often enough."""
        before = dict(self.model.named_parameters())
        summary = self._grow(self.model, self._epoch)
        after = dict(self.model.named_parameters())
        follow(self.optimizer, [(before[name], after[name]) for name in before])
        return summary


def _refuse_other(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """See that an optimizer trains the parameters of a model.

    Raises
    ------
    WrongArguments
        If it holds none of them, as one of the model before it grew, or was copied or loaded.
    """
    held = {id(part) for group in optimizer.param_groups for part in group["params"]}
    if not any(id(part) in held for part in model.parameters()):
        raise WrongArguments(
            f"optimizer: {type(optimizer).__name__} holds no parameter of {type(model).__name__}, and trains"
            " nothing of it\n  make it anew: it may be that of another model, or of one before it grew"
        )
