"""The geometry at which all other properties are computed."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from pydantic import Field

from vqe_cli.errors import InputError
from vqe_cli.properties import Case, Column, Finding, Property, Value
from vqe_cli.properties._columns import named, verdict_columns
from vqe_cli.schema.check_records import doubt
from vqe_cli.variational.checks import verdict_of

STATED = "coordinates of the input"


class Structure(Property):
    """Geometry, charge and multiplicity of a candidate, and their sources.

    It is always computed first. The options for coordinates of a SMILES are described under
    `molecule.structure`.

    Reference:
        Riniker and Landrum, J. Chem. Inf. Model. 55, 2562 (2015), ETKDG; Halgren, J. Comput.
        Chem. 17, 490 (1996), MMFF94; Bannwarth, Ehlert and Grimme, J. Chem. Theory Comput. 15,
        1652 (2019), GFN2-xTB.
    """

    doubts: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description="Names of checks that failed when the candidate was read; set by campaigns.",
    )

    needs: ClassVar[tuple[str, ...]] = ()
    unrestricted: ClassVar[bool] = True
    kohn_sham: ClassVar[bool] = True
    columns: ClassVar[tuple[Column, ...]] = (
        Column("geometry_method", "text", "Source of the coordinates."),
        *verdict_columns("structure", "the input and the geometry"),
    )

    def about(self, doubts: tuple[str, ...]) -> Self:
        """The property with the doubts of one candidate, which are part of its content key."""
        return self.model_copy(update={"doubts": doubts})

    def compute(self, case: Case) -> Finding:
        """Compute the coordinates of the molecule.

        Returns:
            The values, the record and the notes of the property.
        """
        from vqe_cli.chemistry.geometry.structures import with_coordinates

        if case.spec.molecule is None:
            raise InputError("a structure needs a molecule", path=("molecule",))
        placed = with_coordinates(case.spec.molecule)
        molecule, report = placed.molecule, placed.structure
        open_unit = {"units"} - molecule.model_fields_set
        kept = molecule.model_dump(mode="json", exclude_none=True, exclude=open_unit)
        record: dict[str, Any] = {
            "molecule": kept,
            "structure": None if report is None else report.model_dump(mode="json"),
        }
        read = (doubt(name, "while it was read") for name in self.doubts)
        checks = (*read, *(() if report is None else report.checks))
        values: dict[str, Value] = {
            "geometry_method": STATED if report is None else report.method,
            "structure_verdict": verdict_of(checks),
            "structure_failed_checks": named(checks),
        }
        return Finding(values, record, () if report is None else report.notes)
