"""From arguments of a function to a run of the program, and to what it found."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ..errors import WrongArguments
from ..exchange.folder import Folder
from ..exchange.samples import Samples, array
from ..networks.live import LiveModel
from ..results.wording import names, renamed, reworded
from . import program
from .arguments import command_line


def gathered(
    network: LiveModel,
    x: Any,
    y: Any,
    validation: Any,
    groups: Any,
    sample_weight: Any,
    options: dict[str, Any],
) -> Samples:
    """The samples as arrays that fit the network."""
    if (x is None or y is None) and (network.framework or (x is None) != (y is None)):
        raise WrongArguments("x and y: give the samples the network was trained on")
    if x is None and (groups is not None or sample_weight is not None):
        raise WrongArguments("groups and sample_weight go with x and y; name datasets by options")
    samples = Samples()
    if x is not None:
        samples.inputs = array(network.inputs(x), "x")
        samples.targets = array(network.targets(y), "y")
    if sample_weight is not None:
        samples.sample_weight = array(sample_weight, "sample_weight")
    if groups is not None:
        samples.groups = _numbered(groups)
    if isinstance(validation, (str, os.PathLike)):
        options["validation"] = validation
    elif validation is not None:
        inputs, targets, *rest = validation
        samples.validation = Samples(
            array(network.inputs(inputs), "validation x"),
            array(network.targets(targets), "validation y"),
            *(array(part, "validation sample_weight") for part in rest),
        )
    return network.prepare(samples)


def _absolute(options: dict[str, Any]) -> dict[str, Any]:
    """Options whose files are named as seen from here, where the program does not run."""
    result = dict(options)
    for name in ("architecture", "data", "validation"):
        if result.get(name) is not None:
            result[name] = os.path.abspath(result[name])
    for name in ("inputs", "targets", "sample_weights", "groups"):
        file, separator, path = str(result.get(name) or "").partition(":")
        if separator:
            result[name] = f"{os.path.abspath(file)}:{path}"
    return result


def _numbered(groups: Any) -> Any:
    """Groups as whole numbers, whatever names them."""
    import numpy as np

    return np.unique(np.asarray(groups), return_inverse=True)[1].reshape(-1)


def run(
    command: str, network: LiveModel, samples: Samples, options: Any, progress: bool | None
) -> tuple[dict[str, Any], str, str | None]:
    with Folder(samples.size) as folder:
        return work(command, network, samples, options, progress, folder, [])


def work(
    command: str,
    network: LiveModel,
    samples: Samples,
    options: dict[str, Any],
    progress: bool | None,
    folder: Path,
    arguments: list[str],
) -> tuple[dict[str, Any], str, str | None]:
    """Run a command on a network and samples: its JSON, its text, and its page if it writes one."""
    found, text, page = found_by(
        command,
        [*network.write(folder), *samples.write(folder), *arguments],
        options,
        progress,
        folder,
        names(network),
    )
    text = reworded(text, network, found)
    return renamed(found, network), text, page and reworded(page, network, found)


def found_by(
    command: str,
    arguments: list[str],
    options: dict[str, Any],
    progress: bool | None,
    folder: Path,
    called: dict[str, str],
) -> tuple[dict[str, Any], str, str | None]:
    """Run a command: its JSON, its text, and its page if it writes one.

    Parameters
    ----------
    command : str
        ``report`` or another.
    arguments : list of str
        The model and what else comes first.
    options : dict
        Options of the user.
    progress : bool, optional
        Whether to show progress.
    folder : Path
        Where the program runs.
    called : dict of str to str
        What to call files in messages.
    """
    forms = {form: f"result.{form}" for form in program.further_forms(command)}
    output = program.run(
        [
            command,
            *arguments,
            *command_line(_absolute(options)),
            "--format=json",
            *(f"--also={file}" for file in forms.values()),
        ],
        folder=str(folder),
        progress=progress,
        names=called,
    )
    texts = {form: (folder / file).read_text("utf-8") for form, file in forms.items()}
    return json.loads(output), texts.get("txt") or output, texts.get("html")
