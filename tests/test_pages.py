"""What the README, the tutorials and the guides show is what happens."""

from __future__ import annotations

import os
from glob import glob
from pathlib import Path

import click
import pytest

from tests.conftest import RunVqe, WriteFile
from tests.families import slow_but
from tests.pages import File, Script, Shown, commands_of_shell, shows, steps_of
from tests.schema.readers.test_program_output import orca
from vqe_cli.cli.main import vqe

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"

QUICK = [
    "docs/active-spaces.md",
    "docs/choose-an-optimizer.md",
    "docs/conventions.md",
    "docs/formats.md",
    "docs/properties.md",
    "docs/replay.md",
]
"""Pages that are run by default; the others are by `-m slow`."""

ELSEWHERE = ("docs/screening.md",)
"""Pages that have tests of their own in `tests/test_docs.py`, since their files change midway."""

NOT_RUN = {
    "compare molecules/h4.yaml --methods hf,ccsd,fci,vqe --grid ansatz=uccsd,puccd,k": "hours",
    "jobs cancel ID": "ID stands for that of a job",
    "jobs fetch ID": "ID stands for that of a job",
    "list ansatz opposite-spin": "an ansatz that the page adds",
    "mcp --root": "serves until its client leaves; tests/cli/mcp",
    "replay n2.zip": "the bundle of another machine",
    "run molecules/h2.yaml --backend ibm:least-busy": "an account at IBM, and money",
    "run molecules/h2o.yaml --backend aer": "an hour, to be interrupted; test_checkpoints.py",
    "run molecules/lih.yaml --ansatz opposite-spin": "an ansatz that the page adds",
    "run molecules/lih.yaml --ansatz {name: opposite-spin": "the same",
}
"""Commands of pages that no test runs, by how they begin, with the reason."""

OTHER_PROGRAMS = {
    'eval "$(_VQE_COMPLETE': "for the reader's shell; tests/cli/test_commands.py",
    "git ": "changes the repository",
    "mkdocs ": "tests/test_site.py builds the site",
    "pip ": "a package index",
    "pytest": "these tests",
    "python -m venv": "a package index",
    "python scripts/make_command_reference.py": "tests/test_docs.py",
    "python scripts/same_numbers.py": "needs the numbers of the version before",
    "python3 -m venv": "a package index",
    "ruff ": "checks beside the tests",
}
"""Calls of other programs on pages, by how they begin, and why they are not run here."""

GIVEN = {
    "docs/forces-and-geometries.md": {
        "water.xyz": "3\n\nO 0 0 0.119\nH 0 0.763 -0.477\nH 0 -0.763 -0.477\n",
        "formaldehyde.xyz": "4\n\nC 0 0 -0.529\nO 0 0 0.675\nH 0 0.935 -1.109\nH 0 -0.935 -1.109\n",
    },
    "docs/forgiving-input.md": {
        "inputs/h2.yaml": (ROOT / "molecules" / "h2.yaml").read_text(),
        "gaussian.out": orca(0, 1),
    },
    "docs/formats.md": {"water.out": orca(0, 1)},
    "docs/references.md": {
        "radicals.smi": "[CH3] methyl\n",
        "screen.yaml": "active_space: {name: frontier, electrons: 3, orbitals: 3}\n",
    },
    "docs/scan.md": {"h2.yaml": (ROOT / "molecules" / "h2.yaml").read_text()},
}
"""Files that a page expects its reader to have."""

SCRIPTS = ("docs/conventions.md", "docs/dynamic-correlation.md")
"""Pages whose Python is run here; other tests run that of the others."""

DOCUMENTS = ["README.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in sorted(DOCS.glob("*.md")))]

PAGES = [page for page in DOCUMENTS if any(isinstance(step, Shown) for step in steps_of(page))]


def line_of(step: Shown) -> str:
    """A command as one line, without quotes."""
    return " ".join(step.arguments)


def is_run(step: Shown) -> bool:
    """Whether a command is run by the test of its page."""
    return not line_of(step).startswith(tuple(NOT_RUN))


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


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("page", slow_but(QUICK, [p for p in PAGES if p not in ELSEWHERE]))
def test_what_a_page_shows_happens(
    page: str, run_vqe: RunVqe, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, content in GIVEN.get(page, {}).items():
        write_file(name, content)
    for name in ("molecules", "scripts"):
        Path(name).symlink_to(ROOT / name)
    monkeypatch.setenv("PWD", str(Path.cwd()))
    names: dict[str, object] = {"__name__": "page"}
    for step in steps_of(page):
        match step:
            case File(name, content):
                write_file(name, content)
            case Script(content) if page in SCRIPTS:
                exec(compile(content, page, "exec"), names)
            case Shown(arguments, code, output) if is_run(step):
                outcome = run_vqe(*as_by_a_shell(arguments))
                assert outcome.code == code, (arguments, outcome.out, outcome.err)
                assert output is None or shows(outcome.out, output), (arguments, outcome.out)


def as_by_a_shell(arguments: tuple[str, ...]) -> list[str]:
    """Arguments with variables and patterns of file names replaced, without redirections."""
    kept = arguments[: arguments.index(">")] if ">" in arguments else arguments
    words = [os.path.expandvars(word) for word in kept]
    return [one for word in words for one in (sorted(glob(word)) or [word])]


@pytest.mark.parametrize("page", PAGES)
def test_every_other_program_on_a_page_is_known(page: str) -> None:
    lines = [line for line in commands_of_shell(page) if not line.startswith(("vqe ", "#"))]
    assert [line for line in lines if not line.startswith(tuple(OTHER_PROGRAMS))] == []


@pytest.mark.parametrize("begin", NOT_RUN)
def test_commands_that_are_not_run_are_still_shown(begin: str) -> None:
    steps = [step for page in PAGES for step in steps_of(page) if isinstance(step, Shown)]
    assert any(line_of(step).startswith(begin) for step in steps)


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
