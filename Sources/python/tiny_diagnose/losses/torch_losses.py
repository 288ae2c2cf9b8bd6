"""Losses as users of each framework name them, by their Keras names."""

from __future__ import annotations

import difflib
import textwrap
from typing import Any

import numpy as np

from ..errors import UnsupportedModel, WrongArguments
from ..networks.chain import Chain, Loss

# By the class names and functions of PyTorch; the classes of Keras have names of their own.
_NAMES = {
    "mseloss": "mean_squared_error",
    "mse_loss": "mean_squared_error",
    "mse": "mean_squared_error",
    "squared_error": "mean_squared_error",
    "l1loss": "mean_absolute_error",
    "l1_loss": "mean_absolute_error",
    "mae": "mean_absolute_error",
    "huberloss": "huber",
    "huber_loss": "huber",
    "smoothl1loss": "huber",
    "smooth_l1_loss": "huber",
    "bceloss": "binary_crossentropy",
    "binary_cross_entropy": "binary_crossentropy",
    "bce": "binary_crossentropy",
    "crossentropyloss": "cross_entropy",
    "nllloss": "cross_entropy",
    "nll_loss": "cross_entropy",
    "bcewithlogitsloss": "binary_logits",
    "binary_cross_entropy_with_logits": "binary_logits",
}
# Keras's own names, which the program knows.
_KNOWN = {
    *("mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error"),
    *("mean_squared_logarithmic_error", "huber", "log_cosh", "kl_divergence", "poisson"),
    *("hinge", "squared_hinge", "categorical_hinge", "cosine_similarity"),
}
# What the losses of PyTorch take, by their names in lower case without underscores: softmax or sigmoid is
# a part of those of logits.
_TAKE_LOGITS = {
    "crossentropyloss": "softmax",
    "crossentropy": "softmax",
    "bcewithlogitsloss": "sigmoid",
    "binarycrossentropywithlogits": "sigmoid",
}
_TAKE_LOGARITHMS = {"nllloss"}
# Keras calls its own the same without logits.
_TAKE_PROBABILITIES = {"bceloss", "binarycrossentropy"}
_PROBABILITIES = ("sigmoid", "hard_sigmoid", "softmax")
_CROSS_ENTROPIES = ("cross_entropy", "categorical_crossentropy", "sparse_categorical_crossentropy")


def choose_loss(
    chain: Chain, loss: Any, y: Any, sample_weight: Any = None
) -> tuple[Loss | None, Any, Any]:
    """The loss of a PyTorch network, with targets and weights as it takes them.

    PyTorch's networks end in logits: a cross-entropy takes them as such, unless the network ends in a
    softmax or a sigmoid itself.

    Parameters
    ----------
    chain : Chain
        The network; a last ``log_softmax`` is taken off, as the loss brings it.
    loss : str or callable or None
        A name of Keras or PyTorch, an object or function of ``torch.nn``, or None to infer it.
    y : array or h5py.Dataset or None
        The targets.
    sample_weight : array, optional
        What the user gave; class weights of the loss multiply it.

    Returns
    -------
    loss, y, sample_weight
        The loss is None where the program has to infer it.
    """
    name, ends_in = _name(loss), chain.last_activation
    if name is None:
        name = _inferred(chain, y, ends_in)
    if name is None:
        return None, y, sample_weight
    _check_outputs(loss, ends_in, chain.units)
    name = _NAMES.get(name.lower(), name)
    if ends_in == "log_softmax" and name in _CROSS_ENTROPIES:
        chain.stages = [s for s in chain.stages if s.settings.get("activation") != "log_softmax"]
        ends_in = "linear"
    if name in _CROSS_ENTROPIES:
        return _cross_entropy(loss, chain, y, sample_weight, from_logits=ends_in != "softmax")
    if name in ("binary_logits", "binary_crossentropy"):
        if (
            getattr(loss, "pos_weight", None) is not None
            or getattr(loss, "weight", None) is not None
        ):
            raise WrongArguments("loss: weights of outputs are not supported; use sample_weight")
        from_logits = name == "binary_logits" or ends_in == "linear"
        return Loss("binary_crossentropy", {"from_logits": from_logits}), y, sample_weight
    if name == "huber":
        delta = float(getattr(loss, "delta", getattr(loss, "beta", 1.0)))
        if "smooth" in (_name(loss) or "").lower() and delta != 1.0:
            raise WrongArguments(
                f"loss: SmoothL1Loss is known with beta=1 only, and it has beta={delta:g}\n  give"
                f" HuberLoss(delta={delta:g}): it is {delta:g} times that loss, and asks for the same neurons"
            )
        return Loss("huber", {"delta": delta}), y, sample_weight
    if name not in _KNOWN:
        raise WrongArguments(_unknown(loss))
    return Loss(name), y, sample_weight


def _unknown(loss: Any) -> str:
    """What to do about a loss that is not known."""
    known = {*_KNOWN, *_CROSS_ENTROPIES, "binary_crossentropy"}
    known |= {"BCEWithLogitsLoss", "CrossEntropyLoss", "HuberLoss", "L1Loss", "MSELoss", "NLLLoss"}
    names = textwrap.fill(", ".join(sorted(known)), 96, initial_indent="  ", subsequent_indent="  ")
    given = _name(loss) or ""
    near = difflib.get_close_matches(given.lower(), {*_NAMES, *known}, 1, 0.75)
    return (
        f"loss: {given} is not known"
        + (f"; is {near[0]} meant?" if near else "")
        + f"\n  known are\n{names}"
        "\n  tiny_diagnose.record(model, layers, [(x, y)], loss) takes any loss, as a function"
    )


