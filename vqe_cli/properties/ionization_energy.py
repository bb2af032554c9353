"""The ionisation energy."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from vqe_cli.properties import Case, Column, Finding
from vqe_cli.properties._ions import CATION, refuse_bare_nuclei, refuse_closed_shells, vertical
from vqe_cli.properties.differences.columns import EnergyDifference, columns
from vqe_cli.schema import RunSpec


class IonizationEnergy(EnergyDifference):
    """The vertical ionisation energy: cation minus molecule, at the molecule's geometry.

    The cation's active space has as many orbitals and one electron fewer. Without `multiplicity`
    the cation is a singlet for an even number of electrons, a doublet for an odd one.

    Reference:
        The ΔSCF scheme, Bagus, Phys. Rev. 139, A619 (1965), with correlated energies on both
        sides.
    """

    multiplicity: int | None = Field(
        default=None,
        ge=1,
        le=50,
        description="Multiplicity 2S+1 of the cation. Default: the lowest.",
    )
    orbitals: Literal["relaxed", "shared"] = Field(
        default="relaxed",
        description="relaxed: the cation's own, the active ones those that overlap most with the "
        "molecule's. shared: the molecule's orbitals for both.",
    )

    columns: ClassVar[tuple[Column, ...]] = (
        *columns("ionization_energy", "ev", "vertical ionisation energy"),
        Column("ionization_energy_ion_multiplicity", "integer", "Multiplicity 2S+1 of the cation."),
    )
    needs: ClassVar[tuple[str, ...]] = ("energy",)

    def check_settings(self, spec: RunSpec) -> None:
        """Refuse an ansatz for closed shells only."""
        refuse_closed_shells(self.name, spec)

    def check_molecule(self, spec: RunSpec) -> None:
        """Refuse a molecule of one electron."""
        refuse_bare_nuclei(self.name, spec)

    def compute(self, case: Case) -> Finding:
        """Run the cation.

        Returns:
            The values, the record and the notes of the property.
        """
        return vertical(
            case,
            "ionization_energy",
            CATION,
            multiplicity=self.multiplicity,
            shared=self.orbitals == "shared",
            most_operations=self.max_operations,
        )
