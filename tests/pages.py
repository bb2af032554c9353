"""Pages of the documentation, and what they show: files, commands, and what these print."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent

BLOCK = re.compile(r'```(\w+)(?: title="([^"]+)")?\n(.*?)```', re.DOTALL)
BAR = re.compile(r"[-+]?\d[\d.]*(?:\(\d+\)| ± [\d.]+)")
FROM_SAMPLES = re.compile(r"(?:=|value) [\d.]+, expected|\d+x chemical")
EXIT = re.compile(r"# exit code (\d+)")


@dataclass(frozen=True)
class Shown:
    """A command that a page shows.

    Args:
        arguments: What follows `vqe`.
        code: The exit code that the page tells, 0 if it tells none.
        output: What it prints by the page; None if the page does not show it.
    """

    arguments: tuple[str, ...]
    code: int = 0
    output: str | None = None


@dataclass(frozen=True)
class File:
    """A file that a page shows.

    Args:
        name: Its name.
        content: Its content.
    """

    name: str
    content: str


@dataclass(frozen=True)
class Script:
    """A Python script that a page shows."""

    content: str


def steps_of(page: str) -> Iterator[Shown | File | Script]:
    """What a page shows, in its order.

    Blocks with a title are files. Each line of `sh` or `text` that begins with `vqe` is a command.
    A block of `text` that begins with `$ vqe` is a command with what it prints.

    Args:
        page: Path of the page from the root of the repository.
    """
    for language, title, text in BLOCK.findall((ROOT / page).read_text()):
        if title:
            yield File(title, text)
        elif language == "text" and text.startswith("$ vqe "):
            call, _, output = text.partition("\n")
            yield _shown(call.removeprefix("$ "), output)
        elif language in ("sh", "text"):
            yield from (_shown(line) for line in lines_of(text) if line.startswith("vqe "))
        elif language == "python":
            yield Script(text)


def lines_of(block: str) -> list[str]:
    """The commands of a block, whose lines may go on indented or after a backslash."""
    return re.split(r"\n(?=\S)", block.strip().replace("\\\n", " "))


def commands_of_shell(page: str) -> list[str]:
    """All lines of a page's blocks of `sh`, of which some call other programs than `vqe`."""
    blocks = BLOCK.findall((ROOT / page).read_text())
    return [line for language, _, text in blocks if language == "sh" for line in lines_of(text)]


def _shown(call: str, output: str | None = None) -> Shown:
    """A command from its line."""
    found = EXIT.search(call)
    arguments = shlex.split(call, comments=True)[1:]
    return Shown(tuple(arguments), int(found.group(1)) if found else 0, output)


def constant_part(output: str) -> list[str]:
    """The lines of an output without what varies with the machine and with versions.

    Dates and times are left out, energies rounded to 1e-6 Hartree, and spaces that align columns
    made one. Shots are drawn anew by another version: where values have error bars, these and what
    follows from them are left out.

    Args:
        output: The output.
    """
    text = re.sub(r"\d[\d.,]* (?:ms|s|min|h)\b", "TIME", output)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.+]+", "DATE", text)
    text = re.sub(r"-?\d+\.\d{7,}", lambda found: f"{float(found.group()):.6f}", text)
    if BAR.search(text):
        text = FROM_SAMPLES.sub("FROM SAMPLES", BAR.sub("SAMPLED", text))
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def shows(output: str, page: str) -> bool:
    """Whether a page's lines are those of the output; a line `...` stands for any lines.

    Args:
        output: What the command printed.
        page: What the page shows.
    """
    lines = iter(constant_part(output))
    skips = False
    for wanted in constant_part(page):
        if wanted == "...":
            skips = True
            continue
        if not (wanted in lines if skips else next(lines, None) == wanted):
            return False
        skips = False
    return skips or next(lines, None) is None
