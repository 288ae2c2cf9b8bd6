"""A temporary folder that never outlives the call it is made for."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

_PREFIX = "tiny-diagnose-python-"
_LOCK = "lock"
_MEMORY = "/dev/shm"
# Beside the samples: the model, the grown model, the report.
_MARGIN = 64 << 20
# A folder this young may belong to a process that has not locked it yet.
_YOUTH = 60.0


class Folder:
    """A folder in memory where there is room for ``size`` bytes, else where temporary files go.

    It is removed when the block ends, however it ends. What a killed process left behind is removed by
    the next one: the folder of a living process is locked.

    Parameters
    ----------
    size : int
        About how many bytes will be written.
    """

    def __init__(self, size: int) -> None:
        self.path = _place(size)
        self._lock = -1

    def __enter__(self) -> Path:
        _remove_orphans(self.path)
        self.path = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=self.path))
        self._lock = os.open(self.path / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        return self.path

    def __exit__(self, *error: object) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def _place(size: int) -> Path:
    try:
        free = os.statvfs(_MEMORY)
        # Memory is needed for other things, too: at most half of what is free.
        if free.f_bavail * free.f_frsize > 2 * (size + _MARGIN) and os.access(_MEMORY, os.W_OK):
            return Path(_MEMORY)
    except OSError:
        pass
    return Path(tempfile.gettempdir())


def _remove_orphans(place: Path) -> None:
    """Remove the folders of processes that were killed."""
    for folder in place.glob(_PREFIX + "*"):
        try:
            if time.time() - folder.stat().st_mtime < _YOUTH:
                continue
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            pass
        finally:
            os.close(lock)
