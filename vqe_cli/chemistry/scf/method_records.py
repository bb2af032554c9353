"""Records of the Hamiltonian of a mean field: solvent, point charges, density fitting."""

from __future__ import annotations

from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.solvents import permittivity
from vqe_cli.chemistry.scf.surroundings import nearest
from vqe_cli.chemistry.scf.unrestricted_field import UnrestrictedField
from vqe_cli.schema.hamiltonian_records import (
    DensityFittingRecord,
    EnvironmentRecord,
    SolventRecord,
)


def solvent_record(field: MeanField) -> SolventRecord | None:
    """The record of the solvent; None for vacuum.

    Args:
        field: The mean field.
    """
    solvent, reaction = field.method.surroundings.solvent, field.reaction_field
    if solvent is None or reaction is None:
        return None
    return SolventRecord(
        name=solvent.name,
        model=solvent.model,
        dielectric_constant=permittivity(solvent),
        reaction_field="mean-field" if reaction.iterations is None else "self-consistent",
        polarisation_energy=reaction.polarisation_energy,
        nonelectrostatic_energy=reaction.nonelectrostatic_energy,
        iterations=reaction.iterations,
    )


def environment_record(field: MeanField | UnrestrictedField) -> EnvironmentRecord | None:
    """The record of the point charges; None without them.

    Args:
        field: The mean field.
    """
    environment = field.method.surroundings.environment
    if environment is None:
        return None
    charges = environment.points
    return EnvironmentRecord(
        number=len(charges),
        total_charge=sum(charge for charge, *_ in charges),
        nuclear_energy=field.nuclear_energy - float(field.mole.energy_nuc()),
        nearest=nearest(field.mole, environment).distance,
        file=environment.file,
        sha256=environment.sha256,
    )


def density_fitting_record(field: MeanField) -> DensityFittingRecord | None:
    """The record of density fitting; None for exact two-electron integrals.

    Args:
        field: The mean field.
    """
    auxiliary = field.method.auxiliary_basis
    if auxiliary is None:
        return None
    return DensityFittingRecord(
        auxiliary_basis=auxiliary.name,
        functions=int(field.fitting.get_naoaux()),
        automatic=auxiliary.automatic,
    )
