"""The state of a Keras optimizer for a network that grew."""

from __future__ import annotations

from typing import Any

import numpy as np

from .padding import padded


def continued_optimizer(old_model: Any, new_model: Any) -> Any:
    """An optimizer for the grown model that goes on where the old model's is.

    Moments are padded by zeros for new weights; step counts and rates are the same.

    Parameters
    ----------
    old_model : keras.Model
        As it was before it grew.
    new_model : keras.Model
        The same layers with more units.
    """
    old = old_model.optimizer
    new = type(old).from_config(old.get_config())
    new.build(new_model.trainable_variables)
    if getattr(old, "built", True):
        copy_state(old.variables, new.variables)
    return new


def copy_state(old: Any, new: Any) -> None:
    """Assign variables to those that have taken their places, padded to their shapes."""
    old, new = _listed(old), _listed(new)
    if len(old) != len(new):
        return  # an optimizer that was never used has nothing to go on with
    for source, target in zip(old, new):
        target.assign(padded(np.asarray(source), tuple(target.shape)))


def _listed(variables: Any) -> list[Any]:
    return list(variables() if callable(variables) else variables)
