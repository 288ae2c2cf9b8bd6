"""Puts the program beside the scripts of the wheel, as it is: no interpreter starts before it."""

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "tiny-diagnose"
# The least glibc that Swift's own library asks for.
TAG = "py3-none-manylinux_2_34_x86_64"


class ProgramHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel" or version == "editable":
            return
        program = Path(os.environ.get("TINY_DIAGNOSE_PROGRAM", ""))
        if not program.is_file():
            raise FileNotFoundError("TINY_DIAGNOSE_PROGRAM names no program: run `make wheel`")
        build_data["pure_python"] = False
        build_data["tag"] = TAG
        build_data["shared_scripts"] = {str(program): NAME}
