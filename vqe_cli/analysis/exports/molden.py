"""Orbitals in the Molden format."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from vqe_cli.analysis.exports import Exportable, TextExport
from vqe_cli.analysis.exports.in_space import molecule_in_space, selection_of
from vqe_cli.chemistry.density.molden_file import molden_text, refuse_for_molden
from vqe_cli.chemistry.density.natural_orbitals import molecular_orbitals, natural_orbitals
from vqe_cli.schema import RunSpec


class Molden(TextExport):
    """All orbitals with their occupations, for Molden, Jmol, Avogadro, Multiwfn and others.

    The orbitals are the natural orbitals of a run's final state, or those of the problem that
    `vqe inspect` shows. Functions up to g can be written, and no ghost atoms.

    Reference:
        Schaftenaar and Noordik, J. Comput.-Aided Mol. Des. 14, 123 (2000); natural orbitals:
        Löwdin, Phys. Rev. 97, 1474 (1955).
    """

    orbitals: Literal["auto", "molecular", "natural"] = Field(
        default="auto",
        description="natural: those of a run's final state; molecular: those in which the problem "
        "is stated, with the occupations of that state, or of Hartree-Fock before it is solved; "
        "auto: natural for a run.",
    )

    suffix: ClassVar[str] = ".molden"

    def refuse(self, spec: RunSpec) -> None:
        """Refuse integrals without positions, h functions and ghost atoms."""
        refuse_for_molden(molecule_in_space(spec, "a Molden file"))

    def uses_state(self, *, solved: bool) -> bool:
        """Whether natural orbitals, or the occupations of a run, are written."""
        return solved or self.orbitals == "natural"

    def text(self, source: Exportable) -> str:
        """The orbitals as written by PySCF."""
        selection = selection_of(source)
        if source.density is None or self.orbitals == "molecular":
            return molden_text(molecular_orbitals(selection, source.density))
        return molden_text(natural_orbitals(selection, source.density))
