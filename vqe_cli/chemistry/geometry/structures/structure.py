"""Atoms, bonds and electrons of one molecule, as read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from vqe_cli.chemistry.geometry.structures.formula import hill_formula
from vqe_cli.schema.check_records import Check

SPIN = "spin-stated"
"""The check that fails if a structure leaves its multiplicity open."""


@dataclass(frozen=True, eq=False)
class Structure:
    """Atoms, bonds and electrons of one molecule.

    Args:
        molecule: The RDKit molecule with every hydrogen as an atom.
        smiles: Canonical isomeric SMILES with charges and radicals; equal for equal structures.
        charge: Sum of the formal charges, in units of e.
        multiplicity: The multiplicity 2S+1, with all unpaired electrons parallel.
        positions: Whether `molecule` has coordinates in space, in Ångström.
        notes: Notes on changes of the structure, and on features that the geometry determines.
        doubts: Failed checks, such as that of an uncertain multiplicity.
        metals_left: Symbols of metal atoms that were left out as counter-ions.
        molfile: Molfile of the computed molecule; None without coordinates.
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
        """Notes, and details of the failed checks."""
        return (*self.notes, *(one.detail for one in self.doubts))

    @property
    def symbols(self) -> tuple[str, ...]:
        """Symbols of the atoms, in their order."""
        return tuple(atom.GetSymbol() for atom in self.molecule.GetAtoms())

    @property
    def formula(self) -> str:
        """The formula in Hill's order, with the charge."""
        return hill_formula(self.symbols, self.charge)

    @property
    def heavy_atoms(self) -> int:
        """The number of atoms that are not hydrogen."""
        return int(self.molecule.GetNumHeavyAtoms())

    @property
    def protons(self) -> int:
        """The number of protons in all nuclei."""
        return protons_of(self.molecule)

    def with_multiplicity(self, multiplicity: int) -> Structure:
        """The structure with a stated multiplicity, without the check of an open one."""
        left = tuple(one for one in self.doubts if one.name != SPIN)
        return replace(self, multiplicity=multiplicity, doubts=left)

    def with_unpaired(self, count: int | None) -> Structure:
        """The structure with a stated number of unpaired electrons; unchanged for None."""
        return self if count is None else self.with_multiplicity(count + 1)


def protons_of(molecule: Any) -> int:
    """The number of protons in all nuclei.

    Args:
        molecule: The RDKit molecule with every hydrogen as an atom.
    """
    return sum(atom.GetAtomicNum() for atom in molecule.GetAtoms())
