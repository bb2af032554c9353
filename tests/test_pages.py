"""What the README, the tutorials and the guides show is what happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import RunVqe, WriteFile
from tests.families import slow_but
from tests.pages import File, Script, Shown, shows, steps_of

ROOT = Path(__file__).parent.parent

QUICK = ["docs/first-molecule.md"]
PAGES = [
    *QUICK,
    "docs/choose-an-active-space.md",
    "docs/choose-an-ansatz.md",
    "docs/choose-an-optimizer.md",
    "docs/comparing-ansatze.md",
    "docs/conventions.md",
    "docs/lih-curve.md",
    "docs/radical-cation.md",
    "docs/stretching-nitrogen.md",
]


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
