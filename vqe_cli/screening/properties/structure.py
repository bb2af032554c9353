"""The geometry that everything else is computed at."""

from __future__ import annotations

from typing import ClassVar

from vqe_cli.screening.properties import Case, Column, Finding, Property


class Structure(Property):
    """Geometry, charge and multiplicity of a candidate, and how they came about.

    Reference:
        Riniker and Landrum, J. Chem. Inf. Model. 55, 2562 (2015), ETKDG; Halgren, J. Comput.
        Chem. 17, 490 (1996), MMFF94; Bannwarth, Ehlert and Grimme, J. Chem. Theory Comput. 15,
        1652 (2019), GFN2-xTB.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column("atoms", "integer", "Atoms, with hydrogens."),
        Column("geometry_method", "text", "Where the geometry comes from."),
    )

    def compute(self, case: Case) -> Finding:
        """Settle the molecule in space."""
        raise NotImplementedError
