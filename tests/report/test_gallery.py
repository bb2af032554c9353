"""The page of pictures: small ones, each beside a command that is right."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from vqe_cli.cli.main import vqe

pytestmark = pytest.mark.quick

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "gallery.md"


def commands() -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return [shlex.split(line, comments=True) for block in blocks for line in block.splitlines()]


def picture_of(line: list[str]) -> str:
    return next(word for word in line if word.endswith(".png"))


def test_each_command_has_its_picture_and_each_picture_is_small() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", PAGE.read_text())
    drawn = [f"gallery/{picture_of(line)}" for line in commands()]
    assert sorted(shown) == sorted(drawn)
    kept = [f"gallery/{one.name}" for one in (PAGE.parent / "gallery").iterdir()]
    assert sorted(kept) == sorted(drawn)
    sizes = {name: (PAGE.parent / name).stat().st_size for name in drawn}
    assert max(sizes.values()) < 60_000, sizes


@pytest.mark.parametrize("line", commands(), ids=picture_of)
def test_each_command_is_understood(line: list[str]) -> None:
    program, name, *words = line
    assert program == "vqe"
    parent = click.Context(vqe, info_name="vqe")
    command = vqe.get_command(parent, name)
    assert command is not None
    with command.make_context(name, words, parent=parent) as context:
        assert context.params
    assert all((ROOT / word).is_file() for word in words if word.startswith("molecules/"))
