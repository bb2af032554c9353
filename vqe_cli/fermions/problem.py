"""The problem to be solved, as plain integrals or as Pauli terms."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import comb
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.sizes import Size
from vqe_cli.fermions.atoms import Atoms
from vqe_cli.schema.records import ActiveSpaceRecord, Check, ScfRecord, StructureRecord

BRILLOUIN = 1e-5
"""Hartree; an element of a Fock matrix that mixes orbitals of different occupation by less leaves
some 1e-10 Hartree to gain."""


@dataclass(frozen=True, eq=False)
class DipoleIntegrals:
    """What the dipole moment is made of; its origin is that of the molecule's coordinates.

    Args:
        integrals: Position ⟨p|r|q⟩ over the active orbitals in bohr, shape (3, norb, norb).
        core: Nuclear charges times positions, less those of the frozen electrons, in e·bohr,
            shape (3,).
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
        h1: One-electron integrals, shape (norb, norb), symmetric; those of the frozen electrons'
            field are folded in.
        h2: Two-electron integrals (pq|rs), chemists' order, shape (norb, norb, norb, norb).
        core_energy: Nuclear repulsion and the energy of frozen electrons.
        nelec: Number of alpha and of beta electrons.
        multiplicity: 2S+1 of the state that is asked for.
        orbital_energies: Shape (norb,); None where they are not known.
        orbsym: Irrep of each orbital by PySCF's (Cotton's) numbering; None without symmetry.
        point_group: The abelian point group that `orbsym` refers to; None where the irreps were
            found in integrals of unknown origin.
        scf: How the orbitals were found; None where they were given.
        frozen_electrons: Electrons that were folded into `h1` and `core_energy`.
        dipole: Of the electrons and the nuclei; None where the orbitals are not known in space.
        active_space: What the orbitals are and why they were chosen.
        checks: Findings made while the problem was built; they count in the verdict.
        assumed: What the input leaves open and how it was taken, by key.
        notes: Further sentences about how the input was read, for people.
        atoms: The nuclei; None where the orbitals are not known in space.
        structure: How the atoms got their coordinates; None where these were given.
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
        """Number of spatial orbitals."""
        return len(self.h1)

    @property
    def size(self) -> Size:
        """Electrons and orbitals, which decide what a calculation takes."""
        irreps = 1 << max(self.orbital_irreps).bit_length() if self.orbital_irreps else 1
        return Size(self.norb, self.nelec, irreps)

    @property
    def sector_dimension(self) -> int:
        """Number of determinants with these numbers of alpha and beta electrons."""
        return comb(self.norb, self.nelec[0]) * comb(self.norb, self.nelec[1])

    @property
    def orbital_irreps(self) -> tuple[int, ...] | None:
        """Irreps whose products are exclusive ors; None without a point group.

        PySCF numbers the irreps of linear molecules beyond ten, D2h's subgroups below.
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
        """What an irrep of `orbital_irreps` is called; linear molecules by their subgroup.

        It is only counted where the irreps were found in integrals of unknown origin.

        Args:
            irrep: 0 to 7.
        """
        from pyscf import symm

        if self.point_group is None:
            return f"irrep {irrep + 1}"
        subgroup = {"Dooh": "D2h", "Coov": "C2v"}
        group = subgroup.get(self.point_group, self.point_group)
        return str(symm.irrep_id2name(group, irrep))

    @property
    def spin_z(self) -> float:
        """Expected Sz in units of ħ."""
        return (self.nelec[0] - self.nelec[1]) / 2

    @property
    def spin_squared(self) -> float:
        """Expected S² in units of ħ²."""
        spin = (self.multiplicity - 1) / 2
        return spin * (spin + 1)

    @cached_property
    def fock(self) -> tuple[FloatArray, FloatArray]:
        """Alpha and beta Fock matrices of the reference determinant, each (norb, norb)."""
        na, nb = self.nelec
        coulomb = np.einsum("pqii->pq", self.h2[:, :, :na, :na])
        coulomb = coulomb + np.einsum("pqii->pq", self.h2[:, :, :nb, :nb])
        exchange_a = np.einsum("piiq->pq", self.h2[:, :na, :na, :])
        exchange_b = np.einsum("piiq->pq", self.h2[:, :nb, :nb, :])
        return self.h1 + coulomb - exchange_a, self.h1 + coulomb - exchange_b

    @cached_property
    def brillouin_violation(self) -> float:
        """Largest element, in Hartree, of a Fock matrix that would vanish for Hartree-Fock.

        Between empty and doubly, empty and singly, and singly and doubly occupied orbitals these
        are the matrices of both spins' mean, of alpha and of beta (Roothaan, Rev. Mod. Phys. 32,
        179 (1960)).
        """
        alpha, beta = self.fock
        na, nb = self.nelec
        blocks = (0.5 * (alpha + beta)[na:, :nb], alpha[na:, nb:na], beta[nb:na, :nb])
        return max(float(np.abs(block).max(initial=0.0)) for block in blocks)

    @property
    def reference_determinant(self) -> Literal["hartree-fock", "not-stationary"]:
        """Whether Brillouin's condition holds for the determinant of the first orbitals."""
        return "hartree-fock" if self.brillouin_violation <= BRILLOUIN else "not-stationary"

    @cached_property
    def hartree_fock_energy(self) -> float:
        """Total energy of the reference determinant, which need not be Hartree-Fock's."""
        electronic = 0.0
        for fock, count in zip(self.fock, self.nelec, strict=True):
            occupied = slice(0, count)
            electronic += 0.5 * float(np.trace((self.h1 + fock)[occupied, occupied]))
        return self.core_energy + electronic


@dataclass(frozen=True, eq=False)
class QubitProblem:
    """A qubit Hamiltonian given by its Pauli terms.

    Args:
        paulis: Pauli strings, the rightmost letter for qubit 0, with coefficients in Hartree.
    """

    paulis: tuple[tuple[str, float], ...]

    @property
    def num_qubits(self) -> int:
        """Number of qubits."""
        return len(self.paulis[0][0])


Problem = ElectronicProblem | QubitProblem


def _require_shape(name: str, array: npt.NDArray[Any], shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ValueError(f"{name} should have shape {shape}. Got {array.shape}.")
