"""The state of a PyTorch optimizer for a network that grew in place."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn

from .padding import corner


def follow(
    optimizer: torch.optim.Optimizer, pairs: Iterable[tuple[nn.Parameter, nn.Parameter]]
) -> None:
    """Let an optimizer train the parameters that have taken the places of those it trained.

    What it keeps for each number of a parameter is padded by zeros; step counts stay.

    Parameters
    ----------
    optimizer : torch.optim.Optimizer
        Any that keeps its moments in tensors of its parameters' shapes: SGD, Adam, AdamW, RMSprop, …
    pairs : iterable of (Parameter, Parameter)
        What each parameter was, and is now.
    """
    successors = {id(old): new for old, new in pairs if old is not new}
    for group in optimizer.param_groups:
        for place, old in enumerate(group["params"]):
            new = successors.get(id(old))
            if new is None:
                continue
            group["params"][place] = new
            state = optimizer.state.pop(old, None)
            if state is None:
                continue
            for name, value in state.items():
                if torch.is_tensor(value) and value.shape == old.shape:
                    state[name] = value.new_zeros(new.shape)
                    state[name][corner(old.shape)] = value
            optimizer.state[new] = state
