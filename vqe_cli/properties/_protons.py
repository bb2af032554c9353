"""Vertical reactions that add or remove a proton."""

from __future__ import annotations

from vqe_cli.fermions.atoms import Atoms
from vqe_cli.properties import Case
from vqe_cli.properties._classical import molecule_of
from vqe_cli.properties._species import related_space, species
from vqe_cli.properties.differences.levels import Species


def proton_moved(case: Case, atoms: Atoms, moved: int, sign: int) -> tuple[Species, Species]:
    """The candidate and its conjugate acid or base; a bare proton has no electronic energy.

    Args:
        case: Case of the candidate.
        atoms: Atoms of the conjugate acid or base.
        moved: Number of added protons: 1 for the acid, -1 for the base.
        sign: Coefficient of the acid or base: 1 as a product, -1 as a reactant.
    """
    molecule = molecule_of(case.spec)
    label = "conjugate acid" if moved > 0 else "conjugate base"
    other = species(
        case.spec,
        label,
        charge=molecule.charge + moved,
        multiplicity=molecule.multiplicity,
        space=related_space(case),
        atoms=atoms,
    )
    return (
        Species(label, sign, other, case.mean_fields),
        Species("candidate", -sign, case.spec, case.mean_fields),
    )
