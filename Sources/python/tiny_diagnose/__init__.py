"""Tells which layer of a trained network is too narrow, how many neurons it lacks, and adds them.

>>> import tiny_diagnose
>>> report = tiny_diagnose.report(model, x, y)      # what the network lacks
>>> grown, summary = tiny_diagnose.grow(model, x, y)  # the same network with the neurons added

``model`` is a Keras model, a ``torch.nn.Module`` that is a chain of layers, a scikit-learn
``MLPClassifier`` or ``MLPRegressor``, alone or at the end of a ``Pipeline``, or the path of a file.
The callback ``tiny_diagnose.keras.GrowAtPlateau`` and its counterpart
``tiny_diagnose.torch.GrowAtPlateau`` grow a network while it is trained.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# Where each public name lives. They are imported when they are first asked for: the command of
# `python -m tiny_diagnose` needs none of them, and NumPy alone takes longer than the program.
_PLACES = {
    "report": "functions",
    "grow": "functions",
    "compare": "functions",
    "inspect": "functions",
    "record": "recording",
    "put_back": "exchange.recordings",
    "Report": "results",
    "Growth": "results",
    "Comparison": "results",
    "Inspection": "results",
    "TinyDiagnoseError": "errors",
    "WorkFailed": "errors",
    "UnusableFile": "errors",
    "WrongArguments": "errors",
    "UnsupportedModel": "errors",
}

__all__ = [*_PLACES, "__version__"]

if TYPE_CHECKING:
    from .errors import (
        TinyDiagnoseError,
        UnsupportedModel,
        UnusableFile,
        WorkFailed,
        WrongArguments,
    )
    from .exchange.recordings import put_back
    from .functions import compare, grow, inspect, report
    from .recording import record
    from .results import Comparison, Growth, Inspection, Report


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(importlib.import_module(f".{_PLACES[name]}", __name__), name)
    if name in ("keras", "torch"):
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_PLACES, "keras", "torch"])
