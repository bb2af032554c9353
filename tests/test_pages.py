"""What the README, the tutorials and the guides show is what happens."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from tests.conftest import RunVqe, WriteFile
from tests.families import slow_but
from tests.pages import File, Script, Shown, shows, steps_of
from vqe_cli.cli.main import vqe

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"

QUICK = [
    "docs/choose-an-optimizer.md",
    "docs/conventions.md",
    "docs/radical-cation.md",
]
PAGES = [
    *QUICK,
    "docs/choose-an-active-space.md",
    "docs/choose-an-ansatz.md",
    "docs/comparing-ansatze.md",
    "docs/first-molecule.md",
    "docs/from-laptop-to-ibm.md",
    "docs/lih-curve.md",
    "docs/stretching-nitrogen.md",
    "docs/troubleshooting.md",
]


@pytest.mark.parametrize(
    ("page", "same"),
    [
        ("E(VQE)  -1.1373060401 Ha\ncost  4 energies · 9.6 s\n", True),
        ("E(VQE)  -1.1373160358 Ha\ncost  4 energies · 1.41 s\n", False),
        ("E(VQE)  -1.1373060358 Ha\ncost  5 energies · 1.41 s\n", False),
        ("E(VQE)  -1.1373060358 Ha\n", False),
        ("E(VQE)  -1.1373060358 Ha\n...\n", True),
        ("...\ncost  4 energies · 9.6 s\n", True),
        ("...\ncost  5 energies · 9.6 s\n", False),
    ],
)
def test_transcripts_may_differ_in_times_and_last_digits_only(page: str, same: bool) -> None:
    printed = "E(VQE)    -1.1373060358 Ha\n\ncost      4 energies · 1.41 s\n"
    assert shows(printed, page) is same


def test_values_with_error_bars_may_differ() -> None:
    assert shows("E(VQE)  -1.0998(10) Ha\n", "E(VQE)  -1.1005(11) Ha\n")
    assert not shows("E(VQE)  -1.0998(10) Ha\nPASS\n", "E(VQE)  -1.1005(10) Ha\nWARN\n")


@pytest.mark.parametrize("page", slow_but(QUICK, PAGES))
def test_what_a_page_shows_happens(page: str, run_vqe: RunVqe, write_file: WriteFile) -> None:
    Path("molecules").symlink_to(ROOT / "molecules")
    for step in steps_of(page):
        match step:
            case File(name, content):
                write_file(name, content)
            case Script(content):
                exec(compile(content, page, "exec"), {"__name__": "page"})
            case Shown(arguments, code, output):
                outcome = run_vqe(*arguments)
                assert outcome.code == code, (arguments, outcome.err)
                assert output is None or shows(outcome.out, output), (arguments, outcome.out)


@pytest.mark.parametrize("page", ["README.md", *sorted(path.name for path in DOCS.glob("*.md"))])
def test_commands_of_a_page_have_the_options_that_it_tells(page: str) -> None:
    for step in steps_of("README.md" if page == "README.md" else f"docs/{page}"):
        if isinstance(step, Shown):
            parse(vqe, "vqe", list(step.arguments))


def parse(command: click.Command, name: str, arguments: list[str]) -> None:
    """Parse the arguments of a command as the command line does, without running it."""
    if isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
        found = command.get_command(click.Context(command), arguments[0])
        assert found is not None, (name, arguments)
        parse(found, arguments[0], arguments[1:])
    else:
        command.make_context(name, arguments)


def test_the_first_transcript_of_the_readme_is_what_is_printed(
    run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    shown = next(step for step in steps_of("README.md") if isinstance(step, Shown))
    outcome = run_vqe(*shown.arguments)
    assert shown.output is not None
    assert shows(outcome.out, shown.output), outcome.out


@pytest.mark.slow
@pytest.mark.parametrize("page", ["README.md", "docs/models.md", "docs/tour.md"])
def test_transcripts_of_a_page_are_what_is_printed(
    page: str, run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    for step in steps_of(page):
        if isinstance(step, Shown) and step.output is not None:
            outcome = run_vqe(*step.arguments)
            assert shows(outcome.out, step.output), outcome.out
