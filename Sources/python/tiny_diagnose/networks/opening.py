"""Which framework a model belongs to."""

from __future__ import annotations

import os
import sys
from typing import Any

from ..errors import UnsupportedModel
from . import keras_model
from .live import LiveModel


def open_model(model: Any, loss: Any = None) -> LiveModel:
    """What can be written for the program, and read back grown.

    No framework is imported that the model does not come from.

    Raises
    ------
    UnsupportedModel
        If it is of no kind known here.
    """
    if isinstance(model, (str, os.PathLike)):
        from .files import FileModel

        return FileModel(model, loss)
    if keras_model.is_keras(
        model
    ):  # before PyTorch's, which a Keras model with its backend also is
        return keras_model.KerasModel(model, loss)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(model, torch.nn.Module):
        from .torch_model import TorchModel

        return TorchModel(model, loss)
    if (
        type(model).__module__.startswith("sklearn.")
        or hasattr(model, "steps")
        or hasattr(model, "coefs_")
    ):
        from .scikit_learn import ScikitLearnModel

        return ScikitLearnModel(model, loss)
    raise UnsupportedModel(
        f"{type(model).__name__}: expected the path of a model, a Keras model, a torch.nn.Module, or"
        " scikit-learn's MLPClassifier or MLPRegressor"
    )
