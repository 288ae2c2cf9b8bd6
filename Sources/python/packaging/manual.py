"""Writes the manual pages from the program's own description of its options.

    python3 manual.py PROGRAM FOLDER

One page for the program and one for each command. The generator of the argument parser's package starts
from the same description; it leaves out defaults, groups of options and letters that are not ASCII.
"""

import json
import subprocess
import sys
from pathlib import Path

NAME = "tiny-diagnose"
STATUSES = [
    ("0", "The work is done."),
    ("1", "It failed, as when the samples do not fit the model."),
    ("3", "A file cannot be used: it is missing, damaged or of no kind that is read."),
    ("64", "The arguments are wrong."),
]


def escaped(text: str) -> str:
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in text.split("\n"))


def option(argument: dict) -> str:
    """The names of an option, and what follows them."""
    value = f" \\fI{escaped(argument['valueName'])}\\fR"
    if argument["kind"] == "positional":
        return value.strip()
    dashes = {"short": "-", "long": "--", "longWithSingleDash": "-"}
    names = [escaped(dashes[name["kind"]] + name["name"]) for name in argument["names"]]
    names.sort(key=len)
    return ", ".join(f"\\fB{name}\\fR" for name in names) + (
        value if argument["kind"] == "option" else ""
    )


def description(argument: dict) -> str:
    """What an option is for, its values and its default."""
    text = argument.get("abstract", "")
    remarks = []
    values, default = argument.get("allValues"), argument.get("defaultValue")
    if values:
        remarks.append("values: " + ", ".join(values))
    if default and "(default:" not in text and argument["kind"] == "option":
        remarks.append(f"default: {default}")
    return escaped(text + (f" ({'; '.join(remarks)})" if remarks else ""))


def options(command: dict) -> list[str]:
    """All options, in their groups."""
    groups: dict[str, list[dict]] = {}
    for argument in command.get("arguments") or []:
        if argument["shouldDisplay"]:
            title = argument.get("sectionTitle") or (
                "Arguments" if argument["kind"] == "positional" else "Options"
            )
            groups.setdefault(title, []).append(argument)
    lines = [".SH OPTIONS"]
    for title in sorted(groups, key=lambda title: (title == "Options", title != "Arguments")):
        if len(groups) > 1:
            lines.append(f".SS {escaped(title)}")
        for argument in groups[title]:
            lines += [".TP", option(argument), description(argument)]
    return lines


def synopsis(command: dict, usage: str) -> list[str]:
    """The usage that the program shows."""
    lines = [line.strip() for line in usage.split("\n") if line.strip()]
    return [".SH SYNOPSIS", ".nf", *(escaped(line) for line in lines), ".fi"]


def paragraphs(text: str) -> list[str]:
    """Prose; lines that show how to call the program stay as they are."""
    lines: list[str] = []
    for part in text.split("\n\n"):
        is_example = part.lstrip().startswith(NAME + " ")
        lines += [".PP", *([".nf"] if is_example else []), escaped(part)]
        lines += [".fi"] if is_example else []
    return lines


def page(command: dict, name: str, usage: str, version: str, pages: list[str]) -> str:
    lines = [f'.TH {escaped(name.upper())} 1 "" "{NAME} {version}" "{NAME}"', ".SH NAME"]
    lines.append(f"{escaped(name)} \\- {escaped(command['abstract'].removesuffix('.'))}")
    lines += [*synopsis(command, usage), ".SH DESCRIPTION"]
    lines += paragraphs(command.get("discussion") or command["abstract"])
    lines += options(command)
    commands = [c for c in command.get("subcommands") or [] if c["commandName"] != "help"]
    if commands:
        lines.append(".SH COMMANDS")
    for inner in commands:
        title = f"\\fB{escaped(inner['commandName'])}\\fR"
        lines += [".TP", title, escaped(inner["abstract"])]
    lines.append(".SH EXIT STATUS")
    for status, meaning in STATUSES:
        lines += [".TP", status, meaning]
    others = [f"\\fB{escaped(other)}\\fR(1)" for other in pages if other != name]
    return "\n".join([*lines, ".SH SEE ALSO", ",\n".join(others)]) + "\n"


def main() -> None:
    program, folder = sys.argv[1], Path(sys.argv[2])

    def output(*arguments: str) -> str:
        run = subprocess.run([program, *arguments], check=True, capture_output=True, text=True)
        return run.stdout

    def usage(*arguments: str) -> str:
        text = output(*arguments, "--help")
        return text.split("USAGE: ")[1].split("\n\n")[0]

    root = json.loads(output("--experimental-dump-help"))["command"]
    version = output("--version").strip()
    commands = [c for c in root["subcommands"] if c["commandName"] != "help"]
    pages = [NAME, *(f"{NAME}-{command['commandName']}" for command in commands)]
    folder.mkdir(parents=True, exist_ok=True)
    texts = [page(root, NAME, usage(), version, pages)]
    for command, name in zip(commands, pages[1:]):
        texts.append(page(command, name, usage(command["commandName"]), version, pages))
    for name, text in zip(pages, texts):
        (folder / f"{name}.1").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
