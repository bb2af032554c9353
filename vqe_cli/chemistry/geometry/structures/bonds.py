"""Bonds, parts and sites of a molecule, found from its coordinates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from vqe_cli.chemistry.geometry.structures.structure import Structure
from vqe_cli.errors import InputError
from vqe_cli.fermions.atoms import Atoms

MAX_ORDERINGS = 20_000
"""Maximum number of attempts at bond orders, after which all bonds count as single."""

LONE_PAIRS = frozenset((7, 8, 9, 15, 16, 17, 34, 35, 53))
"""Elements with lone pairs, such as N, O and S; their hydrogens are removed before carbon's."""


STRETCHED = {15: 1.14}
"""Scale of bond lengths to protons: RDKit has 1.22 Å for phosphorus, PH4+ has 1.39 Å."""


@dataclass(frozen=True)
class Bond:
    """Two bonded atoms, counted from 0, and the order of their bond."""

    first: int
    second: int
    order: int


@dataclass(frozen=True)
class Part:
    """A part of a molecule.

    Args:
        atoms: Indices of the atoms from 0, in the molecule's order.
        charge: Sum of formal charges, in units of e.
        protons: Sum of nuclear charges, in units of e.
    """

    atoms: tuple[int, ...]
    charge: int
    protons: int


@dataclass(frozen=True, eq=False)
class Bonded:
    """Atoms with the bonds that RDKit finds between them.

    Args:
        atoms: The atoms with their positions.
        rdkit: The RDKit molecule, with atoms in the same order.
        has_orders: Whether bond orders and formal charges are known; all are single otherwise.
    """

    atoms: Atoms
    rdkit: Any
    has_orders: bool

    @cached_property
    def ranks(self) -> tuple[int, ...]:
        """Canonical ranks of the atoms, equal for atoms that are equivalent by their bonds."""
        from rdkit import Chem

        return tuple(Chem.CanonicalRankAtoms(self.rdkit, breakTies=False))

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that no bond connects."""
        from rdkit import Chem

        return tuple(self.part(atoms) for atoms in Chem.GetMolFrags(self.rdkit))

    @property
    def chain_bonds(self) -> tuple[Bond, ...]:
        """All bonds outside rings; of equivalent bonds only the first."""
        bonds = [self._bond(bond) for bond in self.rdkit.GetBonds() if not bond.IsInRing()]
        return tuple(self._first_of_equals(bonds))

    def bond(self, first: int, second: int) -> Bond:
        """The bond between two atoms, counted from 0.

        Raises:
            InputError: There is no bond, or it is part of a ring.
        """
        found = self.rdkit.GetBondBetweenAtoms(first, second)
        if found is None or found.IsInRing():
            reason = "are not bonded" if found is None else "are bonded in a ring"
            raise InputError(
                f"atoms {first + 1} and {second + 1} {reason}: no cut makes two parts of it"
            )
        return self._bond(found)

    def cut(self, bond: Bond) -> tuple[Part, Part]:
        """The two parts that a bond connects; other molecules belong to the first atom's part.

        Args:
            bond: A bond outside rings.
        """
        from rdkit import Chem

        cut = Chem.RWMol(self.rdkit)
        cut.RemoveBond(bond.first, bond.second)
        second = next(piece for piece in Chem.GetMolFrags(cut) if bond.second in piece)
        first = [atom for atom in range(len(self.atoms)) if atom not in second]
        return self.part(first), self.part(second)

    def acidic_hydrogens(self) -> tuple[int, ...]:
        """Indices of hydrogens on electronegative atoms; without any, of all bound hydrogens."""
        hydrogens = [atom for atom in self.rdkit.GetAtoms() if atom.GetAtomicNum() == 1]
        bound = [atom for atom in hydrogens if atom.GetDegree() == 1]
        polar = [a for a in bound if a.GetNeighbors()[0].GetAtomicNum() in LONE_PAIRS]
        return self._different(atom.GetIdx() for atom in polar or bound)

    def basic_atoms(self) -> tuple[int, ...]:
        """Indices of atoms with lone pairs: anionic atoms, and neutral ones of `LONE_PAIRS`."""
        return self._different(
            atom.GetIdx()
            for atom in self.rdkit.GetAtoms()
            if atom.GetFormalCharge() < 0
            or (atom.GetFormalCharge() == 0 and atom.GetAtomicNum() in LONE_PAIRS)
        )

    def matches(self, smarts: str, count: int) -> tuple[tuple[int, ...], ...]:
        """The matches of a SMARTS pattern, each as indices of its first atoms.

        Args:
            smarts: The SMARTS pattern.
            count: Number of atoms returned for each match.

        Raises:
            InputError: The pattern is invalid, has too few atoms, or has no match.
        """
        from rdkit import Chem, rdBase

        with rdBase.BlockLogs():
            pattern = Chem.MolFromSmarts(smarts)
        if pattern is None or pattern.GetNumAtoms() < count:
            needed = "an atom" if count == 1 else f"{count} atoms"
            raise InputError(f"'{smarts}' is not a SMARTS pattern of at least {needed}")
        found = self.rdkit.GetSubstructMatches(pattern, uniquify=False)
        if not found:
            message = f"the pattern '{smarts}' does not match this molecule"
            hint = "hydrogens are explicit atoms here: '[OX2]-[H]'"
            raise InputError(message, hint=hint)
        return tuple(dict.fromkeys(match[:count] for match in found))

    def with_proton(self, site: int) -> Atoms:
        """The atoms with a hydrogen added to one of them, at RDKit's ideal position.

        Args:
            site: Index of the protonated atom, from 0.
        """
        from rdkit import Chem

        grown = Chem.RWMol(self.rdkit)
        atom = grown.GetAtomWithIdx(site)
        atom.SetFormalCharge(atom.GetFormalCharge() + 1)
        atom.SetNoImplicit(True)
        atom.SetNumExplicitHs(1)
        grown.UpdatePropertyCache(strict=False)
        whole = Chem.AddHs(grown, addCoords=True, onlyOnAtoms=[site])
        places = whole.GetConformer().GetPositions()
        stretch = STRETCHED.get(atom.GetAtomicNum(), 1.0)
        place = places[site] + stretch * (places[-1] - places[site])
        return self.atoms + Atoms(("H",), np.reshape(place, (1, 3)))

    def protons(self, atoms: Iterable[int]) -> int:
        """The sum of the nuclear charges of some atoms, counted from 0."""
        return sum(self.rdkit.GetAtomWithIdx(atom).GetAtomicNum() for atom in atoms)

    def named(self, atom: int) -> str:
        """An atom's symbol and number from 1: ``O3``."""
        return f"{self.atoms.symbols[atom]}{atom + 1}"

    def _different(self, found: Iterable[int]) -> tuple[int, ...]:
        """The first of each group of equivalent atoms."""
        first = {self.ranks[atom]: atom for atom in reversed(list(found))}
        return tuple(sorted(first.values()))

    def _first_of_equals(self, bonds: Sequence[Bond]) -> Iterable[Bond]:
        kinds: dict[frozenset[int], Bond] = {}
        for bond in bonds:
            kind = frozenset((self.ranks[bond.first], self.ranks[bond.second]))
            kinds.setdefault(kind, bond)
        return kinds.values()

    def _bond(self, bond: Any) -> Bond:
        order = int(bond.GetBondTypeAsDouble()) if self.has_orders else 1
        return Bond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), order)

    def part(self, atoms: Sequence[int]) -> Part:
        """The part of some atoms, counted from 0, with their formal charges."""
        found = [self.rdkit.GetAtomWithIdx(atom) for atom in sorted(atoms)]
        return Part(
            atoms=tuple(sorted(atoms)),
            charge=sum(atom.GetFormalCharge() for atom in found),
            protons=self.protons(atoms),
        )


