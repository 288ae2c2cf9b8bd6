"""Samples on their way to the program."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from ..errors import UnsupportedModel, WrongArguments
from . import tables

FILE = "samples.h5"


def array(value: Any, name: str, *, may_be_text: bool = False) -> Any:
    """What NumPy, pandas, PyTorch, TensorFlow or SciPy hold, as an array or a dataset of h5py.

    Nothing is copied that NumPy can look at as it is.

    Parameters
    ----------
    value : array_like
        One row per sample.
    name : str
        What to call it in a message.
    may_be_text : bool
        Whether words will do, as the program numbers those of classes.

    Raises
    ------
    WrongArguments
        If it is no table of numbers.
    """
    if isinstance(value, h5py.Dataset):
        return value
    refuse_batches(value, name)
    if hasattr(value, "detach") and hasattr(value, "cpu"):  # PyTorch
        from ..networks.torch_layers import numbers

        try:
            value = numbers(value)
        except UnsupportedModel as error:
            raise WrongArguments(f"{name}: {error}") from None
    elif hasattr(value, "toarray"):  # SciPy's sparse arrays
        value = value.toarray()
    elif hasattr(value, "to_numpy"):  # pandas, polars
        value = tables.as_array(value, name, may_be_text=may_be_text)
    try:
        result = np.asarray(value)
    except ValueError as error:
        raise WrongArguments(f"{name}: its rows differ in length: {error}") from error
    if result.ndim == 0:
        raise WrongArguments(
            f"{name}: {type(value).__name__}, expected an array, one row per sample"
        )
    if result.dtype == object:
        result = tables.from_objects(result)
    if result.dtype == bool:
        return result.view(np.uint8)
    if may_be_text and result.size == len(result) and tables.is_text(result):
        return result.reshape(-1).astype(str)
    if result.dtype.kind not in "iuf":
        kind = "text" if tables.is_text(result) else result.dtype
        raise WrongArguments(
            f"{name}: it holds {kind}, expected numbers, one row per sample\n"
            "  turn text and categories into numbers first"
        )
    return result


# What gives batches rather than arrays: classes by the ends of their modules, and how to make arrays of them.
_BATCHES = {
    "torch.utils.data.dataloader": "x, y = (torch.cat(parts) for parts in zip(*loader))",
    "torch.utils.data": "x, y = (torch.cat(parts) for parts in zip(*DataLoader(dataset, 1024)))",
    "tensorflow.python.data": (
        "x, y = (numpy.concatenate(parts) for parts in zip(*dataset.as_numpy_iterator()))"
    ),
    "keras": "x, y = (numpy.concatenate(parts) for parts in zip(*(d[i] for i in range(len(d)))))",
}


def refuse_batches(value: Any, name: str) -> None:
    """Say how to make arrays of what gives batches of both, x and y.

    Raises
    ------
    WrongArguments
        If ``value`` is a DataLoader, a Dataset, or the like.
    """
    if hasattr(value, "shape") or hasattr(value, "__array__"):
        return
    modules = [base.__module__ for base in type(value).__mro__]
    for place, advice in _BATCHES.items():
        if any(module == place or module.startswith(place + ".") for module in modules):
            raise WrongArguments(
                f"{name}: {type(value).__name__} gives batches, and arrays are expected, one row per"
                f" sample\n  make arrays of it, as by {advice}"
            )


@dataclasses.dataclass
class Samples:
    """Inputs and targets, one row per sample, with what belongs to them.

    Attributes
    ----------
    inputs, targets : array or h5py.Dataset or None
        None where the file of the model carries them.
    sample_weight, groups : array or None
        A weight and a group for each sample.
    validation : Samples or None
        Samples that only judge.
    """

    inputs: Any = None
    targets: Any = None
    sample_weight: Any = None
    groups: Any = None
    validation: Samples | None = None

    @property
    def size(self) -> int:
        """How many bytes are written."""
        parts = [self.inputs, self.targets, self.sample_weight, self.groups]
        arrays = [part for part in parts if isinstance(part, np.ndarray)]
        return sum(part.nbytes for part in arrays) + (
            self.validation.size if self.validation else 0
        )

    def write(self, folder: Path) -> list[str]:
        """Write what is not in a file yet, and say where all of it is.

        Parameters
        ----------
        folder : Path
            Where the program runs.

        Returns
        -------
        list of str
            Arguments for the program.
        """
        if self.inputs is None and self.targets is None:
            return []
        arguments = ["--data", FILE]
        with h5py.File(folder / FILE, "w") as file:
            for option, name, values in (
                ("--inputs", "x", self.inputs),
                ("--targets", "y", self.targets),
                ("--sample-weights", "sample_weight", self.sample_weight),
                ("--groups", "groups", self.groups),
            ):
                if isinstance(values, h5py.Dataset):
                    arguments += [option, f"{Path(values.file.filename).resolve()}:{values.name}"]
                elif values is not None:
                    file[name] = _stored(values)
                    # What was given by name is not to be "found by its name".
                    if name in ("groups", "sample_weight"):
                        arguments += [option, name]
            if self.validation is not None:
                # A dataset of another file cannot stand in this one: it is read.
                file["validation/inputs"] = self.validation.inputs[()]
                file["validation/targets"] = _stored(self.validation.targets[()])
                if self.validation.sample_weight is not None:
                    file["validation/sample_weight"] = self.validation.sample_weight
        return arguments

    def check(self, prefix: str = "") -> None:
        """See that all parts have a row for each sample; ``prefix`` is for messages.

        Raises
        ------
        WrongArguments
            If some are longer than others.
        """
        if self.inputs is None:
            return
        count = len(self.inputs)
        if count == 0:
            raise WrongArguments(f"{prefix}x: it has no rows, expected one per sample")
        for name, part in (
            ("y", self.targets),
            ("sample_weight", self.sample_weight),
            ("groups", self.groups),
        ):
            if part is not None and len(part) != count:
                shape = tuple(getattr(self.inputs, "shape", ()))
                is_transposed = name == "y" and len(shape) == 2 and shape[1] == len(part)
                raise WrongArguments(
                    f"{prefix}{name}: {len(part)} rows, but {prefix}x has {count}"
                    + ("\n  give x.T: x has one row per sample" if is_transposed else "")
                )
        if self.validation is not None:
            self.validation.check("validation ")


def _stored(values: Any) -> Any:
    """Values as a file takes them: HDF5 has texts of any length rather than of one."""
    if getattr(values, "dtype", None) is not None and values.dtype.kind == "U":
        return values.astype(object)
    return values
