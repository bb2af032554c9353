"""Runs over unrestricted and Kohn-Sham orbitals, and what does not go with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import RunVqe, WriteFile
from tests.unrestricted import exact_energy, uhf, unrestricted_problem_of
from vqe_cli.chemistry.scf import mean_fields

H3 = """\
molecule:
  geometry: |
    H 0 0 0
    H 0 0 1.0
    H 0 0.6 2.3
  multiplicity: 2
  scf: {unrestricted: true}
"""
H3_ATOMS = "H 0 0 0; H 0 0 1.0; H 0 0.6 2.3"

H4 = """\
molecule:
  geometry: |
    H 0 0 0
    H 0 0 1.8
    H 0 0 3.6
    H 0 0 5.4
  scf: {unrestricted: true}
"""

H2 = "molecule: {geometry: H 0 0 0; H 0 0 1.8, scf: {unrestricted: true}}\n"

KOHN_SHAM = H3.replace("unrestricted: true", "functional: pbe0")


def exact_density() -> tuple[Any, Any]:
    """PySCF's molecule of H3, and its FCI density over atomic orbitals, alpha and beta."""
    from pyscf import fci, gto, scf

    field = scf.ROHF(gto.M(atom=H3_ATOMS, spin=1, basis="sto-3g", verbose=0)).run()
    solver = fci.FCI(field)
    _, vector = solver.kernel()
    norb, nelec = field.mo_coeff.shape[1], field.mol.nelec
    densities = fci.direct_spin1.make_rdm1s(vector, norb, nelec)
    c = field.mo_coeff
    return field.mol, np.array([c @ one @ c.T for one in densities])


