"""Active spaces against PySCF's CASCI over the same orbitals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from pyscf import fci, mcscf

from tests.families import slow
from tests.problems import CH2, H2O, H3, LIH, N2, frontier, problem_of, pyscf_mean_field, spec_of
from vqe_cli.chemistry.active_spaces import ACTIVE_SPACES
from vqe_cli.chemistry.scf.mean_fields import mean_field_of
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.schema import spec_from_data

HYDROGEN_IODIDE = {
    "geometry": "I 0 0 0\nH 0 0 1.609",
    "basis": {"I": "lanl2dz", "H": "sto-3g"},
    "ecp": {"I": "lanl2dz"},
}
OXYGEN_ATOM = {"geometry": "O 0 0 0", "multiplicity": 3}


def full_ci(problem: ElectronicProblem) -> float:
    """The lowest energy with the problem's spin, from PySCF over the problem's integrals."""
    solver = fci.direct_spin1.FCISolver()
    solver.conv_tol = 1e-12
    fci.addons.fix_spin_(solver, shift=0.5, ss=problem.spin_squared)
    energy, _ = solver.kernel(
        problem.h1, problem.h2, problem.norb, problem.nelec, ecore=problem.core_energy
    )
    return float(energy)


def casci(
    molecule: Mapping[str, Any], orbitals: int, electrons: Any, numbers: tuple[int, ...] = ()
) -> float:
    """CASCI by PySCF from a calculation of its own."""
    method = pyscf_mean_field(molecule)
    solver = mcscf.CASCI(method, orbitals, electrons)
    solver.verbose = 0
    solver.fcisolver.conv_tol = 1e-12
    spin = method.mol.spin / 2
    solver.fix_spin_(shift=0.5, ss=spin * (spin + 1))
    coefficients = solver.sort_mo(list(numbers)) if numbers else None
    return float(solver.kernel(coefficients)[0])


@pytest.mark.parametrize(
    ("molecule", "space", "orbitals", "electrons"),
    [
        (LIH, "frozen-core", 5, 2),
        (H2O, "frozen-core", 6, 8),
        slow(CH2, "frozen-core", 6, 6),
        slow(HYDROGEN_IODIDE, "frozen-core", 9, 8),
        (H2O, frontier(4, 4), 4, 4),
        slow(N2, frontier(6, 6), 6, 6),
        (CH2, frontier(4, 4), 4, 4),
        (CH2, frontier(2, 3), 3, (2, 0)),
        (H3, frontier(1, 2), 2, (1, 0)),
        (LIH, "full", 6, 4),
    ],
    ids=lambda value: value["name"] if isinstance(value, dict) and "name" in value else None,
)
def test_full_ci_in_the_space_is_casci(
    molecule: Mapping[str, Any], space: Any, orbitals: int, electrons: Any
) -> None:
    problem = problem_of(molecule, active_space=space)
    assert problem.norb == orbitals
    count = electrons if isinstance(electrons, int) else sum(electrons)
    assert sum(problem.nelec) == count
    assert problem.nelec[0] - problem.nelec[1] == problem.multiplicity - 1
    assert full_ci(problem) == pytest.approx(casci(molecule, orbitals, electrons), abs=1e-8)


@pytest.mark.parametrize(
    ("molecule", "numbers", "electrons"),
    [
        (LIH, (2, 3, 6), 2),
        (H2O, (3, 4, 6, 7), 4),
        (H2O, (4, 1, 7), 4),
        (CH2, (3, 4, 5, 7), 4),
        (CH2, (4, 5), (2, 0)),
    ],
    ids=["lih", "water", "water-any-order", "ch2", "ch2-only-open-shells"],
)
def test_orbitals_by_number_are_those_of_pyscf(
    molecule: Mapping[str, Any], numbers: tuple[int, ...], electrons: Any
) -> None:
    space = {"name": "explicit", "orbitals": list(numbers)}
    problem = problem_of(molecule, active_space=space)
    assert problem.nelec[0] - problem.nelec[1] == problem.multiplicity - 1
    expected = casci(molecule, len(numbers), electrons, tuple(sorted(numbers)))
    assert full_ci(problem) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(
    ("molecule", "space"),
    [(H2O, "frozen-core"), (H2O, frontier(4, 4)), (CH2, frontier(4, 4)), (LIH, "full")],
)
def test_hartree_fock_energy_does_not_depend_on_the_space(
    molecule: Mapping[str, Any], space: Any
) -> None:
    problem = problem_of(molecule, active_space=space)
    expected = pyscf_mean_field(molecule).e_tot
    assert problem.hartree_fock_energy == pytest.approx(expected, abs=1e-8)
    total = sum(problem.nelec) + problem.frozen_electrons
    assert total == pyscf_mean_field(molecule).mol.nelectron


@pytest.mark.parametrize(
    ("molecule", "electrons"),
    [
        (LIH, 2),
        (H2O, 2),
        ({"geometry": "Na 0 0 0\nH 0 0 1.9"}, 10),
        ({"geometry": "K 0 0 0\nH 0 0 2.2"}, 18),
        (HYDROGEN_IODIDE, 0),
        ({"geometry": "H 0 0 0\nH 0 0 0.74"}, 0),
    ],
    ids=["lih", "water", "nah", "kh", "hi-with-ecp", "h2"],
)
def test_frozen_core_is_the_chemical_one(molecule: Mapping[str, Any], electrons: int) -> None:
    """1s for Li to Ne, up to 2p for Na to Ar, up to 3p for K; an ECP has removed its core."""
    assert problem_of(molecule, active_space="frozen-core").frozen_electrons == electrons


def test_integrals_have_their_symmetries() -> None:
    problem = problem_of(H2O, active_space="frozen-core")
    np.testing.assert_allclose(problem.h1, problem.h1.T, atol=1e-12)
    for axes in ((1, 0, 2, 3), (0, 1, 3, 2), (2, 3, 0, 1)):
        np.testing.assert_allclose(problem.h2, problem.h2.transpose(axes), atol=1e-12)


@pytest.mark.parametrize(
    ("size", "cut"),
    [((4, 4), r"orbitals of equal energy \(3, 4, 5; 6, 7, 8\)$"), ((6, 6), "by energy$")],
)
def test_a_cut_between_degenerate_orbitals_is_told(size: tuple[int, int], cut: str) -> None:
    """The three highest occupied orbitals of methane are t2, and so are the lowest empty ones."""
    methane = {
        "geometry": "C 0 0 0\nH .63 .63 .63\nH -.63 -.63 .63\nH -.63 .63 -.63\nH .63 -.63 -.63"
    }
    active = problem_of(methane, active_space=frontier(*size)).active_space
    assert active is not None
    assert re.search(cut, active.reason)


def test_irreps_and_energies_follow_the_active_orbitals() -> None:
    full = problem_of(H2O)
    active = problem_of(H2O, active_space={"name": "explicit", "orbitals": [3, 5, 6]})
    assert full.orbsym is not None
    assert active.orbsym == tuple(full.orbsym[number - 1] for number in (3, 5, 6))
    assert active.orbital_energies is not None
    assert full.orbital_energies is not None
    np.testing.assert_allclose(active.orbital_energies, full.orbital_energies[[2, 4, 5]])


@pytest.mark.parametrize(
    ("molecule", "space", "message"),
    [
        (H2O, frontier(12, 6), "12 of 10 electrons"),
        (H2O, frontier(3, 4), "must be even"),
        (H2O, frontier(4, 6), "5 left|4 left"),
        (H2O, frontier(8, 3), "4 are occupied"),
        (OXYGEN_ATOM, {"name": "frontier", "electrons": 0, "orbitals": 2}, "electrons"),
        (CH2, {"name": "explicit", "orbitals": [1, 2, 4]}, "singly occupied.*5"),
        (H2O, {"name": "explicit", "orbitals": [2, 2]}, "twice"),
        (H2O, {"name": "explicit", "orbitals": [0, 2]}, "from 1 to 7"),
        (H2O, {"name": "explicit", "orbitals": [5, 8]}, "from 1 to 7"),
        (H2O, {"name": "explicit", "orbitals": [6, 7]}, "no electrons"),
        (H2O, {"name": "explicit", "orbitals": []}, "is empty"),
    ],
)
def test_impossible_spaces_are_input_errors(
    molecule: Mapping[str, Any], space: Any, message: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        problem_of(molecule, active_space=space)
    assert caught.value.path[0] == "active_space"


def test_electrons_that_are_unpaired_cannot_be_frozen() -> None:
    with pytest.raises(InputError, match="unpaired"):
        problem_of({**CH2, "multiplicity": 5}, active_space=frontier(2, 3))


def test_active_space_of_given_integrals_is_refused() -> None:
    from vqe_cli.parts import look_up_parts
    from vqe_cli.schema import spec_from_data

    data = {"hamiltonian": {"paulis": {"Z": 1.0}}, "active_space": "frozen-core"}
    with pytest.raises(InputError, match="molecule's orbitals"):
        look_up_parts(spec_from_data(data))


def test_more_orbitals_than_can_be_held_are_refused() -> None:
    chain = "\n".join(f"H 0 0 {0.9 * k}" for k in range(42))
    with pytest.raises(ResourceLimitError, match="42 active orbitals") as caught:
        problem_of({"geometry": chain})
    assert caught.value.exit_code == 3
    assert "active-space" in (caught.value.hint or "")


@pytest.mark.parametrize("name", ["frontier", "mp2-natural"])
@pytest.mark.parametrize(
    ("molecule", "expected"),
    [
        ({"geometry": "H 0 0 0; H 0 0 0.74"}, (2, 2)),
        ({"geometry": "O 0 0 0; H 0 0.757 0.587; H 0 -0.757 0.587"}, (4, 4)),
        ({"geometry": "O 0 0 0; H 0 0 0.97", "multiplicity": 2}, (3, 3)),
        ({"geometry": "O 0 0 0; O 0 0 1.21", "multiplicity": 3}, (4, 4)),
        ({"geometry": "F 0 0 0", "charge": -1}, (4, 2)),
    ],
)
def test_at_most_takes_what_the_molecule_has(
    name: str, molecule: dict[str, Any], expected: tuple[int, int]
) -> None:
    """By hand: H2 has two orbitals, OH one that is empty, as O2 has; the fluoride ion has none."""
    spec = spec_from_data({"molecule": molecule})
    assert spec.molecule is not None
    space = ACTIVE_SPACES.create({"name": name, "electrons": 4, "orbitals": 4, "at_most": True})
    selection = space.select(mean_field_of(spec.molecule))
    assert (sum(selection.nelec), len(selection.active)) == expected


def test_at_most_leaves_cores_to_those_who_correlate_them() -> None:
    """MP2 does not correlate the core of lithium; the frontier goes by energy alone."""
    spec = spec_from_data({"molecule": {"geometry": "Li 0 0 0; H 0 0 1.6", "basis": "6-31g"}})
    assert spec.molecule is not None
    field = mean_field_of(spec.molecule)
    for name, expected in (("mp2-natural", 2), ("frontier", 4)):
        space = ACTIVE_SPACES.create({"name": name, "electrons": 4, "orbitals": 4, "at_most": True})
        assert sum(space.select(field).nelec) == expected


@pytest.mark.parametrize("basis", ["sto-3g", "def2-svp", "lanl2dz"])
def test_atomic_orbitals_of_heavy_elements_have_their_own_numbers(basis: str) -> None:
    """Iodine's valence p is 5p, whatever core potential there is, or none."""
    from vqe_cli.chemistry.active_spaces._overlap import minimal_basis
    from vqe_cli.chemistry.geometry.structures import with_coordinates
    from vqe_cli.chemistry.molecule import build_molecule

    molecule = spec_of({"geometry": "H 0 0 0\nI 0 0 1.609", "basis": basis}).molecule
    assert molecule is not None
    mole = minimal_basis(build_molecule(with_coordinates(molecule)))
    labels = {label[2] for label in mole.ao_labels(fmt=None)[1:]}
    assert labels == {"4s", "5s", "4p", "5p", "4d"}
