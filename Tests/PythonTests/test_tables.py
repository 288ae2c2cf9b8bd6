"""Tables as pandas makes them, words as classes, and what is no table."""

import numpy as np
import pytest
import tiny_diagnose
from tiny_diagnose.errors import WrongArguments
from tiny_diagnose.exchange.samples import array

pandas = pytest.importorskip("pandas")
CLASSES = np.array(["far", "middle", "near", "out"])


@pytest.fixture
def table():
    random = np.random.default_rng(0)
    frame = pandas.DataFrame(random.normal(size=(8, 2)), columns=["area", "age"])
    return frame.assign(rooms=np.arange(8), garage=np.arange(8) % 2 == 0)


def test_columns_that_are_numbers(table):
    expected = table.astype(float).to_numpy()
    for same in (
        table,
        table.astype({"area": "Float64", "rooms": "Int64", "garage": "boolean"}),
        table.astype(object),
        table.to_numpy(),
        table.to_numpy().tolist(),
    ):
        found = array(same, "x")
        assert found.dtype == np.float64 and np.array_equal(found, expected)
    assert array(table[["area"]].astype("float32"), "x").dtype == np.float32
    assert array(pandas.Series([1, 2, None], dtype="Int64"), "y").tolist()[:2] == [1, 2]
    missing = array(table.assign(rooms=pandas.array([1, None] * 4, dtype="Int64")), "x")
    assert np.isnan(missing[1::2, 2]).all() and not np.isnan(missing[::2]).any()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["a"] * 8, r"column 'rooms' holds text \('a'\), .*\n.*get_dummies"),
        (pandas.Categorical(["a"] * 8), r"column 'rooms' holds categories \('a'\)"),
        ([1, "a"] * 4, r"column 'rooms' holds object, .*\n.*astype\('float32'\)"),
        (pandas.Timestamp("2020-01-01"), r"column 'rooms' holds times"),
    ],
    ids=str,
)
def test_a_column_that_is_none_is_named(table, values, message):
    with pytest.raises(WrongArguments, match=f"^x: {message}"):
        array(table.assign(rooms=values), "x")


def models():
    keras = pytest.importorskip("keras")
    torch = pytest.importorskip("torch")
    first = keras.Sequential([keras.Input((6,)), keras.layers.Dense(4, activation="softmax")])
    first.compile(loss="sparse_categorical_crossentropy")
    return {
        "keras": (first, {}),
        "torch": (torch.nn.Linear(6, 4), {"loss": torch.nn.CrossEntropyLoss()}),
    }


@pytest.mark.parametrize("framework", ["keras", "torch"])
def test_words_are_numbered(framework, samples):
    model, options = models()[framework]
    x, y = samples
    # In the order of words, which is that of the classes here.
    expected = tiny_diagnose.report(model, x, y, one_pass=True, **options)
    for words in (
        CLASSES[y],
        list(CLASSES[y]),
        pandas.Series(CLASSES[y]),
        pandas.DataFrame({"y": CLASSES[y]}),
    ):
        found = tiny_diagnose.report(model, x, words, one_pass=True, **options)
        assert found.loss == expected.loss
        assert "note: The classes in y are words" in repr(found)
    some = y > 0
    found, expected = (
        tiny_diagnose.report(model, x, t, validation=(x[some], t[some]), one_pass=True, **options)
        for t in (CLASSES[y], y)
    )
    assert found.loss == expected.loss


def test_words_with_settings_of_the_loss(samples):
    torch = pytest.importorskip("torch")
    x, y = samples
    model = torch.nn.Linear(6, 4)
    for loss in (
        torch.nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 3.0, 0.5])),
        torch.nn.CrossEntropyLoss(label_smoothing=0.1),
    ):
        found, expected = (
            tiny_diagnose.report(model, x, t, loss=loss, one_pass=True).loss
            for t in (CLASSES[y], y)
        )
        assert found == expected


def test_transposed_inputs(samples):
    model, options = models()["torch"]
    with pytest.raises(WrongArguments, match=r"^y: 900 rows, but x has 6\n  give x\.T"):
        tiny_diagnose.report(model, samples[0].T, samples[1], **options)


def test_loaders(samples):
    torch = pytest.importorskip("torch")
    model, options = models()["torch"]
    dataset = torch.utils.data.TensorDataset(*map(torch.from_numpy, samples))
    loader = torch.utils.data.DataLoader(dataset, 100)
    for given in (loader, dataset):
        with pytest.raises(
            WrongArguments, match=f"x: {type(given).__name__} gives batches"
        ) as error:
            tiny_diagnose.report(model, given, **options)
    # What it says works.
    names = {"torch": torch, "dataset": dataset, "DataLoader": torch.utils.data.DataLoader}
    exec(str(error.value).split("as by ")[1], names)
    assert np.array_equal(names["x"], samples[0]) and np.array_equal(names["y"], samples[1])
    tensorflow = pytest.importorskip("tensorflow")
    dataset = tensorflow.data.Dataset.from_tensor_slices(samples).batch(64)
    with pytest.raises(WrongArguments, match="x: _BatchDataset gives batches") as error:
        tiny_diagnose.report(model, dataset, **options)
    names = {"numpy": np, "dataset": dataset}
    exec(str(error.value).split("as by ")[1], names)
    assert np.array_equal(names["x"], samples[0]) and np.array_equal(names["y"], samples[1])


@pytest.mark.parametrize(
    ("option", "instead"),
    [
        ("class_weight", "sample_weight=…"),
        ("validation_data", "validation=.x, y."),
        ("criterion", "loss=…"),
    ],
)
def test_options_of_other_functions(option, instead, samples):
    model, _ = models()["torch"]
    with pytest.raises(WrongArguments, match=f"^{option}: unknown option; give {instead}"):
        tiny_diagnose.report(model, *samples, **{option: None})


@pytest.mark.parametrize(
    "y", [np.array(["0.5", "-1.5"] * 450), pandas.Series(["1", "2"] * 450), ["high", "low"] * 450]
)
def test_words_are_no_amounts(y, samples):
    torch = pytest.importorskip("torch")
    model = torch.nn.Sequential(torch.nn.Linear(6, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    with pytest.raises(tiny_diagnose.WorkFailed, match="^y: holds text, expected numbers"):
        tiny_diagnose.report(model, samples[0], y, loss=torch.nn.MSELoss())
