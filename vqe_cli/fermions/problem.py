"""The problem to be solved, as integrals or as Pauli terms."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import comb
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.sizes import Size
from vqe_cli._core.units import HARTREE
from vqe_cli.fermions.atoms import Atoms
from vqe_cli.fermions.beta_orbitals import BetaOrbitals
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.hamiltonian_records import (
    DensityFittingRecord,
    EnvironmentRecord,
    SolventRecord,
)
from vqe_cli.schema.problem_records import ActiveSpaceRecord, ScfRecord, StructureRecord

BRILLOUIN = 1e-5
"""Tolerance of Brillouin's condition, Hartree, which leaves some 1e-10 Hartree to gain."""


@dataclass(frozen=True, eq=False)
class DipoleIntegrals:
    """Integrals of the dipole moment, relative to the origin of the molecule's coordinates.

    Args:
        integrals: Position integrals ⟨p|r|q⟩ over the active orbitals, bohr, shape (3, norb, norb).
        core: Dipole moment of the nuclei and frozen electrons, e·bohr, shape (3,).
    """

    integrals: FloatArray
    core: FloatArray

    def __post_init__(self) -> None:
        norb = self.integrals.shape[-1]
        _require_shape("integrals", self.integrals, (3, norb, norb))
        _require_shape("core", self.core, (3,))


