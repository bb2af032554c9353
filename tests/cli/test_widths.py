"""Every screen at 40 and 80 columns: no line is too long or ends with blanks, no number is cut."""

from __future__ import annotations

import io
import json
import re
import sys
from typing import Any

import pytest

from tests.conftest import RunVqe, WriteFile
from tests.families import slow_but
from tests.problems import H4
from vqe_cli.backends.ibm.ledger import Entry
from vqe_cli.cli.say import say_error, say_in_lines
from vqe_cli.report.analysis.jobs import show_jobs
from vqe_cli.report.campaign.live import show_status
from vqe_cli.report.console import console
from vqe_cli.screening.snapshot import CampaignSnapshot
from vqe_cli.screening.store.model import FailureGroup

WIDE = 400
"""Columns at which nothing has to give way."""

HYDROGEN = "molecule: {name: Hydrogen, geometry: H 0 0 0; H 0 0 0.735}\n"
CUT = "hamiltonian: {name: cut, paulis: {ZZI: 0.5, IZZ: 0.5, III: -1.0}}\nansatz: qaoa\n"
NOISY = "--backend={name: aer, shots: 512, noise: fake_manila}"

SCREENS = {
    "run": ("run", "h2.yaml"),
    "verbose run": ("run", "h2.yaml", "-v"),
    "noisy run": ("run", "h2.yaml", NOISY, "--mapper", "parity"),
    "adaptive run": ("run", "h4.yaml", "--ansatz", "adapt", "-v"),
    "several runs": ("run", "h2.yaml", "h4.yaml"),
    "cut": ("run", "cut.yaml"),
    "states": ("run", "h2.yaml", "--states", "4"),
    "forces": ("run", "h2.yaml", "--forces", "--populations"),
    "property": ("run", "h2.yaml", "--property", "ionization-energy"),
    "inspect": ("inspect", "h4.yaml"),
    "orbitals": ("inspect", "h4.yaml", "--orbitals"),
    "spaces": ("inspect", "h4.yaml", "--spaces"),
    "reference": ("reference", "h2.yaml"),
    "estimate": ("estimate", "h2.yaml"),
    "compare": ("compare", "h2.yaml", "--methods", "hf,fci,vqe"),
    "scan": ("scan", "h2.yaml", "--distance", "1,2=0.55:0.95:9", "--methods", "mp2"),
    "optimize": ("optimize", "h2.yaml"),
    "verify": ("verify", "h2.yaml", "--energy", "-1.137306"),
    "replay": ("replay", "h2.zip"),
    "diagnose": ("diagnose", "h2.yaml", "--study", "shots"),
    "doctor": ("doctor",),
    "list": ("list",),
    "entry": ("list", "property", "triage"),
    "help": ("--help",),
    "help of inspect": ("inspect", "--help-all"),
    "help of mcp": ("mcp", "--help"),
}

QUICK = ("run", "adaptive run", "states", "forces", "inspect", "spaces", "verify", "list", "entry",
         "help", "help of inspect", "help of mcp")  # fmt: skip
"""Screens that are there within a second."""

VARYING = ("compare", "doctor")
"""Screens with numbers that are others each time: memory, and costs that follow from times."""

SHORTER = ("inspect", "orbitals")
"""Screens on which energies of orbitals have fewer decimals in a narrow terminal."""

TO_TYPE = re.compile(r"\bvqe |\$\(|--")
"""A line to type, or one of the log, which are not broken."""

DURATION = re.compile(r"[\d.]+ (?:ms|s|min|h)\b|\d{4}-\d\d-\d\dT\S+")
NUMBER = re.compile(r"(?<![\w.,])[+-]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?(?![\w])")


def check_lines(text: str, width: int) -> None:
    for line in text.split("\n"):
        assert line == line.rstrip(), line
        assert "…" not in line
        if len(line) > width and not TO_TYPE.search(line):
            longest = max(map(len, line.split()))
            assert longest > width - 10, line


def numbers(text: str) -> set[str]:
    return set(NUMBER.findall(DURATION.sub("", text.replace("·", " "))))


@pytest.fixture
def files(write_file: WriteFile) -> None:
    write_file("h2.yaml", HYDROGEN)
    write_file("h4.yaml", json.dumps({"molecule": {"name": "four atoms", **H4}}))
    write_file("cut.yaml", CUT)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("screen", slow_but(QUICK, SCREENS))
