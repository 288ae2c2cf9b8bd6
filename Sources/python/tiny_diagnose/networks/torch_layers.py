"""Layers of PyTorch as those of a chain, and back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from ..errors import UnsupportedModel
from .chain import Stage

Array = Any


def numbers(tensor: torch.Tensor) -> Array:
    """A tensor as an array of its own type; bfloat16, which NumPy lacks, as float32.

    Raises
    ------
    UnsupportedModel
        If it has no values yet.
    """
    if nn.parameter.is_lazy(tensor):
        raise UnsupportedModel("it has no weights yet; call the network on a batch first")
    if tensor.is_meta:
        raise UnsupportedModel("it is on the device meta, without values; load them first")
    tensor = tensor.detach().cpu()
    return (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).numpy()


@contextlib.contextmanager
def evaluation(model: nn.Module) -> Iterator[None]:
    """Evaluation mode for the time of a block, and every module's mode as it was afterwards."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


def _activation(name: str) -> Callable[[Any], tuple[str, dict[str, Any]]]:
    return lambda module: ("Activation", {"activation": name})


def _leaky(module: Any) -> tuple[str, dict[str, Any]]:
    return "LeakyReLU", {"negative_slope": float(module.negative_slope)}


def _only(name: str, **wanted: Any) -> Callable[[Any], tuple[str, dict[str, Any]]]:
    """An activation that is known with these parameters only."""

    def described(module: Any) -> tuple[str, dict[str, Any]]:
        for key, value in wanted.items():
            if getattr(module, key) != value:
                raise UnsupportedModel(
                    f"{module} has {key}={getattr(module, key)}, known is {value}"
                )
        return "Activation", {"activation": name}

    return described


def _along_units(name: str) -> Callable[[Any], tuple[str, dict[str, Any]]]:
    def described(module: Any) -> tuple[str, dict[str, Any]]:
        if module.dim not in (None, 1, -1):
            raise UnsupportedModel(f"{module} does not work along the units of a sample")
        return "Activation", {"activation": name}

    return described


def _gelu(module: Any) -> tuple[str, dict[str, Any]]:
    if module.approximate == "none":
        return "Activation", {"activation": "gelu"}
    # Keras's activation of this name is exact; its operation takes either.
    return "Gelu", {"approximate": True}


# What becomes of modules without weights.
FUNCTIONS: Mapping[type, Callable[[Any], tuple[str, dict[str, Any]]]] = {
    nn.ReLU: _activation("relu"),
    nn.ReLU6: _activation("relu6"),
    nn.Tanh: _activation("tanh"),
    nn.Sigmoid: _activation("sigmoid"),
    nn.SELU: _activation("selu"),
    nn.SiLU: _activation("silu"),
    nn.Mish: _activation("mish"),
    nn.Softsign: _activation("softsign"),
    nn.LogSigmoid: _activation("log_sigmoid"),
    nn.Hardsigmoid: _activation("hard_sigmoid"),
    nn.Hardswish: _activation("hard_silu"),
    nn.Tanhshrink: _activation("tanh_shrink"),
    nn.GELU: _gelu,
    nn.CELU: _only("celu", alpha=1.0),
    nn.Softplus: _only("softplus", beta=1, threshold=20),
    nn.Softshrink: _only("soft_shrink", lambd=0.5),
    nn.Hardshrink: _only("hard_shrink", lambd=0.5),
    nn.Hardtanh: _only("hard_tanh", min_val=-1, max_val=1),
    nn.Softmax: _along_units("softmax"),
    nn.LogSoftmax: _along_units("log_softmax"),
    nn.LeakyReLU: _leaky,
    nn.ELU: lambda module: ("ELU", {"alpha": float(module.alpha)}),
    nn.Flatten: _only("flatten", start_dim=1, end_dim=-1),
}
NOTHING = (nn.Identity, nn.Dropout, nn.AlphaDropout, nn.FeatureAlphaDropout)


