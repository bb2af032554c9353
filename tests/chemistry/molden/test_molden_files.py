"""Molden files as inputs: the energies of PySCF's own orbitals, and files that are refused."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyscf import fci, gto, mcscf, mp, scf
from pyscf.tools import molden

from tests.conftest import RunVqe
from tests.unrestricted import OH, exact_energy, uhf, unrestricted_problem_of

H2 = "H 0 0 0; H 0 0 0.9"
LIH = "Li 0 0 0; H 0 0 1.6"


def field_of(atoms: str, basis: str = "sto-3g", **options: Any) -> Any:
    """PySCF's converged mean field."""
    return scf.HF(gto.M(atom=atoms, basis=basis, verbose=0, **options)).run(conv_tol=1e-12)


def full_ci(field: Any) -> float:
    """The exact energy over all orbitals, Hartree."""
    return float(fci.FCI(field).kernel()[0])


@pytest.mark.parametrize("cart", [False, True], ids=["spherical", "Cartesian"])
def test_orbitals_of_a_closed_shell_have_the_exact_energy(
    run_vqe: RunVqe, tmp_path: Path, cart: bool
) -> None:
    """One d shell: five functions, or six."""
    basis = {"H": gto.parse("H S\n 1.2 0.5\n 0.3 0.6\nH D\n 0.9 1.0\n")}
    field, file = field_of(H2, basis, cart=cart), tmp_path / "h2.molden"
    molden.from_scf(field, str(file))
    space = ("--active-space", "{name: frontier, electrons: 2, orbitals: 4}")
    record = run_vqe("run", file, *space, "--json").record
    casci = mcscf.CASCI(field, 4, 2).run().e_tot
    assert record["problem"]["hartree_fock_energy"] == pytest.approx(field.e_tot, abs=1e-7)
    assert record["reference"]["energy"] == pytest.approx(casci, abs=1e-7)
    note = next(one for one in record["problem"]["notes"] if "Molden" in one)
    assert ("Cartesian" if cart else "spherical") in note
    assert "charge +0" in note


def test_charge_and_multiplicity_follow_from_the_occupations(
    run_vqe: RunVqe, tmp_path: Path
) -> None:
    field = field_of(LIH, charge=1, spin=1)
    file = tmp_path / "lih.molden.gz"
    molden.from_scf(field, str(tmp_path / "plain"))
    file.write_bytes(gzip.compress((tmp_path / "plain").read_bytes()))
    record = run_vqe("inspect", file, "--json").record
    assert record["problem"]["electrons"] == [2, 1]
    assert record["problem"]["multiplicity"] == 2
    assert record["problem"]["reference_determinant_energy"] == pytest.approx(field.e_tot, abs=1e-7)
    assert any("charge +1" in note for note in record["problem"]["notes"])


def test_unrestricted_orbitals_keep_their_overlaps(run_vqe: RunVqe, tmp_path: Path) -> None:
    field, file = uhf(*OH), tmp_path / "oh.molden"
    molden.from_scf(field, str(file))
    record = run_vqe("run", file, "--json").record
    problem = unrestricted_problem_of(*OH)
    assert record["problem"]["reference_determinant_energy"] == pytest.approx(field.e_tot, abs=1e-7)
    assert record["reference"]["energy"] == pytest.approx(exact_energy(problem), abs=1e-7)
    spin = next(check for check in record["checks"] if check["name"] == "s-squared")
    assert spin["value"] == pytest.approx(0.75, abs=1e-3)
    assert record["verdict"] == "pass"


def test_natural_orbitals_are_kept_in_the_order_of_their_occupations(
    run_vqe: RunVqe, tmp_path: Path
) -> None:
    field = field_of(LIH)
    density = mp.MP2(field).run().make_rdm1()
    occupations, turn = np.linalg.eigh(density)  # in ascending order
    orbitals, file = field.mo_coeff @ turn, tmp_path / "natural.molden"
    molden.from_mo(field.mol, str(file), orbitals, occ=occupations)
    kept = ("--set", "fcidump.orbitals=as-given")
    space = ("--active-space", "{name: frontier, electrons: 2, orbitals: 3}")
    record = run_vqe("run", file, *kept, *space, "--json").record
    casci = mcscf.CASCI(field, 3, 2)
    expected = casci.kernel(orbitals[:, ::-1])[0]
    assert record["reference"]["energy"] == pytest.approx(expected, abs=1e-6)
    assert record["problem"]["assumed"]["multiplicity"] == 1


