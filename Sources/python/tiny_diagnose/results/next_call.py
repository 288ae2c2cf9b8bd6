"""The call of `tiny_diagnose.grow` that follows a report."""

from __future__ import annotations

import keyword
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# What a function is given by name, or needs no more, in other words than the program.
_OTHERWISE = {
    *("data", "inputs", "targets", "sample_weights", "groups", "validation", "loss", "add"),
    *("activations", "architecture", "kernels"),
}
_ALWAYS = ("validation", "groups", "sample_weight", "loss")


def next_call(
    command: Sequence[str],
    name: str,
    said: Mapping[str, Any],
    *,
    needs_output: bool,
    has_samples: bool,
) -> list[str]:
    """The call that does what a command of the program does, with what the caller gave to `report`.

    Parameters
    ----------
    command : sequence of str
        The program's ``tiny-diagnose grow …``, word by word. It tells which options matter for growing.
    name : str
        What to call the model.
    said : mapping of str to object
        What the caller gave by name.
    needs_output : bool
        Whether the model is a file.
    has_samples : bool
        Whether the caller gave ``x`` and ``y``.

    Returns
    -------
    list of str
        The function with its first argument's parenthesis, and its arguments.
    """
    words = dict(_options(command))
    arguments = [name, *(("x", "y") if has_samples else ())]
    if needs_output:
        arguments.append(f"output={words.get('o', '')!r}")
    layer, _, count = str(words.get("add", "")).rpartition("=")
    arguments.append(f"add={{{layer!r}: {count}}}")
    # `False` is an option of its own for the program, `--no-…`, which names no other parameter.
    known = {n for n in said if n in words or f"no_{n}" in words} - {"add"}
    chosen = [n for n in said if n in _ALWAYS or n in known]
    chosen += [
        n for n in _OTHERWISE & said.keys() if n not in (*_ALWAYS, "add") and n not in chosen
    ]
    arguments += [f"{n}={_written(n, said[n])}" for n in chosen if said[n] is not None]
    # What the program itself decided, as how many samples it took.
    for word, value in words.items():
        n = word.removeprefix("no_")
        if n not in said and n not in _OTHERWISE and n != "o":
            parameter = f"{n}_" if keyword.iskeyword(n) else n
            arguments.append(f"{parameter}={value if n == word else False!r}")
    return arguments


def laid_out(arguments: Sequence[str], width: int) -> list[str]:
    """A call of `tiny_diagnose.grow` in lines of at most ``width`` characters where that is possible."""
    lines = [f"tiny_diagnose.grow({arguments[0]}"]
    for argument in arguments[1:]:
        # The last one is followed by a parenthesis, the others by a comma.
        if len(lines[-1]) + len(argument) + len(", ,") <= width:
            lines[-1] += f", {argument}"
        else:
            lines[-1] += ","
            lines.append(f"    {argument}")
    lines[-1] += ")"
    return lines


def _options(command: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """The options of a command by the names of parameters, with numbers as such."""
    words = list(command)
    while words:
        word = words.pop(0)
        if not word.startswith("-"):
            continue
        value = words.pop(0) if words and not words[0].startswith("--") else True
        yield word.lstrip("-").replace("-", "_"), _literal(value)


def _literal(value: Any) -> Any:
    for kind in (int, float):
        try:
            return kind(value) if isinstance(value, str) else value
        except ValueError:
            continue
    return value


def _written(name: str, value: Any) -> str:
    """A value as it is written, where it is a number, a text or some of them; else its name."""
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    plain = (str, int, float)
    if isinstance(value, plain):
        return repr(value)
    if (
        isinstance(value, (list, tuple))
        and len(value) < 9
        and all(isinstance(v, plain) for v in value)
    ):
        return repr(value)
    return name
