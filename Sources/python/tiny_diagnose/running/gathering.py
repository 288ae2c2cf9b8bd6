"""From what a user gives to samples that fit a network."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import WrongArguments
from ..exchange.samples import Samples, array, refuse_batches
from ..networks.live import LiveModel


def gathered(
    network: LiveModel, x: Any, y: Any, validation: Any, groups: Any, sample_weight: Any
) -> Samples:
    """The samples as arrays that fit the network; the parameters are those of `tiny_diagnose.report`."""
    for name, value in (("x", x), ("y", y)):
        refuse_batches(value, name)
    if (x is None or y is None) and (network.framework or (x is None) != (y is None)):
        raise WrongArguments("x and y: give the samples the network was trained on")
    if x is None and (groups is not None or sample_weight is not None):
        raise WrongArguments("groups and sample_weight go with x and y; name datasets by options")
    samples = Samples()
    if x is not None:
        samples = _pair(network, x, y)
    if sample_weight is not None:
        samples.sample_weight = array(sample_weight, "sample_weight")
    if groups is not None:
        # As whole numbers, whatever names them.
        samples.groups = np.unique(np.asarray(groups), return_inverse=True)[1].reshape(-1)
    if validation is not None:
        if not isinstance(validation, (tuple, list)) or len(validation) not in (2, 3):
            raise WrongArguments("validation: expected (x, y), (x, y, sample_weight), or a path")
        samples.validation = _pair(network, *validation[:2], "validation ")
        for weight in validation[2:]:
            samples.validation.sample_weight = array(weight, "validation sample_weight")
    samples.check()
    return network.prepare(samples)


def _pair(network: LiveModel, x: Any, y: Any, prefix: str = "") -> Samples:
    return Samples(
        array(network.inputs(x), f"{prefix}x"),
        array(network.targets(y), f"{prefix}y", may_be_text=True),
    )
