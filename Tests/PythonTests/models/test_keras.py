"""Live Keras models in, live Keras models out."""

import numpy as np
import pytest
import tiny_diagnose

keras = pytest.importorskip("keras")


def dense(units, activation, name):
    return keras.layers.Dense(units, activation=activation, name=name)


def sequential():
    return keras.Sequential(
        [
            keras.Input((6,)),
            dense(3, "relu", "first"),
            dense(4, "gelu", "second"),
            dense(4, None, "out"),
        ]
    )


def functional():
    inputs = keras.Input((6,))
    x = keras.layers.BatchNormalization()(dense(3, None, "first")(inputs))
    x = keras.layers.Dropout(0.1)(keras.layers.Activation("tanh")(x))
    return keras.Model(inputs, dense(4, None, "out")(x))


def trained(make, x, y):
    keras.utils.set_random_seed(0)
    model = make()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(5e-3), loss=loss, metrics=["accuracy"])
    model.fit(x, y, epochs=6, verbose=0)
    return model


def value(model, x, y):
    return model.evaluate(x, y, batch_size=len(x), verbose=0, return_dict=True)["loss"]


@pytest.mark.parametrize("make", [sequential, functional])
def test_grown_model_has_the_loss_that_was_told_and_goes_on(make, samples):
    model = trained(make, *samples)
    grown, summary = tiny_diagnose.grow(model, *samples, holdout=0)
    assert summary.added
    assert value(model, *samples) == pytest.approx(summary.before["value"], rel=1e-6)
    assert value(grown, *samples) == pytest.approx(summary.after["value"], rel=1e-6)
    assert "optimizer's state" not in repr(summary)

    # The optimizer goes on with its moments, and zeros for new weights.
    for old, new in zip(model.optimizer.variables, grown.optimizer.variables):
        old, new = np.asarray(old), np.asarray(new)
        kept = new[tuple(slice(0, side) for side in old.shape)]
        assert np.array_equal(kept, old)
        assert np.abs(new).sum() == pytest.approx(np.abs(old).sum(), rel=1e-5)
    # Trained on, it ends below the loss it was grown to, and below the narrow model trained as long.
    assert "accuracy" in grown.fit(*samples, epochs=3, verbose=0).history
    model.fit(*samples, epochs=3, verbose=0)
    assert value(grown, *samples) < 0.9 * summary.after["value"]
    assert value(grown, *samples) < 0.6 * value(model, *samples)


def test_batch_normalization_answers_in_training_as_it_was_grown(samples):
    model = trained(functional, *samples)
    grown, summary = tiny_diagnose.grow(model, *samples, holdout=0)
    for layer in grown.layers:
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0
    x, y = samples
    assert float(grown.loss(y, grown(x, training=True))) == pytest.approx(
        summary.after["value"], rel=1e-5
    )


def test_a_model_that_was_never_compiled(samples):
    keras.utils.set_random_seed(1)
    model = sequential()
    report = tiny_diagnose.report(
        model, *samples, holdout=0, one_pass=True,
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )  # fmt: skip
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    assert report.loss["value"] == pytest.approx(value(model, *samples), rel=2e-6)
    assert not tiny_diagnose.grow(sequential(), *samples, add={"first": 1}).model.compiled


def test_types_are_kept(samples):
    model = keras.Sequential(
        [keras.Input((6,), dtype="float64"), keras.layers.Dense(2, "relu", dtype="float64", name="first"),
         keras.layers.Dense(4, "softmax", dtype="float64")]
    )  # fmt: skip
    grown, _ = tiny_diagnose.grow(model, *samples, add={"first": 1})
    assert {np.asarray(w).dtype for w in grown.weights} == {np.dtype("float64")}


def test_a_branch_is_refused_by_name(samples):
    inputs = keras.Input((6,))
    x = dense(6, "relu", "first")(inputs)
    model = keras.Model(
        inputs, dense(4, "softmax", "out")(keras.layers.Add(name="sum")([x, inputs]))
    )
    with pytest.raises(tiny_diagnose.TinyDiagnoseError, match="sum|first"):
        tiny_diagnose.report(model, *samples)


def test_models_that_are_no_chain_are_unsupported(samples):
    class Called(keras.Model):
        def __init__(self):
            super().__init__()
            self.out = dense(4, None, "out")

        def call(self, x):
            return self.out(x)

    model = Called()
    model(samples[0][:2])
    with pytest.raises(tiny_diagnose.UnsupportedModel, match="keeps no list of its layers"):
        tiny_diagnose.report(model, *samples)
    layers = [keras.Input((6,)), keras.layers.Lambda(lambda x: 2 * x), dense(4, None, "out")]
    with pytest.raises(tiny_diagnose.UnsupportedModel, match="Lambda layers are not supported"):
        tiny_diagnose.report(keras.Sequential(layers), *samples)


def test_keras_2(samples):
    tf_keras = pytest.importorskip("tf_keras")
    tf_keras.utils.set_random_seed(0)
    model = tf_keras.Sequential(
        [tf_keras.layers.Dense(3, "relu", input_shape=(6,)), tf_keras.layers.Dense(4, "softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(*samples, epochs=3, verbose=0)
    grown, summary = tiny_diagnose.grow(model, *samples, holdout=0)
    loss = grown.evaluate(*samples, batch_size=900, verbose=0)
    assert loss == pytest.approx(summary.after["value"], rel=1e-6)
    assert isinstance(grown, tf_keras.Model)
    grown.fit(*samples, epochs=2, verbose=0)
