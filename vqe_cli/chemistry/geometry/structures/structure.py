"""Atoms, bonds and electrons of one molecule, as they were read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from vqe_cli.chemistry.geometry.structures.formula import hill_formula
from vqe_cli.schema.records import Check

SPIN = "spin-stated"
"""The check that fails where a structure leaves its multiplicity open."""


@dataclass(frozen=True, eq=False)
class Structure:
    """Atoms, bonds and electrons of one molecule.

    Args:
        molecule: RDKit's molecule with every hydrogen as an atom.
        smiles: Canonical and isomeric, with charges and radicals; equal for equal structures.
        charge: Sum of the formal charges, in units of e.
        multiplicity: 2S+1 with all unpaired electrons parallel.
        positions: Whether `molecule` has coordinates in space, in Ångström.
        notes: What was changed, and what is left to the geometry.
        doubts: What lowers the verdict, such as a multiplicity that may be another.
        metals_left: Symbols of metal atoms that were left off as counter-ions.
        molfile: Of what is computed, where it has coordinates in space.
    """

    molecule: Any
    smiles: str
    charge: int
    multiplicity: int
    positions: bool = False
    notes: tuple[str, ...] = ()
    doubts: tuple[Check, ...] = ()
    metals_left: tuple[str, ...] = ()
    molfile: str | None = None

    @property
    def remarks(self) -> tuple[str, ...]:
        """Notes and doubts, in sentences."""
        return (*self.notes, *(one.detail for one in self.doubts))

    @property
    def symbols(self) -> tuple[str, ...]:
        """Elements in the order of the atoms."""
        return tuple(atom.GetSymbol() for atom in self.molecule.GetAtoms())

    @property
    def formula(self) -> str:
        """In Hill's order, with the charge."""
        return hill_formula(self.symbols, self.charge)

    @property
    def heavy_atoms(self) -> int:
        """Atoms that are not hydrogen."""
        return int(self.molecule.GetNumHeavyAtoms())

    @property
    def protons(self) -> int:
        """Protons in all nuclei."""
        return protons_of(self.molecule)

    def with_multiplicity(self, multiplicity: int) -> Structure:
        """The same with a multiplicity that somebody chose."""
        left = tuple(one for one in self.doubts if one.name != SPIN)
        return replace(self, multiplicity=multiplicity, doubts=left)

    def with_unpaired(self, count: int | None) -> Structure:
        """The same with the unpaired electrons that its text states; None where it does not."""
        return self if count is None else self.with_multiplicity(count + 1)


def protons_of(molecule: Any) -> int:
    """Protons in all nuclei.

    Args:
        molecule: RDKit's, with every hydrogen as an atom.
    """
    return sum(atom.GetAtomicNum() for atom in molecule.GetAtoms())