def bonded(atoms: Atoms, charge: int, multiplicity: int) -> Bonded:
    """Find bonds, and their orders where valences allow.

    Kim and Kim, Bull. Korean Chem. Soc. 36, 1769 (2015), as in RDKit's `rdDetermineBonds`.

    Args:
        atoms: The atoms with their positions.
        charge: Total charge of the atoms, in units of e.
        multiplicity: The multiplicity 2S+1; open shells keep radicals instead of formal charges.

    Returns:
        The atoms with their bonds.

    Raises:
        InputError: Some atoms are ghosts.
    """
    from rdkit import Chem, rdBase
    from rdkit.Chem import rdDetermineBonds

    if any(atoms.ghosts):
        raise InputError("bonds cannot be found for a geometry with ghosts")
    with rdBase.BlockLogs():
        connected = _unbonded(atoms)
        rdDetermineBonds.DetermineConnectivity(connected, useVdw=True)
        ordered = Chem.Mol(connected)
        try:
            rdDetermineBonds.DetermineBondOrders(
                ordered,
                charge=charge,
                allowChargedFragments=multiplicity == 1,
                embedChiral=False,
                maxIterations=MAX_ORDERINGS,
            )
        except (ValueError, RuntimeError, Chem.MolSanitizeException):
            # Elements without a valence rule, such as lithium, get connectivity alone.
            connected.UpdatePropertyCache(strict=False)
            return Bonded(atoms, _perceived(connected), has_orders=False)
    ordered.UpdatePropertyCache(strict=False)
    return Bonded(atoms, _perceived(ordered), has_orders=True)


def bonds_of_structure(structure: Structure) -> Bonded:
    """The bonds of a SMILES or molfile, whose atoms need no positions.

    Args:
        structure: The structure, with all hydrogens.
    """
    from rdkit import Chem

    symbols = structure.symbols
    atoms = Atoms(symbols, np.zeros((len(symbols), 3)))
    return Bonded(atoms, _perceived(Chem.Mol(structure.molecule)), has_orders=True)


def _perceived(molecule: Any) -> Any:
    """The molecule with rings and hybridisation, which RDKit needs to place a proton."""
    from rdkit import Chem

    Chem.FastFindRings(molecule)
    Chem.SetConjugation(molecule)
    Chem.SetHybridization(molecule)
    return molecule


def _unbonded(atoms: Atoms) -> Any:
    """The RDKit molecule without bonds; RDKit's reader rejects exponents such as 1e-05."""
    from rdkit import Chem

    molecule, conformer = Chem.RWMol(), Chem.Conformer(len(atoms))
    for number, symbol in enumerate(atoms.symbols):
        molecule.AddAtom(Chem.Atom(symbol))
        conformer.SetAtomPosition(number, atoms.positions[number].tolist())
    molecule.AddConformer(conformer)
    return molecule.GetMol()
