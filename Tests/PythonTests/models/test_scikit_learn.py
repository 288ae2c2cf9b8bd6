"""scikit-learn's networks, alone and at the end of a Pipeline."""

import json
import re
import warnings

import h5py
import numpy as np
import pytest
import tiny_diagnose
from tiny_diagnose.exchange.samples import Samples

pytest.importorskip("sklearn")
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tiny_diagnose.networks.scikit_learn import ScikitLearnModel

CLASSES = np.array(["far", "middle", "near", "out"])


def fitted(model, x, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(x, y)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_classifier_in_a_pipeline(kind, samples):
    x, y = samples[0].astype(kind), CLASSES[samples[1]]
    model = fitted(
        make_pipeline(StandardScaler(), MLPClassifier((3, 4), max_iter=20, random_state=0)), x, y
    )
    grown, summary = tiny_diagnose.grow(model, x, y, holdout=0)
    assert summary.added
    # In double precision: log_loss clips the probabilities of float32.
    for one, told in ((model, summary.before), (grown, summary.after)):
        probabilities = one.predict_proba(x).astype(float)
        assert log_loss(y, probabilities) == pytest.approx(told["value"], rel=1e-6)
    network = grown[-1]
    assert network.hidden_layer_sizes == tuple(summary.widths.values())[:-1]
    assert {w.dtype for w in network.coefs_} == {np.dtype(kind)}
    network.partial_fit(grown[:-1].transform(x), y)
    assert network.loss_ < summary.before["value"]
    assert model[-1].hidden_layer_sizes == (3, 4)


def test_regressor_goes_on(samples):
    x = samples[0]
    y = np.sin(2 * x[:, 0]) * x[:, 1]
    model = fitted(MLPRegressor(hidden_layer_sizes=(3,), max_iter=40, random_state=0), x, y)
    grown, summary = tiny_diagnose.grow(model, x, y, holdout=0)
    assert mean_squared_error(y, grown.predict(x)) == pytest.approx(
        summary.after["value"], rel=1e-6
    )
    moments = grown._optimizer.ms[0]
    assert moments.shape == grown.coefs_[0].shape
    assert np.array_equal(moments[:, :3], model._optimizer.ms[0]) and not moments[:, 3:].any()
    for _ in range(5):
        grown.partial_fit(x, y)
    assert mean_squared_error(y, grown.predict(x)) < summary.after["value"]


@pytest.mark.parametrize("is_pipeline", [False, True])
@pytest.mark.parametrize("settings", [{}, {"early_stopping": True}, {"solver": "lbfgs"}], ids=str)
def test_fit_goes_on(settings, is_pipeline, samples):
    x, y = samples
    model = MLPClassifier((2,), max_iter=40, learning_rate_init=0.02, random_state=0, **settings)
    model = fitted(make_pipeline(StandardScaler(), model) if is_pipeline else model, x, y)
    grown, summary = tiny_diagnose.grow(model, x, y, holdout=0, add={"hidden1": 6})
    network = grown[-1] if is_pipeline else grown
    weights = [w.copy() for w in network.coefs_]
    # A single step stays near: it has not begun anew.
    network.set_params(max_iter=1)
    fitted(grown, x, y)
    for old, new in zip(weights, network.coefs_):
        assert new.shape == old.shape
        assert np.linalg.norm(new - old) < 0.7 * np.linalg.norm(old)
    network.set_params(max_iter=40)
    fitted(grown, x, y)
    assert log_loss(y, grown.predict_proba(x)) < 1.02 * summary.after["value"]


def test_two_classes_and_several_labels(samples):
    x, y = samples
    two = fitted(MLPClassifier((2,), max_iter=10, random_state=0), x, y > 1)
    report = tiny_diagnose.report(two, x, y > 1, holdout=0, one_pass=True)
    assert report.loss["value"] == pytest.approx(
        log_loss(y > 1, two.predict_proba(x).astype(float)), rel=1e-6
    )

    labels = np.stack([y > 0, y > 1, x[:, 0] > 0], axis=1).astype(int)
    several = fitted(MLPClassifier((2,), max_iter=10, random_state=0), x, labels)
    report = tiny_diagnose.report(several, x, labels, holdout=0, one_pass=True)
    p = several.predict_proba(x).astype(float)
    expected = -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))
    assert report.loss["value"] == pytest.approx(expected, rel=1e-6)


