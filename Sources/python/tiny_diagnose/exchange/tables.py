"""Tables of pandas and lists of objects, as numbers where nothing is lost."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from ..errors import WrongArguments


def is_text(values: Any) -> bool:
    """Whether an array holds words: labels, for example."""
    if values.dtype.kind in "US":
        return True
    return (
        values.dtype.kind == "O"
        and values.size > 0
        and all(isinstance(v, str) for v in values.flat)
    )


def as_array(table: Any, name: str, *, may_be_text: bool = False) -> Any:
    """A DataFrame or a Series of pandas or polars as an array.

    Columns of truth values, of numbers that may be missing (``Int64``), and of objects that are all numbers
    become numbers; what is missing becomes nan.

    Raises
    ------
    WrongArguments
        If a column is none of numbers; the message has its name. Words of a single column are left to
        the caller where ``may_be_text``.
    """
    columns = getattr(table, "columns", None)
    if columns is None:
        return _column(table)
    if may_be_text and len(columns) == 1:
        return _column(table[columns[0]])
    parts = [_column(table[key]) if len(set(columns)) == len(columns) else None for key in columns]
    if any(part is None for part in parts):
        return table.to_numpy()  # without names that tell them apart
    for key, part in zip(columns, parts):
        if part.dtype.kind not in "biuf":
            raise WrongArguments(f"{name}: column {key!r} {_told(table[key], part)}")
    if len(parts) == 1 or len({part.dtype for part in parts}) == 1:
        return np.column_stack(parts) if parts else np.zeros((len(table), 0))
    result = np.empty((len(table), len(parts)), np.result_type(*parts))
    for place, part in enumerate(parts):
        result[:, place] = part
    return result


def from_objects(values: Any) -> Any:
    """An array of objects as one of numbers, if all are; else as it is."""
    kinds = {type(value) for value in values.flat}
    if not kinds or not all(
        kind is type(None) or issubclass(kind, numbers.Number) for kind in kinds
    ):
        return values
    try:
        return values.astype(float)
    except (TypeError, ValueError):
        return values


def _column(series: Any) -> Any:
    # pandas has types of its own for numbers that may be missing.
    kind = str(getattr(series, "dtype", ""))
    if kind in _NULLABLE and hasattr(series, "isna"):
        missing = series.isna().any()
        if not missing:
            return series.to_numpy(dtype=kind.lower().replace("boolean", "bool"))
        return series.to_numpy(dtype="float64", na_value=np.nan)
    values = series.to_numpy()
    return from_objects(values) if values.dtype == object else values


_NULLABLE = {
    *("boolean", "Float32", "Float64", "Int8", "Int16", "Int32", "Int64"),
    *("UInt8", "UInt16", "UInt32", "UInt64"),
}


def _told(series: Any, values: Any) -> str:
    """What a column holds instead of numbers, and what to do about it."""
    kind = str(series.dtype)
    if kind == "category" or is_text(values):
        first = next((v for v in values.flat if isinstance(v, str)), None)
        shown = f" ({first!r})" if first is not None else ""
        kind = "categories" if kind == "category" else "text"
        return (
            f"holds {kind}{shown}, expected numbers\n  make columns of it with pandas.get_dummies"
        )
    if values.dtype.kind in "mM":
        return (
            f"holds times ({kind}), expected numbers\n  make numbers of them, seconds for example"
        )
    return f"holds {kind}, expected numbers\n  make it numbers first, as with astype('float32')"
