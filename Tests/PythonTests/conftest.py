"""Samples that no narrow network can follow, and the package: installed, or from the sources."""

import importlib.util
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
SOURCES = Path(__file__).resolve().parents[2] / "Sources" / "python"
if importlib.util.find_spec("tiny_diagnose") is None:
    sys.path.insert(0, str(SOURCES))


@pytest.fixture(scope="session")
def samples():
    """Points of six dimensions in four classes by how far out they are, and a smooth target."""
    random = np.random.default_rng(1)
    x = random.normal(size=(900, 6)).astype("float32")
    y = np.digitize(np.linalg.norm(x[:, :3], axis=1), [1.1, 1.6, 2.1])
    return x, y


def left_by(process):
    """The temporary folders of a process, by its number; others may be at work beside it."""
    places = [Path("/dev/shm"), Path(tempfile.gettempdir())]
    return [
        folder for place in places for folder in place.glob(f"tiny-diagnose-python-{process}-*")
    ]


@pytest.fixture(autouse=True)
def no_leftovers():
    """Nothing temporary outlives a test."""
    yield
    assert not left_by(os.getpid())