def test_refusals(samples):
    x, y = samples
    model = fitted(MLPClassifier((2,), max_iter=2), x, CLASSES[y])
    with pytest.raises(tiny_diagnose.WrongArguments, match="the class 'elsewhere' is none of"):
        tiny_diagnose.report(model, x, np.where(y > 2, "elsewhere", CLASSES[y]))
    with pytest.raises(tiny_diagnose.WrongArguments, match=r"y: shape \(900, 4\), expected one"):
        tiny_diagnose.report(model, x, np.eye(4)[y])
    pipeline = fitted(make_pipeline(StandardScaler(), MLPClassifier((2,), max_iter=2)), x, y)
    with pytest.raises(tiny_diagnose.WrongArguments, match="x: the Pipeline does not take it"):
        tiny_diagnose.report(pipeline, x[:, :5], y)
    search = GridSearchCV(MLPClassifier((2,), max_iter=2), {"alpha": [1e-4]}, cv=2)
    with pytest.raises(tiny_diagnose.UnsupportedModel, match="give its best_estimator_"):
        tiny_diagnose.report(fitted(search, x, y), x, y)
    with pytest.raises(tiny_diagnose.UnsupportedModel, match="not fitted yet"):
        tiny_diagnose.report(MLPClassifier(), x, y)
    with pytest.raises(
        tiny_diagnose.UnsupportedModel, match="StandardScaler: expected MLPClassifier"
    ):
        tiny_diagnose.report(make_pipeline(StandardScaler()), x, y)


@pytest.mark.parametrize(
    ("settings", "trained"),
    [
        (
            {"solver": "sgd", "learning_rate_init": 0.2, "momentum": 0.5, "batch_size": 17},
            r"sgd, Nesterov momentum 0\.500, learning rate 0\.200 · as in the model\n +\d+ steps of 17",
        ),
        (
            {"solver": "sgd", "nesterovs_momentum": False},
            r"sgd, momentum 0\.900, learning rate 0\.00100 · as in the model\n +\d+ steps of 200",
        ),
        ({"learning_rate_init": 0.02}, r"adam, learning rate 0\.0200 · as in the model"),
        ({"solver": "lbfgs"}, r"adam(?s:.*)The model names lbfgs, .*: Adam takes its\s+place"),
    ],
    ids=str,
)
def test_it_is_trained_on_as_scikit_learn_does(settings, trained, samples):
    model = fitted(MLPClassifier((2,), max_iter=5, random_state=0, **settings), *samples)
    found = tiny_diagnose.compare(model, *samples, steps=40, seeds=1)
    assert re.search(f"trained {trained}", repr(found))


def test_the_penalty_is_that_of_scikit_learn(samples, tmp_path):
    """What it adds to scikit-learn's own loss is what a Keras file says of it."""
    losses = []
    for alpha in (0.0, 7.0):
        # Of one step that does not move the weights.
        model = MLPRegressor(
            hidden_layer_sizes=(3,), solver="sgd", learning_rate_init=1e-12, max_iter=1,
            random_state=0, alpha=alpha, batch_size=900,
        )  # fmt: skip
        losses.append(fitted(model, *samples).loss_)
        network = ScikitLearnModel(model)
        network.prepare(Samples(inputs=samples[0]))
        network.write(tmp_path)
        with h5py.File(tmp_path / network.file) as file:
            layer = json.loads(file.attrs["model_config"])["config"]["layers"][1]["config"]
        (tmp_path / network.file).unlink()
        assert ("kernel_regularizer" in layer) == (alpha > 0)
    assert layer["kernel_regularizer"]["class_name"] == "L2"
    squares = sum((kernel.astype(float) ** 2).sum() for kernel in model.coefs_)
    expected = layer["kernel_regularizer"]["config"]["l2"] * squares
    assert losses[1] - losses[0] == pytest.approx(expected, rel=1e-4)
