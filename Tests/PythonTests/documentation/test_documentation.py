"""The programs in docs/guides/python.md run as they stand there."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

DOCS = Path(__file__).resolve().parents[3] / "docs"
BLOCKS = re.findall(
    r"<!-- run: (\w+) -->\n```python\n(.*?)```",
    (DOCS / "guides" / "python.md").read_text("utf-8"),
    re.DOTALL,
)


def programs(kind):
    found = [text for name, text in BLOCKS if name == kind]
    assert found
    return found


def shortened(text):
    """Fewer epochs, and growth without a plateau, which so few need not have."""
    return re.sub(r"(epochs=|range\()60", r"\g<1>8", text).replace("patience=5", "every=3")


def run(kind, names):
    for text in programs(kind):
        exec(compile(shortened(text), "python.md", "exec"), names)
    return names


def test_keras(samples):
    keras = pytest.importorskip("keras")
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((6,)), keras.layers.Dense(2, "relu"), keras.layers.Dense(4, "softmax")]
    )
    model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
    # Trained until its two units are what it lacks.
    model.fit(*samples, epochs=60, verbose=0)
    names = run("keras", {"model": model, "x_train": samples[0], "y_train": samples[1]})
    assert names["summary"].added and names["grow"].history


def test_scikit_learn(samples):
    neural = pytest.importorskip("sklearn.neural_network")
    model = neural.MLPClassifier((2,), learning_rate_init=0.02, max_iter=200, random_state=0).fit(
        *samples
    )
    names = run("sklearn", {"model": model, "x_train": samples[0], "y_train": samples[1]})
    assert names["summary"].added


def test_readme_shows_the_same_lines():
    def lines(text):
        return re.sub(r" +#.*", "", text).strip()

    readme = (DOCS.parent / "README.md").read_text("utf-8")
    shown = re.findall(r"```python\n(import tiny_diagnose\n.*?)```", readme, re.DOTALL)
    assert len(shown) == 3 and {*map(lines, shown)} <= {lines(text) for _, text in BLOCKS}


def test_notebook(samples):
    pytest.importorskip("sklearn")
    cells = json.loads((DOCS / "examples" / "report.ipynb").read_text("utf-8"))["cells"]
    names = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), "report.ipynb", "exec"), names)
    assert names["summary"].added
    assert names["score_after"] >= names["score_before"]
    assert np.isfinite(names["summary"].after["value"])
