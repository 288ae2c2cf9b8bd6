"""Networks that grow in their own training."""

import html

import pytest
import tiny_diagnose
from tiny_diagnose.errors import WrongArguments
from tiny_diagnose.growing import Plateau


def test_plateaus():
    plateau = Plateau(patience=2, min_delta=0.1, every=None)
    assert [plateau.is_reached(v) for v in (1.0, 0.8, 0.79, 0.75)] == [False, False, False, True]
    every = Plateau(patience=1, min_delta=0, every=2)
    assert [every.is_reached(v) for v in (1.0, 0.5)] == [False, True]
    with pytest.raises(WrongArguments):
        Plateau(patience=0, min_delta=0, every=None)


@pytest.mark.parametrize("name", ["Adam", "SGD", "RMSprop", "AdamW"])
def test_pytorch(name, samples):
    torch = pytest.importorskip("torch")
    from tiny_diagnose.torch import GrowAtPlateau

    torch.manual_seed(0)
    x, y = map(torch.from_numpy, samples)
    model = torch.nn.Sequential(torch.nn.Linear(6, 2), torch.nn.ReLU(), torch.nn.Linear(2, 4))
    settings = {"momentum": 0.9} if name in ("SGD", "RMSprop") else {}
    optimizer = getattr(torch.optim, name)(model.parameters(), 1e-2, **settings)
    loss = torch.nn.CrossEntropyLoss()
    lines = []
    grow = GrowAtPlateau(
        model,
        optimizer,
        x,
        y,
        loss=loss,
        every=3,
        growths=1,
        max_samples=500,
        neurons=4,
        log=lines.append,
    )
    values = []
    for _ in range(8):
        for batch in torch.randperm(900).split(50):
            optimizer.zero_grad()
            loss(model(x[batch]), y[batch]).backward()
            optimizer.step()
        before = {
            k: v.clone() for k, v in optimizer.state[model[0].weight].items() if torch.is_tensor(v)
        }
        with torch.no_grad():
            values.append(loss(model(x), y).item())
        if grow.step(values[-1]):
            after = optimizer.state[model[0].weight]
            for key, old in before.items():
                new = after[key]
                assert torch.equal(new[:2] if new.ndim else new, old)
                assert new.ndim == 0 or (new.shape == model[0].weight.shape and not new[2:].any())
    assert len(grow.history) == 1 and grow.history[0].added
    assert model[0].out_features == 2 + grow.history[0].added["0"]
    assert f"epoch 3: added {grow.history[0].added['0']} to layer 0;" in lines[0]
    # The optimizer goes on.
    assert not any("optimizer anew" in note for note in grow.history[0].to_dict()["notes"])
    assert values[-1] < values[2] - 0.05
    assert len(optimizer.param_groups[0]["params"]) == 4


def test_an_optimizer_of_another_network(samples):
    torch = pytest.importorskip("torch")
    from tiny_diagnose.torch import GrowAtPlateau

    model, other = torch.nn.Linear(6, 4), torch.nn.Linear(6, 4)
    with pytest.raises(WrongArguments, match="SGD holds no parameter of Linear"):
        GrowAtPlateau(model, torch.optim.SGD(other.parameters(), 0.1), *samples)
    both = [*model.parameters(), *other.parameters()]
    GrowAtPlateau(model, torch.optim.SGD(both, 0.1), *samples)


def test_pytorch_is_told_to_make_the_optimizer_anew(samples):
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(6, 2), torch.nn.ReLU(), torch.nn.Linear(2, 4))
    model[2].requires_grad_(False)
    grown, summary = tiny_diagnose.grow(
        model, *samples, loss=torch.nn.CrossEntropyLoss(), add={"0": 3}
    )
    optimizer, frozen = (
        next(n for n in summary.to_dict()["notes"] if word in n) for word in ("anew", "frozen")
    )
    assert frozen.startswith("layer 2 is frozen (requires_grad=False)") and "has moved" in frozen
    text = repr(summary).replace("\n      ", " ")
    assert f"note: {optimizer}" in text and f"note: {frozen}" in text
    assert max(map(len, repr(summary).split("\n"))) <= 80
    page = html.unescape(summary.to_html())
    assert f'<li class="remark">{optimizer}</li></ul>' in page and frozen in page
    assert "The grown model is in" not in page
    assert [p.requires_grad for p in grown.parameters()] == [True, True, False, False]
    # The first layer keeps what it had: only its new units are told.
    model.requires_grad_(False)
    model[2].requires_grad_(True)
    _, summary = tiny_diagnose.grow(model, *samples, loss=torch.nn.CrossEntropyLoss(), add={"0": 3})
    notes = [note for note in summary.to_dict()["notes"] if "frozen" in note]
    assert len(notes) == 1 and "layer 0" in notes[0] and "moved" not in notes[0]
