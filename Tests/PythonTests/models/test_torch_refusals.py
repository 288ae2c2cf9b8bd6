"""PyTorch networks that are no chain are refused, and the message names what is not."""

import numpy as np
import pytest
import tiny_diagnose

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402


class Two(nn.Module):
    """Two layers, put together by a function."""

    def __init__(self, forward):
        super().__init__()
        self.first, self.last, self.how = nn.Linear(6, 6), nn.Linear(6, 4), forward

    def forward(self, x):
        return self.how(self, x)


def hidden_function(m, x):
    if x.sum() > 1e9:  # nothing that traces forward can decide this
        return x
    return m.last(torch.sin(m.first(x)))


def hidden_relu(m, x):
    if x.sum() > 1e9:
        return x
    return m.last(torch.relu(m.first(x)))


def unused(m, x):
    if x.sum() > 1e9:
        return x
    return m.last(x)


def scaled_inputs(m, x):
    return m.last(torch.relu(m.first((x - m.last.bias[0]) / 2)))


CASES = {
    "scaled inputs": (scaled_inputs, "forward is no chain: it computes with a parameter or buffer"),
    "residual": (
        lambda m, x: m.last(x + m.first(x)),
        r"add: forward is no chain: .*\n.*tiny_diagnose\.record",
    ),
    "sine": (
        lambda m, x: m.last(torch.sin(m.first(x))),
        "forward calls sin, which is not supported",
    ),
    "hidden sine": (hidden_function, "last is given something else than the layer before it makes"),
    "hidden relu": (hidden_relu, "last is given something else than the layer before it makes"),
    "unused": (unused, "it does not call first"),
    "twice": (lambda m, x: m.last(m.first(m.first(x))), "a layer is used twice"),
    "scaled": (lambda m, x: m.last(m.first(x)) * 2, "forward calls mul"),
    "softmax over samples": (lambda m, x: m.last(m.first(x)).softmax(0), "along the units"),
}


@pytest.mark.parametrize("case", CASES)
def test_forward_that_is_no_chain(case, samples):
    forward, message = CASES[case]
    with pytest.raises(tiny_diagnose.UnsupportedModel, match=message):
        tiny_diagnose.report(Two(forward), *samples)


LAYERS = {
    "Conv1d": nn.Conv1d(6, 6, 1),
    "GroupNorm": nn.GroupNorm(2, 6),
    "keeps no running statistics": nn.BatchNorm1d(6, track_running_stats=False),
    "its weight is computed from other parameters": nn.utils.parametrizations.weight_norm(
        nn.Linear(6, 6)
    ),
}


@pytest.mark.parametrize("message", LAYERS)
def test_layers_that_are_not_known(message, samples):
    model = nn.Sequential(nn.Linear(6, 6), LAYERS[message], nn.Linear(6, 4))
    with pytest.raises(tiny_diagnose.UnsupportedModel, match=f"Sequential: 1.*: .*{message}"):
        tiny_diagnose.report(model, *samples)


def test_networks_without_values(samples):
    def network():
        return nn.Sequential(nn.Linear(6, 3), nn.ReLU(), nn.Linear(3, 4))

    with torch.device("meta"):
        empty = network()
    with pytest.raises(tiny_diagnose.UnsupportedModel, match="Sequential: 0: .* device meta"):
        tiny_diagnose.report(empty, *samples)
    with pytest.raises(tiny_diagnose.WrongArguments, match="x: .* device meta"):
        tiny_diagnose.report(network(), torch.zeros(900, 6, device="meta"), samples[1])
    with pytest.raises(tiny_diagnose.UnsupportedModel, match="0: it has no weights yet"):
        tiny_diagnose.report(nn.Sequential(nn.LazyLinear(4)), *samples)


def test_samples_of_another_width(samples):
    with pytest.raises(tiny_diagnose.WrongArguments, match=r"not take rows of shape \(5,\)"):
        tiny_diagnose.report(nn.Sequential(nn.Linear(6, 4)), samples[0][:, :5], samples[1])


def test_a_live_model_is_given_back(samples):
    with pytest.raises(tiny_diagnose.WrongArguments, match="output: a PyTorch model is given back"):
        tiny_diagnose.grow(nn.Sequential(nn.Linear(6, 4)), *samples, output="grown.h5")


def test_shared_parameters(samples):
    model = nn.Sequential(nn.Linear(6, 6), nn.ReLU(), nn.Linear(6, 6), nn.Linear(6, 4))
    model[2].weight = model[0].weight
    with pytest.raises(tiny_diagnose.UnsupportedModel, match="two layers share a parameter"):
        tiny_diagnose.report(model, *samples)


def test_one_output_and_targets_of_two_kinds_of_loss(samples):
    x, y = samples
    model = nn.Sequential(nn.Linear(6, 3), nn.ReLU(), nn.Linear(3, 1))
    for kind in (int, np.float32):
        with pytest.raises(tiny_diagnose.WrongArguments, match="binary_cross_entropy_with_logits"):
            tiny_diagnose.report(model, x, (y > 1).astype(kind))


