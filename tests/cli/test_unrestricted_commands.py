"""Commands beside `vqe run` over unrestricted orbitals, against PySCF."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.cli.test_other_references import H3, H3_ATOMS
from tests.conftest import RunVqe, WriteFile
from tests.unrestricted import OH, exact_energy, uhf, unrestricted_problem_of
from vqe_cli.chemistry.scf import mean_fields

HYDROXYL = """\
molecule:
  geometry: |
    O 0 0 0
    H 0 0 1.0
  multiplicity: 2
  scf: {unrestricted: true}
"""


@pytest.fixture
def h3(write_file: WriteFile) -> Path:
    """The file of a radical."""
    return write_file("h3.yaml", H3)


@pytest.fixture
def fcidump(h3: Path, run_vqe: RunVqe, tmp_path: Path) -> Path:
    """The same radical as integrals over unrestricted orbitals."""
    file = tmp_path / "h3.fcidump"
    assert run_vqe("inspect", h3, "--export", "fcidump", file).code == 0
    return file


def test_inspect_shows_the_orbitals_of_both_spins(write_file: WriteFile, run_vqe: RunVqe) -> None:
    file = write_file("oh.yaml", HYDROXYL)
    space = ("--active-space", "frozen-core")
    record = run_vqe("inspect", file, *space, "--orbitals", "--json").record
    field = uhf(*OH)
    for spin, energies, count in zip(
        ("alpha", "beta"), field.mo_energy, field.mol.nelec, strict=True
    ):
        own = [orbital for orbital in record["orbitals"] if orbital["spin"] == spin]
        assert [one["energy"] for one in own] == pytest.approx(np.sort(energies), abs=1e-5)
        assert sum(one["occupation"] for one in own) == count
        assert [one["part"] for one in own] == ["frozen", *["active"] * 5]
    assert record["electrons"] == [4, 3]


@pytest.mark.slow
def test_orbitals_of_both_spins_are_drawn(h3: Path, run_vqe: RunVqe, tmp_path: Path) -> None:
    text = run_vqe("inspect", h3, "--pictures", tmp_path / "h3.svg", "--terms", 0).out
    assert "(6 orbitals)" in text
    drawn = (tmp_path / "h3.svg").read_text()
    assert drawn.startswith("<?xml")
    assert "orbital 2, beta, active" in drawn


def test_inspect_reads_both_orbitals_of_a_file(fcidump: Path, run_vqe: RunVqe) -> None:
    record = run_vqe("inspect", fcidump, "--json").record
    field = uhf(H3_ATOMS, 1)
    found = [orbital["energy"] for orbital in record["orbitals"]]
    assert found == pytest.approx(np.ravel(field.mo_energy), abs=1e-5)
    exact = exact_energy(unrestricted_problem_of(H3_ATOMS, 1))
    assert record["problem"]["reference_determinant_energy"] == pytest.approx(field.e_tot, abs=1e-7)
    assert exact < field.e_tot


@pytest.mark.slow
def test_estimate_leaves_out_what_rotates_both_spins_alike(h3: Path, run_vqe: RunVqe) -> None:
    record = run_vqe("estimate", h3, "--json").record
    plans = {one["name"]: one for one in record["measurements"]}
    assert plans["qubit-wise"]["shots"] > 0
    assert "rotates the orbitals" in plans["low-rank"]["reason"]


@pytest.mark.slow
def test_compare_has_rows_over_unrestricted_orbitals(fcidump: Path, run_vqe: RunVqe) -> None:
    from pyscf import mp

    flags = ("--methods", "hf,mp2,fci,vqe", "--workers", 1, "-q", "--json")
    record = run_vqe("compare", fcidump, *flags).record
    rows = {row["method"]: row for row in record["problems"][0]["rows"]}
    field = uhf(H3_ATOMS, 1)
    exact = exact_energy(unrestricted_problem_of(H3_ATOMS, 1))
    assert rows["HF"]["energy"] == pytest.approx(field.e_tot, abs=1e-7)
    assert rows["MP2"]["energy"] == pytest.approx(mp.UMP2(field).run().e_tot, abs=1e-6)
    assert rows["FCI"]["energy"] == pytest.approx(exact, abs=1e-7)
    assert rows["VQE-UCCSD"]["energy"] == pytest.approx(exact, abs=1e-5)


def test_diagnose_measures_by_what_takes_unrestricted_orbitals(h3: Path, run_vqe: RunVqe) -> None:
    flags = ("--study", "shots", "--shots", "50", "--repetitions", "30", "--json")
    found = run_vqe("diagnose", h3, *flags)
    assert found.code == 0, found.err
    assert "fully-commuting" in found.out


def test_diagnose_counts_growing_spaces_of_both_spins(h3: Path, run_vqe: RunVqe) -> None:
    flags = ("--study", "gradients", "--sizes", "2,3", "--samples", 100, "--json")
    found = run_vqe("diagnose", h3, *flags)
    assert found.code == 0, found.err
    points = found.record["gradients"]["by_size"]
    assert [point["qubits"] for point in points] == [4, 6]


def test_a_record_is_verified_with_bounds_of_both_kinds(h3: Path, run_vqe: RunVqe) -> None:
    assert run_vqe("run", h3, "-o", "h3.json", "-q").code == 0
    record = run_vqe("verify", "h3.json", "--json").record
    exact = exact_energy(unrestricted_problem_of(H3_ATOMS, 1))
    assert record["verdict"] == "confirmed"
    assert record["upper_bound"] == pytest.approx(exact, abs=1e-7)
    assert exact - 0.1 < record["lower_bound"] <= exact + 1e-8


@pytest.mark.parametrize(
    "arguments",
    [
        ("compare", "--methods", "dmrg,vqe"),
        ("compare", "--grid", "ansatz=tups"),
        ("estimate", "--set", "ansatz=lucj"),
        ("inspect", "--set", "ansatz=puccd"),
        ("inspect", "--spaces"),
        ("diagnose", "--set", "ansatz=qnp"),
    ],
    ids=str,
)
def test_parts_that_need_restricted_orbitals_are_refused_before_any(
    h3: Path, run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setattr(mean_fields, "solve_unrestricted", None)
    command, *flags = arguments
    outcome = run_vqe(command, h3, *flags)
    assert outcome.code == 2
    assert "restricted" in outcome.err or "different orbitals" in outcome.err, outcome.err


@pytest.mark.parametrize(
    "evidence", ["bitstrings: ['111000']", "claim: {energy: -1.5, method: dmrg}"]
)
def test_evidence_over_restricted_orbitals_is_not_verified(
    run_vqe: RunVqe, write_file: WriteFile, evidence: str
) -> None:
    claim = evidence if evidence.startswith("claim") else f"claim: {{energy: -1.5}}\n{evidence}"
    outcome = run_vqe("verify", write_file("claim.yaml", f"{H3}{claim}\n"))
    assert outcome.code == 2
    assert "restricted" in outcome.err, outcome.err


@pytest.mark.parametrize("command", ["inspect", "estimate", "compare", "diagnose"])
def test_ansatz_and_file_are_told_not_to_go_together(
    fcidump: Path, run_vqe: RunVqe, command: str
) -> None:
    outcome = run_vqe(command, fcidump, "--set", "ansatz=tups")
    assert outcome.code == 2
    assert "different orbitals" in outcome.err, outcome.err
