"""Finds the program and runs it. Imports nothing that is slow."""

from __future__ import annotations

import functools
import os
import re
import shutil
import signal
import subprocess
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from ..errors import UnusableFile, failure
from .progress import Progress

NAME = "tiny-diagnose"
# A frame of the program's progress: how much of the whole is done, how long the rest takes · what it does.
_FRAME = re.compile("\r[^\r\n%]* (\\d+) %[^\r\n·]*· ([^\r\n]*)".encode())
_PATIENCE = 5.0


def find_program() -> str:
    """The path of the program: that of ``TINY_DIAGNOSE``, of this package, or of ``PATH``.

    Raises
    ------
    UnusableFile
        If there is none.
    """
    named = os.environ.get("TINY_DIAGNOSE")
    if named:
        return named
    schemes = [sysconfig.get_path("scripts")]
    schemes.append(sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user")))
    # `pip install --target` puts scripts beside the packages.
    schemes.append(str(Path(__file__).resolve().parents[2] / "bin"))
    for folder in schemes:
        path = Path(folder) / NAME
        if path.is_file() and os.access(path, os.X_OK):
            return str(path)
    found = shutil.which(NAME)
    if found:
        return found
    raise UnusableFile(
        f"{NAME}: the program is not there\n"
        "  install the wheel of this package, put the program on PATH, or name it in the"
        " environment variable TINY_DIAGNOSE"
    )


def run(
    arguments: Sequence[str],
    *,
    folder: str | None = None,
    progress: bool | None = None,
    names: Mapping[str, str] | None = None,
) -> str:
    """Run the program and return what it prints.

    Parameters
    ----------
    arguments : sequence of str
        What follows the program's name.
    folder : str, optional
        Where it runs, so that messages name files there without their folder.
    progress : bool, optional
        Whether to show progress; by default if tqdm is installed.
    names : mapping of str to str, optional
        What to call things in messages: the class of a model rather than a temporary file.

    Raises
    ------
    TinyDiagnoseError
        With the program's message, if it does not end well.
    KeyboardInterrupt
        If the user stops it; the program has ended by then.
    """
    command = [find_program(), *arguments]
    with Progress(progress) as bar:
        if bar.is_shown:
            command.append("--progress")
        try:
            process = subprocess.Popen(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except OSError as error:
            raise UnusableFile(f"{command[0]}: cannot be run: {error.strerror}") from error
        try:
            output, message = _read(process, bar)
        except BaseException:
            _stop(process)
            raise
    if process.returncode != 0:
        text = message.decode(errors="replace")
        if process.returncode < 0:
            text += f"\nthe program was ended by {signal.Signals(-process.returncode).name}"
        for old, new in (names or {}).items():
            text = text.replace(old, new)
        raise failure(process.returncode, text)
    return output.decode()


def _read(process: subprocess.Popen[bytes], bar: Progress) -> tuple[bytes, bytes]:
    """Everything the program prints, and its messages without the frames of progress."""
    import selectors

    assert process.stdout is not None and process.stderr is not None
    texts: dict[IO[bytes], bytearray] = {process.stdout: bytearray(), process.stderr: bytearray()}
    with selectors.DefaultSelector() as selector:
        for stream in texts:
            selector.register(stream, selectors.EVENT_READ, stream)
        while selector.get_map():
            for key, _ in selector.select():
                source: IO[bytes] = key.data
                part = os.read(source.fileno(), 1 << 16)
                if not part:
                    selector.unregister(source)
                    continue
                texts[source] += part
                if source is process.stderr:
                    for share, phase in _FRAME.findall(part):
                        bar.update(phase.decode(errors="replace").strip(), int(share))
    process.wait()
    messages = re.sub(rb"\r[^\r\n]*(?=\r)|\r", b"", _FRAME.sub(b"", bytes(texts[process.stderr])))
    result = bytes(texts[process.stdout]), messages
    _close(process)
    return result


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the program, gently first."""
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        process.kill()
        process.wait()
    _close(process)


def _close(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def further_forms(command: str) -> tuple[str, ...]:
    """The endings of files that a command writes its result to beside its JSON: txt, html."""
    return _further_forms(find_program(), command)


@functools.cache
def _further_forms(path: str, command: str) -> tuple[str, ...]:
    try:
        run = subprocess.run([path, command, "--help"], capture_output=True, text=True, check=False)
    except OSError as error:
        raise UnusableFile(f"{path}: cannot be run: {error.strerror}") from error
    described = re.search(r"^ +--also(.*?)(?=\n\s+-|\n\n)", run.stdout, re.DOTALL | re.MULTILINE)
    return tuple(form for form in ("txt", "html") if described and form in described[1])
