"""The point group is kept; what lies lower without it is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pyscf import gto, mcscf, scf

from tests.chemistry.active_spaces.test_active_spaces import full_ci
from tests.chemistry.scf.test_mean_field import lowest_by_pyscf, solved
from tests.families import slow
from tests.problems import frontier, problem_of, spec_of
from vqe_cli import run
from vqe_cli._core.threads import threads_for

O2 = {"geometry": "O 0 0 0\nO 0 0 1.208", "multiplicity": 3, "basis": "6-31g"}
C2 = {"geometry": "C 0 0 0\nC 0 0 1.25", "basis": "6-31g"}
SQUARE_H4 = {"geometry": "H 0 0 0\nH 0 1.23 0\nH 1.23 0 0\nH 1.23 1.23 0"}


def nitrogen(distance: float) -> dict[str, Any]:
    return {"geometry": f"N 0 0 0\nN 0 0 {distance}", "basis": "6-31g"}


def symmetric_casci(
    molecule: Mapping[str, Any], electrons: int, orbitals: int
) -> tuple[float, float]:
    """Hartree-Fock and CASCI of PySCF in D2h, where no instability is followed."""
    spin = int(molecule.get("multiplicity", 1)) - 1
    mole = gto.M(
        atom=molecule["geometry"], basis=molecule["basis"], spin=spin, symmetry="D2h", verbose=0
    )
    with threads_for(1):
        method = (scf.ROHF if spin else scf.RHF)(mole)
        method.conv_tol = 1e-11
        method.kernel()
        solver = mcscf.CASCI(method, orbitals, electrons)
        solver.fix_spin_(shift=0.5, ss=spin / 2 * (spin / 2 + 1))
        return float(method.e_tot), float(solver.kernel()[0])


@pytest.mark.slow
def test_triplet_oxygen_has_the_exact_energy_of_symmetric_orbitals() -> None:
    hartree_fock, exact = symmetric_casci(O2, 8, 6)
    problem = problem_of(O2, active_space=frontier(8, 6))
    assert problem.hartree_fock_energy == pytest.approx(hartree_fock, abs=1e-8)
    assert full_ci(problem) == pytest.approx(exact, abs=1e-7)
    assert problem.point_group == "D2h"
    broken = problem_of({**O2, "scf": {"symmetry": "break"}}, active_space=frontier(8, 6))
    assert broken.hartree_fock_energy < hartree_fock - 1e-4
    assert full_ci(broken) > exact + 3e-4


@pytest.mark.parametrize("distance", [1.4, 1.5, 1.8])
def test_nitrogen_has_one_curve(distance: float) -> None:
    hartree_fock, exact = symmetric_casci(nitrogen(distance), 6, 6)
    problem = problem_of(nitrogen(distance), active_space=frontier(6, 6))
    assert problem.hartree_fock_energy == pytest.approx(hartree_fock, abs=1e-8)
    assert full_ci(problem) == pytest.approx(exact, abs=1e-7)
    assert problem.point_group == "D2h"


@pytest.mark.parametrize("molecule", [C2, slow(O2), SQUARE_H4], ids=["c2", "o2", "square-h4"])
def test_how_much_lower_a_broken_solution_lies_is_pyscfs_number(
    molecule: Mapping[str, Any],
) -> None:
    field = solved(molecule)
    lower = field.report.lower_broken_symmetry_mha
    assert lower is not None
    found = field.report.energy - 1e-3 * lower
    assert found == pytest.approx(lowest_by_pyscf(molecule), abs=2e-6)
    (check,) = field.checks
    assert (check.name, check.status, check.hard) == ("symmetry-broken-solution", "warn", False)
    assert check.value == pytest.approx(lower)
    assert field.report.stable
    assert field.orbsym is not None


def test_an_occupation_that_tells_pi_x_from_pi_y_breaks_the_group_within_d2h() -> None:
    """In C2 a solution with πx² lies lower than πx² πy², and is symmetric in D2h."""
    field = solved(C2)
    names = sorted(field.irrep_name(index) for index in range(field.num_occupied))
    assert names == sorted(["Ag", "B1u", "Ag", "B1u", "B2u", "B3u"])


@pytest.mark.parametrize(
    "molecule",
    [
        {"geometry": "O 0 0 0\nH 0 0 0.97", "multiplicity": 2, "basis": "6-31g"},
        slow({"geometry": "N 0 0 0\nO 0 0 1.15", "multiplicity": 2, "basis": "6-31g"}),
        {"geometry": "C 0 0 0", "multiplicity": 3, "basis": "6-31g"},
        {"geometry": "F 0 0 0", "multiplicity": 2, "basis": "6-31g"},
        {"geometry": "N 0 0 0", "multiplicity": 4, "basis": "6-31g"},
    ],
    ids=["oh", "no", "c", "f", "n"],
)
def test_a_degenerate_state_is_no_broken_symmetry(molecule: Mapping[str, Any]) -> None:
    """One component of a Π or P state is all that one determinant can be."""
    field = solved(molecule)
    assert field.report.lower_broken_symmetry_mha is None
    assert field.checks == ()
    assert field.report.stable


def test_instabilities_within_the_group_are_followed() -> None:
    molecule = {"geometry": "O 0 0 0\nH 0 1.9 1.3\nH 0 -1.9 1.3", "basis": "6-31g"}
    field = solved(molecule)
    first = solved(molecule, guesses="one").report
    assert any("left a saddle point" in step for step in (*field.report.steps, *first.steps))
    assert field.point_group == "C2v"
    assert field.orbsym is not None
    assert field.report.energy <= lowest_by_pyscf(molecule) + 1e-6


def test_without_a_point_group_every_instability_is_followed() -> None:
    report = solved({**C2, "symmetry": False}).report
    assert report.lower_broken_symmetry_mha is None
    assert report.energy <= lowest_by_pyscf(C2) + 1e-6


def test_a_stretched_bond_ends_in_a_warning_that_names_the_broken_solution() -> None:
    record = run(spec_of(nitrogen(1.8), active_space=frontier(6, 6), ansatz="uccsd"))
    assert record.verdict == "warn"
    assert record.check("scf-stable").status == "pass"
    assert record.check("symmetry-broken-solution").status == "warn"
    assert record.problem.scf is not None
    lower = record.problem.scf.lower_broken_symmetry_mha
    assert lower is not None
    found = record.problem.scf.energy - 1e-3 * lower
    assert found <= lowest_by_pyscf(nitrogen(1.8)) + 1e-6
    assert record.problem.scf.guesses > 1


@pytest.mark.parametrize(
    ("molecule", "group"),
    [
        ({"geometry": "O 0 0 0\nO 0 0 1.21", "basis": "sto-3g"}, "D2h"),
        ({"geometry": "N 0 0 0\nH 0 0 1.04", "basis": "6-31g"}, "C2v"),
    ],
    ids=["o2", "nh"],
)
def test_two_electrons_in_a_degenerate_shell_are_no_reason_for_an_excited_state(
    molecule: Mapping[str, Any], group: str
) -> None:
    """Their lowest closed shell mixes irreps of the whole group; one that does not lies high."""
    mole = gto.M(atom=molecule["geometry"], basis=molecule["basis"], symmetry=group, verbose=0)
    field = solved(molecule)
    assert field.report.energy == pytest.approx(scf.RHF(mole).kernel(), abs=1e-7)
    assert field.orbsym is not None
