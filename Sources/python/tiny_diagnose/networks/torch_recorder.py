"""What a pass over a batch does to some Linear layers of a PyTorch network."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ..errors import UnsupportedModel, WrongArguments
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

    def _note(self, layer: RecordedLayer) -> Callable[[Any, Any, Any], Any]:
        def note(module: Any, arguments: Any, output: Any) -> Any:
            if id(layer) in self._outputs:
                raise UnsupportedModel(f"{layer.name}: it is used twice in one pass")
            layer.inputs, layer.outputs = layer.rows(arguments[0]), layer.rows(output)
            layer.positions = max(1, math.prod(arguments[0].shape[1:-1]))
            if not output.requires_grad:  # frozen, and so is all before it
                output = output.detach().requires_grad_()
            self._outputs[id(layer)] = output
            return output

        return note

    def record(self, x: Any, y: Any, loss: Callable[[Any, Any], Any]) -> float:
        """Record a batch; returns its mean loss.

        The gradients are those of each row's own share of the loss: of the mean loss, times the number
        of rows. So the mean over the rows of a gradient times a change is what that does to the loss.

        Raises
        ------
        WrongArguments
            If the network does not take ``x``, or the loss not what it answers; if the loss is a sum.
        UnsupportedModel
            If a layer has no part in the loss.
        """
        self._outputs.clear()
        with torch.inference_mode(False), torch.enable_grad():
            answers = _tried("x", x, lambda: self._module(x))
            missing = [layer.name for layer in self._layers if id(layer) not in self._outputs]
            if missing:
                raise UnsupportedModel(f"{missing[0]}: a pass over a batch does not use it")
            mean = mean_loss(loss, answers, y)
            outputs = [self._outputs[id(layer)] for layer in self._layers]
            gradients: Any = [None] * len(outputs)
            if mean.requires_grad:
                # The parameters' own gradients stay as they are.
                gradients = torch.autograd.grad(mean, outputs, allow_unused=True)
            for layer, gradient in zip(self._layers, gradients):
                if gradient is None:
                    raise UnsupportedModel(f"{layer.name}: the loss does not depend on its outputs")
                layer.gradients = len(layer.inputs) * layer.rows(gradient)
        return float(mean.detach())


def mean_loss(loss: Callable[[Any, Any], Any], answers: Any, y: Any) -> Any:
    """The mean loss of a batch, whatever form a loss has.

    Parameters
    ----------
    loss : callable
        It gives the mean, or one number for each sample or target; an object of PyTorch may also give
        their sum, which its ``reduction`` tells.
    answers, y
        What it is called with.

    Raises
    ------
    WrongArguments
        If it is a sum, and nothing tells over how many.
    """
    if getattr(loss, "reduction", None) == "sum":
        loss = copy.copy(loss)
        loss.reduction = "mean"  # type: ignore[attr-defined]
    values = _tried("y", y, lambda: loss(answers, y))
    if not torch.is_tensor(values):
        raise WrongArguments(
            f"loss: it gives {type(values).__name__}, expected a tensor of PyTorch"
        )
    if values.ndim == 0:
        _refuse_sum(loss, answers, y, float(values.detach()))
    return values.mean()


def _tried(name: str, value: Any, call: Callable[[], Any]) -> Any:
    try:
        return call()
    except (RuntimeError, ValueError, TypeError, IndexError, AttributeError) as error:
        shape = getattr(value, "shape", None)
        told = type(value).__name__ if shape is None else f"shape {tuple(shape)}"
        by = "the network" if name == "x" else "the loss"
        raise WrongArguments(f"batches: {name}, {told}: {by} does not take it: {error}") from error


def _refuse_sum(loss: Callable[[Any, Any], Any], answers: Any, y: Any, whole: float) -> None:
    """Compare the loss of a batch with those of its halves: a sum is the sum of both."""
    if not (torch.is_tensor(answers) and torch.is_tensor(y) and answers.ndim and y.ndim):
        return
    count = len(y)
    if count < 2 or len(answers) != count:
        return
    half = count // 2
    with torch.no_grad():
        try:
            first = float(loss(answers[:half], y[:half]))
            second = float(loss(answers[half:], y[half:]))
        except Exception:
            return  # a loss of whole batches
    mean = (half * first + (count - half) * second) / count
    limit = _TOLERANCE * max(abs(first), abs(second))
    if abs(whole - first - second) <= limit < abs(whole - mean):
        raise WrongArguments(
            f"loss: it is a sum: {whole:.4g} for a batch of {count} samples, {first:.4g} and"
            f" {second:.4g} for its halves; expected is the mean\n  divide it by the number of targets,"
            " or give a loss object of PyTorch, whose reduction tells"
        )


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
