"""Active spaces carried from one molecule to a related one, along paths and to ions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.problems import H2O, frontier, pyscf_mean_field, spec_of
from vqe_cli import run
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.parts import look_up_parts
from vqe_cli.qubits.encoding import Encoding

KNOWN = MeanFields()
WATER = {**H2O, "basis": "6-31g"}
SMALL = frontier(4, 4)
PATH = [1.2, 1.4, 1.6, 1.8, 2.0]
END = 2.8


def fluorine(distance: float) -> dict[str, Any]:
    return {"geometry": f"F 0 0 0\nF 0 0 {distance}", "basis": "6-31g"}


def problem_of(molecule: dict[str, Any], space: Any) -> ElectronicProblem:
    spec = spec_of(molecule, active_space=space)
    problem = build_problem(spec, look_up_parts(spec).active_space, mean_fields=KNOWN)
    assert isinstance(problem, ElectronicProblem)
    return problem


def exact(molecule: dict[str, Any], space: Any) -> float:
    spec = spec_of(molecule, active_space=space)
    encoding = Encoding(problem_of(molecule, space), look_up_parts(spec).mapper, spec.memory)
    return CLASSICAL_METHODS.create("fci").solve(encoding).energy


def carried(origin: dict[str, Any], space: Any, **options: Any) -> dict[str, Any]:
    return {"name": "carried", "molecule": origin, "active_space": space, **options}


def casscf(path: list[float]) -> list[float]:
    """CASSCF (2e,2o) of the fluorine molecule by PySCF, each point from the last, longest first."""
    from pyscf import mcscf

    found, orbitals = [], None
    for distance in reversed(path):
        field = pyscf_mean_field(fluorine(distance))
        solver = mcscf.CASSCF(field, 2, 2)
        solver.verbose = 0
        start = None if orbitals is None else mcscf.project_init_guess(solver, orbitals)
        found.append(float(solver.kernel(start)[0]))
        orbitals = solver.mo_coeff
    return found[::-1]


def second_differences(energies: list[float]) -> Any:
    return 1000 * np.diff(energies, 2)


@pytest.mark.slow
def test_a_bond_breaks_without_jumps_in_one_space_as_in_casscf() -> None:
    """The frontier orbitals change their kind between 1.4 and 1.6 Å, and the curve jumps."""
    space = carried(fluorine(END), frontier(2, 2))
    optimum = second_differences(casscf([*PATH, END])[:-1])
    along = second_differences([exact(fluorine(distance), space) for distance in PATH])
    jumping = second_differences([exact(fluorine(distance), frontier(2, 2)) for distance in PATH])
    assert np.abs(along - optimum).max() < 3.0
    assert np.abs(jumping - optimum).max() > 50.0


def test_orbitals_optimised_from_a_carried_space_are_those_of_casscf() -> None:
    space = carried(fluorine(2.8), frontier(2, 2))
    spec = spec_of(fluorine(2.0), active_space=space, orbitals="optimised")
    assert run(spec).result.energy == pytest.approx(casscf([2.0, 2.8])[0], abs=1e-6)


def test_a_space_carried_to_its_own_molecule_is_the_same() -> None:
    space = carried(WATER, SMALL)
    assert exact(WATER, space) == pytest.approx(exact(WATER, SMALL), abs=1e-9)


def test_numbers_follow_the_electrons_of_an_ion() -> None:
    cation = {**WATER, "charge": 1, "multiplicity": 2}
    problem = problem_of(cation, carried(WATER, SMALL))
    assert (sum(problem.nelec), problem.norb) == (3, 4)
    problem = problem_of(cation, carried(WATER, SMALL, electrons=5, orbitals=3))
    assert (sum(problem.nelec), problem.norb) == (5, 3)


def test_an_electron_from_outside_the_shared_orbitals_is_doubted() -> None:
    """The most correlated pairs of CO are its π bonds; the lone pair loses the electron."""
    monoxide = {"geometry": "C 0 0 0\nO 0 0 1.13", "basis": "6-31g"}
    ion = {**monoxide, "charge": 1, "multiplicity": 2}
    natural = {"name": "mp2-natural", "electrons": 4, "orbitals": 4}
    for orbitals_of, doubted in (("origin", True), ("molecule", False)):
        problem = problem_of(ion, carried(monoxide, natural, orbitals_of=orbitals_of))
        assert ("active-space-carried" in {check.name for check in problem.checks}) is doubted


def test_orbitals_that_are_not_found_again_are_doubted() -> None:
    """At 0.5 Å nothing overlaps much with the orbitals of atoms far apart."""
    apart = {"geometry": "H 0 0 0\nH 0 0 4.0", "basis": "6-311g"}
    near = {**apart, "geometry": "H 0 0 0\nH 0 0 0.3"}
    checks = problem_of(near, carried(apart, frontier(2, 2))).checks
    assert "active-space-carried" in {check.name for check in checks}


@pytest.mark.parametrize(
    ("space", "message"),
    [
        (carried({"geometry": "Ne 9 9 9"}, frontier(2, 1)), "no atom is in the same place"),
        (carried(WATER, SMALL, orbitals_of="origin"), "same atoms, positions and basis"),
        (carried(WATER, SMALL, electrons=4), "go together"),
        (carried(WATER, {"name": "frontire"}), "no active-space called 'frontire'"),
        (carried(WATER, SMALL, orbitals_of="origin", electrons=4, orbitals=4), "numbers of the"),
        ({"name": "carried", "active_space": SMALL}, "'active_space.molecule' is missing"),
        (carried({**WATER, "charge": -1}, SMALL), "multiplicity 1 is impossible"),
        (carried({**WATER, "charge": 4}, frontier(2, 2)), "is not possible"),
    ],
)
def test_what_cannot_be_carried_is_refused(space: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        problem_of({**H2O, "basis": "sto-3g"}, space)
