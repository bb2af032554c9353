"""The `ElectronicProblem` of a mean field and a choice of its orbitals."""

from __future__ import annotations

from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.log import package_logger
from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection, refuse_too_many
from vqe_cli.chemistry.correlation.possible import correlation_findings
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.method_records import (
    density_fitting_record,
    environment_record,
    solvent_record,
)
from vqe_cli.chemistry.scf.orbital_records import active_space_record
from vqe_cli.chemistry.scf.position_integrals import position_integrals
from vqe_cli.chemistry.symmetry.irreps import symmetric_integrals
from vqe_cli.fermions.problem import DipoleIntegrals, ElectronicProblem
from vqe_cli.schema.check_records import Check

LOG = package_logger(__name__)


def electronic_problem(selection: OrbitalSelection) -> ElectronicProblem:
    """The integrals over the active orbitals, in the field of the frozen ones.

    Args:
        selection: The choice of orbitals.

    Raises:
        ResourceLimitError: More active orbitals than integrals can be held for.
    """
    from pyscf import ao2mo

    field, active, norb = selection.field, list(selection.active), len(selection.active)
    refuse_too_many(norb)
    coefficients = field.mo_coeff[:, active]
    with threads_for(field.mole.nao**2):
        core_energy, core_field = _frozen(selection)
        packed = _transformed(field, coefficients)
    h1, h2, irreps = symmetric_integrals(
        coefficients.T @ (field.fixed_hcore + core_field) @ coefficients,
        np.ascontiguousarray(ao2mo.restore(1, packed, norb)),
        None if field.orbsym is None else [field.orbsym[index] for index in active],
    )
    LOG.info("active space: %d electrons in %d orbitals", sum(selection.nelec), norb)
    limits, remarks = correlation_findings(norb, selection.nelec, field.mole.nelectron)
    return ElectronicProblem(
        h1=h1,
        h2=h2,
        core_energy=core_energy,
        nelec=selection.nelec,
        multiplicity=field.mole.spin + 1,
        orbital_energies=field.mo_energy[active],
        orbsym=irreps,
        point_group=field.point_group if irreps is not None else None,
        scf=field.report,
        frozen_electrons=2 * len(selection.inactive),
        dipole=_dipole(selection) if field.mole.natm else None,
        active_space=active_space_record(selection),
        checks=(*_of_structure(field), *field.checks, *selection.checks, *limits),
        assumed=field.assumed,
        notes=(*_on_atoms(field), *field.notes, *remarks),
        atoms=field.placed.atoms if field.placed else None,
        structure=field.placed.structure if field.placed else None,
        optimised_orbitals=selection.optimised,
        shared_orbitals=selection.shared,
        solvent=solvent_record(field),
        environment=environment_record(field),
        density_fitting=density_fitting_record(field),
    )


def _of_structure(field: MeanField) -> tuple[Check, ...]:
    """The failed checks of a structure and of its geometry."""
    structure = field.placed.structure if field.placed else None
    return structure.checks if structure else ()


def _on_atoms(field: MeanField) -> tuple[str, ...]:
    """Remarks on how coordinates were read."""
    return field.placed.remarks if field.placed else ()


def _transformed(field: MeanField, coefficients: FloatArray) -> Any:
    """The two-electron integrals over some orbitals, Hartree, packed by PySCF."""
    from pyscf import ao2mo

    if field.fitting is not None:
        return field.fitting.ao2mo(coefficients)
    source = field.mole if field.eri is None else field.eri
    return ao2mo.kernel(source, coefficients, verbose=0)


def _frozen(selection: OrbitalSelection) -> tuple[float, Any]:
    """The energy, Hartree, and potential, shape (nao, nao), of the nuclei and frozen electrons."""
    from pyscf import scf

    field, energy = selection.field, selection.field.fixed_energy
    if not selection.inactive:
        return energy, np.zeros_like(field.hcore)
    occupied = field.mo_coeff[:, list(selection.inactive)]
    density = 2.0 * occupied @ occupied.T
    if field.fitting is not None:
        coulomb, exchange = field.fitting.get_jk(density)
    elif field.eri is None:
        coulomb, exchange = scf.hf.get_jk(field.mole, density)
    else:
        coulomb, exchange = scf.hf.dot_eri_dm(field.eri, density)
    potential = coulomb - 0.5 * exchange
    energy += float(np.einsum("pq,qp->", density, field.fixed_hcore + 0.5 * potential))
    return energy, potential


def _dipole(selection: OrbitalSelection) -> DipoleIntegrals:
    """The dipole integrals relative to the coordinates' origin."""
    field, mole = selection.field, selection.field.mole
    positions = position_integrals(field)
    active = field.mo_coeff[:, list(selection.active)]
    inactive = field.mo_coeff[:, list(selection.inactive)]
    nuclei = mole.atom_charges() @ mole.atom_coords()
    frozen = 2.0 * np.einsum("xpq,pi,qi->x", positions, inactive, inactive, optimize=True)
    return DipoleIntegrals(integrals=active.T @ positions @ active, core=nuclei - frozen)
