"""The electron affinity."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from vqe_cli.properties import Case, Column, Finding
from vqe_cli.properties._ions import ANION, refuse_closed_shells, vertical
from vqe_cli.properties.differences.columns import EnergyDifference, columns
from vqe_cli.schema import RunSpec


class ElectronAffinity(EnergyDifference):
    """The vertical electron affinity: molecule minus anion, at the molecule's geometry.

    It is negative where the anion lies above the molecule, which means little in a basis without
    diffuse functions. Without `multiplicity` the anion is a singlet for an even number of
    electrons, a doublet for an odd one.

    The anion has one more electron to correlate, and the molecule's natural orbitals lack the
    partners of its pairs. The active space `mp2-natural` is therefore that of the anion, found
    again in the molecule, whose energy is computed once more in it.

    Reference:
        The ΔSCF scheme, Bagus, Phys. Rev. 139, A619 (1965), with correlated energies on both
        sides; on basis sets for anions: Clark et al., J. Comput. Chem. 4, 294 (1983).
    """

    multiplicity: int | None = Field(
        default=None,
        ge=1,
        le=50,
        description="Multiplicity 2S+1 of the anion. Default: the lowest.",
    )
    orbitals: Literal["relaxed", "shared"] = Field(
        default="relaxed",
        description="relaxed: the anion's own, the active ones those that overlap most with the "
        "molecule's. shared: the molecule's orbitals for both.",
    )

    space_of: Literal["anion", "molecule"] = Field(
        default="anion",
        description="The species whose natural orbitals are the active space `mp2-natural`; other "
        "active spaces, and shared orbitals, are always those of the molecule.",
    )

    columns: ClassVar[tuple[Column, ...]] = (
        *columns("electron_affinity", "ev", "vertical electron affinity"),
        Column("electron_affinity_ion_multiplicity", "integer", "Multiplicity 2S+1 of the anion."),
    )
    needs: ClassVar[tuple[str, ...]] = ("energy",)

    def check_settings(self, spec: RunSpec) -> None:
        """Refuse an ansatz for closed shells only."""
        refuse_closed_shells(self.name, spec)

    def compute(self, case: Case) -> Finding:
        """Run the anion.

        Returns:
            The values, the record and the notes of the property.
        """
        return vertical(
            case,
            "electron_affinity",
            ANION,
            multiplicity=self.multiplicity,
            shared=self.orbitals == "shared",
            from_ion=self.space_of == "anion" and self.orbitals == "relaxed",
            most_operations=self.max_operations,
        )
