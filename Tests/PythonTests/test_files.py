"""Models that are files, with nothing but NumPy and h5py."""

import re
import sys

import h5py
import numpy as np
import pytest
import tiny_diagnose
from tiny_diagnose.results.rows import GrowthRow, LayerRow


@pytest.fixture
def native(tmp_path, samples):
    """A network of no framework in a file of its own."""
    random = np.random.default_rng(0)
    path = tmp_path / "model.h5"
    with h5py.File(path, "w") as file:
        model = file.create_group("model")
        model.attrs.update(
            format="tiny-diagnose", version=1, loss="sparse_categorical_crossentropy"
        )
        for index, (inputs, units, activation) in enumerate([(6, 3, "relu"), (3, 4, "softmax")]):
            layer = model.create_group(f"layers/{index:03}_layer{index}")
            layer["weight"] = random.normal(size=(units, inputs)).astype("float32") / 2
            layer["bias"] = np.zeros(units, "float32")
            layer.attrs["activation"] = activation
    return path


def test_report(native, samples, tmp_path):
    report = tiny_diagnose.report(native, *samples)
    found = report.to_dict()
    assert found["model"]["path"] == str(native) and found["data"]["path"] == "x, y"
    assert report.verdict.kind and str(report.verdict)
    # A long path is shortened to fit a line.
    assert repr(report).startswith("model  ") and f"{native.name} · " in repr(report)
    assert len(report.layers) == 2 and len(report.growth) == 1
    report.to_html(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert page.startswith("<!DOCTYPE html>") and report._repr_html_()


def test_rows_without_pandas(native, samples, monkeypatch):
    report = tiny_diagnose.report(native, *samples)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    layers, growth = report.layers, report.growth
    assert isinstance(layers[0], LayerRow) and isinstance(growth[0], GrowthRow)
    assert layers[0].relative_lack == report.to_dict()["layers"][0]["relativeLack"]


def test_samples_where_they_are(native, samples, tmp_path, monkeypatch):
    x, y = samples
    expected = tiny_diagnose.report(native, x, y, one_pass=True).to_dict()["layers"]
    with h5py.File(tmp_path / "data.h5", "w") as file:
        file["x"], file["labels"] = x, y
    with h5py.File(tmp_path / "data.h5") as file:
        found = tiny_diagnose.report(native, file["x"], file["labels"], one_pass=True)
    assert found.to_dict()["layers"] == expected
    monkeypatch.chdir(tmp_path)
    found = tiny_diagnose.report("model.h5", data="data.h5", targets="labels", one_pass=True)
    assert found.to_dict()["layers"] == expected


def test_other_tables(native, samples):
    x, y = samples
    expected = tiny_diagnose.report(native, x, y, one_pass=True).loss
    pandas = pytest.importorskip("pandas")
    found = tiny_diagnose.report(native, pandas.DataFrame(x), pandas.Series(y), one_pass=True)
    assert found.loss == expected
    sparse = pytest.importorskip("scipy.sparse")
    assert tiny_diagnose.report(native, sparse.csr_matrix(x), y, one_pass=True).loss == expected
    with pytest.raises(tiny_diagnose.WrongArguments, match="x: column 'a' holds text"):
        tiny_diagnose.report(native, pandas.DataFrame({"a": ["b"] * 900}), y)


def test_weights_validation_and_options(native, samples):
    x, y = samples
    report = tiny_diagnose.report(
        native, x[:700], y[:700], validation=(x[700:], y[700:]), sample_weight=np.ones(700), neurons=2,
        solver="sequential", seed=3,
    )  # fmt: skip
    found = report.to_dict()
    assert found["data"]["samples"] == 700 and found["data"]["validationSamples"] == 200
    assert found["growth"][0]["solver"] == "sequential"
    assert found["growth"][0]["suggestedNeurons"] <= 2


def test_grow_writes_a_file(native, samples, tmp_path):
    with pytest.raises(tiny_diagnose.WrongArguments, match="output: name the file"):
        tiny_diagnose.grow(native, *samples)
    path, summary = tiny_diagnose.grow(
        native, *samples, output=tmp_path / "grown.h5", add={"layer0": 2}
    )
    assert summary.added == {"layer0": 2} and summary.widths["layer0"] == 5
    assert [layer["units"] for layer in tiny_diagnose.inspect(path).layers] == [5, 4]
    with pytest.raises(tiny_diagnose.WorkFailed, match="grown.h5: "):
        tiny_diagnose.grow(native, *samples, output=tmp_path / "grown.h5", add={"layer0": 2})


def test_messages(native, samples, tmp_path):
    x, y = samples
    with pytest.raises(tiny_diagnose.UnusableFile, match="nowhere.h5: no such file"):
        tiny_diagnose.report(tmp_path / "nowhere.h5", x, y)
    with pytest.raises(tiny_diagnose.WrongArguments, match="y: 5 rows, but x has 900"):
        tiny_diagnose.report(native, x, y[:5])
    with pytest.raises(tiny_diagnose.WrongArguments, match="Unknown option 'nonsense'"):
        tiny_diagnose.report(native, x, y, nonsense=1)
    with pytest.raises(tiny_diagnose.WorkFailed, match="^y: row 0"):
        tiny_diagnose.report(native, x, y + 9)
    with pytest.raises(tiny_diagnose.WorkFailed, match="name the loss with loss='categorical_cr"):
        tiny_diagnose.report(native, x, np.eye(4)[y])
    with pytest.raises(tiny_diagnose.WrongArguments, match="^add: there is no hidden layer a;"):
        tiny_diagnose.grow(native, x, y, add={"a": 1}, output=tmp_path / "grown.h5")
    with pytest.raises(tiny_diagnose.UnsupportedModel, match="list: expected"):
        tiny_diagnose.report([1], x, y)


def test_samples_that_are_no_table(native, samples):
    x, y = samples
    gap = x.copy()
    gap[5, 2] = np.nan
    for wrong, message in (
        (x[:0], "x: it has no rows"),
        ([[1, 2], [3]], "x: its rows differ in length"),
        ((row for row in x), "x: generator, expected an array"),
        (gap, "^x: row 5, column 2 is nan"),
        (x[:, :5], r"^x: shape \(900, 5\), expected \(n, 6\)"),
    ):
        with pytest.raises(tiny_diagnose.TinyDiagnoseError, match=message):
            tiny_diagnose.report(native, wrong, y)
    for validation, message in (
        (x, r"validation: expected \(x, y\)"),
        ((x, y[:3]), "validation y: 3 rows, but validation x has 900"),
    ):
        with pytest.raises(tiny_diagnose.WrongArguments, match=message):
            tiny_diagnose.report(native, x, y, validation=validation)


def test_inspect_is_read_as_text(native):
    assert "layer0" in repr(tiny_diagnose.inspect(native))
    assert not repr(tiny_diagnose.inspect(native)).startswith("{")


def test_groups(native, samples):
    names = np.array(["a", "b", "c"])[np.arange(900) % 3]
    try:
        tiny_diagnose.report(native, *samples, groups=names, one_pass=True)
    except tiny_diagnose.WrongArguments as error:
        if "Unknown option '--groups'" in str(error):
            pytest.skip("this program has no --groups")
        raise


def test_weights_that_were_given_are_not_found(native, samples):
    weights = np.linspace(0.5, 1, 900)
    report = tiny_diagnose.report(native, *samples, sample_weight=weights, one_pass=True)
    text = " ".join(repr(report).split())
    assert "weights in" in text and "found by its name" not in text


def test_compare(native, samples):
    comparison = tiny_diagnose.compare(native, *samples, steps=20)
    # The program's own text, as of a report.
    assert re.search(r"\ndata +x, y · ", repr(comparison)) and "as it is" in repr(comparison)
    assert "--" not in repr(comparison)
    assert comparison.to_dict()["ways"][0]["neurons"] in (0, None) and len(comparison.ways) > 1


@pytest.mark.parametrize(
    ("options", "arguments"),
    [
        (["--for", "now"], ["for_='now'"]),
        (
            ["--no-line-search", "--amplitude", "0", "--fan-in", "0.3"],
            ["line_search=False", "amplitude=0", "fan_in=0.3"],
        ),
        (["--method", "gradmax"], ["method='gradmax'"]),
    ],
)
def test_the_call_of_a_comparison(options, arguments):
    from tiny_diagnose.results.next_call import next_call

    command = ["tiny-diagnose", "grow", "m.h5", "-o", "grown.h5", "--add", "narrow=8", *options]
    said = {"add": {"narrow": 8}, "steps": 20}
    call = next_call(command, "model", said, needs_output=False, has_samples=True)
    assert call == ["model", "x", "y", "add={'narrow': 8}", *arguments]


def test_no_framework_is_imported_for_a_file(native, samples):
    import subprocess

    program = (
        "import sys, h5py, numpy, tiny_diagnose;"
        f"tiny_diagnose.inspect({str(native)!r});"
        "assert not {'torch', 'keras', 'tensorflow', 'sklearn', 'pandas'} & set(sys.modules)"
    )
    path = str(tiny_diagnose.__path__[0]).removesuffix("/tiny_diagnose")
    subprocess.run([sys.executable, "-c", program], check=True, cwd=path)