def test_an_unknown_loss_names_those_that_are_known(samples):
    model = nn.Sequential(nn.Linear(6, 3), nn.ReLU(), nn.Linear(3, 4))
    with pytest.raises(
        tiny_diagnose.WrongArguments, match="(?s)loss: foo is not known\n.*MSELoss.*record"
    ) as failure:
        tiny_diagnose.report(model, *samples, loss="foo")
    assert max(map(len, str(failure.value).split("\n"))) <= 100
    with pytest.raises(tiny_diagnose.WrongArguments, match="; is crossentropyloss meant"):
        tiny_diagnose.report(model, *samples, loss="CrossEntropieLoss")
    with pytest.raises(
        tiny_diagnose.WrongArguments, match=r"HuberLoss\(delta=0.5\): it is 0.5 times"
    ):
        tiny_diagnose.report(model, *samples, loss=nn.SmoothL1Loss(beta=0.5))


LOSSES = {
    "softmax twice": (nn.CrossEntropyLoss(), nn.Softmax(1), r"takes the softmax twice.* 0\.744 with 4"),
    "softmax twice by a function": (nn.functional.cross_entropy, nn.Softmax(1), "softmax twice"),
    "sigmoid twice": (nn.BCEWithLogitsLoss(), nn.Sigmoid(), "sigmoid twice, which costs at least 0.313"),
    "logits as logarithms": (nn.NLLLoss(), nn.Identity(), "a linear layer: .*\n.*give CrossEntropyLoss"),
    "probabilities as logarithms": (nn.NLLLoss(), nn.Softmax(1), "ends in softmax: .*\n.*LogSoftmax"),
    "logits as probabilities": (nn.BCELoss(), nn.Identity(), "a linear layer\n.*BCEWithLogitsLoss"),
    "two kinds of weights": (
        nn.CrossEntropyLoss(torch.ones(4), label_smoothing=0.1), nn.Identity(), "PyTorch weighs",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LOSSES)
def test_a_loss_that_is_not_trained_is_refused(case, samples):
    loss, last, message = LOSSES[case]
    x, y = samples
    if isinstance(loss, (nn.BCELoss, nn.BCEWithLogitsLoss)):
        y = torch.nn.functional.one_hot(torch.from_numpy(y), 4).float()
    model = nn.Sequential(nn.Linear(6, 3), nn.ReLU(), nn.Linear(3, 4), last)
    with pytest.raises(tiny_diagnose.WrongArguments, match=f"loss: .*{message}"):
        tiny_diagnose.report(model, x, y, loss=loss)


def test_bounds_of_a_function_that_is_taken_twice():
    """What the messages say is what PyTorch computes of the best outputs there are."""
    best = torch.tensor([[1.0, 0.0, 0.0, 0.0]])
    value = nn.functional.cross_entropy(best, torch.tensor([0]))
    assert f"{value.item():.3f}" == "0.744"
    value = nn.functional.binary_cross_entropy_with_logits(torch.ones(1), torch.ones(1))
    assert f"{value.item():.3f}" == "0.313"


def test_class_weights_of_soft_targets(samples):
    y = torch.eye(4)[torch.from_numpy(samples[1])]
    with pytest.raises(tiny_diagnose.WrongArguments, match="with probabilities as targets"):
        tiny_diagnose.report(
            nn.Sequential(nn.Linear(6, 4)), samples[0], y, loss=nn.CrossEntropyLoss(torch.ones(4))
        )


def test_a_forward_that_gives_no_tensor(samples):
    for outputs, kind in ((lambda z: {"logits": z}, "dict"), (lambda z: (z, z), "tuple")):
        model = Two(lambda m, x, outputs=outputs: outputs(m.last(torch.relu(m.first(x)))))
        with pytest.raises(tiny_diagnose.UnsupportedModel, match=f"Two: forward gives {kind}"):
            tiny_diagnose.report(model, *samples)


def test_inputs_and_targets_that_are_swapped(samples):
    model = nn.Sequential(nn.Linear(6, 3), nn.ReLU(), nn.Linear(3, 4))
    with pytest.raises(
        tiny_diagnose.WrongArguments, match=r"x: shape \(900,\), .*\(n, 6\)\n.*swapped"
    ):
        tiny_diagnose.report(model, samples[1], samples[0])


@pytest.mark.filterwarnings("error")
def test_inputs_that_are_not_finite(samples):
    x = samples[0].copy()
    x[3, 2] = np.inf
    with pytest.raises(tiny_diagnose.WorkFailed, match="row 3, column 2 is inf"):
        tiny_diagnose.report(nn.Sequential(nn.Linear(6, 4)), x, samples[1])


def test_outputs_of_all_samples_in_one_row(samples):
    several = nn.Sequential(nn.Linear(6, 4), nn.Flatten(0))
    inside = nn.Sequential(nn.Linear(6, 1), nn.Flatten(0), nn.Linear(900, 1))
    for model in (several, inside):
        with pytest.raises(tiny_diagnose.UnsupportedModel, match="Sequential: 1: it puts the"):
            tiny_diagnose.report(model, *samples)
