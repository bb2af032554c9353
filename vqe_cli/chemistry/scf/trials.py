"""Trials of a search: self-consistent fields from one guess, loosely converged.

In a large basis they are computed without its polarisation functions. What is left still holds
every occupation of valence orbitals, and its orbitals lie in the whole basis, where the lowest
states are converged.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray
from vqe_cli.chemistry.molecule import without_symmetry
from vqe_cli.chemistry.scf.hartree_fock import HartreeFock

LARGE = 40
"""Smallest number of basis functions for which trials leave out polarisation functions."""

ENERGY_TOLERANCE = 1e-7
GRADIENT_TOLERANCE = 1e-3
MAX_CYCLES = 50
"""Maximum number of iterations of a trial, which need not be well converged."""

HELD_CYCLES = 40
"""Maximum number of iterations near a determinant, after which second-order ones are quicker."""

MAX_STEPS = 25
"""Maximum number of second-order iterations."""

VALENCE = ((2, 0), (10, 1), (56, 2))
"""Pairs (largest nuclear charge, angular momentum): the largest that is kept, that of occupied
orbitals or of low empty ones as in sulfur; f beyond."""


@dataclass(frozen=True, eq=False)
class Trials:
    """The way in which guesses are tried.

    Args:
        new: Factory of PySCF objects for RHF or ROHF, not yet run.
        free: The same without a point group.
        relative: The same for a molecule with other electrons, charge and unpaired ones given.
        kept: Which functions of the molecule's basis are used, shape (nao,).
    """

    new: Callable[[], Any]
    free: Callable[[], Any]
    relative: Callable[[int, int], Any]
    kept: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, method: HartreeFock, scf: Any) -> Trials:
        """Trials of a method, in part of the basis if that is large.

        Solvents and density functionals, which respond to the density, have the whole basis, and so
        have metals, whose states may lie close in other orders.

        Args:
            method: The method.
            scf: Its finished PySCF object, whose integrals are used again in the whole basis.
        """
        mole, kept = scf.mol, _without_polarisation(scf.mol)
        responding = method.functional is not None or method.surroundings.solvent is not None
        enough = mole.nelec[0] < kept.sum() < mole.nao
        if mole.nao < LARGE or responding or has_open_d_shells(mole) or not enough:
            return cls.in_whole_basis(method, scf)
        small = method.new(_smaller(mole))
        small.build()
        return cls._sharing(method, small, kept)

    @classmethod
    def in_whole_basis(cls, method: HartreeFock, scf: Any) -> Trials:
        """Trials of a method in the basis of the molecule; arguments as for `of`."""
        return cls._sharing(method, scf, np.ones(scf.mol.nao, dtype=bool))

    @classmethod
    def _sharing(cls, method: HartreeFock, scf: Any, kept: npt.NDArray[np.bool_]) -> Trials:
        """Trials that share the integrals of an object."""
        mole = scf.mol
        return cls(
            new=method.sharing(mole, scf),
            free=method.sharing(without_symmetry(mole), scf),
            relative=lambda charge, spin: method.sharing(_charged(mole, charge, spin), scf)(),
            kept=kept,
        )

    @property
    def are_whole(self) -> bool:
        """Whether they are computed in the basis of the molecule."""
        return bool(self.kept.all())

    def over_basis(self, orbitals: FloatArray) -> FloatArray:
        """Orbitals of a trial over the molecule's basis, shape (nao, orbitals).

        Args:
            orbitals: The orbitals over the functions in use.
        """
        found = np.zeros((self.kept.size, orbitals.shape[1]))
        found[self.kept] = orbitals
        return found

    def from_guess(self, name: str) -> Any | None:
        """The field from one of PySCF's guesses; None without convergence.

        Args:
            name: PySCF's name of the guess.
        """
        method = _loosened(self.new())
        density = _guessed(method, name)
        if density is None:
            return None
        method.max_cycle = MAX_CYCLES
        method.kernel(dm0=density)
        if method.converged:
            return method
        return _second_order(self.new, method.mo_coeff, method.mo_occ)

    def from_determinant(self, orbitals: FloatArray, occupations: FloatArray) -> Any | None:
        """The field from a determinant by second-order SCF; None without convergence.

        Args:
            orbitals: Orbital coefficients, shape (nao, nmo).
            occupations: Numbers of electrons in the orbitals, shape (nmo,).
        """
        return _second_order(self.new, orbitals, occupations)

    def from_disturbed(self, orbitals: FloatArray, occupations: FloatArray) -> Any | None:
        """The same without a point group.

        Args:
            orbitals: Orbital coefficients, shape (nao, nmo).
            occupations: Numbers of electrons in the orbitals, shape (nmo,).
        """
        return _second_order(self.free, orbitals, occupations)


def has_open_d_shells(mole: Any) -> bool:
    """Whether the molecule has an atom of the d or f block.

    Args:
        mole: A built `pyscf.gto.Mole`.
    """
    from pyscf.data.elements import charge

    protons = {charge(mole.atom_pure_symbol(atom)) for atom in range(mole.natm)}
    blocks = ((21, 30), (39, 48), (57, 80), (89, 112))
    return any(first <= count <= last for count in protons for first, last in blocks)


def held(method: Any, orbitals: FloatArray, occupations: FloatArray) -> Any:
    """A method converged by DIIS near a determinant, as tightly as it is told to.

    In each iteration the orbitals are occupied that overlap most with the determinant's (Barca,
    Gilbert and Gill, J. Chem. Theory Comput. 14, 1501 (2018)).

    Args:
        method: PySCF's RHF or ROHF object, not yet run.
        orbitals: Orbital coefficients, shape (nao, orbitals).
        occupations: Numbers of electrons in the orbitals, shape (orbitals,).
    """
    projected = method.get_ovlp() @ orbitals
    determinant = [(count, projected[:, occupations == count]) for count in (2.0, 1.0)]

    def occupy(_: Any = None, mo_coeff: Any = None) -> FloatArray:
        current = method.mo_coeff if mo_coeff is None else mo_coeff
        found = np.zeros(current.shape[1])
        for count, initial in determinant:
            shares = np.where(found > 0, -1.0, ((initial.T @ current) ** 2).sum(axis=0))
            found[np.argsort(-shares, kind="stable")[: initial.shape[1]]] = count
        return found

    method.get_occ, method.max_cycle = occupy, HELD_CYCLES
    method.kernel(dm0=method.make_rdm1(orbitals, occupations))
    return method


def _charged(mole: Any, charge: int, spin: int) -> Any:
    """The molecule with another number of electrons."""
    relative = mole.copy()
    relative.charge, relative.spin = charge, spin
    relative.build(dump_input=False, parse_arg=False)
    return relative


def _valence(mole: Any, atom: int) -> int:
    """The largest angular momentum of an atom's occupied orbitals."""
    from pyscf.data.elements import charge

    protons = charge(mole.atom_pure_symbol(atom))
    return next((momentum for largest, momentum in VALENCE if protons <= largest), 3)


