"""What goes wrong, as exceptions that carry the program's own message."""

from __future__ import annotations

import difflib
import keyword
import re

# An option of the program in a message, with the value that it proposes.
_OPTION = re.compile(
    r"(?<![\w/-])--([a-z-]+[a-z])(?: ('[^']+'|none|now|training|\d+|\w+_\w+|\w+(?:,\w+)+)(?![\w=]))?"
)
# Options that have no value.
_FLAGS = {
    *("all_samples", "double", "force", "holdout_last", "holdout_unseen", "network_lack"),
    *("one_pass", "reuse_dead", "strict", "verbose", "with_data"),
}


class TinyDiagnoseError(Exception):
    """A diagnosis or a growth that could not be done.

    The text says what is wrong, where, and what to do about it.
    """


class WorkFailed(TinyDiagnoseError, RuntimeError):
    """The samples do not fit the model, or the work failed for another reason."""


class UnusableFile(TinyDiagnoseError, OSError):
    """A file is missing, damaged or holds what is not supported."""


class WrongArguments(TinyDiagnoseError, ValueError):
    """An argument has a name or a value that the program does not take."""


class UnsupportedModel(TinyDiagnoseError, TypeError):
    """A live model that is not a chain of layers known here; the text names what is not."""


def failure(status: int, message: str) -> TinyDiagnoseError:
    """The exception for a run of the program that ended with ``status``.

    Parameters
    ----------
    status : int
        The exit status: 3 is a file that cannot be used, 64 wrong arguments.
    message : str
        What the program said.
    """
    kind = {3: UnusableFile, 64: WrongArguments}.get(status, WorkFailed)
    text = message.strip()
    # Help on how to call a program in a shell helps nobody who called a function.
    text = text.split("\nUsage:")[0].split("\nHelp:")[0].strip()
    text = called_in_python(text)
    return kind(text.removeprefix("error: ").removeprefix("Error: ") or f"exit status {status}")


def called_in_python(text: str) -> str:
    """A message that names parameters of functions where the program names its options.

    ``--loss huber`` alone is ``loss=…``: a word may go on with the sentence.
    """

    def parameter(match: re.Match[str]) -> str:
        name, value = match[1].replace("-", "_"), match[2]
        name += "_" * keyword.iskeyword(name)
        if name.startswith("no_"):
            return f"{name[3:]}=False"
        if name in _FLAGS:
            return f"{name}=True"
        if value is None:
            return f"{name}=…"
        return f"{name}={value if value.isdigit() else repr(value.strip(chr(39)))}"

    def name(match: re.Match[str]) -> str:
        called = match["name"].replace("-", "_")
        return match[0].replace(match["option"], called + "_" * keyword.iskeyword(called))

    # It may stand at the end of a line: what follows stays in its own.
    text = re.sub(
        r"\bWith(\s+)--for(\s+)now,",
        lambda found: f"With{max(found[1], found[2], key=len)}for_='now',",
        text,
    )
    text = _only_close(text)
    text = re.sub(r"'(?P<option>--(?P<name>[a-z-]+)(?: <[^>]*>)?)'", name, text)
    text = re.sub(r"^(?:error: )?(?P<option>--(?P<name>[a-z-]+)):", name, text, flags=re.MULTILINE)
    return _OPTION.sub(parameter, text)


def _only_close(text: str) -> str:
    """A message without a proposal that is far from what was written."""

    def proposal(match: re.Match[str]) -> str:
        given, proposed = (match[n].strip("-").replace("_", "-") for n in (1, 2))
        is_close = difflib.SequenceMatcher(None, given, proposed).ratio() > 0.7
        return (
            match[0]
            if is_close
            else (
                f"Unknown option '{match[1]}'.\n  tiny-diagnose COMMAND --help lists what there is besides the"
                " parameters of the function"
            )
        )

    return re.sub(r"Unknown option '([^']+)'\. Did you mean '([^']+)'\?", proposal, text)
