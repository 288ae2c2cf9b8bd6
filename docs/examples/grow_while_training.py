"""Networks that grow from one unit in each hidden layer, in three ways, on two sets of samples.

    python grow_while_training.py [PAGE]

PyTorch and Keras grow every six epochs by the helpers of this package; `tiny-diagnose train` does all of
it itself. All have SELU, which is never dead, Adam, the same samples and as many epochs, and are judged
on samples none has seen. Prints a table, and writes it into PAGE between the comments that name this
program.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")

import h5py
import numpy as np
import torch
from sklearn.datasets import load_digits
from tiny_diagnose.running.program import find_program
from torch import nn

EPOCHS, BATCH, RATE = 60, 64, 2e-3
# Networks as small as these are trained sooner by one.
torch.set_num_threads(1)


def digits():
    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(x))
    x, y = (x / 16).astype("float32")[order], y[order]
    return x[:1400], y[:1400], x[1400:], y[1400:]


def shells():
    """Five classes by how far out a point is in four of ten dimensions."""
    x = np.random.default_rng(1).normal(size=(6000, 10)).astype("float32")
    y = np.digitize(np.linalg.norm(x[:, :4], axis=1), [1.2, 1.7, 2.1, 2.6])
    return x[:4000], y[:4000], x[4000:], y[4000:]


def judged(probabilities, y):
    chosen = probabilities[np.arange(len(y)), y]
    return -np.log(np.maximum(chosen, 1e-7)).mean(), (probabilities.argmax(1) == y).mean()


def selu(z):
    return 1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * np.expm1(np.minimum(z, 0)))


def by_torch(x, y, x_test, y_test, seed):
    from tiny_diagnose.torch import GrowAtPlateau

    torch.manual_seed(seed)
    inputs, labels = torch.from_numpy(x), torch.from_numpy(y)
    classes = int(y.max()) + 1
    model = nn.Sequential(
        nn.Linear(x.shape[1], 1), nn.SELU(), nn.Linear(1, 1), nn.SELU(), nn.Linear(1, classes)
    )
    loss = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), RATE)
    grow = GrowAtPlateau(model, optimizer, inputs, labels, loss=loss, every=6, growths=8, neurons=8)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(x)).split(BATCH):
            optimizer.zero_grad()
            loss(model(inputs[batch]), labels[batch]).backward()
            optimizer.step()
        grow.step(0.0)
    with torch.no_grad():
        answers = model(torch.from_numpy(x_test)).softmax(1).numpy()
    return [m.out_features for m in model if isinstance(m, nn.Linear)][:-1], judged(answers, y_test)


def by_keras(x, y, x_test, y_test, seed):
    import keras
    from tiny_diagnose.keras import GrowAtPlateau

    keras.utils.set_random_seed(seed)
    layers = [keras.Input(x.shape[1:])]
    layers += [keras.layers.Dense(1, "selu") for _ in range(2)]
    model = keras.Sequential([*layers, keras.layers.Dense(int(y.max()) + 1, "softmax")])
    model.compile(keras.optimizers.Adam(RATE), "sparse_categorical_crossentropy")
    grow = GrowAtPlateau(x, y, every=6, growths=8, neurons=8)
    model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, verbose=0, callbacks=[grow])
    answers = model.predict(x_test, verbose=0)
    return [layer.units for layer in model.layers[:-1]], judged(answers, y_test)


def by_program(x, y, x_test, y_test, seed):
    with tempfile.TemporaryDirectory() as folder:
        data, path = Path(folder) / "data.h5", Path(folder) / "new.h5"
        with h5py.File(data, "w") as file:
            file["x"], file["y"] = x, y
        options = {
            "hidden": "1,1", "activation": "selu", "epochs": EPOCHS, "batch-size": BATCH,
            "learning-rate": RATE, "growths": 8, "neurons": 8, "holdout": 0, "seed": seed,
        }  # fmt: skip
        told = [f"--{name}={value}" for name, value in options.items()]
        command = [find_program(), "train", data, "-o", path, "--quiet", *told]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with h5py.File(path) as file:
            layers = [
                layer["config"]["name"]
                for layer in json.loads(file.attrs["model_config"])["config"]["layers"]
                if layer["class_name"] == "Dense"
            ]
            values, widths = x_test, []
            for name in layers:
                kernel, bias = (file[f"model_weights/{name}/{n}"] for n in weights(file, name))
                values = values @ kernel[()] + bias[()]
                if name != layers[-1]:
                    values = selu(values)
                    widths.append(kernel.shape[1])
    powers = np.exp(values - values.max(1, keepdims=True))
    return widths, judged(powers / powers.sum(1, keepdims=True), y_test)


def weights(file, name):
    names = file[f"model_weights/{name}"].attrs["weight_names"]
    return [n.decode() if isinstance(n, bytes) else n for n in names]


def table():
    """The rows of the table, each printed as soon as it is known."""

    def row(*cells):
        print(line := f"| {' | '.join(cells)} |", flush=True)
        return line

    ways = {"PyTorch": by_torch, "Keras": by_keras, "`train`": by_program}
    seeds = range(3)
    heads = ("samples", "grown by", "units, three seeds", "loss on unseen samples", "accuracy")
    lines = [row(*heads), row(*["---"] * len(heads))]
    for make in (digits, shells):
        for name, by in ways.items():
            runs = [by(*make(), seed) for seed in seeds]
            units = ", ".join("-".join(map(str, widths)) for widths, _ in runs)
            losses = ", ".join(f"{loss:.3f}" for _, (loss, _) in runs)
            accuracies = ", ".join(f"{100 * accuracy:.1f}" for _, (_, accuracy) in runs)
            lines.append(row(make.__name__, name, units, losses, f"{accuracies} %"))
    return "\n".join(lines)


def write(page, text):
    """Put a table into a page, in place of the one that stands between its comments."""
    name = Path(__file__).name
    place = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)", re.DOTALL)
    content, count = place.subn(lambda match: match[1] + text + match[2], page.read_text("utf-8"))
    if count != 1:
        sys.exit(f"error: {page}: expected <!-- {name} --> once, found it {count} times")
    page.write_text(content, "utf-8")


if __name__ == "__main__":
    found = table()
    for page in sys.argv[1:]:
        write(Path(page), found)
