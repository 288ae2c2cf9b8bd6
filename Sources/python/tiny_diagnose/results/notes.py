"""What the program cannot know of a live model that grew, as further notes."""

from __future__ import annotations

import html
import itertools
import re
import textwrap
from typing import Any

from ..networks.live import LiveModel


def growth_notes(model: LiveModel, found: dict[str, Any], *, is_in_place: bool) -> list[str]:
    """Notes on frozen layers that changed, and on an optimizer that does not know what is new.

    Parameters
    ----------
    model : LiveModel
        What grew.
    found : dict
        The program's JSON on the growth.
    is_in_place : bool
        Whether the model itself grew, and what trains it goes on.
    """
    grown = {step["layer"] for step in found["steps"]}
    if not grown:
        return []
    names = [layer["name"] for layer in found["model"]["layers"]]
    # New units of a layer change the weights of the next.
    behind = {after for before, after in itertools.pairwise(names) if before in grown}
    reused = {step["layer"] for step in found["steps"] if step.get("reusedUnits")}
    frozen = model.frozen()
    notes = []
    for name in names:
        if name in frozen and name in grown | behind:
            what = "it has new units" if name in grown else "it takes the new units"
            moved = ", and what it had has moved" if name in behind | reused else ""
            notes.append(
                f"{layer_text(name)} is frozen ({frozen[name]}) and changed all the same: {what}{moved}."
                " What was added is frozen, too."
            )
    if model.has_own_optimizer and not is_in_place:
        notes.append(
            "Make the optimizer anew: one of the model that was given trains nothing of this one."
        )
    return notes


def layer_text(name: str) -> str:
    """A layer in a sentence, where a name that is a number would read as one."""
    return f"layer {name}" if re.fullmatch(r"[\d.]+", name) else name


def with_notes(text: str, notes: list[str], width: int) -> str:
    """A text with notes below, laid out as the program does it."""
    lines = [
        textwrap.fill(note, width, initial_indent="note: ", subsequent_indent=" " * 6)
        for note in notes
    ]
    text = text.rstrip("\n")
    has_notes = text.rsplit("\n\n", 1)[-1].startswith(("note:", "warning:"))
    return "\n".join([text + ("" if has_notes or not lines else "\n"), *lines])


def page_with_notes(page: str | None, notes: list[str]) -> str | None:
    """The page of a growth with notes among its remarks."""
    items = "".join(f'<li class="remark">{html.escape(note)}</li>' for note in notes)
    if not page or not items:
        return page
    before, remarks, after = page.partition('<ul class="remarks">')
    if remarks:
        return before + remarks + after.replace("</ul>", f"{items}</ul>", 1)
    return page.replace("</div><section>", f'<ul class="remarks">{items}</ul></div><section>', 1)
