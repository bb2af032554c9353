"""The parent of a salt, solvate or co-crystal: the part that is computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from vqe_cli.chemistry.geometry.structures.counterions import key_of, larger, small
from vqe_cli.chemistry.geometry.structures.metals import METALS, SALT_FORMING, metals_of
from vqe_cli.errors import InputError, Path

COMPARABLE = 0.5
"""Share of the largest part's heavy atoms from which the second part may be the parent, too."""

DONORS = frozenset({7, 15, 16, 33, 34})
"""Elements whose lone pairs bind metals: N, P, S, As, Se."""


@dataclass(frozen=True, eq=False)
class Parent:
    """The parent: the part that is computed.

    Args:
        molecule: The RDKit molecule.
        notes: Notes on the parts that were left out.
        metals: Symbols of the metal atoms that were left out, with repetitions.
    """

    molecule: Any
    notes: tuple[str, ...] = ()
    metals: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class _Fragment:
    """A part, with the properties that decide on the parent.

    Args:
        molecule: The RDKit molecule.
    """

    molecule: Any

    @cached_property
    def smiles(self) -> str:
        from rdkit import Chem

        return str(Chem.MolToSmiles(Chem.RemoveHs(self.molecule)))

    @cached_property
    def key(self) -> str:
        """The key of the part, equal for an acid, its anion and its stereoisomers."""
        return key_of(self.molecule)

    @cached_property
    def heavy(self) -> int:
        return int(self.molecule.GetNumHeavyAtoms())

    @cached_property
    def numbers(self) -> frozenset[int]:
        return frozenset(atom.GetAtomicNum() for atom in self.molecule.GetAtoms())

    @cached_property
    def charge(self) -> int:
        return sum(atom.GetFormalCharge() for atom in self.molecule.GetAtoms())

    @cached_property
    def is_organic(self) -> bool:
        """Whether a carbon is bonded to carbon or hydrogen, unlike in carbonate or cyanide."""
        return any(
            atom.GetAtomicNum() == 6
            and (
                atom.GetTotalNumHs(includeNeighbors=True)
                or any(other.GetAtomicNum() == 6 for other in atom.GetNeighbors())
            )
            for atom in self.molecule.GetAtoms()
        )

    @property
    def complex_metals(self) -> frozenset[int]:
        """Atomic numbers of its metals that form complexes rather than salts."""
        return self.numbers & METALS - SALT_FORMING

    @cached_property
    def likelihood(self) -> int:
        """Rank of the part as a parent, regardless of its size; the highest is the parent."""
        if self.heavy <= 1 and not self.is_organic:
            return 0
        if self.key in small():
            return 1 if self.is_organic else 0
        if self.key in larger():
            return 2
        return 4 if self.is_organic else 3

    @property
    def order(self) -> tuple[Any, ...]:
        """Sort key of parts of one rank: heavy atoms, rings, aromatic atoms and weight."""
        from rdkit.Chem.rdMolDescriptors import CalcExactMolWt

        rings = self.molecule.GetRingInfo().NumRings()
        aromatic = sum(atom.GetIsAromatic() for atom in self.molecule.GetAtoms())
        sizes = (self.heavy, rings, aromatic, round(CalcExactMolWt(self.molecule), 2))
        return (*sizes, -abs(self.charge), self.smiles)


def parent_of(molecule: Any, path: Path) -> Parent:
    """The parent of a molecule that may contain counter-ions and solvent.

    Known acids, bases and solvents of salts, solvates and co-crystals are left out by structure,
    whatever their size, as long as another part remains. Of the others the organic part with most
    heavy atoms is the parent; then rings, aromatic atoms and weight decide.

    Args:
        molecule: The RDKit molecule, of one or several fragments.
        path: Path of the structure in the input.

    Raises:
        InputError: Two parts may be the parent, no part is a molecule of its own, or a complex is
            written in pieces.
    """
    from rdkit import Chem

    parts = Chem.GetMolFrags(molecule, asMols=True)
    if len(parts) == 1:
        return Parent(molecule)
    fragments = sorted(map(_Fragment, parts), key=lambda one: one.order, reverse=True)
    _refuse_pieces_of_a_complex(fragments, path)
    kept = _chosen(fragments, path)
    left = [one for one in fragments if one is not kept]
    return Parent(
        kept.molecule,
        tuple(_notes(kept, left)),
        tuple(symbol for one in left for symbol in metals_of(one.molecule)),
    )


def _chosen(fragments: Sequence[_Fragment], path: Path) -> _Fragment:
    """The parent among fragments sorted by decreasing size."""
    likelihood = max(one.likelihood for one in fragments)
    likely = [one for one in fragments if one.likelihood == likelihood]
    first, others = likely[0], [one for one in likely if one.key != likely[0].key]
    if not others:
        return first
    if likelihood == 0:
        raise InputError(
            f"{_listed(fragments)}: ions without an organic part are not a molecule",
            path=path,
            hint="write the bonds of the molecule that is meant, such as [Na]Cl",
        )
    second = others[0]
    settled = likelihood >= 3 and second.heavy < COMPARABLE * first.heavy
    if not settled:
        raise InputError(
            f"a mixture, in which either may be meant: {first.smiles} or {second.smiles}",
            path=path,
            hint="give the one that is meant by itself, or each as a candidate of its own",
        )
    return first


def _notes(kept: _Fragment, left: Sequence[_Fragment]) -> Sequence[str]:
    names = f"of {len(left) + 1} fragments {_shown(kept.smiles)} is kept; left out: {_listed(left)}"
    notes = [names]
    strange = [one for one in left if one.likelihood >= 3 and one.key != kept.key]
    if strange:
        notes.append(
            f"{_listed(strange)} is no counter-ion or solvent that is known: it was left out as"
            " the smaller part"
        )
    if any(one.key == kept.key and one.smiles != kept.smiles for one in left):
        notes.append("it holds several forms of one molecule: which one is kept was not said")
    if kept.likelihood < 3:
        notes.append("all parts are usual counter-ions or solvents")
    return notes


def _refuse_pieces_of_a_complex(fragments: Sequence[_Fragment], path: Path) -> None:
    """Refuse a transition metal written apart from its ligands."""
    from rdkit import Chem

    for one in fragments:
        if not one.complex_metals:
            continue
        donors = [other for other in fragments if other is not one and _binds_metals(other)]
        if one.heavy > 1 and not donors:
            continue
        symbols = ", ".join(map(Chem.GetPeriodicTable().GetElementSymbol, one.complex_metals))
        raise InputError(
            f"{symbols} is written apart from its ligands ({_listed(fragments)}): which complex"
            " is meant cannot be told",
            path=path,
            hint="write its bonds, dative ones as '->': cisplatin is Cl[Pt@SP1](Cl)(<-N)<-N",
        )


def _binds_metals(fragment: _Fragment) -> bool:
    """Whether a fragment is a ligand such as ammonia or a phosphine, and no known counter-ion."""
    if fragment.charge > 0 or not fragment.numbers & DONORS:
        return False
    return fragment.key == "N" or fragment.likelihood >= 2


def _listed(fragments: Sequence[_Fragment]) -> str:
    return ", ".join(_shown(one.smiles) for one in fragments)


def _shown(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
