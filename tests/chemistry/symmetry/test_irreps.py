"""Irreps are told only where integrals have them, in every kind of active space."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from tests.families import slow_but
from tests.problems import CH2, H2O, N2, frontier, problem_of, spec_of
from vqe_cli import run
from vqe_cli.chemistry.symmetry.irreps import symmetric_integrals
from vqe_cli.fermions.problem import ElectronicProblem

B2 = {"geometry": "B 0 0 0\nB 0 0 1.6"}
BROKEN = {"scf": {"symmetry": "break"}}
ETHENE = "\n".join(
    ["C 0 0 0.667", "C 0 0 -0.667"]
    + [f"H 0 {y} {z}" for y in (0.923, -0.923) for z in (1.238, -1.238)]
)
MOLECULES: dict[str, Mapping[str, Any]] = {
    "b2": B2,
    "b2-broken": {**B2, **BROKEN},
    "b2-triplet": {**B2, "multiplicity": 3},
    "b2-triplet-broken": {**B2, **BROKEN, "multiplicity": 3},
    "c2-broken": {"geometry": "C 0 0 0\nC 0 0 1.25", **BROKEN},
    "h2o": H2O,
    "ch2": CH2,
    "n2": N2,
    "o2-broken": {"geometry": "O 0 0 0\nO 0 0 1.21", "multiplicity": 3, **BROKEN},
    "ethene": {"geometry": ETHENE},
}
SPACES: dict[str, Mapping[str, Any]] = {
    "frontier": {**frontier(6, 6), "at_most": True},
    "frozen-core": {"name": "frozen-core"},
    "mp2-natural": {"name": "mp2-natural", "electrons": 6, "orbitals": 6, "at_most": True},
    "avas": {"name": "avas", "orbitals": ["[BCNO] 2p"]},
    "explicit": {"name": "explicit", "orbitals": [3, 4, 5, 6, 7, 8, 9]},
    "pi": {"name": "pi"},
}


def largest_forbidden(problem: ElectronicProblem) -> float:
    """By the definition, element by element."""
    irreps = problem.orbital_irreps
    if irreps is None:
        return 0.0
    found = 0.0
    for p, q in np.ndindex(problem.h1.shape):
        if irreps[p] != irreps[q]:
            found = max(found, abs(problem.h1[p, q]))
        for r, s in np.ndindex(problem.h1.shape):
            if irreps[p] ^ irreps[q] ^ irreps[r] ^ irreps[s]:
                found = max(found, abs(problem.h2[p, q, r, s]))
    return found


# The slow ones are of boron, whose low states are many.
@pytest.mark.parametrize(
    "molecule", slow_but([name for name in MOLECULES if "b2" not in name], MOLECULES)
)
@pytest.mark.parametrize("space", SPACES)
def test_no_forbidden_integral_is_left(space: str, molecule: str) -> None:
    if (space == "pi") != (molecule == "ethene") and space in ("pi", "explicit"):
        pytest.skip("another molecule's space")
    if space == "explicit" and molecule in ("h2o", "ch2"):
        pytest.skip("there are fewer orbitals")
    problem = problem_of(dict(MOLECULES[molecule]), active_space=SPACES[space])
    assert largest_forbidden(problem) < 1e-8
    assert (problem.orbsym is None) == (problem.point_group is None)
    assert problem.scf is not None
    assert problem.hartree_fock_energy == pytest.approx(problem.scf.energy, abs=1e-8)


# The slow ones are of molecules whose orbitals are symmetric, or have unpaired electrons.
@pytest.mark.parametrize(
    "molecule", slow_but(["b2-broken"], ["b2", "b2-broken", "b2-triplet-broken"])
)
def test_both_exact_references_agree(molecule: str) -> None:
    """Boron at 1.6 Å: irrep by irrep, and by diagonalising the qubit operator."""
    spec = {"active_space": frontier(6, 6), "optimizer": "none"}
    energies = []
    for method in ("fci", "numpy"):
        reference = run(spec_of(MOLECULES[molecule], **spec, reference=method)).reference
        assert reference is not None
        energies.append(reference.energy)
    assert energies[0] == pytest.approx(energies[1], abs=1e-8)


def test_a_geometry_that_is_symmetric_to_its_last_digit_keeps_irreps() -> None:
    digits = {"geometry": "O 0 0 0.117301\nH 0 0.757201 -0.469200\nH 0 -0.757199 -0.469203"}
    problem = problem_of(digits, active_space={"name": "frozen-core"})
    assert problem.orbsym is not None
    assert largest_forbidden(problem) == 0.0


def test_irreps_go_where_integrals_do_not_have_them() -> None:
    h1, h2 = np.diag([-1.0, -0.5]), np.zeros((2, 2, 2, 2))
    h1[0, 1] = h1[1, 0] = 1e-4
    assert symmetric_integrals(h1, h2, (0, 1))[2] is None
    h1[0, 1] = h1[1, 0] = 1e-9
    one, _, irreps = symmetric_integrals(h1, h2, (0, 1))
    assert irreps == (0, 1)
    assert one[0, 1] == 0.0
