"""Records of every earlier version are read, run again and replayed."""

from __future__ import annotations

from pathlib import Path

import pytest

import vqe_cli
from tests.cli.hydrogen import EXACT
from tests.conftest import RunVqe
from tests.families import slow_but
from vqe_cli.parts import look_up_parts
from vqe_cli.replay.replaying import replay
from vqe_cli.schema.stored_records import read_stored_run

CORPUS = Path(__file__).parent / "corpus"
NAMES = sorted(path.stem for path in CORPUS.glob("*.json"))
QUICK = [name for name in NAMES if name.endswith(("_h2", "_fcidump", "T1053_shots"))]

CHANGED_SEARCHES = {
    "2026-11-20T1053_shots",
    "2026-11-20T1139_shots",
    "2026-11-20T1441_shots",
    "2026-11-20T1735_shots",
}
"""Five steps of SPSA, which took other steps when they were recorded."""


def path_of(name: str) -> Path:
    return CORPUS / f"{name}.json"


def run_of(name: str) -> str | None:
    return "Hydrogen" if name.endswith("_runs") else None


@pytest.mark.parametrize("name", NAMES)
def test_old_records_are_read(name: str) -> None:
    record = read_stored_run(path_of(name), run_of(name)).record()
    exact = record.reference
    assert record.schema_ == "vqe-run/1"
    assert exact is not None
    hydrogen = record.name == "Hydrogen" and "adapt" not in name
    if hydrogen:
        assert exact.energy == pytest.approx(EXACT, abs=1e-8)


@pytest.mark.parametrize("name", NAMES)
def test_old_records_are_inputs(name: str) -> None:
    spec = vqe_cli.load(path_of(name), run=run_of(name))
    assert spec.title == read_stored_run(path_of(name), run_of(name)).name
    look_up_parts(spec)


@pytest.mark.parametrize("name", slow_but(QUICK, NAMES))
def test_old_records_give_the_same_energy_again(name: str) -> None:
    found = replay(read_stored_run(path_of(name), run_of(name)))
    assert found.contradictions == ()
    assert found.same is (name not in CHANGED_SEARCHES), found.explanation
    if not found.same:
        assert "the optimiser took another path" in found.explanation


def test_the_oldest_record_is_run_by_the_command(run_vqe: RunVqe) -> None:
    found = run_vqe("run", "-q", "--from", path_of("2026-11-20T1139_h2"), "--json")
    assert found.code == 0
    assert found.record["result"]["energy"] == pytest.approx(EXACT, abs=1e-8)


def test_the_corpus_has_all_kinds_of_records() -> None:
    kinds = {name.partition("_")[2] for name in NAMES}
    assert kinds >= {"adapt", "circuit", "fake", "fcidump", "h2", "qubits", "runs", "shots", "sqd"}
