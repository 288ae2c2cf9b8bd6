"""The programs for PyTorch in docs/guides/python.md run as they stand there."""

import re

import pytest
from test_documentation import run

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


def test_record(samples, capsys):
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
    assert re.search(r"block.up +3 relu", capsys.readouterr().out)
