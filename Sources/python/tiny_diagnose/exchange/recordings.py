"""Weights that grew beside a recording, on their way back into the network."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py

from ..errors import UnusableFile, WrongArguments

if TYPE_CHECKING:
    import torch


def put_back(module: torch.nn.Module, path: Any, amplitude: float = 1.0) -> torch.nn.Module:
    """Put the weights of a recording that grew into the network it was made of.

    Parameters
    ----------
    module : torch.nn.Module
        The network as it was recorded. Its Linear layers that grew are replaced in place: make the
        optimizer anew.
    path : path
        What `tiny_diagnose.grow` wrote of a recording that `tiny_diagnose.record` saved.
    amplitude : float
        A share of what changes for the layer after new units, where the file was grown with
        ``line_search=False, amplitude=1``: at 0 the network answers as before.

    Returns
    -------
    torch.nn.Module
        ``module`` itself.

    Raises
    ------
    UnusableFile
        If the file is no such recording.
    WrongArguments
        If the layers are not those of this network.

    Examples
    --------
    >>> tiny_diagnose.record(net, ["block.up", "block.down"], loader, loss, save="recorded.h5")
    >>> tiny_diagnose.grow("recorded.h5", output="grown.h5")
    >>> net = tiny_diagnose.put_back(net, "grown.h5")
    """
    new = []
    try:
        with h5py.File(Path(path)) as file:
            if "activations" not in file:
                raise UnusableFile(
                    f"{os.fspath(path)}: holds no recording\n  name what tiny_diagnose.grow wrote of one"
                )
            for key, group in sorted(file["activations"].items()):
                values = {name: group[name][()] for name in ("weight", "bias") if name in group}
                new.append(_widened(module, key.split("_", 1)[1], values, amplitude))
    except OSError as error:
        if isinstance(error, UnusableFile):
            raise
        raise UnusableFile(f"{os.fspath(path)}: cannot be read: {error}") from error
    # All of them or, where one does not fit, none.
    for name, layer in new:
        parent, _, last = name.rpartition(".")
        setattr(module.get_submodule(parent), last, layer)
    return module


def _widened(
    module: torch.nn.Module, name: str, values: dict[str, Any], amplitude: float
) -> tuple[str, torch.nn.Module]:
    """A layer with the weights of a file; what a layer had is changed by a share."""
    import torch

    old = dict(module.named_modules()).get(name)
    if not isinstance(old, torch.nn.Linear):
        raise WrongArguments(f"{name}: the network has no such Linear layer")
    grown = {key: torch.as_tensor(value).to(old.weight) for key, value in values.items()}
    (units, inputs), weight = old.weight.shape, grown.get("weight")
    has_bias = old.bias is not None
    if (
        weight is None
        or weight.ndim != 2
        or weight.shape[0] < units
        or weight.shape[1] < inputs
        or ("bias" in grown) != has_bias
    ):
        shape = None if weight is None else tuple(weight.shape)
        raise WrongArguments(
            f"{name}: weights of shape {shape}, expected ({units}, {inputs}) or larger"
            f"{' and a bias' if has_bias else ''}\n  give the network as it was recorded"
        )
    # What new units say, and what changes beside them, by its share; what they see, whole.
    weight[:units, inputs:] *= amplitude
    weight[:units, :inputs].lerp_(old.weight.detach(), 1 - amplitude)
    with torch.device("meta"):  # without drawing random numbers
        layer = torch.nn.Linear(weight.shape[1], weight.shape[0], has_bias)
    layer.weight = torch.nn.Parameter(weight, old.weight.requires_grad)
    if has_bias:
        bias = grown["bias"]
        bias[:units].lerp_(old.bias.detach(), 1 - amplitude)
        layer.bias = torch.nn.Parameter(bias, old.bias.requires_grad)
    return name, layer.train(old.training)
