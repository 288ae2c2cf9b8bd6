"""Widening the layers of a Keras 3 model in place, so that a running ``fit`` goes on with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import UnsupportedModel
from ..optimizers.keras_state import continued_optimizer
from .normalization import recalibrated


def widen(model: Any, grown: Any) -> None:
    """Give a model's layers the weights of the same layers of a grown one.

    Parameters
    ----------
    model : keras.Model
        The live model, maybe inside ``fit``.
    grown : keras.Model
        The same layers with more units.
    """
    if not hasattr(model, "make_train_function") or not hasattr(model, "compiled"):
        raise UnsupportedModel(
            "growing inside fit needs Keras 3; use tiny_diagnose.grow between two fits"
        )
    optimizer = continued_optimizer(model, grown) if model.compiled else None
    for layer, larger in zip(_layers(model), _layers(grown)):
        weights = larger.get_weights()
        if [w.shape for w in weights] != [tuple(w.shape) for w in layer.weights]:
            _rebuild(layer, larger)
        layer.set_weights(weights)
    # With PyTorch below, a model keeps parameters of its own, whose gradients each step sets to zero.
    if hasattr(model, "torch_params"):
        model._track_variables()
    if optimizer is None:
        return
    # The optimizer's variables belong to those of the grown copy: the live ones take their places.
    fresh = type(optimizer).from_config(optimizer.get_config())
    fresh.build(model.trainable_variables)
    for source, target in zip(optimizer.variables, fresh.variables):
        target.assign(source)
    model.optimizer = fresh
    # What was compiled holds the old variables.
    model.test_function = model.predict_function = None
    model.make_train_function(force=True)


def recalibrate(grown: Any, model: Any, rows: Any) -> None:
    """Take statistics anew in the batch normalizations behind layers that grew.

    Parameters
    ----------
    grown : keras.Model
        The grown model, a chain of layers.
    model : keras.Model
        What it was.
    rows : array
        Some of the inputs.
    """
    pairs = list(zip(flat(grown), flat(model)))
    kinds = [type(layer).__name__ for layer, _ in pairs]
    if "BatchNormalization" not in kinds:
        return
    has_grown = False
    for kind, (layer, old) in zip(kinds, pairs):
        if kind == "InputLayer":
            continue
        weights = layer.get_weights()
        has_grown = has_grown or [w.shape for w in weights] != [w.shape for w in old.get_weights()]
        if kind == "BatchNormalization" and has_grown and layer.scale and layer.center:
            named = dict(zip(("gamma", "beta", "moving_mean", "moving_variance"), weights))
            layer.set_weights(list(recalibrated(named, rows, layer.epsilon).values()))
        rows = layer(rows, training=False) if kind in _MODES else layer(rows)
        # PyTorch's tensors know how they were computed, which NumPy cannot keep.
        rows = np.asarray(rows.detach().cpu() if hasattr(rows, "detach") else rows)


# Layers whose call takes the mode; the others do the same in both.
_MODES = ("BatchNormalization", "Dropout", "GaussianDropout", "GaussianNoise", "AlphaDropout")


def flat(model: Any) -> list[Any]:
    """The layers of a chain in order, those of models inside the model too."""
    return [
        inner
        for layer in model.layers
        for inner in (flat(layer) if hasattr(layer, "layers") else [layer])
    ]


def _layers(model: Any) -> list[Any]:
    return [layer for layer in flat(model) if layer.weights]


def _rebuild(layer: Any, larger: Any) -> None:
    """Build a layer anew for the shapes of a larger one."""
    # Keras locks what a layer tracks once it is built.
    layer._tracker.unlock()
    for variable in list(layer.trainable_variables + layer.non_trainable_variables):
        if any(
            variable is own for own in layer._trainable_variables + layer._non_trainable_variables
        ):
            layer._untrack_variable(variable)
    layer._tracker.unlock()
    if hasattr(layer, "units"):
        layer.units = larger.units
    layer.built = False
    shape = larger.get_build_config()["input_shape"]
    layer.build(tuple(shape))
