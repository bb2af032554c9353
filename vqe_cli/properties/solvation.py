"""The solvation energy."""

from __future__ import annotations

from dataclasses import asdict
from typing import ClassVar

from pydantic import Field, field_validator

from vqe_cli._core.units import HARTREE_IN_KCAL_PER_MOL
from vqe_cli._core.validation import SpecError
from vqe_cli.chemistry.scf.solvation import solvated
from vqe_cli.chemistry.scf.solvents import dielectric_constant
from vqe_cli.errors import InputError
from vqe_cli.properties import Case, Column, Finding, Property, Value
from vqe_cli.properties._classical import mean_field
from vqe_cli.properties._columns import mean_field_verdict, verdict_columns
from vqe_cli.schema import RunSpec
from vqe_cli.schema.surroundings import SolventModel


class Solvation(Property):
    """The Hartree-Fock energy of solvation in an implicit solvent, at the gas-phase geometry.

    It is negative where the solvent stabilises. ddcosmo and c-pcm are electrostatic; smd adds
    cavity, dispersion and structure of the solvent.

    Reference:
        Cancès, Maday and Stamm, J. Chem. Phys. 139, 054111 (2013); Barone and Cossi, J. Phys.
        Chem. A 102, 1995 (1998); Marenich, Cramer and Truhlar, J. Phys. Chem. B 113, 6378 (2009).
    """

    solvent: str = Field(default="water", description="Name in the Minnesota solvent database.")
    model: SolventModel = Field(default="ddcosmo", description="Solvent model.")

    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "solvation_hf_kcal_per_mol",
            "number",
            "Hartree-Fock energy in the solvent minus that in the gas phase.",
        ),
        Column("solvent", "text", "Name of the solvent."),
        *verdict_columns("solvation", "Hartree-Fock in the gas phase"),
    )

    @field_validator("solvent")
    @classmethod
    def _is_known(cls, value: str) -> str:
        try:
            dielectric_constant(value)
        except InputError as error:
            raise SpecError(error.message, error.hint) from None
        return value

    def check_settings(self, spec: RunSpec) -> None:
        """Refuse point charges around the molecule, which would lie in the solvent."""
        if spec.environment is not None:
            raise InputError(
                "solvation: a solvent and point charges exclude each other",
                path=("environment",),
                hint="leave out the charges, or the property",
            )

    def compute(self, case: Case) -> Finding:
        """Compute Hartree-Fock in the solvent.

        Returns:
            The values, the record and the notes of the property.
        """
        self.check_settings(case.spec)
        gas = case.spec.model_copy(update={"solvent": None})
        field = mean_field(gas, case.mean_fields)
        found = solvated(field, self.solvent, self.model)
        energy = HARTREE_IN_KCAL_PER_MOL * found.solvation_energy
        values: dict[str, Value] = {
            "solvation_hf_kcal_per_mol": energy,
            "solvent": self.solvent,
            **mean_field_verdict("solvation", [field]),
        }
        return Finding(values, asdict(found), field.notes)
