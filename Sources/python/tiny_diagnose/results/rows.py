"""Rows of results: a DataFrame where pandas is installed, else dataclasses."""

from __future__ import annotations

import dataclasses
import importlib.util
import re
from collections.abc import Iterable, Mapping
from typing import Any


@dataclasses.dataclass(frozen=True)
class LayerRow:
    """A Dense layer: what training asks of it, and what of that its weights cannot do."""

    index: int
    name: str
    desired_update: float | None = None
    best_update: float | None = None
    lack_of_expressivity: float | None = None
    relative_lack: float | None = None
    lack_standard_error: float | None = None
    dead_units: int | None = None
    warnings: list[Any] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class GrowthRow:
    """A hidden layer: the neurons it lacks, and what they gain."""

    layer: str
    relieves: str | None = None
    suggested_neurons: int = 0
    predicted_loss_gain: float | None = None
    measured_loss_gain: float | None = None
    validation_loss_gain: float | None = None
    validation_standard_error: float | None = None
    expressivity_gain: float | None = None
    slope: float | None = None
    parameter_cost: int | None = None
    gain_per_parameter: float | None = None
    amplitude: float | None = None
    update_amplitude: float | None = None
    kind: str | None = None
    solver: str | None = None
    singular_values: list[float] = dataclasses.field(default_factory=list)
    curve: list[dict[str, Any]] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class StepRow:
    """Neurons that were added to a layer at once."""

    layer: str
    neurons: int
    method: str | None = None
    predicted_loss_gain: float | None = None
    measured_loss_gain: float | None = None
    validation_loss_gain: float | None = None
    parameters_before: int | None = None
    parameters_after: int | None = None
    amplitude: float | None = None
    update_amplitude: float | None = None


@dataclasses.dataclass(frozen=True)
class WayRow:
    """A way of training on, and where it ends."""

    name: str
    method: str | None = None
    layer: str | None = None
    neurons: int | None = None
    parameters: int | None = None
    at_once: float | None = None
    at_end: float | None = None
    best: float | None = None
    best_step: int | None = None
    standard_error: float | None = None
    diverged: bool | None = None


def snake(key: str) -> str:
    """``relative_lack`` from ``relativeLack``."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: "_" + match[1].lower(), key)


def table(rows: Iterable[Mapping[str, Any]], kind: type) -> Any:
    """Rows of the program's JSON.

    Returns
    -------
    pandas.DataFrame or list
        A DataFrame with all their keys, or, without pandas, a list of ``kind``.
    """
    named = [{snake(key): value for key, value in row.items()} for row in rows]
    fields = [field.name for field in dataclasses.fields(kind)]
    if importlib.util.find_spec("pandas") is None:
        known = set(fields)
        return [kind(**{key: row[key] for key in row if key in known}) for row in named]
    import pandas

    present = [name for name in fields if any(name in row for row in named)]
    others = sorted({key for row in named for key in row} - set(present))
    return pandas.DataFrame(named, columns=[*present, *others])
