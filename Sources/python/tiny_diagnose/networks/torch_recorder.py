"""What a pass over a batch does to some Linear layers of a PyTorch network."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ..errors import UnsupportedModel
from . import activations
from .torch_layers import numbers

# Rounding of float32 between a layer's output and what the next one is given.
_TOLERANCE = 1e-4


class RecordedLayer:
    """A layer, and what the last batch recorded of it: one row per sample, or per token of one."""

    def __init__(self, name: str, module: torch.nn.Module) -> None:
        self.name, self.module = name, module
        self.inputs = self.outputs = self.gradients = np.zeros((0, 0))
        self.positions = 1

    @staticmethod
    def rows(tensor: Any) -> Any:
        """The rows of samples, or of their tokens."""
        array = numbers(tensor)
        return array.reshape(-1, array.shape[-1])


class Recorder:
    """Hooks on layers, for the time of a block; the parameters' own gradients stay as they are."""

    def __init__(self, module: torch.nn.Module, layers: list[RecordedLayer]) -> None:
        self._module, self._layers = module, layers

    def __enter__(self) -> Recorder:
        self._outputs: dict[int, Any] = {}
        self._handles = [
            layer.module.register_forward_hook(self._note(layer)) for layer in self._layers
        ]
        return self

    def __exit__(self, *error: object) -> None:
        for handle in self._handles:
            handle.remove()

    def _note(self, layer: RecordedLayer) -> Callable[[Any, Any, Any], None]:
        def note(module: Any, arguments: Any, output: Any) -> None:
            if id(layer) in self._outputs:
                raise UnsupportedModel(f"{layer.name}: it is used twice in one pass")
            layer.inputs, layer.outputs = layer.rows(arguments[0]), layer.rows(output)
            layer.positions = max(1, math.prod(arguments[0].shape[1:-1]))
            self._outputs[id(layer)] = output

        return note

    def record(self, x: Any, y: Any, loss: Callable[[Any, Any], Any]) -> tuple[float, int]:
        """Record a batch; returns the sum of its losses and the number of its samples."""
        self._outputs.clear()
        with torch.enable_grad():
            values = loss(self._module(x), y)
            is_mean = values.ndim == 0 and getattr(loss, "reduction", "mean") == "mean"
            total = values * len(y) if is_mean else values.sum()
            missing = [layer.name for layer in self._layers if id(layer) not in self._outputs]
            if missing:
                raise UnsupportedModel(f"{missing[0]}: a pass over a batch does not use it")
            outputs = [self._outputs[id(layer)] for layer in self._layers]
            # Of the sum, so that each row is the gradient of one sample's own loss; the parameters'
            # own gradients stay as they are.
            for layer, gradient in zip(self._layers, torch.autograd.grad(total, outputs)):
                layer.gradients = layer.rows(gradient)
        return float(total.detach()), len(y)


def functions_between(chosen: list[RecordedLayer]) -> tuple[list[str], list[bool]]:
    """What follows each layer, and whether each takes what the one before it gives.

    Raises
    ------
    UnsupportedModel
        If a layer is alone: nothing is before it, and nothing after it.
    """
    found = [*map(_function, chosen[:-1], chosen[1:]), None]
    follows = [True, *(name is not None for name in found[:-1])]
    begins = [index for index in range(1, len(chosen)) if not follows[index]]
    for start, end in zip([0, *begins], [*begins, len(chosen)]):
        if end - start == 1:
            place = max(start, 1)
            raise UnsupportedModel(
                f"{chosen[place].name}: no function known here takes the outputs of"
                f" {chosen[place - 1].name} to its inputs\n  choose layers that follow each other, two or"
                " more in each block, or name what is between them in functions"
            )
    return [name or "linear" for name in found], follows


def _function(layer: RecordedLayer, following: RecordedLayer) -> str | None:
    """The function that takes the outputs of one layer to the inputs of the next, if there is one."""
    given, made = following.inputs.astype(float), layer.outputs.astype(float)
    if given.shape == made.shape:
        limit = _TOLERANCE * max(1.0, float(np.abs(given).max(initial=0.0)))
        for name, function in activations.NAMED.items():
            with np.errstate(all="ignore"):
                difference = np.abs(function(made) - given).max(initial=0.0)
            if difference <= limit:
                return name
    return None
