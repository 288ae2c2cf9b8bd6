"""scikit-learn's ``MLPClassifier`` and ``MLPRegressor``, alone or at the end of a ``Pipeline``."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import UnsupportedModel, WrongArguments
from ..exchange.samples import Samples
from ..optimizers.padding import padded
from .chain import Chain, Loss, Stage
from .chain_model import ChainModel

_FUNCTIONS = {"identity": "linear", "logistic": "sigmoid", "exp": "exponential"}
_LOSSES = {
    "squared_error": "mean_squared_error",
    "log_loss": "sparse_categorical_crossentropy",
    "binary_log_loss": "binary_crossentropy",
    "poisson": "poisson",
}


class ScikitLearnModel(ChainModel):
    """A fitted ``MLPClassifier`` or ``MLPRegressor``.

    Parameters
    ----------
    model : estimator
        The network, or a ``Pipeline`` that ends in it; its first steps transform the inputs.
    loss : str, optional
        Another loss than that of the estimator, by its Keras name.
    """

    framework = "scikit-learn"

    def __init__(self, model: Any, loss: Any = None) -> None:
        self.model = model
        self._steps, network = _split(model)
        if not any(c.__name__ == "BaseMultilayerPerceptron" for c in type(network).__mro__):
            raise UnsupportedModel(
                f"{type(network).__name__}: expected MLPClassifier or MLPRegressor"
                + (" at the end of the Pipeline" if network is not model else "")
                + ("; give its best_estimator_" if hasattr(network, "best_estimator_") else "")
            )
        if not hasattr(network, "coefs_"):
            raise UnsupportedModel(
                f"{type(network).__name__}: it is not fitted yet; call fit first"
            )
        self.network = network
        self.label = type(network).__name__
        self.loss = loss

    def inputs(self, x: Any) -> Any:
        """The inputs as the network takes them: after the first steps of the pipeline."""
        if self._steps is None:
            return x
        try:
            return self._steps.transform(x)
        except ValueError as error:
            raise WrongArguments(f"x: the Pipeline does not take it: {error}") from error

    def targets(self, y: Any) -> Any:
        """Labels as the places of their classes; a class that was not in training is an error."""
        classes = getattr(self.network, "classes_", None)
        if classes is None or (self._is_multilabel and np.ndim(y) == 2):
            return y
        y = np.asarray(y)
        if y.ndim > 1 and y.shape[1] > 1:
            raise WrongArguments(f"y: shape {y.shape}, expected one label per row")
        y = y.reshape(-1)
        places = np.searchsorted(classes, y)
        unknown = (places == len(classes)) | (classes[np.minimum(places, len(classes) - 1)] != y)
        if unknown.any():
            raise WrongArguments(
                f"y: the class {y[unknown].tolist()[0]!r} is none of {classes.tolist()}"
            )
        return places

    @property
    def _is_multilabel(self) -> bool:
        binarizer = getattr(self.network, "_label_binarizer", None)
        return "multilabel" in str(getattr(binarizer, "y_type_", ""))

    def prepare(self, samples: Samples) -> Samples:
        network = self.network
        activation = _FUNCTIONS.get(network.activation, network.activation)
        last = len(network.coefs_) - 1
        stages = []
        for place, (kernel, bias) in enumerate(zip(network.coefs_, network.intercepts_)):
            name = "output" if place == last else f"hidden{place + 1}"
            used = network.out_activation_ if place == last else activation
            weights = {"kernel": kernel, "bias": bias}
            stages.append(Stage("Dense", name, self._penalty(samples), weights))
            used = _FUNCTIONS.get(used, used)
            if used != "linear":
                stages.append(Stage("Activation", f"{name}_{used}", {"activation": used}))
        self.chain = Chain(stages, loss=Loss(self._loss_name()), optimizer=self._optimizer())
        return samples

    def batch_size(self, samples: Samples) -> int | None:
        """As scikit-learn takes it: "auto" is 200, or all samples if they are fewer."""
        count = len(samples.inputs) if samples.inputs is not None else 0
        given = self.network.batch_size
        most = 200 if isinstance(given, str) else int(given)
        return max(1, min(most, count or most))

    def _penalty(self, samples: Samples) -> dict[str, Any]:
        """The penalty of a layer: scikit-learn adds alpha / 2 · ‖W‖², divided by the size of a batch."""
        size = self.batch_size(samples)
        if not self.network.alpha or size is None:
            return {}
        l2 = {"l2": float(self.network.alpha) / (2 * size)}
        return {"kernel_regularizer": {"class_name": "L2", "config": l2}}

    def _optimizer(self) -> tuple[str, dict[str, Any]]:
        """The solver, as Keras describes such an optimizer."""
        network = self.network
        rate = {"learning_rate": float(network.learning_rate_init)}
        if network.solver == "sgd":
            settings = {
                "momentum": float(network.momentum), "nesterov": bool(network.nesterovs_momentum)
            }  # fmt: skip
            return "SGD", {**rate, **settings}
        if network.solver == "adam":
            betas = {"beta_1": float(network.beta_1), "beta_2": float(network.beta_2)}
            return "Adam", {**rate, **betas, "epsilon": float(network.epsilon)}
        return str(network.solver), {}

    def _loss_name(self) -> str:
        name = self.network.loss if self.loss is None else self.loss
        if not isinstance(name, str):
            raise WrongArguments("loss: name it, for scikit-learn's networks have their own")
        if name == "log_loss" and self.network.out_activation_ == "logistic":
            name = "binary_log_loss"
        return _LOSSES.get(name, name)

    def grown(self, folder: Path) -> Any:
        """A copy with the grown weights: ``fit`` goes on from them, as ``warm_start`` is set.

        So does ``partial_fit``, which also goes on with the optimizer's state; scikit-learn has none for a
        ``Pipeline``, with ``early_stopping``, and with ``solver="lbfgs"``.
        """
        model = copy.deepcopy(self.model)
        network = _split(model)[1]
        weights = self.grown_weights(folder)
        dense = [weights[stage.name] for stage in self.chain.stages if stage.kind == "Dense"]
        network.coefs_ = [layer["kernel"] for layer in dense]
        network.intercepts_ = [layer["bias"] for layer in dense]
        widths = tuple(int(kernel.shape[1]) for kernel in network.coefs_[:-1])
        network.set_params(hidden_layer_sizes=widths, warm_start=True)
        _pad_optimizer(network)
        _forget_best(network)
        return model


def _split(model: Any) -> tuple[Any, Any]:
    """The steps that transform the inputs, if there are any, and the network."""
    if not hasattr(model, "steps"):
        return None, model
    return (model[:-1] if len(model.steps) > 1 else None), model.steps[-1][1]


def _forget_best(network: Any) -> None:
    """Forget what was best and for how long nothing got better: that was the narrower network."""
    network._no_improvement_count = 0
    for name, worst in (("best_loss_", np.inf), ("best_validation_score_", -np.inf)):
        if getattr(network, name, None) is not None:
            setattr(network, name, worst)
    for name, now in (("_best_coefs", network.coefs_), ("_best_intercepts", network.intercepts_)):
        if hasattr(network, name):
            setattr(network, name, [part.copy() for part in now])


def _pad_optimizer(network: Any) -> None:
    optimizer = getattr(network, "_optimizer", None)
    if optimizer is None:
        return
    parameters = network.coefs_ + network.intercepts_
    if hasattr(optimizer, "params"):
        optimizer.params = parameters
    for name in ("ms", "vs", "velocities"):
        state = getattr(optimizer, name, None)
        if state is not None:
            pairs = zip(state, parameters)
            setattr(optimizer, name, [padded(old, new.shape) for old, new in pairs])