def test_every_screen_fits(screen: str, run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch) -> None:
    if screen == "replay":
        assert run_vqe("run", "h2.yaml", "-o", "h2.zip").code == 0
    shown = {}
    for width in (WIDE, 80, 40):
        monkeypatch.setattr("vqe_cli.report.console.IN_PIPES", width)
        monkeypatch.setenv("COLUMNS", str(width))
        outcome = run_vqe(*SCREENS[screen])
        assert outcome.code in (0, 5)
        progress = [line for line in outcome.err.split("\n") if " INFO " not in line]
        shown[width] = "\n".join((*progress, outcome.out))
        check_lines(outcome.out, width)
        if screen not in ("scan", "compare", "optimize", "diagnose"):  # in lines in terminals only
            check_lines("\n".join(progress), width)
    if screen not in (*VARYING, *SHORTER):
        assert numbers(shown[40]) == numbers(shown[80]) == numbers(shown[WIDE])


def jobs() -> list[Entry]:
    common: dict[str, Any] = {"key": "k", "fingerprint": "f", "service": "cloud", "plan": "open"}
    common |= {"executions": 4096, "created": "2026-05-25T10:11:12", "superseded": False}
    first = Entry(
        number=1, title="lithium hydride at 1.6 Å", device="ibm_fez", estimated_seconds=12.25,
        status="queued", job_id="d1a2b3c4d5e6f7g8h9i0", billed_seconds=None, **common,
    )  # fmt: skip
    second = Entry(
        number=2, title="H2", device="ibm_marrakesh", estimated_seconds=3.5,
        status="done", job_id=None, billed_seconds=1234.5, **common,
    )  # fmt: skip
    return [first, second]


@pytest.mark.parametrize("width", [40, 80])
def test_jobs_fit(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vqe_cli.report.console.IN_PIPES", width)
    stream = io.StringIO()
    show_jobs(jobs(), console(stream))
    check_lines(stream.getvalue(), width)
    for whole in ("d1a2b3c4d5e6f7g8h9i0", "~12.2", "1234.5", "2026-05-25 10:11", "ibm_marrakesh"):
        assert whole in stream.getvalue()


@pytest.mark.parametrize("width", [40, 80])
def test_the_status_of_a_campaign_fits(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vqe_cli.report.console.IN_PIPES", width)
    stream = io.StringIO()
    message = "the self-consistent field did not converge within 200 cycles"
    failures = [FailureGroup("not-converged", 12, message, "4-methylpyridine", True)]
    ended = CampaignSnapshot(total=1234, done=1222, failed={"not-converged": 12})
    show_status("campaign", ended, failures, {"pass": 1000, "warn": 222}, console(stream))
    text = stream.getvalue()
    check_lines(text, width)
    assert {"1,234", "1,222", "12", "200", "1,000", "222", "0"} <= numbers(text)


def test_messages_end_their_lines_between_words_but_lines_to_type_are_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    say_in_lines("12 of 18: Lithium hydride: 1.6, down: -7.88239150 Ha")
    say_in_lines("1 of 8: Hydrogen: 0.6, up: -1.11628601 Ha")
    hint = "hint: vqe run --smiles c1ccccc1 --active-space '{name: pi, electrons: 6, orbitals: 6}'"
    say_error(["error: 58 active orbitals (116 qubits) are more than 40", hint])
    assert capsys.readouterr().err.split("\n") == [
        "12 of 18: Lithium hydride: 1.6, down:",
        "-7.88239150 Ha",
        "1 of 8: Hydrogen: 0.6, up:",
        "-1.11628601 Ha",
        "error: 58 active orbitals (116 qubits)",
        "are more than 40",
        hint,
        "",
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("diagnose", "h2.yaml", "--study", "plateau"),
        ("run", "h2.yaml", "--orbital", "natural"),
        ("inspect", "h2.yaml", "--plot", "h2.png"),
        ("reactions",),
    ],
)
@pytest.mark.usefixtures("files")
def test_errors_of_flags_end_between_words_in_a_terminal(
    arguments: tuple[str, ...], run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(sys.stderr), "isatty", lambda _: True)
    monkeypatch.setenv("COLUMNS", "40")
    outcome = run_vqe(*arguments)
    assert outcome.code == 2
    assert "Error: " in outcome.err
    assert max(map(len, outcome.err.split("\n"))) <= 40
