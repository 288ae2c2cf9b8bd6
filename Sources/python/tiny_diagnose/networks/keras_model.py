"""Keras models, of Keras 3 or 2, with any backend."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

from ..errors import UnsupportedModel
from ..exchange.samples import Samples
from ..losses.keras_losses import check_logits, completed, told_name
from .live import LiveModel
from .normalization import ROWS

_ROOTS = ("keras", "tf_keras")


class KerasModel(LiveModel):
    """A live Keras model.

    Parameters
    ----------
    model : keras.Model
        A chain of layers, as ``Sequential`` or functional model; compiled, unless ``loss`` is given
        or told from the outputs and targets.
    loss : str or keras.losses.Loss, optional
        Another loss than the one it was compiled with.
    """

    framework = "Keras"
    file, grown_file = "model.keras", "grown.keras"

    def __init__(self, model: Any, loss: Any = None) -> None:
        self.model, self.loss = model, loss
        self.label = str(model.name)
        self._library = sys.modules[_root(type(model))]
        if not model.built:
            raise UnsupportedModel(f"{self.label}: it has no weights yet; build or fit it first")
        if not _lists_layers(model):
            raise UnsupportedModel(
                f"{self.label}: Keras keeps no list of its layers, as call may do anything with them\n"
                "  make it a Sequential or a functional model"
            )

    def prepare(self, samples: Samples) -> Samples:
        if samples.inputs is not None:
            self._rows = samples.inputs[:: max(1, len(samples.inputs) // ROWS)]
        return samples

    def write(self, folder: Path) -> list[str]:
        loss = self.loss() if isinstance(self.loss, type) else self.loss
        used = getattr(self.model, "loss", None) if loss is None else loss
        told = told_name(used)
        check_logits(self.model, used, _backend(self._library))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = self.model
            if told is None and loss is not None and not isinstance(loss, str):
                model = self._copy()
                model.compile(loss=loss)
            try:
                model.save(str(folder / self.file))
            except (NotImplementedError, ValueError, TypeError) as error:
                raise UnsupportedModel(
                    f"{self.label}: Keras cannot save it: {error}\n"
                    "  make it a Sequential or a functional model, and compile it with a loss of Keras"
                ) from error
        named = told or (loss if isinstance(loss, str) else None)
        return [self.file, *(["--loss", named] if named else [])]

    def frozen(self) -> dict[str, str]:
        from .keras_widening import flat

        layers = [layer for layer in flat(self.model) if layer.weights]
        return {layer.name: "trainable=False" for layer in layers if not layer.trainable}

    def grown(self, folder: Path) -> Any:
        """The grown model, compiled as this one is, with its optimizer's state."""
        from ..optimizers.keras_state import continued_optimizer

        model = self._load_calibrated(folder)
        if getattr(self.model, "compiled", getattr(self.model, "optimizer", None)):
            self._compile(model)
            model.optimizer = continued_optimizer(self.model, model)
        return model

    def grow_in_place(self, folder: Path) -> None:
        """Give the live model itself the grown weights, inside ``fit`` too."""
        from .keras_widening import widen

        widen(self.model, self._load_calibrated(folder))

    def _load_calibrated(self, folder: Path) -> Any:
        from .keras_widening import recalibrate

        model = self._load(folder)
        recalibrate(model, self.model, self._rows)
        return model

    def _load(self, folder: Path) -> Any:
        saving = self._library.saving if hasattr(self._library, "saving") else self._library.models
        with warnings.catch_warnings():
            # The state of the optimizer is left out of the file: it comes from the live model.
            warnings.simplefilter("ignore")
            return saving.load_model(
                str(folder / self.grown_file),
                custom_objects=_custom_objects(self.model),
                compile=False,
            )

    def _copy(self) -> Any:
        copy = self._library.models.clone_model(self.model)
        copy.set_weights(self.model.get_weights())
        return copy

    def _compile(self, model: Any) -> None:
        with self._library.utils.custom_object_scope(_custom_objects(self.model)):
            try:
                config = self.model.get_compile_config()
                config["loss"] = completed(config.get("loss"), self.model.loss)
                model.compile_from_config(config)
            except Exception:
                # A loss or metric that is not serializable is still there as it was given.
                optimizer = type(self.model.optimizer).from_config(
                    self.model.optimizer.get_config()
                )
                model.compile(optimizer=optimizer, loss=self.model.loss)


def is_keras(model: Any) -> bool:
    """Whether an object is a model of Keras 2 or 3."""
    return _root(type(model)) in sys.modules and any(
        c.__name__ == "Model" and c.__module__.split(".")[0] in _ROOTS for c in type(model).__mro__
    )


def _backend(library: Any) -> str:
    """What a Keras computes with; Keras 2 knows TensorFlow alone."""
    config = getattr(library, "config", None)
    return str(config.backend()) if hasattr(config, "backend") else "tensorflow"


def _lists_layers(model: Any) -> bool:
    """Whether a model is more than a ``call``: ``Sequential``, functional, or derived from such."""
    try:
        return "layers" in model.get_config()
    except Exception:
        return False  # a class of the user's own, whose parameters Keras does not know


def _root(kind: type) -> str:
    """The package that a model's class comes from, or the class it is derived from."""
    roots = [base.__module__.split(".")[0] for base in kind.__mro__]
    return next((root for root in roots if root in _ROOTS), "")


def _custom_objects(model: Any) -> dict[str, Any]:
    """Classes and functions of the user's own that loading needs by name."""
    used = [*model.layers, getattr(model, "loss", None)]
    used += [getattr(layer, "activation", None) for layer in model.layers]
    objects = {}
    for one in used:
        kind = one if callable(one) and hasattr(one, "__name__") else type(one)
        if kind.__module__.split(".")[0] not in (*_ROOTS, "builtins", "tensorflow"):
            objects[kind.__name__] = kind
    return objects
