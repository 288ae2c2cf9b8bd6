"""How the program is found, run, watched and stopped."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import tiny_diagnose
from conftest import left_by
from tiny_diagnose.exchange.folder import Folder
from tiny_diagnose.running import program
from tiny_diagnose.running.arguments import command_line

PACKAGE = str(Path(tiny_diagnose.__path__[0]).parent)


def test_arguments():
    assert command_line(
        {"max_samples": 5, "line_search": False, "quiet": True, "loss": None, "layers": ["a", "b"],
         "add": {"a": 2, "b": 3}}
    ) == ["--max-samples=5", "--no-line-search", "--quiet", "--layers=a,b", "--add", "a=2", "--add", "b=3"]  # fmt: skip


def test_the_command_starts_without_numpy():
    code = "import sys, tiny_diagnose.running.program; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=PACKAGE)
    run = subprocess.run(
        [sys.executable, "-m", "tiny_diagnose", "--version"],
        cwd=PACKAGE,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0 and run.stdout.strip() == tiny_diagnose.__version__


def test_a_program_that_is_not_there(monkeypatch):
    monkeypatch.setenv("TINY_DIAGNOSE", "/nowhere/tiny-diagnose")
    with pytest.raises(tiny_diagnose.UnusableFile, match="cannot be run"):
        tiny_diagnose.inspect("model.h5")


def test_another_program(monkeypatch):
    monkeypatch.setenv("TINY_DIAGNOSE", "/bin/true")
    with pytest.raises(
        tiny_diagnose.UnusableFile, match="/bin/true: is not this package's program"
    ):
        tiny_diagnose.inspect("model.h5")


def stand_in(folder, monkeypatch, text):
    """A program that does as a test needs."""
    path = folder / "stand-in"
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    monkeypatch.setenv("TINY_DIAGNOSE", str(path))


def test_progress_is_told_and_messages_are_kept(tmp_path, monkeypatch):
    tqdm = pytest.importorskip("tqdm.auto")
    seen = []

    class Bar(tqdm.tqdm):
        def update(self, n=1):
            super().update(n)
            seen.append((self.desc, self.n))

    monkeypatch.setattr("tqdm.auto.tqdm", Bar)
    stand_in(
        tmp_path, monkeypatch,
        'printf "\\r██░░ 10 %%, 9 s left · reading" >&2; sleep 0.1\n'
        'printf "\\r██░░ 60 %%, 4 s left · choosing   " >&2; sleep 0.1\n'
        'printf "\\r░░░░ 5 %% · reading" >&2; printf "\\r           \\r" >&2; echo "error: a: b" >&2; exit 1\n',
    )  # fmt: skip
    with pytest.raises(tiny_diagnose.WorkFailed) as failure:
        program.run([])
    assert str(failure.value) == "a: b"
    assert [(name.strip(": "), share) for name, share in seen] == [
        ("reading", 10), ("choosing", 60), ("reading", 5)
    ]  # fmt: skip


def test_a_program_that_is_killed(tmp_path, monkeypatch):
    stand_in(tmp_path, monkeypatch, "kill -9 $$")
    with pytest.raises(tiny_diagnose.WorkFailed, match="ended by SIGKILL"):
        program.run([], progress=False)


def test_interrupts_stop_the_program(tmp_path):
    """Ctrl-C in a notebook: only Python hears of it."""
    script = tmp_path / "stand-in"
    script.write_text(
        f"#!/bin/sh\ncase $2 in --help) exit ;; esac\necho $$ > {tmp_path}/pid\nexec sleep 60\n"
    )
    script.chmod(0o755)
    code = (
        "import signal, numpy, tiny_diagnose\n"
        # A shell that runs tests in the background lets them ignore it.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "try: tiny_diagnose.report('model.h5', numpy.zeros((9, 2)), numpy.zeros(9), progress=False)\n"
        "except KeyboardInterrupt: print('stopped')\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=PACKAGE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "TINY_DIAGNOSE": str(script)},
    )  # fmt: skip
    pid = tmp_path / "pid"
    end = time.monotonic() + 20
    while not (pid.exists() and pid.read_text().strip()) and time.monotonic() < end:
        time.sleep(0.02)
    child = int(pid.read_text())
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=20)[0].strip() == "stopped"
    assert not left_by(process.pid)
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_what_a_killed_process_left_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr("tiny_diagnose.exchange.folder._MEMORY", str(tmp_path))
    left = tmp_path / "tiny-diagnose-python-left"
    left.mkdir()
    (left / "lock").touch()
    (left / "samples.h5").touch()
    os.utime(left, (0, 0))
    with Folder(0) as kept:
        os.utime(kept, (0, 0))
        assert kept.parent == tmp_path and not left.exists()
        with Folder(0):
            assert kept.exists()
    assert list(tmp_path.iterdir()) == []


def test_large_samples_go_where_there_is_room(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Folder(1 << 60) as folder:
        assert folder.parent == tmp_path


def test_samples_are_handed_over_quickly(tmp_path):
    """No copy too many: about the time of writing the bytes."""
    from tiny_diagnose.exchange.samples import Samples, array

    x = np.random.default_rng(0).random((20000, 784), np.float32)
    assert array(x, "x") is x
    with Folder(x.nbytes) as folder:
        start = time.perf_counter()
        (folder / "bytes").write_bytes(x)
        plain = time.perf_counter() - start
        start = time.perf_counter()
        Samples(x, np.zeros(20000)).write(folder)
        assert time.perf_counter() - start < 4 * plain + 0.1
