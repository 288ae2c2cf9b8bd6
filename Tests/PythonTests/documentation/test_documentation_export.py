"""The programs of docs/export.md put grown weights back where they came from."""

import re

import h5py
import numpy as np
import pytest
import tiny_diagnose
from test_documentation import DOCS

PAGE = (DOCS / "export.md").read_text("utf-8")


def programs(title):
    """Those under a heading of the page: the one that writes a file, and the one that reads it."""
    section = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    found = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    assert len(found) == 2
    return found


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Runs the two programs, with a growth between them."""
    monkeypatch.chdir(tmp_path)

    def run(title, names, **options):
        write, read = programs(title)
        names = {"h5py": h5py, **names}
        exec(compile(write, "export.md", "exec"), names)
        _, summary = tiny_diagnose.grow("model.h5", output="grown.h5", holdout=0, **options)
        exec(compile(read, "export.md", "exec"), names)
        return names, summary

    return run


def test_pytorch(run, samples):
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    x, y = map(torch.from_numpy, samples)
    layers = [
        torch.nn.Sequential(torch.nn.Linear(6, n), torch.nn.ReLU(), torch.nn.Linear(n, 4))
        for n in (3, 5)
    ]
    names, summary = run(
        "PyTorch",
        {"torch": torch, "model": layers[0], "grown": layers[1], "x_train": x, "y_train": y},
        activations="relu,softmax", add={"0": 2},
    )  # fmt: skip
    with torch.no_grad():
        loss = torch.nn.functional.cross_entropy(names["grown"](x), y)
    assert loss.item() == pytest.approx(summary.after["value"], rel=1e-6)


@pytest.mark.parametrize("settings", [{}, {"early_stopping": True}, {"solver": "lbfgs"}], ids=str)
def test_scikit_learn(run, samples, settings):
    neural = pytest.importorskip("sklearn.neural_network")
    from sklearn.metrics import log_loss

    x, y = samples[0].astype(float), np.array(["far", "middle", "near", "out"])[samples[1]]
    model = neural.MLPClassifier(
        (3,), max_iter=30, learning_rate_init=0.02, random_state=0, **settings
    )
    model.fit(x, y)
    names, summary = run(
        "scikit-learn", {"model": model, "x_train": x, "y_train": y}, add={"layer1": 3}
    )
    assert summary.before["value"] > summary.after["value"]
    assert names["widths"] == [6] and [w.shape for w in model.coefs_] == [(6, 6), (6, 4)]
    # The last line has trained on from there.
    assert log_loss(y, model.predict_proba(x)) < 1.02 * summary.after["value"]


def test_jax(run, samples):
    random = np.random.default_rng(0)
    shapes = [(6, 3), (3, 4), (4, 4)]
    params = [(random.normal(size=shape) / 2, np.zeros(shape[1])) for shape in shapes]
    names, summary = run(
        "JAX", {"params": params, "x_train": samples[0], "y_train": samples[1]}, add={"layer2": 2}
    )
    (first, a), (second, b), (third, c) = names["params"]
    answers = np.tanh(np.maximum(samples[0] @ first + a, 0) @ second + b) @ third + c
    logarithms = answers - np.log(np.exp(answers).sum(1, keepdims=True))
    loss = -logarithms[np.arange(900), samples[1]].mean()
    assert third.shape == (6, 4) and loss == pytest.approx(summary.after["value"], rel=1e-6)