def test_a_radical_has_the_exact_energy_and_properties_of_pyscf(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    record = run_vqe("run", write_file("h3.yaml", H3), "--json").record
    problem = unrestricted_problem_of(H3_ATOMS, 1)
    assert record["reference"]["energy"] == pytest.approx(exact_energy(problem), abs=1e-8)
    assert record["result"]["energy"] == pytest.approx(exact_energy(problem), abs=1e-6)
    assert record["problem"]["scf"]["method"] == "UHF"
    assert record["problem"]["scf"]["spin_squared"] > 0.75
    checks = {check["name"]: check for check in record["checks"]}
    assert checks["s-squared"]["status"] == "pass"
    assert record["verdict"] == "pass"

    mole, density = exact_density()
    found, total = record["result"]["properties"], density.sum(axis=0)
    electrons = np.einsum("xpq,pq->x", mole.intor("int1e_r"), total)
    dipole = mole.atom_charges() @ mole.atom_coords() - electrons
    assert found["dipole"]["components"]["value"] == pytest.approx(2.541746473 * dipole, abs=2e-3)
    values, vectors = np.linalg.eigh(mole.intor("int1e_ovlp"))
    root = vectors * np.sqrt(values) @ vectors.T
    occupations = np.linalg.eigvalsh(root @ total @ root)[::-1]
    assert found["natural_occupations"]["value"] == pytest.approx(occupations, abs=1e-3)
    spins = np.diag(root @ (density[0] - density[1]) @ root)
    assert [atom["lowdin_spin"] for atom in found["atoms"]] == pytest.approx(spins, abs=2e-3)


def test_contamination_warns_and_frozen_orbitals_are_told(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    file = write_file("h4.yaml", H4)
    record = run_vqe(
        "run", file, "--optimizer", "none", "--set", "initial.name=zeros", "--json"
    ).record
    checks = {check["name"]: check for check in record["checks"]}
    assert checks["s-squared"]["status"] == "fail"  # ⟨S²⟩ of UHF is 1.7, nearest to a triplet
    frozen = run_vqe("run", file, "--active-space", "{name: frozen-core, frozen: 1}", "--json")
    notes, checks = frozen.record["problem"]["notes"], frozen.record["checks"]
    assert any("does not conserve S²" in note for note in notes)
    spin = next(check for check in checks if check["name"] == "s-squared")
    assert not spin["hard"]
    assert spin["status"] == "warn"
    exact = exact_energy(unrestricted_problem_of("H 0 0 0; H 0 0 1.8; H 0 0 3.6; H 0 0 5.4", 0, 1))
    assert frozen.record["reference"]["energy"] == pytest.approx(exact, abs=1e-7)


def test_shots_are_measured_by_pauli_strings(write_file: WriteFile, run_vqe: RunVqe) -> None:
    outcome = run_vqe(
        "run", write_file("h3.yaml", H3), "--set", "backend.shots=20000",
        "--set", "backend.optimize_on_device=false", "--json",
    )  # fmt: skip
    record = outcome.record
    error = record["result"]["energy"] - record["reference"]["energy"]
    assert abs(error) < 5 * record["result"]["standard_error"]


def test_integrals_of_a_run_are_exported_and_run_again(
    write_file: WriteFile, run_vqe: RunVqe, tmp_path: Path
) -> None:
    file = tmp_path / "h3.fcidump"
    first = run_vqe("run", write_file("h3.yaml", H3), "--export", "fcidump", file, "--json")
    again = run_vqe("run", file, "--json")
    assert again.record["reference"]["energy"] == pytest.approx(
        first.record["reference"]["energy"], abs=1e-9
    )


UNRESTRICTED = [
    ("--ansatz", "puccd"),
    ("--ansatz", "lucj"),
    ("--ansatz", "tups"),
    ("--ansatz", "qnp"),
    ("--ansatz", "k-upccgsd"),
    ("--ansatz", "{name: uccsd, spin_adapted: true}"),
    ("--active-space", "{name: avas, orbitals: [H 1s]}"),
    ("--active-space", "{name: explicit, orbitals: [1, 2]}"),
    ("--active-space", "fno"),
    ("--solver", "sqd"),
    ("--set", "states=2"),
    ("--set", "forces=true"),
    ("--set", "orbitals=optimised"),
    ("--set", "solvent=water"),
    ("--set", "correction=nevpt2"),
    ("--set", "molecule.density_fitting=true"),
    ("--property", "ionization-energy"),
    ("--set", "backend={name: exact, shots: 100, measurement: low-rank}"),
    ("--export", "molden", "orbitals.molden"),
    ("--rdm", "densities.npz"),
]


@pytest.mark.parametrize("flags", UNRESTRICTED, ids=" ".join)
def test_what_needs_restricted_orbitals_is_refused_by_name(
    write_file: WriteFile, run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch, flags: tuple[str, ...]
) -> None:
    monkeypatch.setattr(mean_fields, "solve_unrestricted", None)
    outcome = run_vqe("run", write_file("h4.yaml", H4), *flags)
    assert outcome.code == 2
    assert "restricted" in outcome.err or "different orbitals" in outcome.err, outcome.err


@pytest.mark.parametrize(
    "flags",
    [
        ("--active-space", "fno"),
        ("--active-space", "{name: mp2-natural, electrons: 3, orbitals: 3}"),
        ("--set", "forces=true"),
        ("--set", "orbitals=optimised"),
        ("--set", "solvent=water"),
        ("--set", "correction=mp2-outside"),
        ("--property", "ionization-energy"),
        ("--set", "molecule.scf.functional=nonsense"),
        ("--set", "molecule.scf.functional=wb97x-v"),
        ("--set", "molecule.scf.functional=b3lyp-d3"),
        ("--set", "molecule.scf.functional=wb97x_d"),
    ],
    ids=" ".join,
)
def test_what_needs_hartree_fock_is_refused_by_name(
    write_file: WriteFile, run_vqe: RunVqe, flags: tuple[str, str]
) -> None:
    outcome = run_vqe("run", write_file("h3.yaml", KOHN_SHAM), *flags)
    assert outcome.code == 2
    assert "Kohn-Sham" in outcome.err or "functional" in outcome.err, outcome.err


def test_reference_has_the_determinant_and_fci(write_file: WriteFile, run_vqe: RunVqe) -> None:
    file = write_file("h3.yaml", H3)
    record = run_vqe("reference", file, "--methods", "hf,fci", "--json").record
    problem = unrestricted_problem_of(H3_ATOMS, 1)
    assert record["exact_energy"] == pytest.approx(exact_energy(problem), abs=1e-8)
    refused = run_vqe("reference", file, "--methods", "dmrg")
    assert refused.code == 2
    assert "restricted" in refused.err


@pytest.mark.parametrize("ansatz", ["uccgsd", "adapt", "{name: adapt, pool: qubit-excitations}"])
def test_ansaetze_of_single_excitations_reach_the_exact_energy(
    write_file: WriteFile, run_vqe: RunVqe, ansatz: str
) -> None:
    record = run_vqe("run", write_file("h3.yaml", H3), "--ansatz", ansatz, "--json").record
    assert abs(record["error_mha"]) < 0.1


def test_kohn_sham_orbitals_are_told_not_to_be_stationary(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    record = run_vqe("run", write_file("h3.yaml", KOHN_SHAM), "--json").record
    checks = {check["name"]: check for check in record["checks"]}
    assert checks["reference-determinant"]["status"] == "warn"
    assert record["problem"]["reference_determinant"] == "not-stationary"
    assert record["problem"]["hartree_fock_energy"] is None
    assert record["problem"]["scf"]["functional"] == "pbe0"
    exact = exact_energy(unrestricted_problem_of(H3_ATOMS, 1))
    assert record["reference"]["energy"] == pytest.approx(exact, abs=1e-8)


@pytest.mark.usefixtures("shared_workers")
def test_points_of_a_scan_alone_break_symmetry_where_it_is_lower(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    """PySCF's UHF of hydrogen: restricted at 0.9 Å, broken symmetry at 1.8 Å."""
    file = write_file("h2.yaml", H2)
    flags = ("--distance", "1,2=0.9,1.8", "-q", "--json")
    alone = ("--direction", "alone")
    found = run_vqe("scan", file, *flags, *alone, "--methods", "hf")
    assert found.code == 0, found.err
    points = found.record["points"]
    for point in points:
        atoms = f"H 0 0 0; H 0 0 {point['value']}"
        assert point["energy"] == pytest.approx(full_ci(atoms), abs=1e-7)
        expected = uhf(atoms, 0).e_tot
        assert point["methods"]["hf"]["energy"] == pytest.approx(expected, abs=1e-7)
    assert uhf("H 0 0 0; H 0 0 1.8", 0).spin_square()[0] > 0.5
    for wrong, words in (((), "--direction alone"), ((*alone, "--methods", "dmrg"), "restricted")):
        refused = run_vqe("scan", file, *flags, *wrong)
        assert refused.code == 2
        assert words in refused.out


def full_ci(atoms: str) -> float:
    """PySCF's full CI over restricted orbitals, Hartree."""
    from pyscf import fci, gto, scf

    field = scf.RHF(gto.M(atom=atoms, basis="sto-3g", verbose=0)).run()
    return float(fci.FCI(field).kernel()[0])
