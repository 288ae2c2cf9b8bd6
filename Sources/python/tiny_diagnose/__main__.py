"""``python -m tiny_diagnose``: the command, with this process made into it."""

import os
import sys

from .running.program import find_program


def main() -> None:
    program = find_program()
    os.execv(program, [program, *sys.argv[1:]])


if __name__ == "__main__":
    main()
