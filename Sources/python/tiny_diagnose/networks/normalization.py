"""Batch normalization behind layers that grew.

New units pass it as they are, with a mean of zero and a variance of one. That is right at inference. In
training, the statistics of the batch take their place, and the network would answer otherwise; so do
all later normalizations, as what they are given has changed. So their statistics are taken anew, and
scale and shift are changed so that nothing else does.
"""

from __future__ import annotations

from typing import Any

import numpy as np

# Enough for means and variances to a few percent, and soon computed.
ROWS = 4096


def recalibrated(weights: dict[str, Any], inputs: Any, epsilon: float) -> dict[str, Any]:
    """The weights of a normalization with statistics of its inputs, which computes what it did.

        γ' = γ √(σ'² + ε) / √(σ² + ε)        β' = β + (μ' − μ) γ / √(σ² + ε)

    Parameters
    ----------
    weights : dict of str to array
        ``gamma``, ``beta``, ``moving_mean`` and ``moving_variance``; without the first two nothing can
        make up for other statistics, and the weights stay as they are.
    inputs : array, (rows, units)
        What it is given.
    epsilon : float
        What it adds to variances.
    """
    if "gamma" not in weights or "beta" not in weights:
        return weights
    inputs = np.asarray(inputs, float)
    mean, variance = inputs.mean(axis=0), inputs.var(axis=0)
    old = {name: np.asarray(values, float) for name, values in weights.items()}
    scale = old["gamma"] / np.sqrt(old["moving_variance"] + epsilon)
    # A unit that never changes is left as it is: it has no scale.
    lives = variance > epsilon
    new = {
        "gamma": np.where(lives, scale * np.sqrt(variance + epsilon), old["gamma"]),
        "beta": np.where(lives, old["beta"] + (mean - old["moving_mean"]) * scale, old["beta"]),
        "moving_mean": np.where(lives, mean, old["moving_mean"]),
        "moving_variance": np.where(lives, variance, old["moving_variance"]),
    }
    return {name: new[name].astype(weights[name].dtype) for name in weights}
