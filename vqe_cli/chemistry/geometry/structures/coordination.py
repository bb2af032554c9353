"""Metals whose coordination a force field gets wrong, square planes above all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

VALENCE_ELECTRONS = {27: 9, 45: 9, 77: 9, 28: 10, 46: 10, 78: 10, 29: 11, 47: 11, 79: 11}
"""Valence electrons of Co, Rh, Ir, Ni, Pd, Pt, Cu, Ag and Au, planar with eight d electrons."""

EIGHT, TEN = 8, 10
"""Numbers of d electrons of square planes, and of tetrahedra such as Ni(0), Pd(0), Cu(I)."""

TRANS = {1: ((0, 2), (1, 3)), 2: ((0, 1), (2, 3)), 3: ((0, 3), (1, 2))}
"""Pairs of trans ligands in @SP1, @SP2 and @SP3 of SMILES, as indices in the order of bonds."""

FACING = 150.0
"""Smallest angle of trans ligands, degrees."""

SMALL_RING = 7
"""Largest chelate ring, in atoms, whose two donors cannot be trans."""

Pairs = frozenset[tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class Coordination:
    """The known arrangement of the ligands of a molecule's metals.

    Args:
        molecule: The RDKit molecule, with hydrogens.
        planar: Indices of metal atoms with four ligands in a plane.
        given: Indices of metal atoms whose arrangement the structure states, such as @SP1 or @OH3.

    Reference:
        Square planes of d8: Pauling, J. Am. Chem. Soc. 53, 1367 (1931).
    """

    molecule: Any
    planar: tuple[int, ...]
    given: tuple[int, ...]

    @classmethod
    def of(cls, molecule: Any, multiplicity: int) -> Coordination:
        """The arrangement around every metal of a molecule.

        Args:
            molecule: The RDKit molecule, with hydrogens.
            multiplicity: The multiplicity 2S+1; planes are assumed for singlets only.
        """
        atoms = tuple(molecule.GetAtoms())
        planar = (a.GetIdx() for a in atoms if _is_planar(a, multiplicity))
        given = (a.GetIdx() for a in atoms if _is_stated(a))
        return cls(molecule, tuple(planar), tuple(given))

    @property
    def symbols(self) -> str:
        """The symbols of the planar atoms: ``Pt``."""
        found = (self.molecule.GetAtomWithIdx(index).GetSymbol() for index in self.planar)
        return ", ".join(dict.fromkeys(found))

    def forms(self) -> tuple[Any, ...]:
        """RDKit molecules with all planes' arrangements stated; several if some are not given."""
        from rdkit import Chem

        open_ones = [index for index in self.planar if index not in self.given]
        found: dict[tuple[Pairs, ...], Any] = {}
        for chosen in product(*map(self._possible, open_ones)):
            form = Chem.Mol(self.molecule)
            for index, permutation in zip(open_ones, chosen, strict=True):
                atom = form.GetAtomWithIdx(index)
                atom.SetChiralTag(Chem.ChiralType.CHI_SQUAREPLANAR)
                atom.SetIntProp("_chiralPermutation", permutation)
            found.setdefault(tuple(self._stated(form, index) for index in self.planar), form)
        return tuple(found.values())

    def holds(self, form: Any, positions: npt.NDArray[np.float64]) -> bool:
        """Whether positions have the arrangement of a form.

        Args:
            form: One of `forms`.
            positions: Positions of the atoms, Ångström, shape (atoms, 3).
        """
        flat = all(
            self._seen(index, positions) == self._stated(form, index) for index in self.planar
        )
        return flat and self._holds_others(form, positions)

    def _holds_others(self, form: Any, positions: npt.NDArray[np.float64]) -> bool:
        """Whether centres other than planes have the arrangement that the structure states."""
        from rdkit import Chem

        others = tuple(index for index in self.given if index not in self.planar)
        if not others:
            return True
        seen = Chem.Mol(form)
        seen.RemoveAllConformers()
        conformer = Chem.Conformer(seen.GetNumAtoms())
        conformer.SetPositions(np.ascontiguousarray(positions, dtype=float))
        seen.AddConformer(conformer)
        Chem.AssignStereochemistryFrom3D(seen)
        return _arrangement(seen, others) == _arrangement(form, others)

    def _possible(self, index: int) -> tuple[int, ...]:
        """Permutations (1 to 3) of a planar atom's ligands that its chelate rings allow."""
        from rdkit import Chem

        ligands = [a.GetIdx() for a in self.molecule.GetAtomWithIdx(index).GetNeighbors()]
        # On a copy: RDKit's rings omit dative bonds, and other code relies on that.
        rings = map(set, Chem.GetSSSR(Chem.Mol(self.molecule), includeDativeBonds=True))
        small = [ring for ring in rings if index in ring and len(ring) <= SMALL_RING]
        free = tuple(
            permutation
            for permutation, facing in TRANS.items()
            if not any({ligands[a], ligands[b]} <= ring for a, b in facing for ring in small)
        )
        return free or tuple(TRANS)

    @cached_property
    def _ranks(self) -> tuple[int, ...]:
        """Canonical ranks of the atoms, whatever the arrangement of ligands."""
        from rdkit import Chem

        plain = Chem.Mol(self.molecule)
        for index in self.planar:
            plain.GetAtomWithIdx(index).SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
        return tuple(Chem.CanonicalRankAtoms(plain, breakTies=False))

    def _stated(self, form: Any, index: int) -> Pairs:
        """Ranks of the trans ligands at a planar atom, as a form states them."""
        atom = form.GetAtomWithIdx(index)
        ligands = [other.GetIdx() for other in atom.GetNeighbors()]
        facing = TRANS[atom.GetIntProp("_chiralPermutation")]
        return self._kinds([(ligands[one], ligands[other]) for one, other in facing])

    def _seen(self, index: int, positions: npt.NDArray[np.float64]) -> Pairs | None:
        """Ranks of the trans ligands by positions; None if the ligands are not in a plane."""
        atom = self.molecule.GetAtomWithIdx(index)
        ligands = [other.GetIdx() for other in atom.GetNeighbors()]
        arms = positions[ligands] - positions[index]
        arms /= np.linalg.norm(arms, axis=1)[:, None]
        angles = np.degrees(np.arccos(np.clip(arms @ arms.T, -1.0, 1.0)))
        for facing in TRANS.values():
            if all(angles[one, other] >= FACING for one, other in facing):
                return self._kinds([(ligands[one], ligands[other]) for one, other in facing])
        return None

    def _kinds(self, facing: Sequence[tuple[int, int]]) -> Pairs:
        return frozenset(tuple(sorted(self._ranks[atom] for atom in pair)) for pair in facing)

    def notes(self) -> Iterator[str]:
        """Notes on arrangements that are not stated, or stated unusually."""
        for index in self.planar:
            atom = self.molecule.GetAtomWithIdx(index)
            state, electrons = oxidation_state(atom), _d_electrons(atom)
            if electrons is not None and electrons != EIGHT:
                yield (
                    f"{atom.GetSymbol()} reads as {state:+d} with four ligands, which is no d8"
                    " complex: ligands such as ammonia are bonded by '<-N', as N they are NH2"
                )
        if len(self.forms()) > 1:
            yield (
                f"cis and trans around {self.symbols} are not told apart (@SP1, @SP2, @SP3 do):"
                " the lowest by GFN2-xTB is taken"
            )


