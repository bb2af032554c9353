"""The `ElectronicProblem` over alpha and beta orbitals that differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.log import package_logger
from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.active_spaces._sizes import refuse_impossible
from vqe_cli.chemistry.active_spaces.selection import refuse_too_many
from vqe_cli.chemistry.correlation.possible import correlation_findings
from vqe_cli.chemistry.scf.method_records import environment_record
from vqe_cli.chemistry.scf.position_integrals import position_integrals
from vqe_cli.chemistry.scf.unrestricted_field import UnrestrictedField
from vqe_cli.errors import InputError
from vqe_cli.fermions.beta_orbitals import UNKNOWN_SPIN, BetaOrbitals, TotalSpin
from vqe_cli.fermions.problem import DipoleIntegrals, ElectronicProblem
from vqe_cli.schema.problem_records import ActiveSpaceRecord

LOG = package_logger(__name__)


@dataclass(frozen=True, eq=False)
class UnrestrictedSelection:
    """The active orbitals of an unrestricted mean field: of each spin those above the frozen ones.

    Args:
        field: The mean field.
        frozen: Number of frozen orbitals of each spin, the lowest ones.
        norb: Number of active orbitals of each spin.
        method: Name of the active space's entry.
    """

    field: UnrestrictedField
    frozen: int
    norb: int
    method: str

    @property
    def nelec(self) -> tuple[int, int]:
        """Numbers of active alpha and beta electrons."""
        alpha, beta = self.field.mole.nelec
        return alpha - self.frozen, beta - self.frozen

    @property
    def record(self) -> ActiveSpaceRecord:
        """The record of the active space, without its orbitals."""
        return ActiveSpaceRecord(
            method=self.method,
            reason=f"of each spin the {self.norb} orbitals above {self.frozen} frozen ones",
            criterion=None,
            orbitals=(),
        )

    @property
    def core(self) -> FloatArray:
        """Coefficients of the frozen orbitals, shape (2, nao, frozen)."""
        return self.field.mo_coeff[:, :, : self.frozen]

    @property
    def active(self) -> FloatArray:
        """Coefficients of the active orbitals, shape (2, nao, norb)."""
        return self.field.mo_coeff[:, :, self.frozen : self.frozen + self.norb]


def select_unrestricted(field: UnrestrictedField, space: ActiveSpace) -> UnrestrictedSelection:
    """The active orbitals of both spins, by their numbers.

    Args:
        field: The mean field.
        space: The active space, which follows the order of the orbitals.

    Raises:
        InputError: The active space needs restricted orbitals, or the molecule has none such.
    """
    extent = space.extent(field.mole) if space.by_order else None
    if extent is None:
        raise InputError(
            f"{space.name} chooses restricted orbitals, and alpha and beta electrons have"
            " different ones",
            path=("active_space",),
            hint="use full, frozen-core or frontier",
        )
    electrons, norb = extent
    refuse_impossible(field.mole.nelec, field.num_orbitals, electrons, norb)
    frozen = (sum(field.mole.nelec) - electrons) // 2
    return UnrestrictedSelection(field, frozen, norb, space.name)


def unrestricted_problem(selection: UnrestrictedSelection) -> ElectronicProblem:
    """The integrals over the active orbitals of both spins, in the field of the frozen ones.

    Args:
        selection: The active orbitals.

    Raises:
        ResourceLimitError: More active orbitals than integrals can be held for.
    """
    field, norb, nelec = selection.field, selection.norb, selection.nelec
    refuse_too_many(norb)
    with threads_for(field.mole.nao**2):
        core_energy, potentials = _frozen(selection)
        alpha, beta = selection.active
        h1_a, h1_b = (
            c.T @ (field.hcore + potential) @ c
            for c, potential in zip((alpha, beta), potentials, strict=True)
        )
        h2_a, mixed, h2_b = (
            _repulsion(field, one, other, norb)
            for one, other in ((alpha, alpha), (alpha, beta), (beta, beta))
        )
    LOG.info("active space: %d electrons in %d orbitals of each spin", sum(nelec), norb)
    limits, remarks = correlation_findings(norb, nelec, field.mole.nelectron)
    spin = None if field.overlap is None else TotalSpin.of(field.overlap, selection.frozen, norb)
    dipole, dipole_b = _dipole(selection)
    return ElectronicProblem(
        h1=h1_a,
        h2=h2_a,
        core_energy=core_energy,
        nelec=nelec,
        multiplicity=field.mole.spin + 1,
        scf=field.report if field.report.converged else None,
        frozen_electrons=2 * selection.frozen,
        dipole=dipole,
        active_space=selection.record,
        checks=(*field.checks, *limits),
        assumed=field.assumed,
        notes=(*field.notes, *remarks, *_on_spin(spin)),
        atoms=field.placed.atoms if field.placed else None,
        structure=field.placed.structure if field.placed else None,
        environment=environment_record(field),
        beta=BetaOrbitals(h1_b, h2_b, mixed, spin, dipole_b),
    )


def _on_spin(spin: TotalSpin | None) -> tuple[str, ...]:
    """Remarks on what is known of the total spin."""
    if spin is None:
        return (UNKNOWN_SPIN,)
    if spin.is_conserved:
        return ()
    return (
        "alpha and beta orbitals of the active space span different spaces: the Hamiltonian does"
        " not conserve S², and the exact energy is that of the lowest state of any spin",
    )


def _repulsion(
    field: UnrestrictedField, one: FloatArray, other: FloatArray, norb: int
) -> FloatArray:
    """The integrals (pq|rs) with p, q of one set and r, s of another, shape (norb,) * 4."""
    from pyscf import ao2mo

    source = field.mole if field.eri is None else field.eri
    packed = ao2mo.general(source, (one, one, other, other), verbose=0)
    return np.ascontiguousarray(ao2mo.restore(1, np.asarray(packed), norb))


def _frozen(selection: UnrestrictedSelection) -> tuple[float, Any]:
    """The energy, Hartree, and the potentials, shape (2, nao, nao), of nuclei and frozen ones."""
    from pyscf import scf

    field, energy = selection.field, selection.field.nuclear_energy
    if selection.frozen == 0:
        return energy, np.zeros((2, *field.hcore.shape))
    densities = selection.core @ selection.core.transpose(0, 2, 1)
    if field.eri is None:
        coulomb, exchange = scf.hf.get_jk(field.mole, densities)
    else:
        coulomb, exchange = scf.hf.dot_eri_dm(field.eri, densities, hermi=1)
    potentials = coulomb.sum(axis=0) - exchange
    energy += float(np.sum(densities * (field.hcore + 0.5 * potentials)))
    return energy, potentials


def _dipole(selection: UnrestrictedSelection) -> tuple[DipoleIntegrals | None, FloatArray | None]:
    """The dipole integrals of alpha orbitals with the core's moment, and those of beta orbitals."""
    field, mole = selection.field, selection.field.mole
    if not mole.natm:
        return None, None
    positions = position_integrals(field)
    alpha, beta = (c.T @ positions @ c for c in selection.active)
    densities = selection.core @ selection.core.transpose(0, 2, 1)
    frozen = np.einsum("xpq,spq->x", positions, densities)
    nuclei = mole.atom_charges() @ mole.atom_coords()
    return DipoleIntegrals(integrals=alpha, core=nuclei - frozen), beta
