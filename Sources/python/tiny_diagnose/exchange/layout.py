"""A chain as a whole-model file of Keras, written and read without Keras.

It is the layout with the most kinds of layers. The program grows it in kind, and every number keeps the
type it has here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from ..networks.chain import Chain


def write_chain(chain: Chain, path: Path) -> None:
    """Write a chain for the program."""
    layers = [
        {
            "class_name": "InputLayer",
            "config": {"batch_shape": [None, *chain.input_shape], "name": "input"},
        }
    ]
    with h5py.File(path, "w") as file:
        root = file.create_group("model_weights")
        for group in (file, root):
            group.attrs.update(backend="numpy", keras_version="3.0.0")
        root.attrs["layer_names"] = [stage.name for stage in chain.stages]
        for stage in chain.stages:
            settings = {"name": stage.name, **stage.settings}
            if stage.kind == "Dense":
                settings.update(
                    units=int(stage.weights["kernel"].shape[1]),
                    activation="linear",
                    use_bias="bias" in stage.weights,
                )
            layers.append({"class_name": stage.kind, "config": settings})
            group = root.create_group(stage.name)
            paths = [f"{stage.name}/{name}" for name in stage.weights]
            group.attrs["weight_names"] = paths or np.zeros(0)
            for place, values in zip(paths, stage.weights.values()):
                group[place] = values
        file.attrs["model_config"] = json.dumps(
            {"class_name": "Sequential", "config": {"name": "model", "layers": layers}}
        )
        if chain.loss is not None:
            loss: Any = {"class_name": chain.loss.name, "config": chain.loss.settings}
            training = {"loss": loss}
            if chain.optimizer is not None:
                name, settings = chain.optimizer
                training["optimizer_config"] = {"class_name": name, "config": settings}
            file.attrs["training_config"] = json.dumps(training)


def read_weights(path: Path) -> dict[str, dict[str, Any]]:
    """The weights of every layer of a file that ``write_chain`` wrote and the program grew."""
    with h5py.File(path) as file:
        root = file["model_weights"]
        return {
            layer: {name.rsplit("/", 1)[-1]: group[name][()] for name in _texts(group)}
            for layer, group in ((name, root[name]) for name in _texts(root, "layer_names"))
        }


def _texts(group: Any, attribute: str = "weight_names") -> list[str]:
    names = group.attrs[attribute]
    return [name.decode() if isinstance(name, bytes) else str(name) for name in names]