def _check_outputs(loss: Any, ends_in: str, units: int) -> None:
    """See that the network ends in what a loss of PyTorch takes.

    Raises
    ------
    WrongArguments
        If not: PyTorch trains, without a word, for something else than the loss is made for.
    """
    given = _name(loss) or ""
    name = given.lower().replace("_", "")
    ending = "a linear layer" if ends_in == "linear" else ends_in
    if ends_in == _TAKE_LOGITS.get(name):
        instead = "categorical_crossentropy" if ends_in == "softmax" else "bce"
        raise WrongArguments(
            f"loss: {given} takes logits, and the network ends in {ends_in}: PyTorch takes the {ends_in}"
            f" twice, which {_limit_of_twice(ends_in, units)}\n  leave it out at the end of the network"
            f" and train on; loss={instead!r} looks at the network as if it was trained for its"
            " probabilities"
        )
    if name in _TAKE_LOGARITHMS and ends_in != "log_softmax":
        also = ""
        if ends_in == "linear":
            also = "; give CrossEntropyLoss if the training applies log_softmax to the outputs"
        elif ends_in == "softmax":
            also = "; give loss='categorical_crossentropy' if the training takes their logarithms"
        raise WrongArguments(
            f"loss: {given} takes logarithms of probabilities, and the network ends in {ending}: PyTorch"
            f" trains for another loss than a cross-entropy\n  end the network in LogSoftmax{also}"
        )
    is_of_torch = not isinstance(loss, str) or name == "bceloss"
    if name in _TAKE_PROBABILITIES and is_of_torch and ends_in not in _PROBABILITIES:
        raise WrongArguments(
            f"loss: {given} takes probabilities, and the network ends in {ending}\n  end it in Sigmoid,"
            " or give BCEWithLogitsLoss if the training applies the sigmoid to the outputs"
        )


def _limit_of_twice(function: str, units: int) -> str:
    """What a softmax of a softmax, or a sigmoid of a sigmoid, costs at best."""
    if function == "sigmoid":
        return f"costs at least {np.log1p(np.exp(-1)):.3g} where the target is 1, and 0.693 where it is 0"
    return f"costs at least {np.log1p((units - 1) / np.e):.3g} with {units} outputs"


def _name(loss: Any) -> str | None:
    if loss is None or isinstance(loss, str):
        return loss
    return str(getattr(loss, "__name__", type(loss).__name__))


def _inferred(chain: Chain, y: Any, ends_in: str) -> str | None:
    if y is None:
        return None
    kind = getattr(y, "dtype", np.dtype(float)).kind
    is_whole = kind in "iuU"
    if chain.units > 1 and len(y.shape) == 1 and is_whole:
        return "cross_entropy"
    if chain.units == 1 and kind in "iuf" and ends_in == "linear":
        values = np.unique(np.asarray(y[:1000]))
        if len(values) == 2 and set(values) <= {0, 1}:
            raise WrongArguments(
                "loss: with one output and targets 0 and 1 it may be binary_cross_entropy_with_logits"
                " or mse\n  name it: loss=…"
            )
    if ends_in == "log_softmax":
        return "cross_entropy"
    return None


def _cross_entropy(
    loss: Any, chain: Chain, y: Any, sample_weight: Any, *, from_logits: bool
) -> tuple[Loss, Any, Any]:
    settings: dict[str, Any] = {"from_logits": from_logits}
    smoothing = float(getattr(loss, "label_smoothing", 0.0))
    weight = getattr(loss, "weight", None)
    if weight is not None and smoothing:
        raise WrongArguments(
            "loss: PyTorch weighs what label_smoothing adds by classes, too, which is not known here\n"
            "  leave out the weight or label_smoothing; sample_weight weighs the samples"
        )
    if y is None or (len(y.shape) > 1 and y.shape[-1] > 1):
        if weight is not None:
            raise WrongArguments(
                "loss: class weights are not supported with probabilities as targets; use sample_weight"
            )
        if smoothing:
            settings["label_smoothing"] = smoothing
        return Loss("categorical_crossentropy", settings), y, sample_weight
    ignored = getattr(loss, "ignore_index", None)
    if ignored is not None and y.dtype.kind != "U" and np.any(np.asarray(y) == ignored):
        raise UnsupportedModel(
            f"loss: some labels are {ignored}, which the loss ignores\n  leave those samples out"
        )
    if weight is not None:
        classes = weight.detach().cpu().numpy()[_classes(y)]
        sample_weight = classes if sample_weight is None else classes * np.asarray(sample_weight)
    if smoothing:
        settings["label_smoothing"] = smoothing
        y = np.eye(chain.units, dtype=np.float32)[_classes(y)]
        return Loss("categorical_crossentropy", settings), y, sample_weight
    return Loss("sparse_categorical_crossentropy", settings), y, sample_weight


def _classes(y: Any) -> Any:
    """Labels as whole numbers; words are numbered in their order, as the program does it."""
    if y.dtype.kind == "U":
        return np.unique(np.asarray(y), return_inverse=True)[1].reshape(-1)
    return np.asarray(y, dtype=int).reshape(-1)
