"""PyTorch networks that are a chain of layers."""

from __future__ import annotations

import copy
import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from ..errors import UnsupportedModel, WrongArguments
from ..exchange.samples import Samples
from ..losses.torch_losses import choose_loss
from . import torch_functions, torch_layers
from .chain import Chain, Loss, Stage
from .chain_model import ChainModel
from .normalization import ROWS, recalibrated

_CHECKED_ROWS = 64
# Rounding of float32 over a few layers; another function between them is off by far more.
_TOLERANCE = 1e-3


class TorchModel(ChainModel):
    """A live ``torch.nn.Module``.

    Parameters
    ----------
    model : torch.nn.Module
        A chain of ``Linear`` layers, activations, ``Dropout``, ``BatchNorm1d`` and ``LayerNorm``.
    loss : str or callable, optional
        What it is trained for.

    Raises
    ------
    UnsupportedModel
        If it is no chain; the message names what is not.
    """

    framework = "PyTorch"
    has_own_optimizer = True

    def __init__(self, model: nn.Module, loss: Any = None) -> None:
        self.model, self.loss = model, loss
        self.label = type(model).__name__

    def prepare(self, samples: Samples) -> Samples:
        """Find the chain, check it on some of the samples, and choose the loss."""
        with torch_layers.evaluation(self.model), torch.no_grad():
            self.chain = Chain(_stages(self.model))
            _check_is_chain(self.chain)
            if samples.inputs is not None:
                self._refuse_labels(samples)
                self._rows = np.asarray(
                    samples.inputs[:: max(1, len(samples.inputs) // ROWS)], float
                )
                self.chain.input_shape = tuple(samples.inputs.shape[1:])
                self._check_outputs(samples.inputs[:_CHECKED_ROWS])
        self.chain.loss = self._fit(samples)
        if samples.validation is not None:
            self._fit(samples.validation)
        return samples

    def _fit(self, samples: Samples) -> Loss | None:
        """Bring targets and weights into the form that the loss takes; returns the loss."""
        loss, samples.targets, samples.sample_weight = choose_loss(
            self.chain, self.loss, samples.targets, samples.sample_weight
        )
        return loss

    def frozen(self) -> dict[str, str]:
        return {
            stage.name: "requires_grad=False"
            for stage in self.chain.stages
            if stage.weights and not all(p.requires_grad for p in stage.source.parameters())
        }

    def grown(self, folder: Path) -> nn.Module:
        """A copy with the grown weights; type, device and mode stay as they are."""
        model = copy.deepcopy(self.model)
        names = {id(module): name for name, module in self.model.named_modules()}
        modules = dict(model.named_modules())
        self._assign(folder, lambda source: modules[names[id(source)]])
        return model

    def grow_in_place(self, folder: Path) -> None:
        """Give the live network itself the grown weights."""
        self._assign(folder, lambda source: source)

    def _assign(self, folder: Path, module_of: Any) -> None:
        weights = self.grown_weights(folder)
        rows, has_grown = self._rows, False
        for stage in self.chain.stages:
            if stage.weights:
                old = stage
                stage = dataclasses.replace(old, weights=weights[old.name])
                has_grown = has_grown or any(
                    stage.weights[name].shape != values.shape
                    for name, values in old.weights.items()
                )
                if stage.kind == "BatchNormalization" and has_grown:
                    stage.weights = recalibrated(stage.weights, rows, stage.settings["epsilon"])
                torch_layers.assign(module_of(stage.source), stage.weights)
            rows = stage.outputs(rows)

    def _refuse_labels(self, samples: Samples) -> None:
        """See that the inputs have sides: what has none is labels, given in their place."""
        if len(samples.inputs.shape) > 1:
            return
        targets = getattr(samples.targets, "shape", ())
        raise WrongArguments(
            f"x: shape {tuple(samples.inputs.shape)}, expected one row of inputs per sample, (n,"
            f" {self.chain.input_shape[0]})"
            + ("\n  x and y seem to be swapped" if len(targets) > 1 else "")
        )

    def _check_outputs(self, rows: Any) -> None:
        """Compare what the chain answers with what the model does.

        ``forward`` may do what nothing shows.
        """
        like = next(self.model.parameters())
        x = torch.as_tensor(np.asarray(rows)).to(like.device, like.dtype)
        try:
            answers = self.model(x)
        except RuntimeError as error:
            raise WrongArguments(
                f"x: {self.label} does not take rows of shape {tuple(x.shape[1:])}: {error}"
            ) from error
        if not torch.is_tensor(answers):
            raise UnsupportedModel(
                f"{self.label}: forward gives {type(answers).__name__}, expected a tensor\n  give a module"
                " whose forward gives the outputs alone, as a wrapper that takes them out of it, or"
                " record the network with tiny_diagnose.record"
            )
        actual = torch_layers.numbers(answers).astype(float)
        actual = (
            actual.reshape(len(rows), -1) if len(actual.reshape(-1)) % len(rows) == 0 else actual
        )
        ours = self.chain.outputs(np.asarray(rows, float)).reshape(len(rows), -1)
        limit = _TOLERANCE if like.dtype in (torch.float32, torch.float64) else 0.05
        if actual.shape == ours.shape:
            with np.errstate(all="ignore"):  # of what is not finite the program tells
                difference = np.abs(actual - ours).max() if actual.size else 0.0
            if not difference > limit * max(1.0, np.abs(actual).max()):
                return
        place = _first_difference(self.model, self.chain, x, limit)
        raise UnsupportedModel(
            f"{self.label}: forward computes something else than its layers one after the other"
            f"{place}\n  write functions such as torch.relu as modules in an nn.Sequential, or record the"
            " network with tiny_diagnose.record"
        )


def _stages(model: nn.Module) -> list[Stage]:
    stages: list[Stage] = []
    names: set[str] = set()
    flat = ""
    for name, module in torch_functions.steps(model):
        if isinstance(module, nn.Flatten) and module.start_dim == 0:
            flat = name
            continue
        try:
            stage = torch_layers.stage(name, module)
        except UnsupportedModel as error:
            raise UnsupportedModel(f"{type(model).__name__}: {name}: {error}") from None
        if stage is None:
            continue
        if flat and (stage.weights or stage.kind == "Flatten"):
            break
        base, number = stage.name, 1
        while stage.name in names:
            number += 1
            stage.name = f"{base}_{number}"
        names.add(stage.name)
        stages.append(stage)
    else:
        # The only output's column may be taken away at the end.
        if not flat or Chain(stages).units == 1:
            return stages
    raise UnsupportedModel(
        f"{type(model).__name__}: {flat}: it puts the outputs of all samples in one row, which is"
        " supported at the end of a network of one output"
    )


def _check_is_chain(chain: Chain) -> None:
    sources = [id(stage.source) for stage in chain.stages if stage.weights]
    if not any(stage.kind == "Dense" for stage in chain.stages):
        raise UnsupportedModel("there is no Linear layer in the model")
    if len(set(sources)) < len(sources):
        raise UnsupportedModel("a layer is used twice: shared weights cannot be grown")
    parameters = [id(p) for s in chain.stages if s.weights for p in s.source.parameters()]
    if len(set(parameters)) < len(parameters):
        raise UnsupportedModel("two layers share a parameter: shared weights cannot be grown")


def _first_difference(model: nn.Module, chain: Chain, x: torch.Tensor, limit: float) -> str:
    """Which layer is given something else than the layers before it make."""
    given: dict[int, Any] = {}
    sources = [stage.source for stage in chain.stages if stage.weights]

    def note(module: nn.Module, arguments: tuple[Any, ...]) -> None:
        given.setdefault(id(module), torch_layers.numbers(arguments[0]))

    handles = [source.register_forward_pre_hook(note) for source in sources]
    try:
        model(x)
    finally:
        for handle in handles:
            handle.remove()
    ours = torch_layers.numbers(x).astype(float)
    for stage in chain.stages:
        theirs = given.get(id(stage.source))
        if stage.weights and theirs is None:
            return f": it does not call {stage.name}"
        if theirs is not None:
            same_shape = theirs.shape == ours.shape
            if not same_shape or np.abs(theirs - ours).max() > limit * max(
                1.0, np.abs(theirs).max()
            ):
                return f": {stage.name} is given something else than the layer before it makes"
        ours = stage.outputs(ours)
    return " after its last layer"
