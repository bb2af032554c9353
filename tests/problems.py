"""Small problems to test with: molecules by name, and random integrals."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.linalg import expm_multiply

from vqe_cli._core.arrays import Vector
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends import BACKENDS
from vqe_cli.backends.objective import Objective
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct
from vqe_cli.fermions.problem import ElectronicProblem, QubitProblem
from vqe_cli.parts import look_up_parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.mappers import MAPPERS
from vqe_cli.schema import RunSpec, spec_from_data

H2 = {"geometry": "H 0 0 0\nH 0 0 0.735"}
LIH = {"geometry": "Li 0 0 0\nH 0 0 1.6"}
H2O = {"geometry": "O 0 0 0.1173\nH 0 0.7572 -0.4692\nH 0 -0.7572 -0.4692"}
N2 = {"geometry": "N 0 0 0\nN 0 0 1.1"}
H3 = {"geometry": "H 0 0 0\nH 0 0 0.9\nH 0 0 1.9", "multiplicity": 2}
H4 = {"geometry": "H 0 0 0\nH 0 0 0.9\nH 0 0 1.9\nH 0 0 3.1"}
CH2 = {
    "geometry": "C 0 0 0\nH 0 0.99 0.42\nH 0 -0.99 0.42",
    "multiplicity": 3,
}
HE2 = {"geometry": "He 0 0 0\nHe 0 0 1.5"}

EXACT_H2 = -1.137306
"""Full CI of hydrogen at 0.735 Å in STO-3G, Hartree (O'Malley et al., Phys. Rev. X 6, 031007)."""

TWO_QUBIT_MODEL = {"paulis": {"ZZ": -1.0, "ZI": 0.5, "IZ": 0.5, "XX": 0.2}}
"""Its lowest eigenvalue by hand: the block [[0, 0.2], [0.2, -2]] gives -1 - sqrt(1.04)."""


def spec_of(molecule: Mapping[str, Any], **parts: Any) -> RunSpec:
    """A run on a molecule, as an input file would ask for it."""
    return spec_from_data({"molecule": dict(molecule), **parts})


_PROBLEMS: dict[str, ElectronicProblem] = {}


def problem_of(molecule: Mapping[str, Any], **parts: Any) -> ElectronicProblem:
    """The integrals of a molecule, which are computed once for all who ask for them."""
    question = repr((molecule, parts))
    if question not in _PROBLEMS:
        _PROBLEMS[question] = computed_problem(molecule, **parts)
    return _PROBLEMS[question]


def computed_problem(molecule: Mapping[str, Any], **parts: Any) -> ElectronicProblem:
    """The integrals of a molecule, computed anew."""
    spec = spec_of(molecule, **parts)
    problem = build_problem(spec, look_up_parts(spec).active_space)
    assert isinstance(problem, ElectronicProblem)
    return problem


def frontier(electrons: int, orbitals: int) -> dict[str, Any]:
    """An active space around the Fermi level, as it stands in an input file."""
    return {"name": "frontier", "electrons": electrons, "orbitals": orbitals}


@cache
def named_problem(name: str) -> ElectronicProblem:
    """Problems that together cover closed, open, empty and full shells."""
    if name.startswith("random"):
        norb, alpha, beta = (int(number) for number in name.split("-")[1:])
        return random_problem(norb, (alpha, beta), seed=norb + 10 * alpha + 100 * beta)
    molecule, parts = _NAMED[name]
    return problem_of(molecule, **parts)


_NAMED: dict[str, tuple[Mapping[str, Any], dict[str, Any]]] = {
    "h2": (H2, {}),
    "lih-3-orbitals": (LIH, {"active_space": frontier(2, 3)}),
    "h4": (H4, {}),
    "h3-doublet": (H3, {}),
    "ch2-triplet": (CH2, {"active_space": frontier(4, 4)}),
    "h2-triplet": ({**H2, "multiplicity": 3}, {}),
    "he2": (HE2, {}),
}

SMALL_PROBLEMS = (
    "h2",
    "lih-3-orbitals",
    "h3-doublet",
    "ch2-triplet",
    "h2-triplet",
    "he2",
    "random-3-2-0",
    "random-3-3-1",
    "random-3-1-2",
)
"""At most eight qubits: closed shells, open ones, no beta electrons, and full shells."""


_MEAN_FIELDS: dict[str, Any] = {}


def pyscf_mean_field(molecule: Mapping[str, Any], symmetry: Any = False) -> Any:
    """RHF or ROHF by PySCF alone, tightly converged, from what stands in an input file.

    It is solved once for all who ask for it, and nobody may change it.
    """
    question = repr((molecule, symmetry))
    if question not in _MEAN_FIELDS:
        _MEAN_FIELDS[question] = _solved_by_pyscf(molecule, symmetry)
    return _MEAN_FIELDS[question]


def _solved_by_pyscf(molecule: Mapping[str, Any], symmetry: Any) -> Any:
    from pyscf import gto, scf

    mole = gto.M(
        atom=molecule["geometry"],
        charge=molecule.get("charge", 0),
        spin=molecule.get("multiplicity", 1) - 1,
        basis=molecule.get("basis", "sto-3g"),
        ecp=molecule.get("ecp", {}),
        symmetry=symmetry,
        verbose=0,
    )
    method = scf.RHF(mole) if mole.spin == 0 else scf.ROHF(mole)
    method._chkfile.close()  # else it is left to the garbage collector, which warns
    method.chkfile = None
    method.conv_tol = 1e-12
    return method.run()


def random_problem(norb: int, nelec: tuple[int, int], seed: int) -> ElectronicProblem:
    """Integrals of nothing in particular, real and with all eight permutational symmetries."""
    rng = np.random.default_rng(seed)
    h1 = 0.3 * rng.normal(size=(norb, norb))
    h1 = h1 + h1.T + np.diag(np.arange(norb) - 2.0)
    h2 = 0.2 * rng.normal(size=(norb,) * 4)
    h2 = h2 + h2.transpose(1, 0, 2, 3)
    h2 = h2 + h2.transpose(0, 1, 3, 2)
    h2 = h2 + h2.transpose(2, 3, 0, 1)
    return ElectronicProblem(
        h1=h1,
        h2=h2,
        core_energy=float(rng.normal()),
        nelec=nelec,
        multiplicity=abs(nelec[0] - nelec[1]) + 1,
    )


def encoding_of(problem: ElectronicProblem | str, mapper: Any = "jordan-wigner") -> Encoding:
    """A problem on qubits."""
    if not isinstance(problem, str):
        return Encoding(problem, MAPPERS.create(mapper))
    question = repr((problem, mapper))
    if question not in _ENCODINGS:
        _ENCODINGS[question] = Encoding(named_problem(problem), MAPPERS.create(mapper))
    return _ENCODINGS[question]


_ENCODINGS: dict[str, Encoding] = {}
"""Problems on qubits by name and mapper; their operators are made once for all who ask."""


def qubit_encoding(paulis: Mapping[str, float]) -> Encoding:
    """A Hamiltonian given by its Pauli strings."""
    return Encoding(QubitProblem(tuple(paulis.items())), MAPPERS.create("jordan-wigner"))


TWO_PARAMETERS = {"name": "uccsd", "point_group": False}
"""UCCSD of hydrogen with the single excitation that its point group forbids."""


def objective_of(encoding: Encoding, ansatz: Any = "uccsd", backend: Any = "exact") -> Objective:
    """An ansatz for a problem on a backend."""
    return BACKENDS.create(backend).prepare(ANSATZE.create(ansatz).state(encoding), 7)


class DenseFermions:
    """Ladder operators on all of Fock space as dense matrices: slow, and plain to see.

    Jordan-Wigner with alpha before beta; spin orbital k is bit k of a basis state's number.

    Args:
        norb: Number of spatial orbitals.
    """

    def __init__(self, norb: int) -> None:
        self.norb = norb
        lower, z = np.array([[0.0, 1.0], [0.0, 0.0]]), np.diag([1.0, -1.0])
        self.annihilators = [self._on_place(place, lower, z) for place in range(2 * norb)]
        self.qubit_annihilators = [
            self._on_place(place, lower, np.eye(2)) for place in range(2 * norb)
        ]

    def _on_place(self, place: int, matrix: np.ndarray, before: np.ndarray) -> np.ndarray:
        """A matrix on one spin orbital, and another on all that come before."""
        found = np.eye(1)
        for factor in [before] * place + [matrix] + [np.eye(2)] * (2 * self.norb - place - 1):
            found = np.kron(factor, found)
        return found

    def excitation(self, excitation: Excitation) -> np.ndarray:
        """``a†_c1 a†_c2 … a_2 a_1``, of qubits with σ⁺ and σ⁻ alone in place of a† and a."""
        lower = self.qubit_annihilators if excitation.qubit else self.annihilators
        matrix = np.eye(4**self.norb)
        for orbital, spin in excitation.create:
            matrix = matrix @ lower[orbital + spin * self.norb].T
        for orbital, spin in reversed(excitation.annihilate):
            matrix = matrix @ lower[orbital + spin * self.norb]
        return matrix

    def state(self, product: ExcitationProduct, x: Vector) -> np.ndarray:
        """The state of a product, one matrix exponential after another."""
        state = self.reference(product.nelec)
        for rotation in product.rotations:
            excite = self.excitation(rotation.excitation)
            angle = rotation.factor * x[rotation.parameter]
            state = expm_multiply(csr_array(angle * (excite - excite.T)), state, traceA=0.0)
        return state

    def hop(self, p: int, q: int, spin: int) -> np.ndarray:
        """``a†_p a_q`` of one spin."""
        shift = spin * self.norb
        return self.annihilators[p + shift].T @ self.annihilators[q + shift]

    def hamiltonian(self, problem: ElectronicProblem) -> np.ndarray:
        """``Σ h E_pq + ½ Σ (pq|rs) (E_pq E_rs − δ_qr E_ps)``, with the core energy."""
        orbitals, stacked = range(self.norb), self._hops
        one_body = problem.h1 - 0.5 * np.einsum("prrs->ps", problem.h2)
        total = problem.core_energy * np.eye(4**self.norb)
        total += np.einsum("pq,pqij->ij", one_body, stacked)
        for p in orbitals:
            for q in orbitals:
                inner = np.einsum("rs,rsij->ij", problem.h2[p, q], stacked)
                total += 0.5 * stacked[p, q] @ inner
        return total

    @cached_property
    def _hops(self) -> np.ndarray:
        """``E_pq``, the hops of both spins."""
        orbitals = range(self.norb)
        hops = [[self.hop(p, q, 0) + self.hop(p, q, 1) for q in orbitals] for p in orbitals]
        return np.array(hops)

    def spin_operators(self) -> dict[str, np.ndarray]:
        """Particle number, Sz and S²."""
        return self._spin_operators

    @cached_property
    def _spin_operators(self) -> dict[str, np.ndarray]:
        orbitals = range(self.norb)
        alpha = sum(self.hop(p, p, 0) for p in orbitals)
        beta = sum(self.hop(p, p, 1) for p in orbitals)
        raising = sum(self.annihilators[p].T @ self.annihilators[p + self.norb] for p in orbitals)
        sz = 0.5 * (alpha - beta)
        return {
            "particle-number": alpha + beta,
            "sz": sz,
            "s-squared": raising.T @ raising + sz @ (sz + np.eye(4**self.norb)),
        }

    def reference(self, nelec: tuple[int, int]) -> np.ndarray:
        """The determinant that fills the lowest orbitals."""
        vector = np.zeros(4**self.norb)
        vector[(1 << nelec[0]) - 1 + (((1 << nelec[1]) - 1) << self.norb)] = 1.0
        return vector

    def sector(self, nelec: tuple[int, int]) -> np.ndarray:
        """Numbers of the basis states with these electrons, shape (alpha, beta strings)."""
        strings = np.arange(1 << self.norb)
        alpha, beta = (strings[np.bitwise_count(strings) == count] for count in nelec)
        return alpha[:, None] + (beta[None, :] << self.norb)
