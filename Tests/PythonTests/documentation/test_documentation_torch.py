"""The programs for PyTorch in docs/guides/python.md run as they stand there."""

import re

import h5py
import numpy as np
import pytest
import tiny_diagnose
from test_documentation import DOCS, run

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402


def test_torch(samples):
    x, y = map(torch.from_numpy, samples)
    model = nn.Sequential(nn.Linear(6, 2), nn.ReLU(), nn.Linear(2, 4))
    # Trained until its two units are what it lacks.
    optimizer = torch.optim.Adam(model.parameters(), 0.02)
    for _ in range(600):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y.long()).backward()
        optimizer.step()
    names = run("torch", {"torch": torch, "model": model, "x_train": x, "y_train": y})
    assert names["summary"].added and names["grow"].history


def test_record(samples, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.up, self.down = nn.Linear(6, 3), nn.Linear(3, 6)

        def forward(self, x):
            return x + self.down(torch.relu(self.up(x)))

    network = nn.Sequential()
    network.add_module("block", Block())
    network.add_module("out", nn.Linear(6, 4))
    dataset = torch.utils.data.TensorDataset(*map(torch.from_numpy, samples))
    run("record", {"torch": torch, "network": network, "dataset": dataset})
    assert network.block.up.out_features == 11 and network.block.down.in_features == 11
    assert re.search(r"block.up +3 relu", capsys.readouterr().out)


def test_record_is_the_recipe_of_a_larger_network(samples, tmp_path):
    """Of tokens: the package and docs/export.md record the same rows, and the same loss."""
    page = (DOCS / "export.md").read_text("utf-8").split("## Blocks inside a larger network")[1]
    recipe = {}
    exec(
        compile(re.search(r"```python\n(.*?)```", page, re.DOTALL)[1], "export.md", "exec"), recipe
    )

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.seen, self.norm = nn.Embedding(4, 6), nn.LayerNorm(6)
            self.up, self.down, self.head = nn.Linear(6, 3), nn.Linear(3, 6), nn.Linear(6, 4)

        def forward(self, tokens):
            x = self.seen(tokens)
            return self.head(x + self.down(torch.relu(self.up(self.norm(x).cumsum(1)))))

    torch.manual_seed(0)
    tokens = torch.from_numpy(samples[1]).long().reshape(-1, 9)
    batches = [(part[:, :-1], part[:, 1:]) for part in tokens.split(40)]

    def loss(answers, y):
        return nn.functional.cross_entropy(answers.flatten(0, 1), y.flatten())

    network, paths = Block(), [tmp_path / "package.h5", tmp_path / "recipe.h5"]
    ours = tiny_diagnose.record(network, ["up", "down"], batches, loss, save=paths[0], holdout=0)
    recipe["record"](network, {"up": "relu", "down": "linear"}, batches, loss, paths[1])
    with h5py.File(paths[0]) as one, h5py.File(paths[1]) as other:
        for name in ("000_up", "001_down"):
            for key in ("input", "gradient"):
                rows, theirs = one["activations"][name][key], other["activations"][name][key]
                flat = theirs[()].reshape(-1, theirs.shape[-1])
                assert np.allclose(rows, flat, rtol=1e-5, atol=1e-7) and len(rows) == 800
        with torch.no_grad():
            expected = loss(network(tokens[:, :-1]), tokens[:, 1:]).item()
        for file in (one, other):
            assert file["activations"].attrs["loss_value"] == pytest.approx(expected, rel=1e-5)
    theirs = tiny_diagnose.report(paths[1], holdout=0)
    assert [row["lackOfExpressivity"] for row in ours.to_dict()["layers"]] == pytest.approx(
        [row["lackOfExpressivity"] for row in theirs.to_dict()["layers"]], rel=1e-4
    )
