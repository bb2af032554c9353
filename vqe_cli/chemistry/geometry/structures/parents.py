"""Which part of a salt, a solvate or a co-crystal is the molecule that is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from vqe_cli.chemistry.geometry.structures.counterions import key_of, larger, small
from vqe_cli.chemistry.geometry.structures.metals import METALS, SALT_FORMING, metals_of
from vqe_cli.errors import InputError, Path

COMPARABLE = 0.5
"""Where the second part has this share of the first one's heavy atoms, either may be meant."""

DONORS = frozenset({7, 15, 16, 33, 34})
"""Elements whose lone pairs bind metals: N, P, S, As, Se."""


@dataclass(frozen=True, eq=False)
class Parent:
    """The part that is computed.

    Args:
        molecule: RDKit's.
        notes: What was left off.
        metals: Symbols of metal atoms that were left off, each as often as it occurred.
    """

    molecule: Any
    notes: tuple[str, ...] = ()
    metals: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class _Fragment:
    """A part with what its choice depends on.

    Args:
        molecule: RDKit's.
    """

    molecule: Any

    @cached_property
    def smiles(self) -> str:
        from rdkit import Chem

        return str(Chem.MolToSmiles(Chem.RemoveHs(self.molecule)))

    @cached_property
    def key(self) -> str:
        """Equal for an acid, its anion and its stereoisomers."""
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
        """Whether a carbon is bonded to carbon or hydrogen, as in no carbonate or cyanide."""
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
        """Metals whose complexes are what is meant, not their ions."""
        return self.numbers & METALS - SALT_FORMING

    @cached_property
    def likelihood(self) -> int:
        """How likely it is what is meant, before its size is looked at."""
        if self.heavy <= 1 and not self.is_organic:
            return 0
        if self.key in small():
            return 1 if self.is_organic else 0
        if self.key in larger():
            return 2
        return 4 if self.is_organic else 3

    @property
    def order(self) -> tuple[Any, ...]:
        """Heavy atoms, rings, aromatic atoms and weight count, in this order."""
        from rdkit.Chem.rdMolDescriptors import CalcExactMolWt

        rings = self.molecule.GetRingInfo().NumRings()
        aromatic = sum(atom.GetIsAromatic() for atom in self.molecule.GetAtoms())
        sizes = (self.heavy, rings, aromatic, round(CalcExactMolWt(self.molecule), 2))
        return (*sizes, -abs(self.charge), self.smiles)


def parent_of(molecule: Any, path: Path) -> Parent:
    """The molecule that is meant, where counter-ions and solvent stand beside it.

    What is known as an acid, a base or a solvent of salts, solvates and co-crystals is left off by
    structure, whatever its size, as long as something else is there. Of the rest the organic part
    with most heavy atoms is meant; then rings, aromatic atoms and weight decide.

    Args:
        molecule: RDKit's, of one or several fragments.
        path: Where it stands in the input.

    Raises:
        InputError: Two parts may be meant, no part is a molecule of its own, or a complex is
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
    """The most likely one; fragments come with the largest first."""
    likelihood = max(one.likelihood for one in fragments)
    likely = [one for one in fragments if one.likelihood == likelihood]
    first, others = likely[0], [one for one in likely if one.key != likely[0].key]
    if not others:
        return first
    if likelihood == 0:
        raise InputError(
            f"{_listed(fragments)}: ions without an organic part are no molecule",
            path=path,
            hint="write the bonds of the molecule that is meant, such as [Na]Cl",
        )
    second = others[0]
    settled = likelihood >= 3 and second.heavy < COMPARABLE * first.heavy
    if not settled:
        raise InputError(
            f"it is a mixture, and either may be meant: {first.smiles} or {second.smiles}",
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
    """A transition metal apart from its ligands: neither alone is what is meant."""
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
    """Ammonia, phosphines and the like; not what is known as a counter-ion."""
    if fragment.charge > 0 or not fragment.numbers & DONORS:
        return False
    return fragment.key == "N" or fragment.likelihood >= 2


def _listed(fragments: Sequence[_Fragment]) -> str:
    return ", ".join(_shown(one.smiles) for one in fragments)


def _shown(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
