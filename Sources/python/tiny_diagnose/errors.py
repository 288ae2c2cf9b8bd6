"""What goes wrong, as exceptions that carry the program's own message."""

from __future__ import annotations


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
    return kind(text.removeprefix("error: ").removeprefix("Error: ") or f"exit status {status}")
