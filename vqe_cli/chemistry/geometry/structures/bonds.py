"""Bonds, parts and sites of a molecule that is known by its atoms in space."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from vqe_cli.errors import InputError
from vqe_cli.fermions.atoms import Atoms

MAX_ORDERINGS = 20_000
"""Attempts at bond orders, after which all bonds count as single."""

LONE_PAIRS = frozenset((7, 8, 9, 15, 16, 17, 34, 35, 53))
"""Elements with lone pairs, such as N, O and S; their hydrogens come off before those of carbon."""


STRETCHED = {15: 1.14}
"""RDKit puts a proton 1.22 Å from phosphorus; in PH4+ it is 1.39 Å away."""


@dataclass(frozen=True)
class Bond:
    """Two atoms, counted from 0, and how many pairs of electrons hold them."""

    first: int
    second: int
    order: int


@dataclass(frozen=True)
class Part:
    """Some of the atoms.

    Args:
        atoms: Counted from 0, in the molecule's order.
        charge: Sum of formal charges.
        protons: Sum of nuclear charges.
    """

    atoms: tuple[int, ...]
    charge: int
    protons: int


@dataclass(frozen=True, eq=False)
class Bonded:
    """Atoms with the bonds that RDKit finds between them.

    Args:
        atoms: In space.
        rdkit: RDKit's molecule; its atoms are in the same order.
        has_orders: Whether bond orders and formal charges are known; all are single otherwise.
    """

    atoms: Atoms
    rdkit: Any
    has_orders: bool

    @cached_property
    def ranks(self) -> tuple[int, ...]:
        """Equal for atoms that the bonds do not tell apart."""
        from rdkit import Chem

        return tuple(Chem.CanonicalRankAtoms(self.rdkit, breakTies=False))

    @property
    def parts(self) -> tuple[Part, ...]:
        """What no bond connects."""
        from rdkit import Chem

        return tuple(self.part(atoms) for atoms in Chem.GetMolFrags(self.rdkit))

    @property
    def chain_bonds(self) -> tuple[Bond, ...]:
        """All bonds that fall apart when they are cut; of equal ones the first."""
        bonds = [self._bond(bond) for bond in self.rdkit.GetBonds() if not bond.IsInRing()]
        return tuple(self._first_of_equals(bonds))

    def bond(self, first: int, second: int) -> Bond:
        """The bond between two atoms, counted from 0.

        Raises:
            InputError: There is none, or it is part of a ring.
        """
        found = self.rdkit.GetBondBetweenAtoms(first, second)
        if found is None or found.IsInRing():
            reason = "are not bonded" if found is None else "are bonded in a ring"
            raise InputError(
                f"atoms {first + 1} and {second + 1} {reason}: no cut makes two parts of it"
            )
        return self._bond(found)

    def cut(self, bond: Bond) -> tuple[Part, Part]:
        """What a bond holds together; molecules beside stay with its first atom.

        Args:
            bond: Not in a ring.
        """
        from rdkit import Chem

        cut = Chem.RWMol(self.rdkit)
        cut.RemoveBond(bond.first, bond.second)
        second = next(piece for piece in Chem.GetMolFrags(cut) if bond.second in piece)
        first = [atom for atom in range(len(self.atoms)) if atom not in second]
        return self.part(first), self.part(second)

    def acidic_hydrogens(self) -> tuple[int, ...]:
        """Hydrogens on electronegative atoms, on any atom where there are none."""
        hydrogens = [atom for atom in self.rdkit.GetAtoms() if atom.GetAtomicNum() == 1]
        bound = [atom for atom in hydrogens if atom.GetDegree() == 1]
        polar = [a for a in bound if a.GetNeighbors()[0].GetAtomicNum() in LONE_PAIRS]
        return self._different(atom.GetIdx() for atom in polar or bound)

    def basic_atoms(self) -> tuple[int, ...]:
        """Atoms with lone pairs: negative ones, and neutral ones of elements that have some."""
        return self._different(
            atom.GetIdx()
            for atom in self.rdkit.GetAtoms()
            if atom.GetFormalCharge() < 0
            or (atom.GetFormalCharge() == 0 and atom.GetAtomicNum() in LONE_PAIRS)
        )

    def matches(self, smarts: str, count: int) -> tuple[tuple[int, ...], ...]:
        """Where a SMARTS pattern fits; each match gives as many atoms as asked for.

        Args:
            smarts: The pattern; its first atoms are meant.
            count: How many.

        Raises:
            InputError: It is no pattern, has too few atoms, or fits nowhere.
        """
        from rdkit import Chem, rdBase

        with rdBase.BlockLogs():
            pattern = Chem.MolFromSmarts(smarts)
        if pattern is None or pattern.GetNumAtoms() < count:
            needed = "an atom" if count == 1 else f"{count} atoms"
            raise InputError(f"'{smarts}' is not a SMARTS pattern of at least {needed}")
        found = self.rdkit.GetSubstructMatches(pattern, uniquify=False)
        if not found:
            message = f"the pattern '{smarts}' fits nowhere in this molecule"
            hint = "hydrogens are atoms like others here: '[OX2]-[H]'"
            raise InputError(message, hint=hint)
        return tuple(dict.fromkeys(match[:count] for match in found))

    def with_proton(self, site: int) -> Atoms:
        """The atoms and a hydrogen at one of them, where RDKit's ideal geometry puts it.

        Args:
            site: The atom, counted from 0.
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
        """Nuclear charges of some atoms, counted from 0."""
        return sum(self.rdkit.GetAtomWithIdx(atom).GetAtomicNum() for atom in atoms)

    def named(self, atom: int) -> str:
        """Symbol and number from 1: ``O3``."""
        return f"{self.atoms.symbols[atom]}{atom + 1}"

    def _different(self, found: Iterable[int]) -> tuple[int, ...]:
        """Of atoms that the bonds do not tell apart the first."""
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
        """Some of the atoms, counted from 0, with their charges as drawn."""
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
        atoms: In space.
        charge: Of them together.
        multiplicity: 2S+1; open shells keep radicals instead of formal charges.

    Raises:
        InputError: Some of them are ghosts.
    """
    from rdkit import Chem, rdBase
    from rdkit.Chem import rdDetermineBonds

    if any(atoms.ghosts):
        raise InputError("bonds are sought between atoms; this geometry has ghosts")
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
            # Elements without a valence rule, such as lithium: connectivity has to do.
            connected.UpdatePropertyCache(strict=False)
            return Bonded(atoms, _perceived(connected), has_orders=False)
    ordered.UpdatePropertyCache(strict=False)
    return Bonded(atoms, _perceived(ordered), has_orders=True)


def _perceived(molecule: Any) -> Any:
    """With rings, and hybridisation, by which RDKit places a proton."""
    from rdkit import Chem

    Chem.FastFindRings(molecule)
    Chem.SetConjugation(molecule)
    Chem.SetHybridization(molecule)
    return molecule


def _unbonded(atoms: Atoms) -> Any:
    """The atoms as RDKit's molecule without bonds; its reader knows no exponents such as 1e-05."""
    from rdkit import Chem

    molecule, conformer = Chem.RWMol(), Chem.Conformer(len(atoms))
    for number, symbol in enumerate(atoms.symbols):
        molecule.AddAtom(Chem.Atom(symbol))
        conformer.SetAtomPosition(number, atoms.positions[number].tolist())
    molecule.AddConformer(conformer)
    return molecule.GetMol()
