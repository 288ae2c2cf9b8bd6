"""What all results have in common."""

from __future__ import annotations

import copy
import html
from pathlib import Path
from typing import Any


class Result:
    """A result of the program: its numbers, its text, and its page where it writes one.

    Parameters
    ----------
    found : dict
        The program's JSON.
    text : str
        Its text, as for a terminal.
    page : str, optional
        Its HTML.
    """

    def __init__(self, found: dict[str, Any], text: str, page: str | None = None) -> None:
        self._found, self._text, self._page = found, text.rstrip("\n"), page

    def to_dict(self) -> dict[str, Any]:
        """Everything, by the keys of the program's JSON."""
        return copy.deepcopy(self._found)

    def to_html(self, path: Any = None) -> str:
        """The result as one page that needs nothing else.

        Parameters
        ----------
        path : str or path-like, optional
            A file to write it to.
        """
        page = self._page or (
            '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>tiny-diagnose</title>'
            f"<pre>{html.escape(self._text)}</pre></html>\n"
        )
        if path is not None:
            Path(path).write_text(page, encoding="utf-8")
        return page

    def _repr_html_(self) -> str:
        if self._page is None:
            return f"<pre>{html.escape(self._text)}</pre>"
        # A frame keeps the page's style to itself, and the notebook's out of it.
        return (
            f'<iframe title="tiny-diagnose" srcdoc="{html.escape(self._page)}" width="100%"'
            ' height="720" style="border: 0"></iframe>'
        )

    def __repr__(self) -> str:
        return self._text

    __str__ = __repr__
