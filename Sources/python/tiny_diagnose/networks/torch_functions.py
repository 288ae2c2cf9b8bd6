"""What a traced ``forward`` calls, one after the other, as modules that do the same."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import fx, nn
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
    if name == "squeeze" and {*args, *kwargs.values()} <= {-1, 1}:
        return nn.Flatten(0)  # of a network of one output, as such an end is taken for nothing else
    if name in ("view", "reshape") and args in ((-1,), ((-1,),), ([-1],)):
        return nn.Flatten(0)
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


def steps(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """The layers in the order they are called, by tracing ``forward``, else as they are listed."""
    if not any(model.children()):
        yield type(model).__name__.lower(), model
        return
    try:
        graph = fx.Tracer().trace(model)
    except Exception:
        # forward decides by its values. Its layers may still be a chain: their outputs are compared.
        leaves = [(n, m) for n, m in model.named_modules() if not any(m.children())]
        yield from leaves
        return
    modules = dict(model.named_modules())
    nodes = [node for node in graph.nodes if node.op not in ("placeholder", "output")]
    inputs = [node for node in graph.nodes if node.op == "placeholder" and node.users]
    if len(inputs) != 1:
        raise UnsupportedModel(
            f"{type(model).__name__}: forward takes {len(inputs)} tensors, expected 1"
        )
    last = inputs[0]
    for node in nodes:
        if not node.users or node.target in ("size", "dim") or node.target is getattr:
            continue  # shapes, and results that nothing uses
        if node.op == "call_function" and node.target.__name__ == "getitem":
            continue  # x.shape[0]
        tensors = [n for n in node.all_input_nodes if n.target not in ("size", "dim")]
        tensors = [
            n for n in tensors if getattr(n.target, "__name__", "") not in ("getattr", "getitem")
        ]
        label = node.target if node.op == "call_module" else node.name
        if node.op == "get_attr" or tensors != [last]:
            raise UnsupportedModel(
                f"{type(model).__name__}: {label}: forward is no chain: {_broken(node, last)}\n  layers"
                " that follow each other inside such a network are looked at with tiny_diagnose.record"
            )
        last = node
        if node.op == "call_module":
            yield str(node.target), modules[str(node.target)]
            continue
        rest = tuple(argument for argument in node.args if argument is not tensors[0])
        try:
            yield node.name, module_of(node.target, rest, dict(node.kwargs))
        except UnsupportedModel as error:
            raise UnsupportedModel(f"{type(model).__name__}: {error}") from None


def _broken(node: fx.Node, last: fx.Node) -> str:
    """Why a step of ``forward`` ends the chain."""
    if node.op == "get_attr":
        return (
            "it computes with a parameter or buffer of its own; what stands before the first layer can be"
            " done to x instead"
        )
    before = str(last.target) if last.op == "call_module" else last.name
    if last.op == "placeholder":
        return f"it takes something else than {before}, or more than that"
    return f"it takes something else than the outputs of {before}, or more than those"
