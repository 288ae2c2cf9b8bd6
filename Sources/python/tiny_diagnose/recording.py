"""Reports on chains of layers inside larger PyTorch networks, from what one pass records."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

from .errors import UnsupportedModel, WrongArguments
from .exchange.folder import Folder
from .results import Report
from .results.wording import recorded
from .running.calls import found_by

if TYPE_CHECKING:
    import torch

    from .networks.torch_recorder import RecordedLayer

FILE = "recorded.h5"
GROUPS = "groups"


def record(
    module: torch.nn.Module,
    layers: Sequence[str],
    batches: Iterable[tuple[Any, Any]],
    loss: Callable[[Any, Any], Any],
    *,
    functions: Sequence[str] | None = None,
    save: Any = None,
    progress: bool | None = None,
    **options: Any,
) -> Report:
    """Report on Linear layers that follow each other anywhere inside a PyTorch network.

    One pass over the batches, forward and back, records what goes into each layer and the gradient that
    comes back to it. Nothing else has to be known of the network: convolutions, attention and branches
    around the layers are fine, and so is any loss.

    Parameters
    ----------
    module : torch.nn.Module
        The whole network.
    layers : sequence of str
        Names of two or more ``Linear`` layers, each fed by the one before through a function of each
        unit, as in ``["block.fc1", "block.fc2"]``. The last one's outputs may go anywhere. Where a layer
        is fed otherwise, another block begins, which again has two or more.
    batches : iterable of (x, y)
        Samples, as a DataLoader gives them; arrays are one batch, ``[(x, y)]``.
    loss : callable
        ``loss(module(x), y)``: a number, the mean over the batch, or one number for each sample or
        target. An object whose ``reduction`` says ``"sum"`` will do; another sum is refused.
    functions : sequence of str, optional
        What follows each layer, by Keras's names; by default the function that takes each layer's
        outputs to the next one's inputs, and ``linear`` for the last of a block.
    save : path, optional
        Keep the recording in this file, for ``tiny-diagnose grow`` for example.
    progress : bool, optional
        Whether to show progress; by default if tqdm is installed.
    **options
        Options of ``tiny-diagnose report``.

    Returns
    -------
    Report
        Ψ of each layer and the neurons that would lower it. What needs the loss itself is None.

    Examples
    --------
    >>> loader = torch.utils.data.DataLoader(dataset, batch_size=256)
    >>> print(tiny_diagnose.record(net, ["block.fc1", "block.fc2"], loader, torch.nn.CrossEntropyLoss()))
    """
    with Folder(0) as folder:
        path = Path(os.path.abspath(save)) if save is not None else folder / FILE
        partial = path.with_name(f".{path.name}.partial")
        try:
            if _write(partial, module, layers, batches, loss, functions):
                options.setdefault("groups", GROUPS)
            # Whole or not at all: what was there stays, if this fails.
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
        # By its name alone where the program runs in its folder: a long path would be shortened.
        called = str(path) if save is not None else FILE
        found = found_by("report", [called], options, progress, folder, {called: "the recording"})
        return Report(
            *recorded(
                *found,
                path=called,
                label=type(module).__name__,
                kept_as=save and os.fspath(save),
                groups=options.get("groups"),
            )
        )


def _write(
    path: Path,
    module: torch.nn.Module,
    names: Sequence[str],
    batches: Iterable[tuple[Any, Any]],
    loss: Callable[[Any, Any], Any],
    functions: Sequence[str] | None,
) -> bool:
    """Record; returns whether samples have several rows, whose sample the file then tells."""
    from .networks.torch_layers import evaluation, numbers
    from .networks.torch_recorder import Recorder, functions_between

    chosen = _chosen(module, names)
    if not callable(loss):
        raise WrongArguments(f"loss: {loss!r}, expected a function of outputs and targets")
    recorder = Recorder(module, chosen)
    with h5py.File(path, "w") as file, evaluation(module), recorder:
        total, count = 0.0, 0
        are_sequences = False
        for batch in batches:
            x, y = _pair(batch)
            value = recorder.record(x, y, loss)
            first = chosen[0]
            total, count = total + len(first.inputs) * value, count + len(first.inputs)
            are_sequences |= first.positions > 1
            place = file[GROUPS][-1, 0] + 1 if GROUPS in file else 0
            rows = np.arange(len(first.inputs)) // first.positions + place
            _append(file, GROUPS, rows[:, None])
            for index, (name, layer) in enumerate(zip(names, chosen)):
                if layer.positions != first.positions:
                    raise UnsupportedModel(
                        f"{name}: it sees {layer.positions} rows of a sample, {first.name} sees"
                        f" {first.positions}\n  record them in two calls"
                    )
                group = file.require_group(f"activations/{index:03}_{name}")
                for key, rows in (("input", layer.inputs), ("gradient", layer.gradients)):
                    _append(group, key, rows)
        if count == 0:
            raise WrongArguments("batches: there are none")
        if not are_sequences:
            del file[GROUPS]
        file["activations"].attrs["loss_value"] = total / count
        # Where it is not said what is between the layers, it tells which follow each other.
        follows = [True] * len(names)
        if not functions:
            functions, follows = functions_between(chosen)
        if len(functions) != len(names):
            raise WrongArguments(f"functions: {len(functions)}, but there are {len(names)} layers")
        for (name, layer), function, index in zip(zip(names, chosen), functions, range(len(names))):
            group = file[f"activations/{index:03}_{name}"]
            group.attrs["activation"] = function
            if not follows[index]:
                group.attrs["follows"] = 0
            group["weight"] = numbers(layer.module.weight)
            if layer.module.bias is not None:
                group["bias"] = numbers(layer.module.bias)
    return are_sequences


def _chosen(module: torch.nn.Module, names: Sequence[str]) -> list[RecordedLayer]:
    import torch

    from .networks.torch_recorder import RecordedLayer

    modules = dict(module.named_modules())
    if isinstance(names, str) or len(names) < 2:
        raise WrongArguments("layers: name two or more, as what is before the last may be widened")
    for name in names:
        if not isinstance(modules.get(name), torch.nn.Linear):
            linear = [n for n, m in modules.items() if isinstance(m, torch.nn.Linear)]
            raise WrongArguments(
                f"layers: {name} is no Linear layer\n  those are {', '.join(linear) or 'none'}"
            )
    return [RecordedLayer(name, modules[name]) for name in names]


def _append(group: Any, key: str, rows: Any) -> None:
    if key not in group:
        chunk = (max(1, min(len(rows), (1 << 18) // max(1, rows.shape[1]))), rows.shape[1])
        group.create_dataset(
            key, data=rows, maxshape=(None, rows.shape[1]), chunks=chunk, dtype=rows.dtype
        )
        return
    dataset = group[key]
    dataset.resize(len(dataset) + len(rows), axis=0)
    dataset[-len(rows) :] = rows


def _pair(batch: Any) -> tuple[Any, Any]:
    """The inputs and targets of a batch."""
    if isinstance(batch, (tuple, list)) and len(batch) == 2:
        return batch[0], batch[1]
    shape = getattr(batch, "shape", None)
    size = f" with the keys {', '.join(map(str, batch))}" if isinstance(batch, dict) else ""
    size = f" of shape {tuple(shape)}" if shape is not None else size
    raise WrongArguments(
        f"batches: {type(batch).__name__}{size}, expected pairs (x, y), as a DataLoader gives them\n"
        "  give arrays x and y as one batch, [(x, y)]"
    )
