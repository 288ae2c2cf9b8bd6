"""Texts of the program in the words of its Python users."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import called_in_python
from ..exchange.samples import FILE
from ..networks.live import LiveModel
from .live_words import of_models, of_samples
from .next_call import laid_out, next_call

# The command that ends a text report, which goes on in the next line after a backslash; that of a page,
# where a reader sees it and in the numbers the page holds.
_COMMAND = re.compile(r"^  tiny-diagnose grow (?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
# The one that puts dead and duplicate units to use, under the sentence on it.
_REUSE = re.compile(r"(?<=--add:\n)" + _COMMAND.pattern, re.MULTILINE)
_PAGE_COMMAND = re.compile(r'(?<=<code id="command">)[^<]*(?=</code>)')
_PAGE_BOX = re.compile(r'<div class="command"><code id="command">.*?</div>', re.DOTALL)
_PAGE_WORDS = re.compile(r'"command":\["tiny-diagnose",(?:"(?:[^"\\]|\\.)*",?)*\]')
_STATE = re.compile(r"note:\s+The\s+optimizer's\s+state\s+was\s+left\s+out[^:]*:[^.]*\.\n*")
_WRITTEN = re.compile(r"\s*The\s+grown\s+model\s+is\s+in\s+\S+\.(?=\s|$|<)")

# Where the command stands in the JSON: of a report, of a comparison.
_NEXT = ("suggestion", "verdict")


def names(model: LiveModel) -> dict[str, str]:
    """What to call temporary files in texts and messages."""
    return {model.file: model.label, FILE: "x, y"}


def reworded(
    text: str, model: LiveModel, found: dict[str, Any], said: Mapping[str, Any], has_samples: bool
) -> str:
    """A text or page that speaks of live models and functions rather than of files and commands.

    Parameters
    ----------
    text : str
        As the program wrote it.
    model : LiveModel
        What it looked at.
    found : dict
        The same as JSON, as the program wrote it.
    said : mapping of str to object
        What the caller gave by name.
    has_samples : bool
        Whether the caller gave ``x`` and ``y``.
    """
    is_page = text.startswith("<")
    kind = found.get("model", {}).get("format")
    if model.framework and kind:
        text = text.replace(kind, model.framework)
    if model.framework:
        text = of_models(_STATE.sub("", _WRITTEN.sub("", text)))
    if has_samples:
        text = of_samples(text)
    command = next((found.get(k, {}).get("command") for k in _NEXT if k in found), None)
    call = command and next_call(
        command, _called(model), said,
        needs_output=not model.framework, has_samples=has_samples,
    )  # fmt: skip
    if is_page:
        text = text.replace("growth without --add puts", "growth without add=… puts")
        if call:
            line = html.escape(f"tiny_diagnose.grow({', '.join(call)})")
            text = _PAGE_COMMAND.sub(lambda _: line, text)
        if model.framework or has_samples:
            text = _PAGE_WORDS.sub('"command":null', text)
    else:
        lines = laid_out(call, width() - 2) if call else []
        reuse = _reuse(text, command, model, said, has_samples)
        # Its lines go in at last, so that they are not taken for the program's.
        text = _REUSE.sub("\0", text)
        text = _COMMAND.sub("", text) if call else text
        text = called_in_python(text.replace("see --format json", "see .warnings"))
        text = text.replace("\0", "\n".join(f"  {line}" for line in reuse))
        text = text.rstrip("\n") + "".join(f"\n  {line}" for line in lines)
    for old, new in names(model).items():
        text = text.replace(old, new)
    return text


def _reuse(
    text: str,
    command: list[str] | None,
    model: LiveModel,
    said: Mapping[str, Any],
    has_samples: bool,
) -> list[str]:
    """The call that puts dead and duplicate units to use, in lines; none where there are none."""
    if not _REUSE.search(text):
        return []
    words = command or ["tiny-diagnose", "grow", "-o", "grown.h5", "--add", "layer=1"]
    arguments = next_call(
        words, _called(model), said, needs_output=not model.framework, has_samples=has_samples
    )
    alone = [a for a in arguments if not a.startswith(("add=", "for_="))]
    return laid_out(alone, width() - 2)


def _called(model: LiveModel) -> str:
    """The model as it is given to a function."""
    return "model" if model.framework else repr(model.label)


def width() -> int:
    """How wide the program makes its text."""
    given = os.environ.get("COLUMNS", "")
    return int(given) if given.isdecimal() and int(given) > 0 else 80


def _each(value: Any, worded: Callable[[str], str]) -> Any:
    """Sentences in other words."""
    if isinstance(value, str):
        return worded(value)
    if isinstance(value, list):
        return [_each(part, worded) for part in value]
    if isinstance(value, dict):
        return {k: v if k == "command" else _each(v, worded) for k, v in value.items()}
    return value


def renamed(found: dict[str, Any], model: LiveModel, has_samples: bool) -> dict[str, Any]:
    """The program's JSON with the model and the samples by their names."""

    def worded(text: str) -> str:
        text = of_models(text) if model.framework else text
        return called_in_python(of_samples(text) if has_samples else text)

    for key in ("verdict", "suggestion", "warnings", "notes"):
        if key in found:
            found[key] = _each(found[key], worded)
    for key in _NEXT:
        if "command" in found.get(key, {}) and (model.framework or has_samples):
            # It names files that are gone.
            found[key]["command"] = None
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
    found: dict[str, Any],
    text: str,
    page: str | None,
    *,
    path: str,
    label: str,
    kept_as: str | None,
    groups: str | None = None,
) -> tuple[dict[str, Any], str, str | None]:
    """What was found of a recording, called by the class of the network."""
    found["model"]["path"] = label
    found["data"]["path"] = "recorded"
    said = {} if groups is None else {"groups": groups}
    command = found["suggestion"]["command"]
    texts = [text, page or ""]
    if kept_as and command:
        call = next_call(command, repr(kept_as), said, needs_output=True, has_samples=False)
        line = html.escape(f"tiny_diagnose.grow({', '.join(call)})")
        # The file that grew is put back into the network that was recorded.
        grown = next(part.split("=", 1)[1] for part in call if part.startswith("output="))
        lines = "\n".join(f"  {line}" for line in laid_out(call, width() - 2))
        lines += f"\n  tiny_diagnose.put_back(network, {grown})"
        texts = [_COMMAND.sub(lambda _: lines, text), _PAGE_COMMAND.sub(lambda _: line, texts[1])]
    elif not kept_as:
        # Nobody can grow from a recording that is gone.
        found["suggestion"]["command"] = None
        texts = [
            _COMMAND.sub("", text),
            _PAGE_WORDS.sub('"command":null', _PAGE_BOX.sub("", texts[1])),
        ]
        texts = [part.replace(path, label) for part in texts]
        if command:
            texts[0] = f"{texts[0].rstrip()}\n  record it with save='recorded.h5' to grow it"
    return found, called_in_python(texts[0]), texts[1] or None
