"""Texts of the program in the words of its Python users."""

from __future__ import annotations

import html
import re
import shlex
from typing import Any

from ..exchange.samples import FILE
from ..networks.live import LiveModel

_COMMAND = re.compile(r"tiny-diagnose (report|grow|compare) [^\n<\"]*")
_STATE = re.compile(r"note:\s+The\s+optimizer's\s+state\s+was\s+left\s+out[^:]*:[^.]*\.\n*")
_WRITTEN = re.compile(r"\s*The\s+grown\s+model\s+is\s+in\s+\S+\.(?=\s|$)")
# What a function is given in other ways than by name.
_LEFT_OUT = {
    "--data",
    "--inputs",
    "--targets",
    "--sample-weights",
    "--groups",
    "--validation",
    "-o",
    "--output",
}


def names(model: LiveModel) -> dict[str, str]:
    """What to call temporary files in texts and messages."""
    return {model.file: model.label, FILE: "x, y"}


def reworded(text: str, model: LiveModel, found: dict[str, Any]) -> str:
    """A text or page that speaks of live models and functions rather than of files and commands."""
    if FILE in text:
        name = "model" if model.framework else repr(model.label)
        text = _COMMAND.sub(lambda match: _call(match[0], name), text)
    kind = found.get("model", {}).get("format")
    if model.framework and kind:
        text = text.replace(kind, model.framework)
    if model.framework:
        text = _STATE.sub("", _WRITTEN.sub("", text))
    for old, new in names(model).items():
        text = text.replace(old, new)
    return text


def renamed(found: dict[str, Any], model: LiveModel) -> dict[str, Any]:
    """The program's JSON with the model and the samples by their names."""
    if "model" in found:
        found["model"]["path"] = model.label
        if model.framework:
            found["model"]["format"] = model.framework
    if model.framework and "notes" in found:
        # It is left out of the file, and taken from the live model.
        found["notes"] = [note for note in found["notes"] if "optimizer's state" not in note]
    if (found.get("data") or {}).get("path") == FILE:
        found["data"]["path"] = "x, y"
    return found


def recorded(
    found: dict[str, Any], text: str, page: str | None, *, path: str, label: str, is_kept: bool
) -> tuple[dict[str, Any], str, str | None]:
    """What was found of a recording, called by the class of the network."""
    found["model"]["path"] = label
    found["data"]["path"] = "recorded"
    if not is_kept:
        # Nobody can run a command on a recording that is gone.
        text = re.sub(r"\n *tiny-diagnose grow .*", "", text)
        texts = [part and part.replace(path, label) for part in (text, page)]
    else:
        texts = [text, page]
    return found, texts[0] or "", texts[1]


def _call(command: str, model: str) -> str:
    """``tiny_diagnose.grow(model, x, y, add={"narrow": 12})`` for the command that does the same."""
    try:
        words = shlex.split(html.unescape(command))
    except ValueError:
        return command
    function, rest = words[1], words[3:]
    given: dict[str, Any] = {}
    while rest:
        option = rest.pop(0)
        value = rest.pop(0) if rest and not rest[0].startswith("--") else True
        if option in _LEFT_OUT or not option.startswith("--"):
            continue
        name = option.removeprefix("--").replace("-", "_")
        if name == "add" and isinstance(value, str):
            layer, _, count = value.rpartition("=")
            given.setdefault("add", {})[layer] = int(count)
        else:
            given[name] = _literal(value)
    arguments = "".join(f", {name}={value!r}" for name, value in given.items())
    return f"tiny_diagnose.{function}({model}, x, y{arguments})"


def _literal(value: Any) -> Any:
    for kind in (int, float):
        try:
            return kind(value) if isinstance(value, str) else value
        except ValueError:
            continue
    return value