def test_what_this_program_exports_is_read_again(run_vqe: RunVqe, write_file: Any) -> None:
    path = write_file("lih.yaml", f"molecule: {{geometry: {LIH}}}\n")
    assert run_vqe("inspect", path, "--export", "molden", "lih.molden").code == 0
    record = run_vqe("reference", "lih.molden", "--methods", "fci", "--json").record
    assert record["exact_energy"] == pytest.approx(full_ci(field_of(LIH)), abs=1e-7)


def test_kohn_sham_orbitals_are_doubted(run_vqe: RunVqe, tmp_path: Path) -> None:
    field, file = gto.M(atom=H2, verbose=0).RKS(xc="pbe").run(), tmp_path / "pbe.molden"
    molden.from_scf(field, str(file))
    record = run_vqe("run", file, "--json").record
    (check,) = (one for one in record["checks"] if one["name"] == "orbital-energies")
    assert "density functional" in check["detail"]
    assert record["verdict"] == "warn"


def test_numbers_that_pyscf_writes_in_place_of_energies_are_not_doubted(
    run_vqe: RunVqe, tmp_path: Path
) -> None:
    field, file = field_of(H2), tmp_path / "h2.molden"
    molden.from_mo(field.mol, str(file), field.mo_coeff, occ=field.mo_occ)
    assert run_vqe("run", file, "--json").record["verdict"] == "pass"


def wrong_file(kind: str, path: Path) -> None:
    """Write a file that cannot be right."""
    field = field_of(LIH)
    occupations, orbitals = field.mo_occ, field.mo_coeff
    if kind in ("core", "charge"):
        basis = {"Na": "lanl2dz", "H": "sto-3g"}
        field = field_of("Na 0 0 0; H 0 0 1.9", basis, ecp={"Na": "lanl2dz"})
        occupations, orbitals = field.mo_occ, field.mo_coeff
    elif kind == "fraction":
        occupations = 0.85 * occupations
    elif kind == "occupation":
        occupations = [3, 1, 0, 0, 0, 0]
    elif kind == "norm":
        orbitals = 1.1 * orbitals
    elif kind == "alpha":
        occupations = None  # PySCF then writes those of alpha electrons
    molden.from_mo(field.mol, str(path), orbitals, occ=occupations, ene=field.mo_energy)
    if kind == "core":
        path.write_text(path.read_text() + "[CORE]\n1 : 10\n")
    elif kind == "cut":
        path.write_text(path.read_text().split("[MO]")[0])
    elif kind == "sets":
        path.write_text(path.read_text() + "[MO]" + path.read_text().split("[MO]")[1])
    elif kind == "nucleus":
        path.write_text(path.read_text().replace("Li   1   3", "Li   1   1"))
    elif kind == "damaged":
        path.write_text(path.read_text().replace("Occup=", "Ocup="))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("core", "core potentials"),
        ("charge", "core potentials"),
        ("cut", "without orbitals"),
        ("damaged", "cannot read"),
        ("norm", "not orthonormal"),
        ("fraction", "not a whole number"),
        ("alpha", "one electron each"),
        ("sets", "several sets"),
        ("occupation", "beyond 0 and 2"),
        ("nucleus", "the nuclear charge 1 in place of 3"),
    ],
)
def test_what_cannot_be_right_is_refused(
    run_vqe: RunVqe, tmp_path: Path, kind: str, words: str
) -> None:
    file = tmp_path / "wrong.molden"
    wrong_file(kind, file)
    outcome = run_vqe("run", file)
    assert outcome.code == 2
    assert words in outcome.err, outcome.err
    assert "wrong.molden" in outcome.err


def test_a_file_with_another_extension_is_told(run_vqe: RunVqe, tmp_path: Path) -> None:
    file = tmp_path / "lih.xyz"
    molden.from_scf(field_of(LIH), str(file))
    outcome = run_vqe("run", file)
    assert outcome.code == 2
    assert "name it .molden" in outcome.err
