"""What a live loss of Keras says of itself, and Keras does not save."""

import numpy as np
import pytest
import tiny_diagnose

keras = pytest.importorskip("keras")


def model(loss=None, last=None, units=1):
    keras.utils.set_random_seed(0)
    made = keras.Sequential(
        [keras.Input((6,)), keras.layers.Dense(3, "tanh"), keras.layers.Dense(units, last)]
    )
    if loss is not None:
        made.compile("adam", loss=loss)
    return made


@pytest.fixture
def smooth(samples):
    x = samples[0]
    return x, np.sin(2 * x[:, :1]) + x[:, 1:2] ** 2


def value(made, x, y, loss):
    return float(np.mean(keras.ops.convert_to_numpy(loss(y, made(x)))))


@pytest.mark.parametrize("delta", [0.3, 1.0, 2.5])
@pytest.mark.parametrize("is_compiled", [False, True])
def test_delta_of_huber(delta, is_compiled, smooth):
    loss = keras.losses.Huber(delta)
    made = model(loss if is_compiled else "mse")
    options = {} if is_compiled else {"loss": loss}
    report = tiny_diagnose.report(made, *smooth, holdout=0, one_pass=True, **options)
    assert report.loss["value"] == pytest.approx(value(made, *smooth, loss), rel=1e-5)


@pytest.mark.parametrize("form", [lambda loss: loss, lambda loss: [loss]], ids=["one", "list"])
def test_a_grown_model_keeps_the_delta(form, smooth):
    made = model(form(keras.losses.Huber(0.3)))
    name = made.layers[0].name
    grown, summary = tiny_diagnose.grow(made, *smooth, holdout=0, add={name: 2})
    told = grown.evaluate(*smooth, verbose=0, batch_size=900)
    assert told == pytest.approx(summary.after["value"], rel=1e-5)


LOSSES = {
    "CategoricalCrossentropy": {"label_smoothing": 0.2},
    "BinaryCrossentropy": {"label_smoothing": 0.1},
    "SparseCategoricalCrossentropy": {},
    "CosineSimilarity": {},
    "KLDivergence": {},
    "LogCosh": {},
    "Poisson": {},
}


@pytest.mark.parametrize("name", LOSSES)
def test_settings_of_other_losses(name, samples):
    loss = getattr(keras.losses, name)(**LOSSES[name])
    x, y = samples
    made, y = model(units=4, last="softmax"), y if name.startswith("Sparse") else np.eye(4)[y]
    report = tiny_diagnose.report(made, x, y, loss=loss, holdout=0, one_pass=True)
    assert report.loss["value"] == pytest.approx(value(made, x, y, loss), rel=1e-5)


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("SparseCategoricalCrossentropy", {"ignore_class": 2}, "ignore_class = 2"),
        ("SparseCategoricalCrossentropy", {"axis": 0}, "SparseCategoricalCrossentropy has axis=0"),
        ("CosineSimilarity", {"axis": 0}, "CosineSimilarity has axis=0"),
        ("CategoricalFocalCrossentropy", {}, "CategoricalFocalCrossentropy is not known"),
        ("Tversky", {"alpha": 0.3}, "Tversky is not known"),
    ],
)
def test_settings_that_are_not_known_are_refused_by_name(name, settings, message, samples):
    loss = getattr(keras.losses, name)(**settings)
    with pytest.raises(tiny_diagnose.UnsupportedModel, match=message):
        tiny_diagnose.report(model(units=4, last="softmax"), *samples, loss=loss)


def test_a_quantile_of_the_users_own(smooth):
    class PinballLoss(keras.losses.Loss):
        def __init__(self, tau, **settings):
            super().__init__(**settings)
            self.tau = tau

        def call(self, y, answers):
            error = y - answers
            return keras.ops.mean(
                keras.ops.maximum(self.tau * error, (self.tau - 1) * error), axis=-1
            )

        def get_config(self):
            return {**super().get_config(), "tau": self.tau}

    made, loss = model("mse"), PinballLoss(0.9)
    report = tiny_diagnose.report(made, *smooth, loss=loss, holdout=0, one_pass=True)
    assert report.loss["name"] == "quantile:0.9"
    assert report.loss["value"] == pytest.approx(value(made, *smooth, loss), rel=1e-5)


def test_logits_behind_a_softmax(samples, monkeypatch):
    """TensorFlow's Keras goes back before the softmax; on other backends it is taken twice."""
    from tiny_diagnose.networks import keras_model

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    for backend in ("torch", "tensorflow"):
        monkeypatch.setattr(keras_model, "_backend", lambda library, backend=backend: backend)
        made = model(loss, "softmax", 4)
        if backend == "tensorflow":
            assert tiny_diagnose.report(made, *samples, one_pass=True).loss["value"] > 0
            continue
        with pytest.raises(
            tiny_diagnose.WrongArguments, match="Keras on torch takes the softmax twice"
        ):
            tiny_diagnose.report(made, *samples)
        assert tiny_diagnose.report(model(loss, None, 4), *samples, one_pass=True)
