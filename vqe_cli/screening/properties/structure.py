"""The geometry that everything else is computed at."""

from __future__ import annotations

from typing import Any, ClassVar

from vqe_cli.errors import InputError
from vqe_cli.screening.properties import Case, Column, Finding, Property

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

    needs: ClassVar[tuple[str, ...]] = ()
    columns: ClassVar[tuple[Column, ...]] = (
        Column("geometry_method", "text", "Where the coordinates come from."),
    )

    def compute(self, case: Case) -> Finding:
        """Settle the molecule in space."""
        from vqe_cli.chemistry.structures import settled, structure_of

        if case.spec.molecule is None:
            raise InputError("a structure needs a molecule", path=("molecule",))
        molecule, report = settled(case.spec.molecule)
        given = case.spec.molecule
        doubts = structure_of(given)[0].doubts if given.geometry.is_structure else ()
        kept: dict[str, Any] = molecule.model_dump(mode="json", exclude_none=True)
        record = {
            "molecule": kept,
            "doubts": [doubt.detail for doubt in doubts],
            "structure": None if report is None else report.model_dump(mode="json"),
        }
        return Finding({"geometry_method": STATED if report is None else report.method}, record)
