"""The call that a report ends with gives the numbers that the report shows."""

import copy
import re

import h5py
import numpy as np
import pytest
import tiny_diagnose
from tiny_diagnose.errors import called_in_python
from tiny_diagnose.results.live_words import of_models, of_samples
from tiny_diagnose.results.next_call import laid_out, next_call
from tiny_diagnose.running.arguments import command_line

neural = pytest.importorskip("sklearn.neural_network")


@pytest.fixture(scope="module")
def given(samples):
    """A network that is too narrow, its samples, and what a caller may give beside them."""
    x, y = samples
    model = neural.MLPClassifier((2,), learning_rate_init=0.02, max_iter=100, random_state=0)
    return {
        "model": model.fit(x, y), "x": x[:700], "y": y[:700], "validation": (x[700:], y[700:]),
        "groups": np.arange(700) // 2, "sample_weight": np.linspace(0.5, 2, 700), "loss": "log_loss",
    }  # fmt: skip


def call(report):
    """The lines of the call, as they are copied."""
    return repr(report)[repr(report).index("tiny_diagnose.grow(") :]


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize(
    "names", [(), ("validation",), ("groups", "sample_weight"), ("loss", "validation")], ids=str
)
def test_the_call_gives_the_numbers(given, names, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    options = {"seed": 3, "neurons": 5, "least_gain": 0.001} if names else {}
    report = tiny_diagnose.report(
        given["model"], given["x"], given["y"], **{name: given[name] for name in names}, **options
    )
    text = call(report)
    assert all(f"{name}={name}" in text or name == "loss" for name in names)
    assert "tiny-diagnose" not in repr(report) and "samples.h5" not in repr(report)
    assert max(map(len, text.split("\n"))) <= max(width, 50)
    _, summary = eval(text, {"tiny_diagnose": tiny_diagnose, **given})
    row = next(r for r in report.to_dict()["growth"] if r["layer"] == report.verdict.layer)
    step = summary.to_dict()["steps"][0]
    assert step["neurons"] == report.verdict.neurons
    assert step["measuredLossGain"] == pytest.approx(row["measuredLossGain"], rel=1e-6)
    assert step["validationLossGain"] == pytest.approx(row["validationLossGain"], rel=1e-6)
    # A page has it in one line, and nothing of the program's command.
    shown = re.search(r'<code id="command">(.*?)</code>', report.to_html())[1]
    assert shown.startswith("tiny_diagnose.grow(model, x, y, add={") and "\n" not in shown
    assert "tiny-diagnose grow" not in report.to_html()
    assert report.to_dict()["suggestion"]["command"] is None


def test_files_and_datasets(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    network = given["model"]
    with h5py.File("model.h5", "w") as file:
        root = file.create_group("model")
        root.attrs.update(format="tiny-diagnose", version=1, loss="sparse_categorical_crossentropy")
        for index, (kernel, bias) in enumerate(zip(network.coefs_, network.intercepts_)):
            layer = root.create_group(f"layers/{index:03}_layer{index}")
            layer["weight"], layer["bias"] = kernel.T, bias
            layer.attrs["activation"] = ["relu", "softmax"][index]
    with h5py.File("data.h5", "w") as file:
        file["x"], file["y"] = given["x"], given["y"]
    report = tiny_diagnose.report("model.h5", data="data.h5", seed=2)
    assert (
        call(report)
        .replace("\n     ", "")
        .startswith(
            f"tiny_diagnose.grow('model.h5', output='grown.h5', add={{'layer0': {report.verdict.neurons}}}"
        )
    )
    path, summary = eval(call(report), {"tiny_diagnose": tiny_diagnose})
    assert path == "grown.h5" and summary.added == {"layer0": report.verdict.neurons}
    with h5py.File("data.h5") as file:
        names = {"tiny_diagnose": tiny_diagnose, "x": file["x"], "y": file["y"]}
        report = tiny_diagnose.report("model.h5", file["x"], file["y"])
        assert "--" not in call(report) and "data.h5" not in call(report)
        assert eval(call(report).replace("grown.h5", "other.h5"), names)[0] == "other.h5"


def test_what_the_program_decides_is_said():
    command = ["tiny-diagnose", "grow", "model.h5", "-o", "grown.h5", "--add", "a=b=3"]
    command += ["--data", "samples.h5", "--max-samples", "16384", "--holdout-last"]
    said = {"loss": object(), "seed": 4, "holdout_last": True, "layers": ["a=b"]}
    arguments = next_call(command, "model", said, needs_output=False, has_samples=True)
    # No seed and no layers: the command names none.
    expected = ["model", "x", "y", "add={'a=b': 3}", "loss=loss", "holdout_last=True"]
    assert arguments == [*expected, "max_samples=16384"]
    assert laid_out(arguments, 40) == [
        "tiny_diagnose.grow(model, x, y,",
        "    add={'a=b': 3}, loss=loss,",
        "    holdout_last=True,",
        "    max_samples=16384)",
    ]


def test_options_in_sentences():
    assert called_in_python("--no-line-search with --amplitude 1: --all-samples") == (
        "line_search=False with amplitude=1: all_samples=True"
    )
    assert called_in_python("'--for <purpose>': --for 'now'") == "'for_': for_='now'"
    sentence = "Did you mean 'quiet'?"
    assert called_in_python(f"Unknown option '--budget'. {sentence}").startswith(
        "Unknown option 'budget'.\n"
    )
    close = "Unknown option 'max_sample'. Did you mean 'max_samples'?"
    assert called_in_python(close.replace("max_", "--max-")) == close
    assert called_in_python("found. With --for\n  now, they") == "found. With\n  for_='now', they"
    assert called_in_python("found. With --for now, they") == "found. With for_='now', they"


def test_words_of_files_are_those_of_arrays():
    assert of_samples(
        "x, y: /sample_weight: row 0 is -1\n  sample_weights=… names it; leave /x"
    ) == ("sample_weight: row 0 is -1\n  leave x")
    assert of_samples("weighted by /sample_weight; /validation/inputs; data.h5:/x; /xs; a/y") == (
        "weighted by sample_weight; validation x; data.h5:/x; /xs; a/y"
    )
    assert of_models("/model_weights/0/0/kernel: nan. Nothing\nwas written.") == (
        "layer 0, kernel: nan. A copy\nis given back."
    )


@pytest.mark.parametrize("neurons", [0, -3, 2.5, "two"])
def test_how_many_neurons_are_added(neurons):
    with pytest.raises(tiny_diagnose.WrongArguments, match="add: .* 'hidden1', .* 1 or more"):
        command_line({"add": {"hidden1": neurons}})


def test_dead_units_are_put_to_use_by_a_call(given):
    network = copy.deepcopy(given["model"])
    network.coefs_[0][:, 0], network.intercepts_[0][0] = 0, -1
    report = tiny_diagnose.report(network, given["x"], given["y"])
    assert any(layer.get("reuse") for layer in report.to_dict()["layers"])
    text = repr(report)[repr(report).index("growth without add=…:\n") :].split("\n")[1]
    _, summary = eval(text.strip(), {"tiny_diagnose": tiny_diagnose, **given, "model": network})
    assert summary.to_dict()["steps"][0]["reusedUnits"] > 0
