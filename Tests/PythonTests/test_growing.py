"""Networks that grow in their own training."""

import pytest
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
    assert "epoch 3: added" in lines[0]
    assert values[-1] < values[2] - 0.05
    assert len(optimizer.param_groups[0]["params"]) == 4
