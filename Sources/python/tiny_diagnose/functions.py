"""The functions of this package."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from .errors import WrongArguments
from .exchange.folder import Folder
from .exchange.samples import Samples
from .networks.opening import open_model
from .results import Comparison, Growth, Inspection, Report
from .running.calls import gathered, run, work


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
    network = open_model(model, loss)
    samples = gathered(network, x, y, validation, groups, sample_weight, options)
    return Report(*run("report", network, samples, options, progress))


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
        The file for the grown model, needed if ``model`` is a file.
    **options
        Every option of ``tiny-diagnose grow``: ``add={"hidden": 8}``, ``budget=1000``,
        ``neurons=16``, ``method="gradmax"``, ``line_search=False``, …

    Returns
    -------
    model : same kind as ``model``
        A new model with the larger weights, of the same type, on the same device, with the state of
        its optimizer where the model has one; the path, for a file. Without anything to add, a copy.
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
    if not network.framework and output is None:
        raise WrongArguments("output: name the file for the grown model")
    samples = gathered(network, x, y, validation, groups, sample_weight, options)
    with Folder(samples.size) as folder:
        target = os.path.abspath(output) if output is not None else network.grown_file
        arguments = ["-o", target]
        summary = Growth(*work("grow", network, samples, options, progress, folder, arguments))
        if not network.framework:
            return Grown(os.fspath(output), summary)
        if not summary.added:
            (folder / network.file).rename(folder / network.grown_file)
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
    network = open_model(model, loss)
    samples = gathered(network, x, y, validation, groups, sample_weight, options)
    return Comparison(*run("compare", network, samples, options, progress))


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
    return Inspection(*run("inspect", network, network.prepare(Samples()), options, False))
