"""Widening the layers of a Keras 3 model in place, so that a running ``fit`` goes on with them."""

from __future__ import annotations

from typing import Any

from ..errors import UnsupportedModel
from ..optimizers.keras_state import continued_optimizer


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
        raise UnsupportedModel("growing inside fit needs Keras 3; use tiny_diagnose.grow between two fits")
    optimizer = continued_optimizer(model, grown) if model.compiled else None
    for layer, larger in zip(_layers(model), _layers(grown)):
        weights = larger.get_weights()
        if [w.shape for w in weights] != [tuple(w.shape) for w in layer.weights]:
            _rebuild(layer, larger)
        layer.set_weights(weights)
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


def _layers(model: Any) -> list[Any]:
    """The layers that hold weights, those of models inside the model too, in order."""
    layers = []
    for layer in model.layers:
        layers += _layers(layer) if hasattr(layer, "layers") else [layer]
    return [layer for layer in layers if layer.weights]


def _rebuild(layer: Any, larger: Any) -> None:
    """Build a layer anew for the shapes of a larger one."""
    # Keras locks what a layer tracks once it is built.
    layer._tracker.unlock()
    for variable in list(layer.trainable_variables + layer.non_trainable_variables):
        if any(variable is own for own in layer._trainable_variables + layer._non_trainable_variables):
            layer._untrack_variable(variable)
    layer._tracker.unlock()
    if hasattr(layer, "units"):
        layer.units = larger.units
    layer.built = False
    shape = larger.get_build_config()["input_shape"]
    layer.build(tuple(shape))
