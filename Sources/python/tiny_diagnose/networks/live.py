"""What every kind of model can do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import WrongArguments
from ..exchange.samples import Samples


class LiveModel:
    """A model that can be written for the program, and made anew from what that grew.

    Attributes
    ----------
    label : str
        What the user would call the model.
    framework : str
        Where it comes from; empty for a file.
    file, grown_file : str
        What it is called in the folder where the program runs, and what it is to call the grown one.
    loss : object
        The loss as the user gave it, or None.
    has_own_optimizer : bool
        Whether an optimizer outside the model holds its weights.
    """

    framework = ""
    file = "model.h5"
    grown_file = "grown.h5"
    label = ""
    loss: Any = None
    # Whether an optimizer of the user's holds the weights of the model that grew.
    has_own_optimizer = False

    def inputs(self, x: Any) -> Any:
        """The inputs as the network itself takes them."""
        return x

    def targets(self, y: Any) -> Any:
        """The targets as numbers."""
        return y

    def prepare(self, samples: Samples) -> Samples:
        """Look at the model with the samples it is for, and return them as its loss takes them.

        Raises
        ------
        UnsupportedModel
            If it is no chain of layers known here.
        """
        return samples

    def write(self, folder: Path) -> list[str]:
        """Write the model.

        Returns
        -------
        list of str
            The model's file, and further arguments for the program.
        """
        raise NotImplementedError

    def batch_size(self, samples: Samples) -> int | None:
        """How many samples a step of its training takes; None where nothing says it."""
        return None

    def frozen(self) -> dict[str, str]:
        """The layers that training leaves as they are, and what says so, as ``trainable=False``."""
        return {}

    def choose_output(self, output: Any) -> None:
        """Say in which file a grown model is to stand; a live model is given back instead."""
        if output is not None:
            raise WrongArguments(
                f"output: a {self.framework} model is given back, not written; save what grow returns"
            )

    def grown(self, folder: Path) -> Any:
        """A new live model of the same kind, from what the program wrote."""
        raise NotImplementedError

    def grow_in_place(self, folder: Path) -> None:
        """Give the live model itself the weights that the program wrote."""
        raise WrongArguments(f"{self.label}: it cannot grow in place; use tiny_diagnose.grow")
