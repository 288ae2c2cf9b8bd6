"""The functions of this package."""

from __future__ import annotations

from typing import Any, NamedTuple

from .exchange.samples import Samples
from .networks.opening import open_model
from .results import Comparison, Growth, Inspection, Report
from .running.calls import Call


class Grown(NamedTuple):
    """A grown model and what was done to it."""

    model: Any
    summary: Growth


def report(
    model: Any,
    x: Any = None,
    y: Any = None,
    *,
    validation: Any = None,
    groups: Any = None,
    sample_weight: Any = None,
    loss: Any = None,
    progress: bool | None = None,
    **options: Any,
) -> Report:
    """Tell where a trained network is too narrow, and what more neurons would gain.

    Parameters
    ----------
    model : keras.Model, torch.nn.Module, scikit-learn estimator, or path
        The network. A PyTorch network has to be a chain of layers; a ``Pipeline`` has to end in an
        ``MLPClassifier`` or ``MLPRegressor``, and its first steps transform ``x``.
    x, y : array_like
        Samples the network was trained on: NumPy arrays, tensors, DataFrames, or datasets of h5py,
        which are read where they are. May be left out if a file carries them.
    validation : tuple or path, optional
        Samples that only judge, ``(x, y)``; by default some of the samples are held out.
    groups : array_like, optional
        A number or name for each sample: samples of one group are never split between training and
        held-out samples.
    sample_weight : array_like, optional
        How much each sample counts.
    loss : str or object, optional
        By its name in Keras or PyTorch, or as the framework's object; by default the one the model was
        compiled or made for, else told from the outputs and targets.
    progress : bool, optional
        Whether to show progress; by default if tqdm is installed.
    **options
        Every option of ``tiny-diagnose report``: ``max_samples=20000``, ``layers=["hidden"]``,
        ``solver="sequential"``, ``holdout=0.3``, ``seed=1``, ``threads=2``, ``verbose=True``, …

    Returns
    -------
    Report

    Raises
    ------
    TinyDiagnoseError
        With what is wrong and what to do; ``UnsupportedModel`` if the model is no chain of layers.

    Examples
    --------
    >>> report = tiny_diagnose.report(model, x_train, y_train)
    >>> report.verdict.layer, report.verdict.neurons
    ('narrow', 12)
    """
    call = Call.on(
        open_model(model, loss), x, y, validation, groups, sample_weight, progress, **options
    )
    return Report(*call.run("report"))


def grow(
    model: Any,
    x: Any = None,
    y: Any = None,
    *,
    output: Any = None,
    validation: Any = None,
    groups: Any = None,
    sample_weight: Any = None,
    loss: Any = None,
    progress: bool | None = None,
    **options: Any,
) -> Grown:
    """Add the neurons a network lacks, and return it ready to train on.

    Parameters
    ----------
    model, x, y, validation, groups, sample_weight, loss, progress
        As in `report`.
    output : path, optional
        The file for the grown model, needed if ``model`` is a file; a live model is given back.
    **options
        Every option of ``tiny-diagnose grow``: ``add={"hidden": 8}``, ``budget=1000``,
        ``neurons=16``, ``method="gradmax"``, ``line_search=False``, …

    Returns
    -------
    model : same kind as ``model``
        A new model with the larger weights, of the same type, on the same device, with the state of
        its optimizer where the model has one; the path, for a file. Without anything to add, a copy. In
        PyTorch, make the optimizer anew: the old one trains nothing of it.
    summary : Growth
        What was added, and the loss before and after.

    Examples
    --------
    >>> grown, summary = tiny_diagnose.grow(model, x_train, y_train)
    >>> summary.added
    {'narrow': 12}
    >>> grown.fit(x_train, y_train, epochs=20)  # a Keras model goes on
    """
    network = open_model(model, loss)
    network.choose_output(output)
    call = Call.on(network, x, y, validation, groups, sample_weight, progress, **options)
    with call.growing() as (folder, summary):
        return Grown(network.grown(folder), summary)


def compare(
    model: Any,
    x: Any = None,
    y: Any = None,
    *,
    validation: Any = None,
    groups: Any = None,
    sample_weight: Any = None,
    loss: Any = None,
    progress: bool | None = None,
    **options: Any,
) -> Comparison:
    """Train on in several ways by the same budget, not grown and grown, and tell which ends best.

    Parameters
    ----------
    model, x, y, validation, groups, sample_weight, loss, progress
        As in `report`.
    **options
        Every option of ``tiny-diagnose compare``.

    Returns
    -------
    Comparison
    """
    call = Call.on(
        open_model(model, loss), x, y, validation, groups, sample_weight, progress, **options
    )
    return Comparison(*call.run("compare"))


def inspect(model: Any, **options: Any) -> Inspection:
    """Tell what a file holds and what a diagnosis makes of it; needs no samples.

    Parameters
    ----------
    model : path, or a live model
        Any HDF5 file or ``.keras`` archive.
    **options
        Every option of ``tiny-diagnose inspect``.

    Returns
    -------
    Inspection
    """
    network = open_model(model)
    return Inspection(*Call(network, network.prepare(Samples()), options, False).run("inspect"))
