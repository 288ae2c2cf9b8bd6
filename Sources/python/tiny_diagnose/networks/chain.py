"""A network as a chain of layers, each described as Keras describes it."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from . import activations

Array = Any


@dataclasses.dataclass
class Stage:
    """One layer of a chain.

    Attributes
    ----------
    kind : str
        The layer's class in Keras: ``Dense``, ``Activation``, ``BatchNormalization``, …
    name : str
        Its name in reports.
    settings : dict
        Its configuration, without the name.
    weights : dict of str to array
        By the names and in the order that Keras has.
    source : object
        The live object the weights belong to.
    """

    kind: str
    name: str
    settings: dict[str, Any] = dataclasses.field(default_factory=dict)
    weights: dict[str, Array] = dataclasses.field(default_factory=dict)
    source: Any = None

    def outputs(self, x: Array) -> Array:
        """What the layer makes of rows ``x`` at inference, in double precision."""
        weights = {name: np.asarray(value, float) for name, value in self.weights.items()}
        settings = self.settings
        if self.kind == "Dense":
            return x @ weights["kernel"] + weights.get("bias", 0.0)
        if self.kind == "Activation":
            return activations.NAMED[settings["activation"]](x)
        if self.kind == "Gelu":
            return activations.NAMED["gelu_pytorch_tanh"](x)
        if self.kind == "LeakyReLU":
            return np.where(x > 0, x, settings["negative_slope"] * x)
        if self.kind == "ELU":
            return activations.elu(x, settings["alpha"])
        if self.kind == "PReLU":
            return np.where(x > 0, x, weights["alpha"] * x)
        if self.kind == "BatchNormalization":
            mean, variance = weights["moving_mean"], weights["moving_variance"]
            scaled = (x - mean) / np.sqrt(variance + settings["epsilon"])
            return scaled * weights.get("gamma", 1.0) + weights.get("beta", 0.0)
        if self.kind == "LayerNormalization":
            centred = x - x.mean(axis=-1, keepdims=True)
            variance = (centred**2).mean(axis=-1, keepdims=True)
            scaled = centred / np.sqrt(variance + settings["epsilon"])
            return scaled * weights.get("gamma", 1.0) + weights.get("beta", 0.0)
        if self.kind == "Flatten":
            return x.reshape(len(x), -1)
        if self.kind == "Dropout":
            return x
        raise AssertionError(self.kind)


@dataclasses.dataclass
class Loss:
    """A loss by its Keras name, with the settings that change its value."""

    name: str
    settings: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Chain:
    """A network: its layers in order, what it was trained by and for, and the shape of one sample.

    Without a shape, samples are as wide as the first Dense layer takes them. An optimizer is described as
    Keras describes it: its class and its settings.
    """

    stages: list[Stage]
    loss: Loss | None = None
    input_shape: tuple[int, ...] = ()
    optimizer: tuple[str, dict[str, Any]] | None = None

    def __post_init__(self) -> None:
        kernels = [stage.weights["kernel"] for stage in self.stages if stage.kind == "Dense"]
        if kernels and not self.input_shape:
            self.input_shape = (int(kernels[0].shape[0]),)

    def outputs(self, x: Array) -> Array:
        """What the chain answers to rows ``x``."""
        with np.errstate(all="ignore"):
            x = np.asarray(x, float)
            for stage in self.stages:
                x = stage.outputs(x)
            return x

    @property
    def units(self) -> int:
        """How many numbers the last Dense layer gives."""
        kernels = [stage.weights["kernel"] for stage in self.stages if stage.kind == "Dense"]
        return int(kernels[-1].shape[1])

    @property
    def last_activation(self) -> str:
        """The function behind the last Dense layer, by its Keras name; ``linear`` if there is none."""
        for stage in reversed(self.stages):
            if stage.kind == "Dense":
                break
            if stage.kind == "Activation":
                return str(stage.settings["activation"])
            if stage.kind not in ("Dropout", "Flatten"):
                return stage.kind
        return "linear"
