"""What Keras leaves out when it saves a loss.

Keras 3 saves Huber's loss without its delta, and some losses without their axis. A live loss still has
them.
"""

from __future__ import annotations

import functools
import inspect
from typing import Any

from ..errors import UnsupportedModel, WrongArguments


def told_name(loss: Any) -> str | None:
    """The name of a loss for the program where its file would not tell all of it, ``huber:0.5``.

    Parameters
    ----------
    loss : keras.losses.Loss or anything else that ``compile`` takes
        The live loss.

    Returns
    -------
    str or None
        None where the file tells the loss.

    Raises
    ------
    UnsupportedModel
        If a parameter that is not saved has a value that is not known here.
    """
    loss = _single(loss)
    if isinstance(loss, functools.partial):
        name, left_out = str(getattr(loss.func, "__name__", loss.func)), dict(loss.keywords)
    else:
        name, left_out = type(loss).__name__, _left_out(loss)
    for key, value in left_out.items():
        if name.lower() == "huber" and key == "delta":
            return f"huber:{float(value)}"
        if key == "axis" and value in (-1, 1):
            continue  # of rows, both are the units
        raise UnsupportedModel(
            f"loss: {name} has {key}={value}, which is not known here\n"
            "  name the loss by a text, or give an object without that"
        )
    return None


def check_logits(model: Any, loss: Any, backend: str) -> None:
    """See that a loss of logits gets logits.

    On TensorFlow, Keras takes the logits before a last softmax or sigmoid, as the program does. On
    other backends it applies the function twice, and trains for another loss.

    Raises
    ------
    WrongArguments
        If the model ends in the function that the loss applies again.
    """
    given = getattr(_single(loss), "_fn_kwargs", {})
    kind = type(_single(loss)).__name__
    function = "sigmoid" if kind.startswith("Binary") else "softmax"
    if backend == "tensorflow" or not given.get("from_logits") or _ending(model) != function:
        return
    raise WrongArguments(
        f"loss: {kind}(from_logits=True) takes logits, and the model ends in {function}: Keras on"
        f" {backend} takes the {function} twice\n  leave it out at the end of the model, or from_logits"
        " in the loss, and train on"
    )


def _ending(model: Any) -> str:
    """The function at the end of a model."""
    last = model.layers[-1] if model.layers else model
    if type(last).__name__ == "Softmax":
        return "softmax"
    return str(getattr(getattr(last, "activation", None), "__name__", ""))


def completed(config: Any, loss: Any) -> Any:
    """The saved form of what ``compile`` was given as its loss, with all parameters.

    Parameters
    ----------
    config : dict, list or str
        As Keras made it.
    loss : object
        What it was made from.
    """
    if isinstance(config, dict) and isinstance(config.get("config"), dict):
        return {**config, "config": {**config["config"], **_left_out(loss)}}
    if isinstance(config, dict) and isinstance(loss, dict):
        return {key: completed(part, loss.get(key)) for key, part in config.items()}
    if isinstance(config, list) and isinstance(loss, (list, tuple)):
        return [completed(*pair) for pair in zip(config, loss)]
    return config


def _left_out(loss: Any) -> dict[str, Any]:
    """Parameters of a loss that its configuration lacks and that are not what they are by default."""
    given = getattr(loss, "_fn_kwargs", None)
    if not isinstance(given, dict):
        return {}
    saved, parameters = loss.get_config(), inspect.signature(type(loss).__init__).parameters
    return {
        key: value
        for key, value in given.items()
        if key not in saved and (key not in parameters or parameters[key].default != value)
    }


def _single(loss: Any) -> Any:
    """The loss of the only output."""
    parts = list(loss.values()) if isinstance(loss, dict) else loss
    if isinstance(parts, (list, tuple)) and len(parts) == 1:
        return parts[0]
    return loss
