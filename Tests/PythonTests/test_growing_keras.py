"""Keras models that grow in their own fit."""

import os
import subprocess
import sys

import numpy as np
import pytest
import tiny_diagnose

keras = pytest.importorskip("keras")


@pytest.mark.parametrize("validation", [0.0, 0.2])
def test_keras(validation, samples):
    from tiny_diagnose.keras import GrowAtPlateau

    keras.utils.set_random_seed(0)
    inputs = keras.Input((6,))
    x = keras.layers.BatchNormalization()(keras.layers.Dense(2, name="first")(inputs))
    x = keras.layers.Dropout(0.05)(keras.layers.Activation("relu")(x))
    model = keras.Model(inputs, keras.layers.Dense(4, "softmax", name="out")(x))
    model.compile(
        keras.optimizers.Adam(1e-2), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    grow = GrowAtPlateau(*samples, every=3, growths=2, neurons=4)
    fit = model.fit(
        *samples, epochs=9, verbose=0, callbacks=[grow], validation_split=validation, shuffle=True
    )
    loss = fit.history["loss"]
    added = sum(summary.added.get("first", 0) for summary in grow.history)
    assert added and model.get_layer("first").units == 2 + added
    assert loss[-1] < loss[2] - 0.05 and np.all(np.isfinite(loss))
    steps = -(-round(900 * (1 - validation)) // 32) * 9
    assert int(keras.ops.convert_to_numpy(model.optimizer.iterations)) == steps
    # From growth to growth, and to the end, training goes on below what growing has reached.
    reached = [(growth.before["value"], growth.after["value"]) for growth in grow.history]
    assert reached[0][1] < 0.8 * reached[0][0]
    assert reached[1][1] <= reached[1][0] < reached[0][1]
    assert model.evaluate(*samples, verbose=0)[0] < reached[1][1]
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    assert np.allclose(copy.predict(samples[0], verbose=0), model.predict(samples[0], verbose=0))


def test_frozen_layers_that_changed_are_named(samples):
    layers = [
        keras.layers.Dense(2, "tanh", name="first"),
        keras.layers.Dense(4, "softmax", name="out"),
    ]
    model = keras.Sequential([keras.Input((6,)), *layers])
    layers[1].trainable = False
    model.compile("adam", "sparse_categorical_crossentropy")
    grown, summary = tiny_diagnose.grow(model, *samples, add={"first": 3})
    notes = summary.to_dict()["notes"]
    assert sum("out is frozen (trainable=False)" in note for note in notes) == 1
    assert not any("optimizer anew" in note for note in notes)
    assert [layer.trainable for layer in grown.layers] == [True, False]


@pytest.mark.skipif(keras.backend.backend() == "torch", reason="this is what runs with PyTorch")
def test_keras_with_pytorch_below():
    pytest.importorskip("torch")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__],
        env={**os.environ, "KERAS_BACKEND": "torch"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout
