"""Samples on their way to the program."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from ..errors import UnsupportedModel, WrongArguments

FILE = "samples.h5"


def array(value: Any, name: str) -> Any:
    """What NumPy, pandas, PyTorch, TensorFlow or SciPy hold, as an array or a dataset of h5py.

    Nothing is copied that NumPy can look at as it is.

    Parameters
    ----------
    value : array_like
        One row per sample.
    name : str
        What to call it in a message.

    Raises
    ------
    WrongArguments
        If it is no table of numbers.
    """
    if isinstance(value, h5py.Dataset):
        return value
    if hasattr(value, "detach") and hasattr(value, "cpu"):  # PyTorch
        from ..networks.torch_layers import numbers

        try:
            value = numbers(value)
        except UnsupportedModel as error:
            raise WrongArguments(f"{name}: {error}") from None
    elif hasattr(value, "toarray"):  # SciPy's sparse arrays
        value = value.toarray()
    elif hasattr(value, "to_numpy"):  # pandas, polars
        value = value.to_numpy()
    try:
        result = np.asarray(value)
    except ValueError as error:
        raise WrongArguments(f"{name}: its rows differ in length: {error}") from error
    if result.ndim == 0:
        raise WrongArguments(
            f"{name}: {type(value).__name__}, expected an array, one row per sample"
        )
    if result.dtype == bool:
        return result.view(np.uint8)
    if result.dtype.kind not in "iuf":
        raise WrongArguments(
            f"{name}: it holds {result.dtype}, expected numbers, one row per sample\n"
            "  turn text and categories into numbers first"
        )
    return result


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
                    file[name] = values
                    if name == "groups":
                        arguments += [option, name]
            if self.validation is not None:
                # A dataset of another file cannot stand in this one: it is read.
                file["validation/inputs"] = self.validation.inputs[()]
                file["validation/targets"] = self.validation.targets[()]
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
                raise WrongArguments(f"{prefix}{name}: {len(part)} rows, but {prefix}x has {count}")
        if self.validation is not None:
            self.validation.check("validation ")
