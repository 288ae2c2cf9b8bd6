"""Options of the functions as arguments of the program."""

from __future__ import annotations

import numbers
import os
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import WrongArguments


def command_line(options: Mapping[str, Any]) -> list[str]:
    """``max_samples=100`` as ``--max-samples 100``.

    ``True`` is the option alone, ``False`` its ``--no-…`` form, ``None`` nothing; a list is joined by
    commas, and a mapping repeats the option: ``add={"hidden": 8}`` is ``--add hidden=8``. A word that
    Python keeps for itself has a line behind it: ``for_="now"``.
    """
    arguments: list[str] = []
    for name, value in options.items():
        option = "--" + name.removesuffix("_").replace("_", "-")
        if value is None:
            continue
        if value is True:
            arguments.append(option)
        elif value is False:
            arguments.append(option.replace("--", "--no-", 1))
        elif isinstance(value, Mapping):
            for key, part in value.items():
                if name == "add" and not (isinstance(part, numbers.Integral) and part >= 1):
                    raise WrongArguments(
                        f"add: {part!r} neurons for the layer {key!r}, expected a whole number of 1 or more"
                    )
                arguments += [option, f"{key}={_text(part)}"]
        else:
            arguments.append(f"{option}={_text(value)}")
    return arguments


def _text(value: Any) -> str:
    if isinstance(value, (str, os.PathLike)):
        return os.fspath(value)
    if isinstance(value, Iterable):
        return ",".join(_text(part) for part in value)
    return str(value)