def _without_polarisation(mole: Any) -> npt.NDArray[np.bool_]:
    """Which functions of the basis are no polarisation functions, shape (nao,)."""
    shells = range(mole.nbas)
    kept = [mole.bas_angular(shell) <= _valence(mole, mole.bas_atom(shell)) for shell in shells]
    return np.repeat(np.array(kept, dtype=bool), np.diff(mole.ao_loc))


def _smaller(mole: Any) -> Any:
    """The molecule in its basis without polarisation functions."""
    smaller = mole.copy()
    smaller.basis = {
        label: [shell for shell in mole._basis[label] if shell[0] <= _valence(mole, atom)]
        for atom, label in enumerate(map(mole.atom_symbol, range(mole.natm)))
    }
    smaller.build(dump_input=False, parse_arg=False)
    return smaller


def _guessed(method: Any, name: str) -> Any:
    """PySCF's guess of a name; None if the basis is too small.

    The minimal basis of the Hückel guess may be too small for a molecule, and the molecule's basis
    for its free atoms, such as iodine in a basis without its core.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "remove_linear_dep_ is deprecated", DeprecationWarning)
        try:
            return method.get_init_guess(key=name)
        except (RuntimeError, AssertionError):
            return None


def _second_order(
    new: Callable[[], Any], orbitals: FloatArray, occupations: FloatArray
) -> Any | None:
    newton = _loosened(new()).newton()
    newton.max_cycle, newton.verbose = MAX_STEPS, 0
    newton.kernel(orbitals, occupations)
    return newton if newton.converged else None


def _loosened(method: Any) -> Any:
    method.conv_tol, method.conv_tol_grad = ENERGY_TOLERANCE, GRADIENT_TOLERANCE
    return method
