"""Replays of comparisons."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyscf import gto, scf

import vqe_cli
from tests.cli.hydrogen import EXACT
from tests.conftest import RunVqe, WriteFile
from vqe_cli._core.bundles import Bundle
from vqe_cli._core.source_code import source_sha256
from vqe_cli.comparison.bundle import write_comparison_bundle
from vqe_cli.comparison.judgement import summaries
from vqe_cli.comparison.plan import plan_problem
from vqe_cli.comparison.records import ComparedProblem, Comparison, ComparisonRow
from vqe_cli.comparison.sentence import sentence_of
from vqe_cli.comparison.shared_problem import keep_problem, problem_file, shared_problem
from vqe_cli.replay.comparisons import replay_comparison

MOLECULE = {"name": "Hydrogen", "geometry": "H 0 0 0; H 0 0 0.735"}
FCIDUMP = Path(__file__).parents[2] / "molecules" / "h2.fcidump"


def hartree_fock() -> float:
    mole = gto.M(atom=MOLECULE["geometry"], basis="sto-3g", verbose=0)
    return float(scf.RHF(mole).run().e_tot)


def row(name: str, energy: float | None, **more: Any) -> dict[str, Any]:
    """A row of a comparison, as it is recorded."""
    plain = {"method": name.upper(), "name": name, "family": "classical", "settings": {}}
    vqe = {"family": "vqe"} if name == "vqe" else {}
    error = None if energy is None else 1000 * (energy - EXACT)
    accurate = None if error is None else abs(error) < 1.6
    status = {"variant": "", "status": "done", "variational": True, "exact": name == "fci"}
    judged = {"accurate": accurate}
    return {**plain, **vqe, **status, "energy": energy, "error_mha": error, **judged, **more}


def comparison(**changes: Any) -> dict[str, Any]:
    """The record of a comparison of hydrogen."""
    rows = (
        row("hf", hartree_fock()),
        row("fci", EXACT),
        row("vqe", EXACT, settings={"ansatz": "puccd", "seed": 8}),
        row("ccsd", None, status="failed", reason="killed"),
    )
    best = {"energy": EXACT, "method": "FCI", "exact": True}
    problem = {"name": "Hydrogen", "spec": {"molecule": MOLECULE}, "problem": {}, "best": best}
    problem = {"rows": rows, "variants": [], "sentence": "", **problem, **changes}
    if "variants" not in changes:
        members = [ComparisonRow.model_validate(one) for one in problem["rows"]]
        problem["variants"] = [one.model_dump() for one in summaries(members)]
    provenance = {"packages": {}, "version": "0.1.0", "python": "3", "platform": "Linux"}
    data = {"problems": [problem], "prices": {}, "workers": 1}
    record = Comparison.model_validate({**data, "provenance": provenance})
    return json.loads(record.model_dump_json(by_alias=True))  # type: ignore[no-any-return]


def test_every_row_is_computed_again(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file("comparison.json", json.dumps(comparison()))
    found = run_vqe("replay", "-q", path, "--json")
    assert found.code == 0
    rows = found.record["rows"]
    assert [one["status"] for one in rows] == ["same", "same", "same", "not-recomputed"]
    assert all(abs(one["drift_mha"]) < 1e-5 for one in rows[:3])
    assert "3 of 4 rows are the same" in found.record["explanation"]


def test_rows_that_drift_fail_or_contradict_are_told(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    wrong = row("hf", hartree_fock() - 0.001)
    edited = {**row("fci", EXACT), "error_mha": 0.5}
    impossible = row("vqe", EXACT, settings={"ansatz": "no-such-ansatz"})
    path = write_file("c.json", json.dumps(comparison(rows=(wrong, edited, impossible))))
    found = run_vqe("replay", "-q", path)
    assert found.code == 5
    assert max(map(len, found.out.splitlines())) <= 80
    assert "1 drifted, most of all HF of Hydrogen by +1 mHa" in " ".join(found.out.split())
    assert "! Hydrogen, FCI: error_mha is 0.5" in found.out
    assert "there is no ansatz called 'no-such-ansatz'" in " ".join(found.out.split())


def test_a_bundle_of_a_comparison_brings_its_integrals(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    write_file("folder/h2.fcidump", FCIDUMP.read_text())
    path = write_file("folder/h2.yaml", "fcidump: {file: h2.fcidump}\n")
    planned = plan_problem("Hydrogen", vqe_cli.load(path), ("fci", "vqe"), {}, 1)
    record = Comparison.model_validate(comparison(spec=planned.resolved, rows=(row("fci", EXACT),)))
    shared = shared_problem(vqe_cli.spec_from_data(planned.preparation.data))
    Path("kept/problems").mkdir(parents=True)
    keep_problem(problem_file(Path("kept"), planned.preparation.key), shared)
    write_comparison_bundle(Path("c.zip"), record, [planned], Path("kept"))
    Path("folder/h2.fcidump").unlink()
    assert {
        "problem-1/input.json",
        "problem-1/inputs/h2.fcidump",
        "problem-1/integrals.npz",
        "problem-1/vqe-1.json",
    } <= set(Bundle(Path("c.zip")).names)
    found = run_vqe("replay", "-q", "c.zip", "--json")
    assert found.record["rows"][0]["energy"] == pytest.approx(EXACT, abs=1e-6)


def test_a_damaged_comparison_is_refused(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file("c.json", json.dumps({"schema": "vqe-compare/1", "problems": [{}]}))
    found = run_vqe("replay", path)
    assert found.code == 2
    assert "c.json: is no complete record of a comparison" in found.err


def test_one_problem_is_chosen_by_name(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file("c.json", json.dumps(comparison(rows=(row("fci", EXACT),))))
    found = run_vqe("replay", "-q", path, "--name", "Hydrogen", "--json")
    assert len(found.record["rows"]) == 1
    other = run_vqe("replay", "-q", path, "--name", "Hydrogn")
    assert other.code == 2
    assert "did you mean 'Hydrogen'?" in other.err


def test_the_reason_stands_in_the_place_of_integrals_that_cannot_be_computed(
    write_file: WriteFile,
) -> None:
    planned = plan_problem(
        "Hydrogen", vqe_cli.spec_from_data({"molecule": MOLECULE}), ("hf",), {}, 1
    )
    refusal = {"kind": "not-converged", "message": "Hartree-Fock did not converge", "hint": None}
    found = Comparison.model_validate(comparison(refusal=refusal))
    write_comparison_bundle(Path("c.zip"), found, [planned], Path("kept"))
    reason = Bundle(Path("c.zip")).read("problem-1/no-integrals.txt")
    assert reason == b"Hartree-Fock did not converge\n"


def test_edited_costs_are_told(write_file: WriteFile) -> None:
    cheap = {**row("vqe", EXACT), "evaluations": 1}
    path = write_file("c.json", json.dumps(comparison(rows=(cheap,))))
    found = replay_comparison(path, json.loads(path.read_text()), lambda _: None)
    (one,) = found.rows
    assert one.status == "same"
    assert one.differs[0].startswith("evaluations 1 → ")
    assert "Costs differ" in found.explanation


def test_a_recorded_error_bar_excuses_no_drift_of_a_row(write_file: WriteFile) -> None:
    excused = {**row("vqe", EXACT - 1.0), "standard_error": 5.0}
    path = write_file("c.json", json.dumps(comparison(rows=(excused,))))
    found = replay_comparison(path, json.loads(path.read_text()), lambda _: None)
    assert found.rows[0].status == "drifted"
    assert not found.same


def changed(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """The record of a comparison, written by this code, whose problem was changed by hand."""
    data = comparison()
    (problem,) = data["problems"]
    known = ComparedProblem.model_validate(problem)
    problem["sentence"] = sentence_of(known.rows, known.best, known.circuits)
    data["provenance"]["source_sha256"] = source_sha256()
    change(problem)
    return data


def without_a_row(problem: dict[str, Any]) -> None:
    del problem["rows"][2]


def without_a_row_and_its_variant(problem: dict[str, Any]) -> None:
    del problem["rows"][2], problem["variants"][2]


def without_an_energy(problem: dict[str, Any]) -> None:
    problem["rows"][2] |= {
        "energy": None, "error_mha": None, "accurate": None, "status": "failed"
    }  # fmt: skip


def reversed_sentence(problem: dict[str, Any]) -> None:
    problem["sentence"] = problem["sentence"].replace("Only", "Not even")
    problem["sentence"] += " VQE wins."


def best_of_another(problem: dict[str, Any]) -> None:
    problem["best"]["method"] = "VQE"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda _: None, None),
        (without_a_row, "Hydrogen, variants has VQE, of which there is no row"),
        (without_a_row_and_its_variant, "Hydrogen, the sentence is not that of the figures"),
        (without_an_energy, "Hydrogen, variants: VQE: failures is 0, but the rows give 1"),
        (lambda problem: problem["rows"][1].update(status="failed"), "the status is failed"),
        (lambda problem: problem["rows"][3].update(status="done"), "the energy None"),
        (lambda problem: problem["rows"][0].update(accurate=True), "HF: accurate is True"),
        (lambda problem: problem["variants"][0].update(seeds=9), "seeds is 9"),
        (lambda problem: problem["variants"].pop(), "rows has CCSD, which variants does not"),
        (reversed_sentence, "the sentence is not that of the figures"),
        (best_of_another, "best method is VQE, but the rows give FCI"),
        (lambda problem: problem.update(best=None), "best is not that of the rows"),
    ],
)
def test_comparisons_that_were_edited_are_noticed(
    change: Callable[[dict[str, Any]], None], told: str | None, write_file: WriteFile
) -> None:
    data = changed(change)
    path = write_file("c.json", json.dumps(data))
    found = replay_comparison(path, data, lambda _: None)
    if told is None:
        assert found.same, found.contradictions
        return
    assert not found.same
    assert any(told in one for one in found.contradictions), found.contradictions
