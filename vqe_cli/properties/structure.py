"""The geometry that everything else is computed at."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from pydantic import Field

from vqe_cli.errors import InputError
from vqe_cli.properties import Case, Column, Finding, Property, Value
from vqe_cli.properties._columns import named, verdict_columns
from vqe_cli.schema.records import doubt
from vqe_cli.variational.checks import verdict_of

STATED = "coordinates of the input"


class Structure(Property):
    """Geometry, charge and multiplicity of a candidate, and how they came about.

    It comes first, whatever else is computed. How a SMILES gets coordinates is said under
    `molecule.structure`.

    Reference:
        Riniker and Landrum, J. Chem. Inf. Model. 55, 2562 (2015), ETKDG; Halgren, J. Comput.
        Chem. 17, 490 (1996), MMFF94; Bannwarth, Ehlert and Grimme, J. Chem. Theory Comput. 15,
        1652 (2019), GFN2-xTB.
    """

    doubts: tuple[str, ...] = Field(
        (), strict=False, description="Checks that reading the candidate fails: the campaign tells."
    )

    needs: ClassVar[tuple[str, ...]] = ()
    columns: ClassVar[tuple[Column, ...]] = (
        Column("geometry_method", "text", "Where the coordinates come from."),
        *verdict_columns("structure", "the input and the geometry"),
    )

    def about(self, doubts: tuple[str, ...]) -> Self:
        """What is doubtful of the input belongs to the question."""
        return self.model_copy(update={"doubts": doubts})

    def compute(self, case: Case) -> Finding:
        """Place the atoms of the molecule."""
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
