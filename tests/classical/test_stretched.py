"""Stretched bonds, where low states are many: the lowest singlet is found, whatever its irrep.

Every number is from matrices that PySCF fills, diagonalised irrep by irrep with LAPACK, or from
ARPACK on the whole sector with PySCF's product; neither starts from a guess of the state.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyscf import ao2mo, fci, symm
from scipy.linalg import eigh
from scipy.sparse.linalg import LinearOperator, eigsh

from tests.families import slow_but
from tests.problems import (
    H4,
    LIH,
    DenseFermions,
    encoding_of,
    problem_of,
    pyscf_mean_field,
    random_problem,
)
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.fermions.problem import ElectronicProblem

WATER_HALF_ANGLE = np.radians(104.5 / 2)
WATER = [2.4 * np.sin(WATER_HALF_ANGLE), 2.4 * np.cos(WATER_HALF_ANGLE)]

MOLECULES = {
    "h4-square": {"geometry": "H 0 0 0\nH 1.23 0 0\nH 0 1.23 0\nH 1.23 1.23 0"},
    "f2": {"geometry": "F 0 0 0\nF 0 0 2.5"},
    "h2o": {
        "geometry": "O 0 0 0\n"
        f"H 0 {WATER[0]:.8f} {WATER[1]:.8f}\nH 0 {-WATER[0]:.8f} {WATER[1]:.8f}"
    },
    "n2": {"geometry": "N 0 0 0\nN 0 0 2.0"},
}

DENSE = DenseFermions(4)

NEARLY_DEGENERATE = 1e-7
"""Hartree within which eigenvectors may be mixtures of spins."""


class Sector:
    """Determinants of a molecule over PySCF's own orbitals, with the irrep of each.

    Args:
        name: Of the molecule.
    """

    def __init__(self, name: str) -> None:
        method = pyscf_mean_field(MOLECULES[name], symmetry=True)
        mole, c = method.mol, method.mo_coeff
        self.constant = float(method.energy_nuc())
        self.norb, self.nelec = c.shape[1], mole.nelec
        self.h1 = c.T @ method.get_hcore() @ c
        self.h2 = ao2mo.restore(1, ao2mo.kernel(mole, c), self.norb)
        group = symm.std_symb(mole.groupname)
        self.group = {"Dooh": "D2h", "Coov": "C2v"}.get(group, group)
        found = symm.label_orb_symm(mole, mole.irrep_id, mole.symm_orb, c)
        orbital_irreps = [int(irrep) % 10 for irrep in found]
        strings = [fci.cistring.make_strings(range(self.norb), n) for n in self.nelec]
        labels = [
            np.array([_product(orbital_irreps, int(string)) for string in of_spin])
            for of_spin in strings
        ]
        self.irreps = (labels[0][:, None] ^ labels[1][None, :]).ravel()
        occupied = np.flatnonzero(method.mo_occ > 0)
        assert len(occupied) == self.nelec[0] == self.nelec[1]

    def irrep_name(self, irrep: int) -> str:
        return str(symm.irrep_id2name(self.group, irrep))

    def lowest_of_irrep(self, irrep: int) -> float:
        """The lowest singlet of an irrep: its block as a dense matrix, by LAPACK."""
        inside = self.irreps == irrep
        diagonal = fci.direct_spin1.make_hdiag(self.h1, self.h2, self.norb, self.nelec)
        screened = np.where(inside, diagonal, np.inf)
        places, matrix = fci.direct_spin1.pspace(
            self.h1, self.h2, self.norb, self.nelec, screened, int(inside.sum())
        )
        last = min(12, len(places)) - 1
        values, vectors = eigh(matrix, subset_by_index=(0, last), driver="evr")
        whole = np.zeros((len(values), inside.size))
        whole[:, places] = vectors.T
        return self._lowest_singlet(values, whole)

    def lowest_singlet(self) -> float:
        """Over all irreps, by ARPACK from a random vector."""
        size = self.irreps.size
        link = fci.direct_spin1._unpack(self.norb, self.nelec, None)
        absorbed = fci.direct_spin1.absorb_h1e(self.h1, self.h2, self.norb, self.nelec, 0.5)
        shape = [len(part) for part in link]

        def times(vector: np.ndarray) -> np.ndarray:
            found = fci.direct_spin1.contract_2e(
                absorbed, vector.reshape(shape), self.norb, self.nelec, link
            )
            return np.asarray(found).ravel()

        start = np.random.default_rng(1).normal(size=size)
        operator = LinearOperator((size, size), matvec=times, dtype=float)
        values, vectors = eigsh(operator, k=min(10, size - 1), which="SA", v0=start, ncv=60)
        order = np.argsort(values)
        return self._lowest_singlet(values[order], vectors.T[order])

    def _lowest_singlet(self, values: np.ndarray, vectors: np.ndarray) -> float:
        """The lowest with S² = 0; where energies agree, S² is diagonalised among them."""
        first = 0
        while first < len(values):
            last = first
            while last + 1 < len(values) and values[last + 1] - values[last] < NEARLY_DEGENERATE:
                last += 1
            group = vectors[first : last + 1]
            images = [
                fci.spin_op.contract_ss(self._shaped(vector), self.norb, self.nelec).ravel()
                for vector in group
            ]
            if np.linalg.eigvalsh(group @ np.array(images).T)[0] < 1e-4:
                return float(values[first]) + self.constant
            first = last + 1
        raise AssertionError("no singlet among the roots")

    def _shaped(self, vector: np.ndarray) -> np.ndarray:
        return vector.reshape([fci.cistring.num_strings(self.norb, n) for n in self.nelec])


def _product(orbital_irreps: list[int], string: int) -> int:
    found = 0
    for orbital, irrep in enumerate(orbital_irreps):
        if string >> orbital & 1:
            found ^= irrep
    return found


@cache
def sector(name: str) -> Sector:
    return Sector(name)


@cache
def fci_of(name: str, irreps: str = "auto") -> Any:
    problem = problem_of(MOLECULES[name])
    return CLASSICAL_METHODS.create({"name": "fci", "irreps": irreps}).solve(encoding_of(problem))


# ARPACK over the whole sector of water takes seconds, over that of N2 a minute.
@pytest.mark.parametrize("name", slow_but(("h4-square", "f2"), MOLECULES))
def test_lowest_singlet_of_a_stretched_molecule(name: str) -> None:
    found = fci_of(name)
    assert found.converged
    assert found.energy == pytest.approx(sector(name).lowest_singlet(), abs=1e-8)
    assert found.notes["searched"] == "all irreps"


WITH_IRREPS = ("f2", "h2o")
"""The others' orbitals break the symmetry: the symmetric mean field is a saddle point."""


