"""Functions and methods that a traced ``forward`` calls, as the modules that do the same."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from ..errors import UnsupportedModel

_MODULES: Mapping[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "relu_": nn.ReLU,
    "relu6": nn.ReLU6,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "selu": nn.SELU,
    "silu": nn.SiLU,
    "mish": nn.Mish,
    "softsign": nn.Softsign,
    "logsigmoid": nn.LogSigmoid,
    "hardsigmoid": nn.Hardsigmoid,
    "hardswish": nn.Hardswish,
    "tanhshrink": nn.Tanhshrink,
    "gelu": nn.GELU,
    "celu": nn.CELU,
    "softplus": nn.Softplus,
    "softshrink": nn.Softshrink,
    "hardshrink": nn.Hardshrink,
    "hardtanh": nn.Hardtanh,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "softmax": nn.Softmax,
    "log_softmax": nn.LogSoftmax,
    "dropout": nn.Dropout,
    "alpha_dropout": nn.AlphaDropout,
    "flatten": nn.Flatten,
    "contiguous": nn.Identity,
    "clone": nn.Identity,
    "float": nn.Identity,
}
_IGNORED = {"inplace", "training", "_stacklevel", "p", "dtype"}
# The names of what a call gives by place, after the tensor.
_BY_PLACE = {
    "leaky_relu": ["negative_slope"],
    "elu": ["alpha"],
    "celu": ["alpha"],
    "softmax": ["dim"],
    "log_softmax": ["dim"],
    "flatten": ["start_dim", "end_dim"],
    "softplus": ["beta", "threshold"],
    "softshrink": ["lambd"],
    "hardshrink": ["lambd"],
    "hardtanh": ["min_val", "max_val"],
    "dropout": ["p", "training", "inplace"],
    "alpha_dropout": ["p", "training", "inplace"],
}


def module_of(call: Callable[..., Any] | str, args: tuple[Any, ...], kwargs: Any) -> nn.Module:
    """The module that does what a call of a function or a method does.

    Parameters
    ----------
    call : callable or str
        A function of ``torch`` or ``torch.nn.functional``, or the name of a method of a tensor.
    args, kwargs
        What it is called with, without the tensor.

    Raises
    ------
    UnsupportedModel
        If there is none.
    """
    name = call if isinstance(call, str) else getattr(call, "__name__", str(call))
    if name in ("view", "reshape") and _is_flat(args):
        return nn.Flatten()
    kind = _MODULES.get(name)
    if kind is None or not _is_of_torch(call):
        raise UnsupportedModel(f"forward calls {name}, which is not supported")
    given = {**dict(zip(_BY_PLACE.get(name, ["inplace"]), args)), **kwargs}
    if name == "flatten":
        given.setdefault("start_dim", 0)
    settings = {key: value for key, value in given.items() if key not in _IGNORED}
    try:
        return kind(**settings)
    except TypeError as error:
        raise UnsupportedModel(f"forward calls {name} with {settings}, not supported") from error


def _is_of_torch(call: Any) -> bool:
    if isinstance(call, str):
        return True
    name = getattr(call, "__name__", "")
    return any(
        getattr(place, name, None) is call for place in (torch, functional, operator, torch.special)
    )


def _is_flat(args: tuple[Any, ...]) -> bool:
    """Whether ``x.view(x.size(0), -1)`` or one with numbers is meant: two sides, rows stay rows."""
    sides = args[0] if len(args) == 1 and isinstance(args[0], (tuple, list)) else args
    return len(sides) == 2
