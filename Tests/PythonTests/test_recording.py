"""Blocks inside PyTorch networks, from what one pass records."""

import copy

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
    grow, put_back = text.split("\n  tiny_diagnose.put_back(")
    path, summary = eval(grow, {"tiny_diagnose": tiny_diagnose})
    assert path == "grown.h5" and summary.added == {"0": kept.verdict.neurons}
    before = model(x)
    names = {"tiny_diagnose": tiny_diagnose, "network": model}
    assert eval(f"tiny_diagnose.put_back({put_back}", names) is model
    # The new units weigh nothing yet.
    assert model[0].out_features == 2 + kept.verdict.neurons
    assert torch.allclose(model(x), before, atol=1e-6)
    assert repr(gone).endswith("\n  record it with save='recorded.h5' to grow it")
    text = repr(gone).replace("record it with save='recorded.h5' to grow it", "")
    for part in (text, gone.to_html(), str(gone.to_dict())):
        assert "tiny-diagnose grow" not in part and "recorded.h5" not in part
        assert "tiny_diagnose.grow" not in part and "--add" not in part


def test_grown_weights_are_put_back_by_a_share(samples, tmp_path):
    torch.manual_seed(0)
    x, y = map(torch.from_numpy, samples)
    model = nn.Sequential(nn.Linear(6, 2), nn.Tanh(), nn.Linear(2, 4)).double().eval()
    model[0].requires_grad_(False)
    loss, path, grown = nn.CrossEntropyLoss(), tmp_path / "r.h5", tmp_path / "g.h5"
    tiny_diagnose.record(model, ["0", "2"], [(x.double(), y)], loss, save=path)
    tiny_diagnose.grow(path, output=grown, add={"0": 3}, line_search=False, amplitude=1)
    with h5py.File(grown) as file:
        weight = file["activations/001_2/weight"][()]
    old, values = model[2].weight.detach().numpy().copy(), {}
    for share in (0, 0.25, 1):
        new = tiny_diagnose.put_back(copy.deepcopy(model), grown, share)
        found = new[2].weight.detach().numpy()
        assert found[:, :2] == pytest.approx(old + share * (weight[:, :2] - old), abs=1e-6)
        assert found[:, 2:] == pytest.approx(share * weight[:, 2:], abs=1e-6)
        assert new[0].out_features == 5 and new[0].weight.dtype == torch.float64
        assert not new[0].weight.requires_grad and new[2].weight.requires_grad
        assert not new[0].training
        values[share] = loss(new(x.double()), y).item()
    assert values[0] == pytest.approx(loss(model(x.double()), y).item(), rel=1e-6)
    assert min(values.values()) < values[0]
    with pytest.raises(tiny_diagnose.WrongArguments, match=r"0: .*expected \(7, 6\) or larger"):
        tiny_diagnose.put_back(nn.Sequential(nn.Linear(6, 7), nn.Tanh(), nn.Linear(7, 4)), grown)
    with pytest.raises(tiny_diagnose.WrongArguments, match="0: the network has no such Linear"):
        tiny_diagnose.put_back(nn.Linear(6, 2), grown)
    with pytest.raises(tiny_diagnose.UnusableFile, match="cannot be read"):
        tiny_diagnose.put_back(model, tmp_path / "none.h5")


def test_a_sum_is_refused_where_nothing_tells(network):
    model, batches = network
    cross_entropy = nn.functional.cross_entropy
    with pytest.raises(tiny_diagnose.WrongArguments, match=r"loss: it is a sum: .*200 samples"):
        tiny_diagnose.record(
            model, ["up", "down"], batches, lambda a, y: cross_entropy(a, y, reduction="sum")
        )
    # Squares are added over outputs, too: a mean is one over both.
    targets = [(x, nn.functional.one_hot(y, 4).float()) for x, y in batches]
    found = [
        tiny_diagnose.record(model, ["up", "down"], targets, nn.MSELoss(reduction=kind))
        for kind in ("mean", "sum", "none")
    ]
    assert [r.loss["value"] for r in found] == pytest.approx([found[0].loss["value"]] * 3, rel=1e-6)
    lacks = [r.to_dict()["layers"][0]["lackOfExpressivity"] for r in found]
    assert lacks == pytest.approx([lacks[0]] * 3, rel=1e-4)


def test_gradients_tell_what_a_change_does_to_the_loss(samples, tmp_path):
    """Of sequences, whose rows are positions: by a change of a weight, and finite differences."""
    torch.manual_seed(0)
    x, y = map(torch.from_numpy, samples)
    model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 4)).double()
    batches = [(x[:300].reshape(-1, 3, 2).double(), y[:300])]
    loss, path = nn.CrossEntropyLoss(), tmp_path / "r.h5"

    def value(a, b):
        return loss(a.mean(1), b)

    tiny_diagnose.record(model, ["0", "2"], batches, value, save=path)
    with h5py.File(path) as file:
        layer = file["activations/000_0"]
        rows = layer["gradient"][:, 1] * layer["input"][:, 0]
    losses = []
    for step in (-1e-4, 2e-4):
        model[0].weight.data[1, 0] += step
        losses.append(value(model(batches[0][0]), y[:300]).item())
    assert rows.mean() == pytest.approx((losses[1] - losses[0]) / 2e-4, rel=1e-4)


def test_frozen_layers_are_recorded(network):
    model, batches = network
    lacks = []
    for is_frozen in (False, True):
        model.requires_grad_(not is_frozen)
        report = tiny_diagnose.record(model, ["up", "down"], batches, nn.CrossEntropyLoss())
        lacks.append([row["lackOfExpressivity"] for row in report.to_dict()["layers"]])
    assert lacks[0] == pytest.approx(lacks[1], rel=1e-9)
    assert not any(p.requires_grad for p in model.parameters())


def test_what_does_not_fit_is_told(network, tmp_path):
    model, batches = network
    loss, (x, y) = nn.CrossEntropyLoss(), batches[0]
    for batch, given, message in (
        ((x[:, :5], y), loss, r"batches: x, shape \(200, 5\): the network does not take it"),
        ((x, y[:5]), loss, r"batches: y, shape \(5,\): the loss does not take it"),
        ((x, y), lambda a, b: 1.0, "loss: it gives float"),
    ):
        with pytest.raises(tiny_diagnose.WrongArguments, match=message):
            tiny_diagnose.record(model, ["up", "down"], [batch], given)
    path = tmp_path / "kept.h5"
    path.write_text("as it was")
    with pytest.raises(tiny_diagnose.WrongArguments):
        tiny_diagnose.record(model, ["up", "down"], [*batches, (x, y[:5])], loss, save=path)
    assert path.read_text() == "as it was" and list(tmp_path.iterdir()) == [path]
    with pytest.raises(tiny_diagnose.UnsupportedModel, match="up: the loss does not depend"):
        tiny_diagnose.record(model, ["up", "down"], batches, lambda a, b: a.detach().mean())
    assert not any(m._forward_hooks for m in model.modules())
