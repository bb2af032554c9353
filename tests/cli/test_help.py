"""The help of commands: sections, widths, options without effect and unknown ones."""

from __future__ import annotations

import re

import click
import pytest

from tests.conftest import RunVqe
from vqe_cli.cli.help import SECTIONS, WITHOUT_EFFECT
from vqe_cli.cli.main import COMMANDS, vqe
from vqe_cli.cli.options import OF_MEASUREMENTS, OF_SEARCH

pytestmark = pytest.mark.quick


def sections(text: str) -> dict[str, set[str]]:
    """The flags of each section of a help."""
    blocks = re.split(r"^(\S[^\n]*):$", text, flags=re.MULTILINE)[1:]
    pairs = zip(blocks[::2], blocks[1::2], strict=True)
    return {title: set(re.findall(r"^  (?:-\w, )?(--[\w-]+)", body, re.M)) for title, body in pairs}


def test_options_of_a_run_stand_in_sections(run_vqe: RunVqe) -> None:
    found = sections(run_vqe("run", "--help").out)
    assert [title for title in found if title in SECTIONS] == list(SECTIONS)
    assert {"--basis", "--charge", "--set"} <= found["Problem"]
    assert {"--ansatz", "--orbitals"} <= found["Method"]
    assert {"--shots", "--noise"} <= found["Backend and shots"]
    assert {"--max-memory", "--max-shots"} <= found["Limits"]
    assert {"--json", "--output", "--verbose"} <= found["Output"]
    assert found["Options"] == {"--from", "--name"}
    assert WITHOUT_EFFECT not in found


@pytest.mark.parametrize("command", ["reference", "inspect"])
def test_options_without_effect_are_listed_only_on_request(run_vqe: RunVqe, command: str) -> None:
    short, long = (sections(run_vqe(command, flag).out) for flag in ("--help", "--help-all"))
    left_out = long.pop(WITHOUT_EFFECT)
    assert short == long
    assert {"--optimizer", "--shots", "--seed"} <= left_out
    assert left_out <= {*OF_SEARCH, *OF_MEASUREMENTS, "--seed", "--ansatz"}
    assert ("--ansatz" in left_out) == (command == "reference")
    assert not left_out & set.union(*short.values())


@pytest.mark.parametrize("command", ["run", "list"])
def test_all_options_can_be_asked_for_where_all_have_an_effect(
    run_vqe: RunVqe, command: str
) -> None:
    short, long = (run_vqe(command, flag) for flag in ("--help", "--help-all"))
    assert long.code == 0
    assert short.out == long.out


def test_options_without_effect_are_taken(run_vqe: RunVqe) -> None:
    plain = run_vqe("reference", "molecules/h2.yaml", "--methods", "hf", "--json")
    with_more = run_vqe(
        *("reference", "molecules/h2.yaml", "--methods", "hf", "--json"),
        *("--ansatz", "puccd", "--optimizer", "slsqp", "--seed", "3", "--initial", "random"),
    )
    assert (plain.code, with_more.code) == (0, 0)
    assert plain.record["references"][0]["energy"] == with_more.record["references"][0]["energy"]


@pytest.mark.parametrize("command", [*COMMANDS, "screen run", "jobs fetch"])
def test_help_fits_forty_columns(
    run_vqe: RunVqe, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    text = run_vqe(*command.split(), "--help").out
    options = re.split(r"^(?:Options|Problem):$", text, maxsplit=1, flags=re.MULTILINE)[1]
    options = options.partition("Shell completion")[0]
    assert not [line for line in options.splitlines() if len(line) > 40]
    assert not [line for line in text.splitlines() if line != line.rstrip()]
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("inspect", "x", "--rdm", "y"), "'--rdm': 'vqe run' has it"),
        (("run", "x", "--no-such"), "No such option '--no-such'"),
        (("reference", "x", "--states", "2"), "write --set states.number=..."),
        (("run", "x", "--scheduler", "y"), "'vqe scan', 'vqe compare' and 2 others have it"),
        (("--basis", "sto-3g", "x"), "it goes after the command, as in 'vqe run ... --b"),
    ],
)
def test_an_unknown_option_is_found_in_other_commands(
    run_vqe: RunVqe, arguments: tuple[str, ...], said: str
) -> None:
    outcome = run_vqe(*arguments)
    assert outcome.code == 2
    assert said in outcome.err


def test_values_are_named_by_what_they_are() -> None:
    command = vqe.get_command(click.Context(vqe), "run")
    assert command is not None
    names = {one.opts[0]: one.metavar for one in command.params}
    assert names["--noise"] == "DEVICE"
    assert names["--precision"] == "ENERGY"
    assert names["--charges"] == "FILE"
    assert "TEXT" not in names.values()
