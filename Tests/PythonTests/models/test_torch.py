"""Live PyTorch networks in, live PyTorch networks out."""

import copy

import numpy as np
import pytest
import tiny_diagnose

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402, N812


class Attributes(nn.Module):
    """Layers as attributes, activations as functions, a BatchNorm1d, a Dropout, a flattening."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(6, 3)
        self.norm = nn.BatchNorm1d(3)
        self.drop = nn.Dropout(0.2)
        self.second = nn.Linear(3, 4)
        self.out = nn.Linear(4, 4)

    def forward(self, x):
        x = x.view(x.size(0), -1)
        x = torch.relu(self.norm(self.first(x)))
        return self.out(F.leaky_relu(self.second(self.drop(x)), 0.05))


def sequential():
    return nn.Sequential(nn.Linear(6, 3), nn.ReLU(), nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 4))


def trained(model, x, y, loss, epochs=8):
    torch.manual_seed(0)
    optimizer = torch.optim.Adam(model.parameters(), 5e-3)
    for _ in range(epochs):
        for batch in torch.randperm(len(x)).split(32):
            optimizer.zero_grad()
            loss(model(x[batch]), y[batch]).backward()
            optimizer.step()
    return model


def value(model, x, y, loss):
    model = copy.deepcopy(model).eval()
    with torch.no_grad():
        return loss(model(x), y).item()


@pytest.fixture
def tensors(samples):
    return torch.from_numpy(samples[0]), torch.from_numpy(samples[1])


@pytest.mark.parametrize("make", [sequential, Attributes])
def test_grown_network_has_the_loss_that_was_told(make, tensors):
    torch.manual_seed(1)
    loss = nn.CrossEntropyLoss()
    model = trained(make(), *tensors, loss)
    before = copy.deepcopy(model.state_dict())
    grown, summary = tiny_diagnose.grow(model, *tensors, holdout=0, max_samples=900)
    assert summary.added
    assert value(model, *tensors, loss) == pytest.approx(summary.before["value"], rel=1e-6)
    assert value(grown, *tensors, loss) == pytest.approx(summary.after["value"], rel=1e-6)
    assert type(grown) is type(model) and grown.training == model.training
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, before[name])
    widths = [m.out_features for m in grown.modules() if isinstance(m, nn.Linear)]
    assert widths == list(summary.widths.values())
    # Training goes on; dropout and small batches make it less than the loss right after growing.
    after = value(trained(grown, *tensors, loss, epochs=3), *tensors, loss)
    assert after < 0.7 * summary.before["value"]


def test_batch_statistics_change_nothing_after_growing(tensors):
    """In training, a BatchNorm1d behind new units would answer otherwise than at inference."""
    torch.manual_seed(1)
    loss = nn.CrossEntropyLoss()
    model = trained(Attributes(), *tensors, loss)
    grown, summary = tiny_diagnose.grow(model, *tensors, holdout=0)
    grown.train()
    grown.drop.eval()
    with torch.no_grad():
        assert loss(grown(tensors[0]), tensors[1]).item() == pytest.approx(
            summary.after["value"], rel=1e-5
        )


@pytest.mark.parametrize(
    ("loss", "last", "targets"),
    [
        (nn.CrossEntropyLoss(), None, "labels"),
        (nn.CrossEntropyLoss(label_smoothing=0.1), None, "labels"),
        (nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 0.5, 1.0])), None, "labels"),
        (nn.CrossEntropyLoss(), None, "one-hot"),
        (nn.NLLLoss(), nn.LogSoftmax(dim=1), "labels"),
        (nn.MSELoss(), None, "one-hot"),
        (nn.L1Loss(), nn.Sigmoid(), "one-hot"),
        (nn.HuberLoss(delta=0.3), None, "one-hot"),
        (nn.SmoothL1Loss(), None, "one-hot"),
        (nn.BCEWithLogitsLoss(), None, "one-hot"),
        (nn.BCELoss(), nn.Sigmoid(), "one-hot"),
        (F.cross_entropy, None, "labels"),
        (F.mse_loss, nn.Softmax(dim=-1), "one-hot"),
    ],
    ids=lambda value: str(getattr(value, "__name__", value))[:40],
)
def test_losses_mean_what_they_mean_in_pytorch(loss, last, targets, tensors):
    torch.manual_seed(2)
    x, y = tensors
    y = y if targets == "labels" else F.one_hot(y, 4).float()
    model = nn.Sequential(*sequential(), *([last] if last else []))
    report = tiny_diagnose.report(model, x, y, loss=loss, holdout=0, one_pass=True)
    assert report.loss["value"] == pytest.approx(value(model, x, y, loss), rel=2e-6)


ACTIVATIONS = [
    nn.ReLU(), nn.ReLU6(), nn.Tanh(), nn.Sigmoid(), nn.SELU(), nn.SiLU(), nn.Mish(),
    nn.Softsign(), nn.LogSigmoid(), nn.Hardsigmoid(), nn.Hardswish(), nn.Tanhshrink(), nn.GELU(),
    nn.GELU("tanh"), nn.CELU(), nn.Softplus(), nn.Softshrink(), nn.Hardshrink(), nn.Hardtanh(), nn.LeakyReLU(),
    nn.LeakyReLU(0.3), nn.ELU(), nn.ELU(0.7), nn.PReLU(), nn.PReLU(3), nn.Identity(),
    nn.LayerNorm(3), nn.BatchNorm1d(3), nn.BatchNorm1d(3, affine=False), nn.AlphaDropout(0.3),
]  # fmt: skip


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_activations_mean_what_they_mean_in_pytorch(activation, tensors):
    torch.manual_seed(3)
    x, y = tensors
    model = nn.Sequential(nn.Linear(6, 3), activation, nn.Linear(3, 4))
    report = tiny_diagnose.report(model, x, y, holdout=0, one_pass=True)
    loss = nn.CrossEntropyLoss()
    assert report.loss["value"] == pytest.approx(value(model, x, y, loss), rel=2e-6)


@pytest.mark.parametrize(
    "activation", [nn.PReLU(3), nn.BatchNorm1d(3), nn.BatchNorm1d(3, affine=False)], ids=str
)
def test_what_stands_behind_a_layer_grows_with_it(activation, tensors):
    torch.manual_seed(4)
    loss = nn.CrossEntropyLoss()
    model = trained(
        nn.Sequential(nn.Linear(6, 3), activation, nn.ReLU(), nn.Linear(3, 4)), *tensors, loss
    )
    grown, summary = tiny_diagnose.grow(model, *tensors, holdout=0, add={"0": 2})
    assert summary.added == {"0": 2}
    assert value(grown, *tensors, loss) == pytest.approx(summary.after["value"], rel=1e-6)
    trained(grown, *tensors, loss, epochs=1)


@pytest.mark.parametrize("kind", [torch.float64, torch.float32, torch.bfloat16])
def test_types_are_kept(kind, tensors):
    model = sequential().to(kind)
    model[0].weight.requires_grad_(False)
    grown, _ = tiny_diagnose.grow(model, *tensors, add={"0": 2})
    assert {p.dtype for p in grown.parameters()} == {kind}
    assert not grown[0].weight.requires_grad and grown[0].bias.requires_grad
    # What did not change, did not change at all.
    assert torch.equal(grown[0].weight[:3], model[0].weight)


def test_images_are_flattened(samples):
    x = np.random.default_rng(0).integers(0, 255, size=(200, 1, 4, 4)).astype(np.uint8)
    model = nn.Sequential(nn.Flatten(), nn.Linear(16, 3), nn.ReLU(), nn.Linear(3, 4))
    report = tiny_diagnose.report(model, x, samples[1][:200])
    assert [layer["inputs"] for layer in report.to_dict()["model"]["layers"]] == [16, 3]


def test_nothing_speaks_of_the_file_between(samples):
    report = tiny_diagnose.report(nn.Sequential(nn.Linear(6, 4)), *samples)
    for text in (repr(report), report.to_html(), str(report.to_dict())):
        assert "PyTorch" in text and "Keras" not in text and "model.h5" not in text


ENDS = {
    "squeeze(-1)": lambda z: z.squeeze(-1),
    "squeeze(1)": lambda z: z.squeeze(1),
    "torch.squeeze": lambda z: torch.squeeze(z, dim=-1),
    "squeeze()": lambda z: z.squeeze(),
    "flatten()": lambda z: z.flatten(),
    "view(-1)": lambda z: z.view(-1),
    "reshape(-1)": lambda z: torch.reshape(z, (-1,)),
    "[:, 0]": lambda z: z[:, 0],
    "nn.Flatten(0)": nn.Flatten(0),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_column_of_one_output_may_be_taken_away(end, samples):
    class Head(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden, self.out, self.end = nn.Linear(6, 3), nn.Linear(3, 1), ENDS[end]

        def forward(self, x):
            return self.end(self.out(torch.relu(self.hidden(x))))

    torch.manual_seed(0)
    model, loss = Head(), nn.BCEWithLogitsLoss()
    x, y = torch.from_numpy(samples[0]), torch.from_numpy(samples[1] > 1).float()
    report = tiny_diagnose.report(model, x, y, loss=loss, holdout=0)
    assert report.loss["value"] == pytest.approx(loss(model(x), y).item(), rel=1e-5)
    grown, summary = tiny_diagnose.grow(model, x, y, loss=loss, holdout=0, add={"hidden": 4})
    assert grown(x).shape == (900,)
    assert summary.after["value"] == pytest.approx(loss(grown(x), y).item(), rel=1e-5)