def stage(name: str, module: nn.Module) -> Stage | None:
    """A layer of PyTorch as one of a chain; None if it does nothing at inference.

    Raises
    ------
    UnsupportedModel
        If it is of a kind that is not known here.
    """
    if isinstance(module, NOTHING):
        return None
    if isinstance(module, nn.Linear):
        return _linear(name, module)
    if isinstance(module, nn.BatchNorm1d):
        return _batch_normalization(name, module)
    if isinstance(module, nn.LayerNorm):
        return _layer_normalization(name, module)
    if isinstance(module, nn.PReLU):
        settings = {"shared_axes": [1]} if module.num_parameters == 1 else {}
        return Stage("PReLU", name, settings, {"alpha": numbers(module.weight)}, module)
    describe = FUNCTIONS.get(type(module))
    if describe is None:
        raise UnsupportedModel(f"{type(module).__name__} is not supported")
    kind, settings = describe(module)
    if settings.get("activation") == "flatten":
        return Stage("Flatten", name, source=module)
    return Stage(kind, name, settings, source=module)


def _linear(name: str, module: nn.Linear) -> Stage:
    if "weight" not in module._parameters:
        raise UnsupportedModel(
            "its weight is computed from other parameters (weight_norm, spectral_norm, parametrize)\n"
            "  make it plain first, as with torch.nn.utils.parametrize.remove_parametrizations"
        )
    weights = {"kernel": np.ascontiguousarray(numbers(module.weight).T)}
    if module.bias is not None:
        weights["bias"] = numbers(module.bias)
    return Stage("Dense", name, {}, weights, module)


def _batch_normalization(name: str, module: nn.BatchNorm1d) -> Stage:
    if module.running_mean is None or module.running_var is None:
        raise UnsupportedModel(
            "it keeps no running statistics, so that samples change each other's outputs"
        )
    weights = {}
    if module.affine:
        weights = {"gamma": numbers(module.weight), "beta": numbers(module.bias)}
    weights["moving_mean"] = numbers(module.running_mean)
    weights["moving_variance"] = numbers(module.running_var)
    settings = {
        "axis": -1,
        "epsilon": module.eps,
        "scale": module.affine,
        "center": module.affine,
    }
    return Stage("BatchNormalization", name, settings, weights, module)


def _layer_normalization(name: str, module: nn.LayerNorm) -> Stage:
    if len(module.normalized_shape) != 1:
        raise UnsupportedModel("it normalizes over several dimensions")
    weights = {}
    for ours, theirs in (("gamma", module.weight), ("beta", module.bias)):
        if theirs is not None:
            weights[ours] = numbers(theirs)
    settings = {
        "axis": -1,
        "epsilon": module.eps,
        "scale": "gamma" in weights,
        "center": "beta" in weights,
    }
    return Stage("LayerNormalization", name, settings, weights, module)


# The names that PyTorch has for the weights of a stage, and whether they are parameters.
_PLACES = {
    "kernel": "weight",
    "bias": "bias",
    "gamma": "weight",
    "beta": "bias",
    "alpha": "weight",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}


def assign(module: nn.Module, weights: Mapping[str, Array]) -> None:
    """Give a module, in place, the weights of its grown stage; type and device stay as they are."""
    for name, values in weights.items():
        place = _PLACES[name]
        old = getattr(module, place)
        values = values.T if name == "kernel" else values
        new = torch.as_tensor(np.ascontiguousarray(values), dtype=old.dtype, device=old.device)
        if new.shape == old.shape:
            with torch.no_grad():
                old.copy_(new)
        elif place in module._parameters:
            setattr(module, place, nn.Parameter(new, requires_grad=old.requires_grad))
        else:
            module._buffers[place] = new
    if isinstance(module, nn.Linear):
        module.out_features, module.in_features = module.weight.shape
    elif isinstance(module, nn.BatchNorm1d):
        module.num_features = len(module.running_mean)
    elif isinstance(module, nn.PReLU):
        module.num_parameters = len(module.weight)
