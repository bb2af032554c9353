"""Hartree-Fock or Kohn-Sham, with surroundings, scalar relativity and density fitting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vqe_cli._core.resources import Memory
from vqe_cli.chemistry.basis.auxiliary_basis import AuxiliaryBasis, auxiliary_basis_of
from vqe_cli.chemistry.scf.absent_attributes import with_absent_attributes
from vqe_cli.chemistry.scf.extrapolation import extrapolation
from vqe_cli.chemistry.scf.solvents import in_solvent
from vqe_cli.errors import InputError
from vqe_cli.schema import MoleculeSpec, Surroundings
from vqe_cli.schema.surroundings import VACUUM

ENERGY_TOLERANCE = 1e-11
GRADIENT_TOLERANCE = 1e-6
MAX_CYCLES = 100


@dataclass(frozen=True)
class HartreeFock:
    """The method by which all mean fields of a molecule are made, with one Hamiltonian.

    Args:
        surroundings: The solvent, or point charges.
        relativistic: Whether the one-electron Hamiltonian is that of spin-free X2C.
        auxiliary_basis: The basis set of density fitting; None for exact integrals.
        functional: The density functional of Kohn-Sham orbitals; None for Hartree-Fock.
        unrestricted: Whether alpha and beta electrons have orbitals of their own.
    """

    surroundings: Surroundings = VACUUM
    relativistic: bool = False
    auxiliary_basis: AuxiliaryBasis | None = None
    functional: str | None = None
    unrestricted: bool = False

    @classmethod
    def of(
        cls, molecule: MoleculeSpec, mole: Any, memory: Memory, surroundings: Surroundings
    ) -> HartreeFock:
        """The method that an input asks for.

        Args:
            molecule: The molecule section of the input.
            mole: The built `pyscf.gto.Mole`.
            memory: What may be used.
            surroundings: The solvent, or point charges.

        Raises:
            InputError: X2C is combined with core potentials, or an auxiliary basis does not exist.
        """
        relativistic = molecule.relativity == "x2c"
        if relativistic and (mole.has_ecp() or mole._pseudo):
            raise InputError(
                "x2c needs all electrons, and core potentials replace some",
                path=("molecule", "relativity"),
                hint="choose a basis set for all electrons, such as ano-rcc or dyall-v2z, with"
                " ecp: none; core potentials are relativistic themselves",
            )
        return cls(
            surroundings,
            relativistic,
            auxiliary_basis_of(molecule, mole, memory),
            molecule.scf.functional,
            molecule.scf.unrestricted,
        )

    def new(self, mole: Any) -> Any:
        """PySCF's object of this method with the project's thresholds, not yet run.

        Args:
            mole: A built `pyscf.gto.Mole`.
        """
        method = self._plain(mole)
        method.conv_tol = ENERGY_TOLERANCE
        method.conv_tol_grad = GRADIENT_TOLERANCE
        method.max_cycle = MAX_CYCLES
        method.verbose = 0
        method.chkfile = None
        method.DIIS = extrapolation()
        if self.relativistic:
            method = method.sfx2c1e()
        if self.auxiliary_basis is not None:
            method = method.density_fit(auxbasis=self.auxiliary_basis.by_label)
        return with_absent_attributes(self._surrounded(method))

    def _plain(self, mole: Any) -> Any:
        """PySCF's object for the spin and the functional."""
        from pyscf import scf

        if self.functional is not None:
            from pyscf import dft

            restricted = dft.RKS if mole.spin == 0 else dft.ROKS
            method = (dft.UKS if self.unrestricted else restricted)(mole)
            method.xc = self.functional
            return method
        if self.unrestricted:
            return scf.uhf.UHF(mole)  # scf.UHF gives one electron no second-order method
        if mole.spin == 0:
            return scf.RHF(mole)
        if self.surroundings.solvent is None:
            return scf.ROHF(mole)
        return scf.rohf.ROHF(mole)  # scf.ROHF gives one electron no field to respond to

    def label(self, spin: int) -> str:
        """The name of the method for a number of unpaired electrons.

        Args:
            spin: Number of unpaired electrons.
        """
        kind = "U" if self.unrestricted else ("R" if spin == 0 else "RO")
        return f"{kind}HF" if self.functional is None else f"{kind}KS"

    def _surrounded(self, method: Any) -> Any:
        """PySCF's object in the surroundings."""
        if self.surroundings.environment is not None:
            from pyscf import qmmm

            charges = np.array(self.surroundings.environment.points)
            method = qmmm.mm_charge(method, charges[:, 1:], charges[:, 0], unit="Angstrom")
        if self.surroundings.solvent is not None:
            method = in_solvent(method, self.surroundings.solvent)
        return method

    def sharing(self, mole: Any, scf: Any) -> Callable[[], Any]:
        """A factory of PySCF's objects that share the integrals of a finished one.

        Args:
            mole: The molecule of the new objects, with the atoms and basis of the finished one.
            scf: The finished object.
        """

        def make() -> Any:
            method = self.new(mole)
            method._eri = scf._eri
            if self.auxiliary_basis is not None:
                method.with_df = scf.with_df
            if self.surroundings.solvent is not None:
                method.with_solvent = scf.with_solvent.copy()  # with the grids of the cavity
            return method

        return make

    @property
    def without_solvent(self) -> HartreeFock:
        """The same method outside the solvent."""
        return replace(self, surroundings=self.surroundings.model_copy(update={"solvent": None}))

    @property
    def without_functional(self) -> HartreeFock:
        """Hartree-Fock with the same Hamiltonian."""
        return replace(self, functional=None)
