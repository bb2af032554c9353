"""Metals whose ligands do not sit as a force field would put them: square planes above all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

VALENCE_ELECTRONS = {27: 9, 45: 9, 77: 9, 28: 10, 46: 10, 78: 10, 29: 11, 47: 11, 79: 11}
"""Of the atoms of Co, Rh, Ir, Ni, Pd, Pt, Cu, Ag and Au, planar with eight d electrons."""

EIGHT, TEN = 8, 10
"""d electrons of square planes, and of tetrahedra such as those of Ni(0), Pd(0), Cu(I)."""

TRANS = {1: ((0, 2), (1, 3)), 2: ((0, 1), (2, 3)), 3: ((0, 3), (1, 2))}
"""Which of four ligands face each other in @SP1, @SP2 and @SP3 of SMILES, in the order of bonds."""

FACING = 150.0
"""Degrees that two ligands which face each other are apart at least."""

SMALL_RING = 7
"""Atoms of a ring that cannot span a metal: its two donors never face each other."""

Pairs = frozenset[tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class Coordination:
    """What is known of the places of a molecule's ligands.

    Args:
        molecule: RDKit's, with hydrogens.
        planar: Metal atoms with four ligands in a plane.
        given: Metal atoms whose arrangement the structure states, such as @SP1 or @OH3.

    Reference:
        Square planes of d8: Pauling, J. Am. Chem. Soc. 53, 1367 (1931).
    """

    molecule: Any
    planar: tuple[int, ...]
    given: tuple[int, ...]

    @classmethod
    def of(cls, molecule: Any, multiplicity: int) -> Coordination:
        """Look at every metal.

        Args:
            molecule: RDKit's, with hydrogens.
            multiplicity: 2S+1; of unpaired electrons planes are not known.
        """
        atoms = tuple(molecule.GetAtoms())
        planar = (a.GetIdx() for a in atoms if _is_planar(a, multiplicity))
        given = (a.GetIdx() for a in atoms if _is_stated(a))
        return cls(molecule, tuple(planar), tuple(given))

    @property
    def symbols(self) -> str:
        """Of the planar atoms: ``Pt``."""
        found = (self.molecule.GetAtomWithIdx(index).GetSymbol() for index in self.planar)
        return ", ".join(dict.fromkeys(found))

    def forms(self) -> tuple[Any, ...]:
        """The molecule with every plane's arrangement stated; several where some are not given."""
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
        """Whether atoms in space are arranged as a form says.

        Args:
            form: One of `forms`.
            positions: In Ångström, shape (atoms, 3).
        """
        flat = all(
            self._seen(index, positions) == self._stated(form, index) for index in self.planar
        )
        return flat and self._holds_others(form, positions)

    def _holds_others(self, form: Any, positions: npt.NDArray[np.float64]) -> bool:
        """Whether octahedra and the like are as the structure states them."""
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
        """Permutations of a planar atom's ligands that no chelate ring forbids."""
        from rdkit import Chem

        ligands = [a.GetIdx() for a in self.molecule.GetAtomWithIdx(index).GetNeighbors()]
        # On a copy: RDKit's rings leave dative bonds out, and others rely on them.
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
        """Equal for atoms that symmetry makes equal, wherever ligands sit."""
        from rdkit import Chem

        plain = Chem.Mol(self.molecule)
        for index in self.planar:
            plain.GetAtomWithIdx(index).SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
        return tuple(Chem.CanonicalRankAtoms(plain, breakTies=False))

    def _stated(self, form: Any, index: int) -> Pairs:
        """Kinds of ligands that face each other across a planar atom, as a form states them."""
        atom = form.GetAtomWithIdx(index)
        ligands = [other.GetIdx() for other in atom.GetNeighbors()]
        facing = TRANS[atom.GetIntProp("_chiralPermutation")]
        return self._kinds([(ligands[one], ligands[other]) for one, other in facing])

    def _seen(self, index: int, positions: npt.NDArray[np.float64]) -> Pairs | None:
        """The same in space; None where the ligands are in no plane."""
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
        """What the structure does not tell, or tells strangely."""
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
    """Formal charge and bonds of a metal; dative bonds, also from charged donors, count nothing.

    Args:
        atom: RDKit's.
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
    """Four ligands around d8, or stated so; Ni, Pd, Pt, Rh, Ir, Au unless they have ten."""
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
    """The canonical SMILES with stereo at some atoms alone."""
    from rdkit import Chem

    plain = Chem.Mol(molecule)
    for atom in plain.GetAtoms():
        if atom.GetIdx() not in centres:
            atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
    for bond in plain.GetBonds():
        bond.SetStereo(Chem.BondStereo.STEREONONE)
        bond.SetBondDir(Chem.BondDir.NONE)
    return str(Chem.MolToSmiles(Chem.RemoveHs(plain)))
