"""Blocks inside PyTorch networks, from what one pass records."""

import h5py
import numpy as np
import pytest
import tiny_diagnose

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402


class Net(nn.Module):
    """A block with a residual and a normalization, which is no chain."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(6, 8)
        self.norm, self.up, self.down = nn.LayerNorm(8), nn.Linear(8, 3), nn.Linear(3, 8)
        self.out = nn.Linear(8, 4)

    def forward(self, x):
        x = self.inner(x)
        return self.out(x + self.down(nn.functional.gelu(self.up(self.norm(x)))))


@pytest.fixture
def network(samples):
    torch.manual_seed(0)
    x, y = map(torch.from_numpy, samples)
    return Net(), list(zip(x.split(200), y.split(200)))


def test_a_block_is_recorded_as_it_is(network, tmp_path):
    model, batches = network
    loss = nn.CrossEntropyLoss()
    path = tmp_path / "block.h5"
    report = tiny_diagnose.record(model, ["up", "down"], batches, loss, save=path, holdout=0)
    layers = report.to_dict()["model"]["layers"]
    assert [(layer["name"], layer["activation"]) for layer in layers] == [
        ("up", "gelu"),
        ("down", "linear"),
    ]
    with torch.no_grad():
        expected = np.mean([loss(model(x), y).item() for x, y in batches for _ in range(len(x))])
    assert report.loss["value"] == pytest.approx(expected, rel=1e-6)
    assert model.training and not any(m._forward_hooks for m in model.modules())
    assert all(p.grad is None for p in model.parameters())

    # The gradient of one sample's own loss, by nobody else's hooks.
    x, y = batches[1]
    model.eval()
    hidden = model.inner(x[:1])
    up = model.up(model.norm(hidden)).detach().requires_grad_()
    value = loss(model.out(hidden + model.down(nn.functional.gelu(up))), y[:1])
    (gradient,) = torch.autograd.grad(value, up)
    with h5py.File(path) as file:
        recorded = file["activations/000_up/gradient"][200]
        assert file["activations/001_down/input"].shape == (900, 3)
    assert recorded == pytest.approx(gradient[0].numpy(), rel=1e-4, abs=1e-7)


def test_sums_and_vectors_of_losses_mean_the_same(network):
    model, batches = network
    values = [
        tiny_diagnose.record(
            model, ["up", "down"], batches, nn.CrossEntropyLoss(reduction=kind), one_pass=True
        ).to_dict()["layers"][0]["lackOfExpressivity"]
        for kind in ("mean", "sum", "none")
    ]
    assert values[1:] == pytest.approx(values[:1] * 2, rel=1e-4)


def test_positions_of_a_sample_stay_together(samples, tmp_path):
    torch.manual_seed(0)
    x, y = map(torch.from_numpy, samples)
    model = nn.Sequential(nn.Linear(2, 4), nn.GELU(approximate="tanh"), nn.Linear(4, 4))
    loss = nn.CrossEntropyLoss(reduction="none")
    batches = [(x[:300].reshape(-1, 3, 2), y[:300]), (x[300:500].reshape(-1, 3, 2), y[300:500])]
    path = tmp_path / "sequences.h5"
    report = tiny_diagnose.record(
        model, ["0", "2"], batches, lambda a, b: loss(model_mean(a), b), save=path
    )
    with h5py.File(path) as file:
        groups = file["groups"][:, 0]
        assert file["activations/000_0"].attrs["activation"] == "gelu_pytorch_tanh"
    assert groups.tolist() == [i // 3 for i in range(1500)]
    data = report.to_dict()["data"]
    assert data["samples"] % 3 == 0 and data["validationSamples"] % 3 == 0


def model_mean(answers):
    return answers.mean(1)


def test_refusals(network):
    model, batches = network
    loss = nn.CrossEntropyLoss()
    with pytest.raises(
        tiny_diagnose.UnsupportedModel, match="takes the outputs of inner to its inputs"
    ):
        tiny_diagnose.record(model, ["inner", "out"], batches, loss)
    with pytest.raises(tiny_diagnose.WrongArguments, match="norm is no Linear layer"):
        tiny_diagnose.record(model, ["norm", "out"], batches, loss)
    with pytest.raises(tiny_diagnose.WrongArguments, match="name two or more"):
        tiny_diagnose.record(model, ["up"], batches, loss)
    with pytest.raises(tiny_diagnose.WrongArguments, match="batches: there are none"):
        tiny_diagnose.record(model, ["up", "down"], [], loss)
    with pytest.raises(
        tiny_diagnose.WrongArguments, match=r"batches: Tensor of shape \(.*pairs \(x, y\)"
    ):
        tiny_diagnose.record(model, ["up", "down"], batches[0], loss)
    keyed = [{"pixels": batches[0][0], "label": batches[0][1]}]
    with pytest.raises(
        tiny_diagnose.WrongArguments, match="batches: dict with the keys pixels, label"
    ):
        tiny_diagnose.record(model, ["up", "down"], keyed, loss)
    with pytest.raises(tiny_diagnose.WrongArguments, match="loss: 'mse', expected a function"):
        tiny_diagnose.record(model, ["up", "down"], batches, "mse")
    with pytest.raises(tiny_diagnose.UnsupportedModel, match="two or more in each block"):
        tiny_diagnose.record(model, ["inner", "up", "down"], batches, loss)


def test_several_blocks_in_one_call(samples, tmp_path):
    torch.manual_seed(0)
    x, y = map(torch.from_numpy, samples)
    first, second = Net(), Net()
    model = nn.Sequential(first, nn.Linear(4, 6), second)
    names = ["0.up", "0.down", "2.up", "2.down"]
    batches, loss = list(zip(x.split(200), y.split(200))), nn.CrossEntropyLoss()
    path = tmp_path / "blocks.h5"
    both = tiny_diagnose.record(model, names, batches, loss, save=path, holdout=0)
    with h5py.File(path) as file:
        groups = file["activations"]
        assert [groups[name].attrs.get("follows") for name in groups] == [None, None, 0, None]
        assert [groups[name].attrs["activation"] for name in groups] == ["gelu", "linear"] * 2
    lacks = [layer["lackOfExpressivity"] for layer in both.to_dict()["layers"]]
    for place in (0, 2):
        one = tiny_diagnose.record(model, names[place : place + 2], batches, loss, holdout=0)
        expected = [layer["lackOfExpressivity"] for layer in one.to_dict()["layers"]]
        assert lacks[place : place + 2] == pytest.approx(expected, rel=1e-9)
    assert [row["layer"] for row in both.to_dict()["growth"]] == ["0.up", "2.up"]


@pytest.mark.parametrize("width", [50, 200])
def test_the_call_that_follows(width, network, tmp_path, monkeypatch):
    """A kept recording is grown by the call that is printed; of another there is no more to say."""
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.chdir(tmp_path)
    x = torch.randn(1500, 6)
    y = (2 * x[:, :1]).sin() * x[:, 1:2]
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(6, 2), nn.Tanh(), nn.Linear(2, 1))
    loss = nn.MSELoss()
    kept = tiny_diagnose.record(model, ["0", "2"], [(x, y)], loss, save="kept.h5")
    gone = tiny_diagnose.record(model, ["0", "2"], [(x, y)], loss)
    assert kept.verdict.kind == "bottleneck"
    text = repr(kept)[repr(kept).index("tiny_diagnose.grow(") :]
    path, summary = eval(text, {"tiny_diagnose": tiny_diagnose})
    assert path == "grown.h5" and summary.added == {"0": kept.verdict.neurons}
    for part in (repr(gone), gone.to_html(), str(gone.to_dict())):
        assert "tiny-diagnose grow" not in part and "recorded.h5" not in part
        assert "tiny_diagnose.grow" not in part and "--add" not in part