@pytest.mark.parametrize("name", WITH_IRREPS)
def test_irrep_of_the_reference_alone(name: str) -> None:
    """Closed shells are totally symmetric."""
    found, own = fci_of(name, "reference"), sector(name)
    assert found.energy == pytest.approx(own.lowest_of_irrep(0), abs=1e-8)
    assert found.notes == {
        "searched": f"{own.irrep_name(0)} only",
        "irrep": own.irrep_name(0),
    }


@pytest.mark.parametrize("name", WITH_IRREPS)
def test_irrep_that_is_told_has_that_energy(name: str) -> None:
    found, own = fci_of(name), sector(name)
    energies = {own.irrep_name(k): own.lowest_of_irrep(k) for k in set(own.irreps.tolist())}
    assert found.energy == pytest.approx(energies[str(found.notes["irrep"])], abs=1e-8)
    assert found.energy == pytest.approx(min(energies.values()), abs=1e-8)


def symmetric_problem(irreps: tuple[int, ...], seed: int) -> ElectronicProblem:
    """Random integrals that vanish where irreps of D2h forbid them."""
    problem = random_problem(len(irreps), (2, 2), seed)
    label = np.array(irreps)
    pair = label[:, None] ^ label[None, :]
    h1 = np.where(pair == 0, problem.h1, 0.0)
    h2 = np.where(pair[:, :, None, None] ^ pair[None, None, :, :] == 0, problem.h2, 0.0)
    return replace(problem, h1=h1, h2=h2, orbsym=irreps, point_group="D2h")


def lowest_singlets(problem: ElectronicProblem) -> dict[str, float]:
    """By irrep, from ladder operators as dense matrices in all of Fock space."""
    dense, irreps = DENSE, problem.orbital_irreps
    assert irreps is not None
    places = dense.sector(problem.nelec).ravel()
    labels = np.array([_product([*irreps, *irreps], int(place)) for place in places])
    hamiltonian, spin = dense.hamiltonian(problem), dense.spin_operators()["s-squared"]
    found = {}
    for irrep in sorted(set(labels.tolist())):
        block = np.ix_(places[labels == irrep], places[labels == irrep])
        # A unit of S² costs ten Hartree, more than there are between these states.
        values, vectors = np.linalg.eigh(hamiltonian[block] + 10 * spin[block])
        if vectors[:, 0] @ spin[block] @ vectors[:, 0] < 1e-6:
            found[str(symm.irrep_id2name("D2h", irrep))] = float(values[0])
    return found


@settings(max_examples=25, deadline=None, derandomize=True)
@given(irreps=st.tuples(*[st.integers(0, 7)] * 4), seed=st.integers(0, 50))
def test_irreps_of_random_integrals(irreps: tuple[int, ...], seed: int) -> None:
    """Singlets above other spins, and in other irreps than that of the reference."""
    assume(any(irreps))
    problem = symmetric_problem(irreps, seed)
    expected = lowest_singlets(problem)
    found = {
        which: CLASSICAL_METHODS.create({"name": "fci", "irreps": which}).solve(
            encoding_of(problem)
        )
        for which in ("all", "reference")
    }
    assert found["reference"].energy == pytest.approx(expected["Ag"], abs=1e-8)
    assert found["reference"].notes == {"searched": "Ag only", "irrep": "Ag"}
    assert found["all"].energy == pytest.approx(min(expected.values()), abs=1e-8)
    told = str(found["all"].notes["irrep"])
    assert expected[told] == pytest.approx(min(expected.values()), abs=1e-8)


def test_ground_state_may_be_in_another_irrep_than_the_reference() -> None:
    """Else the searches above would say little."""
    found = [lowest_singlets(symmetric_problem((0, 5, 2, 0), seed)) for seed in range(20)]
    others = [energies for energies in found if min(energies, key=energies.__getitem__) != "Ag"]
    assert len(others) >= 3


@pytest.mark.parametrize("irreps", ["auto", "all", "reference"])
def test_without_a_point_group_everything_is_searched(irreps: str) -> None:
    problem = random_problem(4, (2, 2), 3)
    found = CLASSICAL_METHODS.create({"name": "fci", "irreps": irreps}).solve(encoding_of(problem))
    assert found.notes == {"searched": "all irreps"}


@pytest.mark.parametrize("molecule", [H4, LIH], ids=["h4", "lih"])
def test_all_is_what_auto_does_for_small_molecules(molecule: dict[str, Any]) -> None:
    encoding = encoding_of(problem_of(molecule))
    auto, every = (
        CLASSICAL_METHODS.create({"name": "fci", "irreps": irreps}).solve(encoding)
        for irreps in ("auto", "all")
    )
    assert auto.energy == pytest.approx(every.energy, abs=1e-10)
    assert auto.notes == every.notes