@dataclass(frozen=True, eq=False)
class ElectronicProblem:
    """Electrons in orthonormal spatial orbitals, all quantities in Hartree.

    The orbitals are ordered so that the reference determinant fills the first ``nelec[0]`` with
    alpha and the first ``nelec[1]`` with beta electrons.

    Args:
        h1: One-electron integrals, including the field of frozen electrons, symmetric, shape (norb,
            norb).
        h2: Two-electron integrals (pq|rs), chemists' order, shape (norb, norb, norb, norb).
        core_energy: Energy of the nuclei and frozen electrons.
        nelec: Numbers of alpha and beta electrons.
        multiplicity: The multiplicity 2S+1 of the requested state.
        orbital_energies: Orbital energies, shape (norb,); None if unknown.
        orbsym: Irreps of the orbitals in PySCF's (Cotton's) numbering; None without symmetry.
        point_group: The abelian point group of `orbsym`; None if irreps were found in integrals of
            unknown origin.
        scf: The record of the self-consistent field; None if the orbitals were given.
        frozen_electrons: Number of electrons that are folded into `h1` and `core_energy`.
        dipole: Dipole integrals; None for orbitals of an FCIDUMP file.
        active_space: The record of the active orbitals and the reason for their choice.
        checks: Checks made while the problem was built, for the verdict.
        assumed: Values assumed for keys that the input leaves open.
        notes: Further remarks on how the input was read.
        atoms: The atoms; None for orbitals of an FCIDUMP file.
        structure: The record of how the coordinates were made; None if they were given.
        optimised_orbitals: Whether the orbitals are those with the lowest energy of an ansatz, and
            not those of a mean field.
        shared_orbitals: Whether the orbitals are those of another molecule, such as the neutral one
            of an ion.
        solvent: The record of the solvent, whose potential is in `h1`; None for vacuum.
        environment: The record of the point charges, whose potential is in `h1`; None without them.
        density_fitting: The record of the fit of `h2`; None for exact integrals.
        unit: The unit of all energies, which is another one for a model.
        beta: The beta orbitals, if they are not the alpha ones; `h1`, `h2`, `orbital_energies` and
            `dipole` are then those of alpha orbitals.
    """

    h1: FloatArray
    h2: FloatArray
    core_energy: float
    nelec: tuple[int, int]
    multiplicity: int
    orbital_energies: FloatArray | None = None
    orbsym: tuple[int, ...] | None = None
    point_group: str | None = None
    scf: ScfRecord | None = None
    frozen_electrons: int = 0
    dipole: DipoleIntegrals | None = None
    active_space: ActiveSpaceRecord | None = None
    checks: tuple[Check, ...] = ()
    assumed: dict[str, int | str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    atoms: Atoms | None = None
    structure: StructureRecord | None = None
    optimised_orbitals: bool = False
    shared_orbitals: bool = False
    solvent: SolventRecord | None = None
    environment: EnvironmentRecord | None = None
    density_fitting: DensityFittingRecord | None = None
    unit: str = HARTREE
    beta: BetaOrbitals | None = None

    def __post_init__(self) -> None:
        norb = self.h1.shape[0]
        _require_shape("h1", self.h1, (norb, norb))
        _require_shape("h2", self.h2, (norb,) * 4)
        if self.orbital_energies is not None:
            _require_shape("orbital_energies", self.orbital_energies, (norb,))
        if self.dipole is not None:
            _require_shape("dipole.integrals", self.dipole.integrals, (3, norb, norb))
        if self.orbsym is not None and len(self.orbsym) != norb:
            raise ValueError(f"orbsym should have length {norb}. Got {len(self.orbsym)}.")
        if not all(0 <= count <= norb for count in self.nelec):
            raise ValueError(f"nelec should lie within 0 and {norb}. Got {self.nelec}.")
        if not (np.isfinite(self.h1).all() and np.isfinite(self.h2).all()):
            raise ValueError("integrals should be finite.")

    @property
    def norb(self) -> int:
        """The number of spatial orbitals."""
        return len(self.h1)

    @property
    def scale(self) -> float:
        """The largest integral, in the unit of energies."""
        return max(float(np.abs(self.h1).max()), float(np.abs(self.h2).max()))

    @property
    def size(self) -> Size:
        """The numbers of electrons and orbitals, which determine the cost of calculations."""
        irreps = 1 << max(self.orbital_irreps).bit_length() if self.orbital_irreps else 1
        return Size(self.norb, self.nelec, irreps)

    @property
    def sector_dimension(self) -> int:
        """The number of determinants with these numbers of alpha and beta electrons."""
        return comb(self.norb, self.nelec[0]) * comb(self.norb, self.nelec[1])

    @property
    def orbital_irreps(self) -> tuple[int, ...] | None:
        """Irreps of the orbitals, multiplied by exclusive or; None without a point group.

        PySCF's numbers of irreps are above ten for linear molecules, and below ten for D2h's
        subgroups.
        """
        if self.orbsym is None or not any(irrep % 10 for irrep in self.orbsym):
            return None
        return tuple(irrep % 10 for irrep in self.orbsym)

    @property
    def reference_irrep(self) -> int | None:
        """The irrep of the reference determinant."""
        irreps = self.orbital_irreps
        if irreps is None:
            return None
        product = 0
        for irrep in irreps[self.nelec[1] : self.nelec[0]]:
            product ^= irrep
        return product

    def irrep_name(self, irrep: int) -> str:
        """The name of an irrep of `orbital_irreps`; for linear molecules that of the subgroup.

        Irreps found in integrals of unknown origin are only numbered.

        Args:
            irrep: The irrep, 0 to 7.
        """
        from pyscf import symm

        if self.point_group is None:
            return f"irrep {irrep + 1}"
        return str(symm.irrep_id2name(abelian_subgroup(self.point_group), irrep))

    @property
    def spin_z(self) -> float:
        """The expected Sz, in units of ħ."""
        return (self.nelec[0] - self.nelec[1]) / 2

    @property
    def spin_squared(self) -> float:
        """The expected S², in units of ħ²."""
        spin = (self.multiplicity - 1) / 2
        return spin * (spin + 1)

    @property
    def is_closed_shell(self) -> bool:
        """Whether alpha and beta electrons are as many and have the same orbitals."""
        return self.nelec[0] == self.nelec[1] and self.beta is None

    @property
    def spin_h1(self) -> tuple[FloatArray, FloatArray]:
        """One-electron integrals of alpha and beta orbitals, Hartree, each (norb, norb)."""
        return self.h1, self.h1 if self.beta is None else self.beta.h1

    @property
    def spin_h2(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Two-electron integrals αα, αβ and ββ, Hartree, each (norb, norb, norb, norb)."""
        if self.beta is None:
            return self.h2, self.h2, self.h2
        return self.h2, self.beta.mixed, self.beta.h2

    @property
    def h2_of_spins(self) -> tuple[tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]:
        """Two-electron integrals by the spins of both pairs, Hartree, each (norb,) * 4."""
        aa, ab, bb = self.spin_h2
        return (aa, ab), (aa if self.beta is None else ab.transpose(2, 3, 0, 1), bb)

    @property
    def conserves_spin(self) -> bool:
        """Whether the Hamiltonian is known to conserve S²."""
        return self.beta is None or self.beta.conserves_spin

    @property
    def over_alpha_orbitals(self) -> ElectronicProblem:
        """The same problem with the alpha orbitals for both spins, which span the same space."""
        if self.beta is None:
            return self
        if not self.conserves_spin:
            raise ValueError("alpha and beta orbitals span different spaces.")
        return replace(self, beta=None)

    @cached_property
    def fock(self) -> tuple[FloatArray, FloatArray]:
        """Alpha and beta Fock matrices of the reference determinant, Hartree, each (norb, norb)."""
        na, nb = self.nelec
        (h1_a, h1_b), (aa, ab, bb) = self.spin_h1, self.spin_h2
        own_a = np.einsum("pqii->pq", aa[:, :, :na, :na])
        coulomb_a = own_a + np.einsum("pqii->pq", ab[:, :, :nb, :nb])
        coulomb_b = coulomb_a
        if self.beta is not None:
            coulomb_b = np.einsum("iipq->pq", ab[:na, :na])
            coulomb_b = coulomb_b + np.einsum("pqii->pq", bb[:, :, :nb, :nb])
        exchange_a = np.einsum("piiq->pq", aa[:, :na, :na, :])
        exchange_b = np.einsum("piiq->pq", bb[:, :nb, :nb, :])
        return h1_a + coulomb_a - exchange_a, h1_b + coulomb_b - exchange_b

    @cached_property
    def brillouin_violation(self) -> float:
        """The largest element of a Fock matrix that vanishes for Hartree-Fock, Hartree.

        Between empty and doubly occupied orbitals the spin-averaged matrix counts, between empty
        and singly occupied ones that of alpha spin, between singly and doubly occupied ones that
        of beta spin (Roothaan, Rev. Mod. Phys. 32, 179 (1960)). In unrestricted orbitals the
        matrix of each spin counts between its occupied and empty ones.
        """
        alpha, beta = self.fock
        na, nb = self.nelec
        blocks = [0.5 * (alpha + beta)[na:, :nb], alpha[na:, nb:na], beta[nb:na, :nb]]
        if self.beta is not None:
            blocks = [alpha[na:, :na], beta[nb:, :nb]]
        return max(float(np.abs(block).max(initial=0.0)) for block in blocks)

    @property
    def reference_determinant(self) -> Literal["hartree-fock", "not-stationary"]:
        """Whether the reference determinant is one of Hartree-Fock.

        Brillouin's condition is tested among the active orbitals. The frozen ones and those left
        out are Hartree-Fock's, too, unless they are those of a density functional.
        """
        holds = self.brillouin_violation <= BRILLOUIN and not self.has_other_orbitals_outside
        return "hartree-fock" if holds else "not-stationary"

    @property
    def has_other_orbitals_outside(self) -> bool:
        """Whether a density functional determines what lies outside the active orbitals."""
        if self.scf is None or self.scf.functional is None:
            return False
        return self.active_space is None or self.active_space.method != "full"

    @property
    def has_own_orbitals(self) -> bool:
        """Whether the orbitals, and a solvent's potential, are those of the mean field."""
        follows = self.solvent is not None and self.solvent.reaction_field == "self-consistent"
        return not (self.optimised_orbitals or self.shared_orbitals or follows)

    @cached_property
    def hartree_fock_energy(self) -> float:
        """The total energy of the reference determinant, Hartree-Fock's or not, Hartree."""
        electronic = 0.0
        for h1, fock, count in zip(self.spin_h1, self.fock, self.nelec, strict=True):
            occupied = slice(0, count)
            electronic += 0.5 * float(np.trace((h1 + fock)[occupied, occupied]))
        return self.core_energy + electronic


def abelian_subgroup(point_group: str) -> str:
    """The group of `ElectronicProblem.orbital_irreps`: for linear molecules D2h or C2v.

    Args:
        point_group: PySCF's name of a point group.
    """
    return {"Dooh": "D2h", "Coov": "C2v"}.get(point_group, point_group)


Edge = tuple[int, int, float]
"""Two vertices of a graph, and the weight of the edge between them."""


@dataclass(frozen=True)
class Graph:
    """A graph with weighted edges.

    Args:
        vertices: The vertices in ascending order; qubit k is the k-th.
        edges: The edges, each once.
    """

    vertices: tuple[int, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, eq=False)
class QubitProblem:
    """A qubit Hamiltonian given by its Pauli terms.

    Args:
        paulis: Pauli strings, the rightmost letter for qubit 0, with their coefficients.
        unit: The unit of energies.
        notes: Remarks on the Hamiltonian, such as the formula of a model.
        graph: The graph whose cuts are maximised; None for other problems.
    """

    paulis: tuple[tuple[str, float], ...]
    unit: str = HARTREE
    notes: tuple[str, ...] = ()
    graph: Graph | None = None

    @property
    def scale(self) -> float:
        """The largest coefficient of a term that is not constant, in the unit of energies."""
        return max((abs(value) for label, value in self.paulis if label.strip("I")), default=1.0)

    @property
    def num_qubits(self) -> int:
        """The number of qubits."""
        return len(self.paulis[0][0])


Problem = ElectronicProblem | QubitProblem


def smaller(problem: Problem) -> str:
    """What makes a problem smaller, as the beginning of a hint.

    Args:
        problem: The problem.
    """
    is_electronic = isinstance(problem, ElectronicProblem)
    return "choose a smaller active space" if is_electronic else "choose fewer qubits"


def has_own_unit(problem: Problem) -> bool:
    """Whether energies of a problem are in a unit of its own, and not in Hartree."""
    return problem.unit != HARTREE


def _require_shape(name: str, array: npt.NDArray[Any], shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ValueError(f"{name} should have shape {shape}. Got {array.shape}.")