def oxidation_state(atom: Any) -> int:
    """A metal's oxidation state: formal charge plus bonds, without dative ones.

    Single bonds from charged donors count as dative.

    Args:
        atom: The RDKit atom.
    """
    from rdkit import Chem

    dative = (Chem.BondType.DATIVE, Chem.BondType.DATIVEONE, Chem.BondType.ZERO)
    bonds = [bond for bond in atom.GetBonds() if bond.GetBondType() not in dative]
    orders = sum(round(bond.GetBondTypeAsDouble()) for bond in bonds)
    donors = sum(max(bond.GetOtherAtom(atom).GetFormalCharge(), 0) for bond in bonds)
    charge = int(atom.GetFormalCharge())
    return int(charge + orders - max(0, donors + min(charge, 0)))


def _d_electrons(atom: Any) -> int | None:
    known = VALENCE_ELECTRONS.get(atom.GetAtomicNum())
    return None if known is None else known - oxidation_state(atom)


def _is_stated(atom: Any) -> bool:
    from rdkit import Chem

    stated = (
        Chem.ChiralType.CHI_SQUAREPLANAR,
        Chem.ChiralType.CHI_TRIGONALBIPYRAMIDAL,
        Chem.ChiralType.CHI_OCTAHEDRAL,
    )
    return atom.GetChiralTag() in stated and atom.GetDegree() > 3


def _is_planar(atom: Any, multiplicity: int) -> bool:
    """Whether an atom is planar: stated, or four ligands and not ten d electrons."""
    from rdkit import Chem

    if atom.GetDegree() != 4:
        return False
    if atom.GetChiralTag() == Chem.ChiralType.CHI_SQUAREPLANAR:
        return True
    electrons = _d_electrons(atom)
    if electrons is None or multiplicity != 1:
        return False
    always = atom.GetAtomicNum() in (28, 45, 46, 77, 78, 79)
    return electrons == EIGHT or (always and electrons < TEN)


def _arrangement(molecule: Any, centres: tuple[int, ...]) -> str:
    """The canonical SMILES with stereochemistry at some atoms only."""
    from rdkit import Chem

    plain = Chem.Mol(molecule)
    for atom in plain.GetAtoms():
        if atom.GetIdx() not in centres:
            atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
    for bond in plain.GetBonds():
        bond.SetStereo(Chem.BondStereo.STEREONONE)
        bond.SetBondDir(Chem.BondDir.NONE)
    return str(Chem.MolToSmiles(Chem.RemoveHs(plain)))
