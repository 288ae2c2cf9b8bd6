"""From a network, samples and options to a run of the program, and to what it found."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import TinyDiagnoseError, UnsupportedModel, UnusableFile, WrongArguments
from ..exchange.folder import Folder
from ..exchange.samples import Samples
from ..networks.live import LiveModel
from ..results import Growth
from ..results.live_words import of_models, of_samples
from ..results.notes import growth_notes, page_with_notes, with_notes
from ..results.wording import names, renamed, reworded, width
from . import program
from .arguments import command_line
from .gathering import gathered

# What other functions call what is called otherwise here.
_CALLED_HERE = {
    "class_weight": "sample_weight=…, the weight of each sample's class",
    "validation_data": "validation=(x, y)",
    "validation_split": "holdout=…, the share of the samples to hold out",
    "criterion": "loss=…",
    "sample_weights": "sample_weight=…",
}


class Found(NamedTuple):
    """What the program found: its JSON, its text, and its page if it writes one."""

    json: dict[str, Any]
    text: str
    page: str | None


@dataclasses.dataclass
class Call:
    """What a function of this package is called with.

    Attributes
    ----------
    network : LiveModel
        What is looked at.
    samples : Samples
        As the network takes them.
    options : dict
        The user's, for the program.
    said : dict
        What else the user gave by name.
    progress : bool or None
        Whether to show progress; None if tqdm is installed.
    """

    network: LiveModel
    samples: Samples
    options: dict[str, Any]
    progress: bool | None = None
    said: dict[str, Any] = dataclasses.field(default_factory=dict)

    @classmethod
    def on(
        cls,
        network: LiveModel,
        x: Any,
        y: Any,
        validation: Any = None,
        groups: Any = None,
        sample_weight: Any = None,
        progress: bool | None = None,
        **options: Any,
    ) -> Call:
        """A call on samples as a user gives them; the parameters are those of `tiny_diagnose.report`."""
        for name in _CALLED_HERE.keys() & options.keys():
            if name != "sample_weights" or not isinstance(options[name], str):
                raise WrongArguments(f"{name}: unknown option; give {_CALLED_HERE[name]}")
        said = {
            "validation": validation, "groups": groups, "sample_weight": sample_weight,
            "loss": network.loss,
        }  # fmt: skip
        if isinstance(validation, (str, os.PathLike)):
            options["validation"], validation = validation, None
        if isinstance(groups, str):
            options["groups"], groups = groups, None
        samples = gathered(network, x, y, validation, groups, sample_weight)
        return cls(network, samples, options, progress, said)

    def run(self, command: str) -> Found:
        """Run a command of the program on the network and the samples."""
        if command == "compare" and "batch_size" not in self.options:
            self.options["batch_size"] = self.network.batch_size(self.samples)
        with Folder(self.samples.size) as folder:
            return self._run_in(folder, command)

    @contextlib.contextmanager
    def growing(self, *, is_in_place: bool = False) -> Iterator[tuple[Path, Growth]]:
        """Grow the network; the folder in which it stands grown lasts as long as the block."""
        with Folder(self.samples.size) as folder:
            found = self._run_in(folder, "grow", "-o", self.network.grown_file)
            notes = growth_notes(self.network, found.json, is_in_place=is_in_place)
            found.json["notes"] = [*found.json.get("notes", []), *notes]
            text, page = with_notes(found.text, notes, width()), page_with_notes(found.page, notes)
            summary = Growth(found.json, text, page)
            if not summary.added:
                shutil.copyfile(folder / self.network.file, folder / self.network.grown_file)
            yield folder, summary

    def _run_in(self, folder: Path, command: str, *arguments: str) -> Found:
        network = self.network
        given = [*network.write(folder), *self.samples.write(folder), *arguments]
        try:
            found = found_by(command, given, self.options, self.progress, folder, names(network))
        except TinyDiagnoseError as error:
            text = of_models(str(error)) if network.framework else str(error)
            text = of_samples(text) if self.samples.inputs is not None else text
            # What is wrong with the file of a live model is wrong with the model.
            is_model = isinstance(error, UnusableFile) and text.startswith(f"{network.label}: ")
            kind = UnsupportedModel if network.framework and is_model else type(error)
            raise kind(text) from None
        has_samples = self.samples.inputs is not None
        said = {**self.said, **self.options}
        text, page = (
            part and reworded(part, network, found.json, said, has_samples) for part in found[1:]
        )
        return Found(renamed(found.json, network, has_samples), text or "", page)


def found_by(
    command: str,
    arguments: list[str],
    options: dict[str, Any],
    progress: bool | None,
    folder: Path,
    called: dict[str, str],
) -> Found:
    """Run a command of the program.

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
    try:
        found = json.loads(output)
    except ValueError:
        raise UnusableFile(
            f"{program.find_program()}: is not this package's program: it printed no JSON\n  name"
            " tiny-diagnose in the environment variable TINY_DIAGNOSE, or leave that unset"
        ) from None
    return Found(found, texts.get("txt") or output, texts.get("html"))


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
