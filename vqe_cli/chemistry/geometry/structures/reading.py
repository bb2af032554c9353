"""Readers of SMILES and molfiles, which normalise and audit the structure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from vqe_cli.chemistry.geometry.structures.coordination import Coordination
from vqe_cli.chemistry.geometry.structures.drawn_bonds import doubts_on_bonds
from vqe_cli.chemistry.geometry.structures.formula import hill_formula
from vqe_cli.chemistry.geometry.structures.metals import METALS, is_metal
from vqe_cli.chemistry.geometry.structures.parents import Parent, parent_of
from vqe_cli.chemistry.geometry.structures.placeholders import refuse_placeholders
from vqe_cli.chemistry.geometry.structures.radicals import (
    mark_radicals,
    read_with_radicals,
    stated_unpaired,
    with_radical_lines,
)
from vqe_cli.chemistry.geometry.structures.spins import (
    notes_on_metals,
    notes_on_spin,
    unpaired_of_atom,
)
from vqe_cli.chemistry.geometry.structures.stereo import notes_on_groups, notes_on_stereo
from vqe_cli.chemistry.geometry.structures.structure import SPIN, Structure, protons_of
from vqe_cli.chemistry.geometry.structures.valences import (
    doubt_of_added,
    doubt_of_open,
    hydrogens_are_left_out,
    leave_open,
    open_atoms,
)
from vqe_cli.chemistry.geometry.structures.written_stereo import lost_stereo, refuse_atropisomers
from vqe_cli.errors import InputError, Path, ResourceLimitError
from vqe_cli.schema.check_records import Check, doubt

MAX_SMILES = 2000
"""Maximum number of characters that RDKit's parser is given."""

MAX_MOLFILE = 1_000_000
_SMILES: Path = ("molecule", "geometry", "smiles")
_MOLFILE: Path = ("molecule", "geometry", "molfile")

INCHI = "InChI="

TAUTOMERS = "read from an InChI, which does not tell tautomers apart"

_UNBONDED = "the file has no bonds: it was taken as coordinates alone, all atoms as they stand"

_EXTENSION = re.compile(r"\|[^|]*\|")


def read_smiles(text: str) -> Structure:
    """Read, normalise and audit a SMILES, or an InChI.

    Bonds to metals and positions of protons are kept as written. Only the notation of groups such
    as nitro is made uniform.

    Args:
        text: The SMILES or InChI.

    Returns:
        The structure, with notes on its changes and the checks that failed.

    Raises:
        InputError: The text is not a SMILES or InChI of a molecule.
        ResourceLimitError: The text is longer than `MAX_SMILES`.
    """
    from rdkit import Chem

    _refuse_long(text, MAX_SMILES, "SMILES")
    with quiet():
        if text.startswith(INCHI):
            found = read_smiles(_smiles_of_inchi(text))
            return replace(found, notes=(*_name_notes(text), TAUTOMERS, *found.notes))
        parsed = read_with_radicals(text, _SMILES) if text.isprintable() else None
        if parsed is None:
            why = _why(text)
            message = f"'{shown(text)}' is not a SMILES: {why}"
            raise InputError(message, path=_SMILES, hint=_remedy(text, why))
        _refuse_queries(parsed, f"'{shown(text)}'", _SMILES)
        refuse_placeholders(parsed, text, f"'{shown(text)}'", _SMILES)
        refuse_atropisomers(parsed, _SMILES)
        lost = lost_stereo(text, parsed, _SMILES)
        parent = parent_of(parsed, _SMILES)
        kept = parent.molecule
        smiles, more = _normalised(kept)
        # The same structure then gives the same geometry, however it was written.
        again = Chem.MolFromSmiles(smiles)
        molecule = Chem.AddHs(kept if again is None else again)
        notes = (*_name_notes(text), *parent.notes, *lost.notes, *more)
        found = _audited(molecule, smiles, notes, _SMILES)
        found = found.with_unpaired(stated_unpaired(kept, _SMILES))
        doubts = (*found.doubts, *lost.doubts)
        return replace(found, metals_left=parent.metals, doubts=doubts)


def read_molfile(text: str, *, parent_only: bool = False) -> Structure:
    """Read, normalise and audit one molfile (V2000 or V3000), or the first record of an .sdf file.

    Three-dimensional coordinates of all parts are kept; those of a drawing are dropped. A
    three-dimensional file without bonds is read as bare coordinates.

    Args:
        text: The molfile.
        parent_only: Whether counter-ions and solvent are left out even if they have coordinates.

    Returns:
        The structure, with notes on its changes and the checks that failed.

    Raises:
        InputError: The text is not a molfile of a molecule.
        ResourceLimitError: The text is longer than `MAX_MOLFILE`.
    """
    from rdkit import Chem

    _refuse_long(text, MAX_MOLFILE, "molfile")
    text = with_radical_lines(text)
    with quiet():
        parsed = Chem.MolFromMolBlock(text, removeHs=False) if "\0" not in text else None
        if parsed is None:
            why = _first_problem(Chem.MolFromMolBlock(text, sanitize=False, removeHs=False))
            hint = "export it again from its program, as V2000 or V3000"
            raise InputError(f"RDKit cannot read the molfile: {why}", path=_MOLFILE, hint=hint)
        _refuse_queries(parsed, "the molfile", _MOLFILE)
        refuse_placeholders(parsed, text, "the molfile", _MOLFILE)
        mark_radicals(parsed, text)
        if not _is_in_space(text, parsed):
            refuse_atropisomers(parsed, _MOLFILE)
            return _read_drawing(text, parsed)
        parsed.GetConformer().Set3D(True)
        if _is_unbonded(parsed):
            return _read_in_space(text, Parent(parsed, (_UNBONDED,)))
        parent = parent_of(parsed, _MOLFILE) if parent_only else Parent(parsed)
        whole = parent.molecule.GetNumAtoms() == parsed.GetNumAtoms()
        return _read_in_space(text if whole else _block(parent.molecule), parent)


def _read_drawing(text: str, drawn: Any) -> Structure:
    """The structure of a drawing: atoms and bonds without coordinates."""
    from rdkit import Chem

    parent = parent_of(drawn, _MOLFILE)
    smiles, more = _normalised(Chem.RemoveHs(parent.molecule))
    molecule = Chem.AddHs(parent.molecule)
    molecule.RemoveAllConformers()
    found = _audited(molecule, smiles, (*parent.notes, *more), _MOLFILE)
    found = found.with_unpaired(stated_unpaired(parent.molecule, _MOLFILE))
    doubts = (*found.doubts, *_doubts_of_flatness(text, drawn))
    return replace(found, doubts=doubts, metals_left=parent.metals)


def _read_in_space(text: str, parent: Parent) -> Structure:
    """The structure with the file's coordinates, and a check of hydrogens that were added."""
    from rdkit import Chem

    kept = parent.molecule
    Chem.AssignStereochemistryFrom3D(kept)
    unbonded = _is_unbonded(kept)
    are_open = () if hydrogens_are_left_out(kept) else open_atoms(kept)
    if are_open:
        leave_open(kept)
    smiles, more = _normalised(Chem.RemoveHs(kept))
    molecule = Chem.AddHs(kept, addCoords=True)
    notes, lowest_spin = (*parent.notes, *more), unbonded or bool(are_open)
    found = _audited(molecule, smiles, notes, _MOLFILE, lowest_spin=lowest_spin)
    found = found.with_unpaired(stated_unpaired(kept, _MOLFILE))
    added = molecule.GetNumAtoms() - kept.GetNumAtoms()
    doubts = [*found.doubts, *doubts_on_bonds(kept)]
    doubts += [doubt_of_added(added)] if added else []
    doubts += [doubt_of_open(are_open)] if are_open and not unbonded else []
    return replace(
        found, positions=True, doubts=tuple(doubts), metals_left=parent.metals, molfile=text
    )


def conjugated_atoms(smiles: str) -> int:
    """The number of atoms of conjugated bonds, lone pairs beside them included.

    Args:
        smiles: A valid SMILES text.
    """
    from rdkit import Chem

    with quiet():
        bonds = Chem.MolFromSmiles(smiles).GetBonds()
    found = {
        atom
        for bond in bonds
        if bond.GetIsConjugated()
        for atom in (bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())
    }
    return len(found)


def without_names(text: str) -> str:
    """A molfile whose header is blank except for its dimension.

    Title, program, date and comment are not part of the molecule.

    Args:
        text: The molfile.
    """
    rest = text.split("\n", 3)[3]
    return f"\n{'':20}{_dimension(text)}\n\n{rest}"


@contextmanager
def quiet() -> Iterator[None]:
    """Silence RDKit's log, which would go to standard error."""
    from rdkit import rdBase

    with rdBase.BlockLogs():
        yield


def _smiles_of_inchi(text: str) -> str:
    """The SMILES of an InChI; the InChI of its structure must be the same."""
    from rdkit import Chem
    from rdkit.Chem.rdinchi import InchiToMol, MolToInchi

    inchi = text.split(None, 1)[0]
    parsed = InchiToMol(inchi)[0] if text.isprintable() else None
    if parsed is None:
        raise InputError(
            f"'{shown(inchi)}' is not an InChI of a molecule",
            path=_SMILES,
            hint="it is truncated or was changed: InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3 is ethanol's",
        )
    again = MolToInchi(parsed)[0]
    if inchi.startswith(f"{INCHI}1S/") and again != inchi:
        raise InputError(
            f"'{shown(inchi)}' becomes a structure whose InChI is '{shown(again)}'",
            path=_SMILES,
            hint="give the molecule as SMILES",
        )
    return str(Chem.MolToSmiles(parsed))


def shown(text: str) -> str:
    """A SMILES for messages: printable, and no longer than a line.

    Args:
        text: The SMILES.
    """
    text = text if text.isprintable() else repr(text)[1:-1]
    return text if len(text) <= 60 else text[:57] + "..."


def _refuse_long(text: str, limit: int, what: str) -> None:
    if len(text) > limit:
        raise ResourceLimitError(
            f"the {what} has {len(text):,} characters, at most {limit:,} are read"
        )


def _why(text: str) -> str:
    """RDKit's reason to reject a SMILES: its grammar or its chemistry."""
    from rdkit import Chem

    if not text.isprintable():
        return "it has characters that cannot be printed"
    return _first_problem(Chem.MolFromSmiles(text, sanitize=False))


def _first_problem(unchecked: Any) -> str:
    from rdkit import Chem

    if unchecked is None:
        return "it does not follow the notation"
    problems = Chem.DetectChemistryProblems(unchecked)
    return str(problems[0].Message()) if problems else "it is not a possible molecule"


def _remedy(text: str, why: str) -> str | None:
    """A hint for the commonest faults of a SMILES."""
    if " |" in text and text.count("|") % 2:
        return "its extension (CXSMILES) is cut off: it ends with a second '|'"
    if text.count(">") == 2:
        return "this is a reaction, not a molecule; list its molecules separately"
    if "valence" in why:
        return "write its charges, such as [N+] and [O-], or fewer bonds"
    if "kekulize" in why:
        return "an aromatic nitrogen that bears a hydrogen is [nH]"
    return None


def _name_notes(text: str) -> Iterator[str]:
    """A note on text after a blank, which is not part of the SMILES."""
    _, *rest = text.split(None, 1)
    name = _EXTENSION.sub("", rest[0]).strip() if rest else ""
    if name:
        yield f"'{shown(name)}' stands behind a blank: it was taken for a name"


def _refuse_queries(molecule: Any, name: str, path: Path) -> None:
    """Refuse query atoms and bonds, which stand for several."""
    from rdkit import Chem

    if molecule.GetNumAtoms() == 0:
        what = "SMILES" if path == _SMILES else "molfile"
        raise InputError(f"the {what} has no atoms", path=path)
    if any(atom.GetAtomicNum() == 0 for atom in molecule.GetAtoms()):
        hint = "replace '*', R groups and query atoms by atoms"
        raise InputError(f"{name} has an atom that is not an element", path=path, hint=hint)
    if any(bond.GetBondType() == Chem.BondType.UNSPECIFIED for bond in molecule.GetBonds()):
        hint = "draw single, double, triple or aromatic bonds; '~' means any"
        raise InputError(f"{name} has a bond without an order", path=path, hint=hint)


def _normalised(molecule: Any) -> tuple[str, tuple[str, ...]]:
    """The canonical SMILES with uniform functional groups, and notes on what it leaves out.

    Atom map numbers of reactions are removed.
    """
    from rdkit import Chem
    from rdkit.Chem.MolStandardize import rdMolStandardize

    for atom in molecule.GetAtoms():
        atom.SetAtomMapNum(0)
    if not molecule.GetNumHeavyAtoms():
        molecule = Chem.AddHs(molecule)  # [HH] is [H][H]: only other atoms lose their hydrogens
    before = Chem.MolToSmiles(molecule)
    after = Chem.MolToSmiles(rdMolStandardize.Normalize(molecule))
    notes = tuple(notes_on_groups(molecule))
    if after == before:
        return after, notes
    change = f"notation made uniform: {shown(before)} became {shown(after)}"
    return after, (change, *notes)


def _is_in_space(text: str, molecule: Any) -> bool:
    """Whether a molfile's coordinates are a geometry.

    They are if the header says so, if they are not flat, or if the file has no bonds and no header.
    """
    places = abs(molecule.GetConformer().GetPositions())
    if _dimension(text) == "3D" or places[:, 2].any():
        return True
    return not _dimension(text) and _is_unbonded(molecule) and bool(places.any())


def _is_unbonded(molecule: Any) -> bool:
    """Whether a molecule has several atoms and no bonds."""
    return bool(molecule.GetNumBonds() == 0 and molecule.GetNumAtoms() > 1)


def _block(molecule: Any) -> str:
    """The molecule's molfile with all decimals of its coordinates."""
    from rdkit import Chem

    parameters: Any = Chem.MolWriterParams()
    parameters.forceV3000, parameters.precision = True, 10
    return str(Chem.MolToMolBlock(molecule, parameters))


def _dimension(text: str) -> str:
    """The dimension of the coordinates by a molfile's header: ``2D``, ``3D`` or empty."""
    return text.split("\n", 2)[1][20:22].upper().strip()


def _doubts_of_flatness(text: str, drawn: Any) -> Iterator[Check]:
    """The check of flat coordinates that may be a planar molecule or a drawing."""
    places = abs(drawn.GetConformer().GetPositions())
    if len(places) > 1 and places.any() and not _dimension(text):
        yield doubt(
            name="drawing-stated",
            detail="flat coordinates were taken for a drawing: '3D' in the header (columns 21 and"
            " 22 of line 2) keeps them, '2D' says that it is one",
        )


def _audited(
    molecule: Any, smiles: str, notes: tuple[str, ...], path: Path, *, lowest_spin: bool = False
) -> Structure:
    """The structure with its charge and multiplicity, and notes and checks on them.

    Args:
        molecule: The RDKit molecule, with all hydrogens.
        smiles: The molecule's canonical SMILES.
        notes: Earlier notes on the molecule.
        path: Path of the structure in the input.
        lowest_spin: Whether the lowest multiplicity is assumed, because bonds do not tell which
            electrons are paired.
    """
    from rdkit import Chem

    charge = Chem.GetFormalCharge(molecule)
    unpaired = sum(atom.GetNumRadicalElectrons() for atom in molecule.GetAtoms())
    if molecule.GetNumAtoms() == 1:
        unpaired = unpaired_of_atom(molecule.GetAtomWithIdx(0), unpaired)
        open_spins = tuple(notes_on_metals(molecule))
    else:
        open_spins = tuple(notes_on_spin(molecule, unpaired))
    if (protons_of(molecule) - charge - unpaired) % 2:
        if not lowest_spin:
            _refuse_lost_electron(molecule, smiles, path)
        # RDKit counts no radicals at metals, but an odd electron is unpaired.
        unpaired += 1
    arrangement = Coordination.of(molecule, unpaired + 1).notes()
    notes = (*notes, *_donor_notes(molecule, charge), *notes_on_stereo(molecule), *arrangement)
    spin = float(unpaired + 1)
    doubts = tuple(doubt(SPIN, note, value=spin) for note in open_spins)
    return Structure(molecule, smiles, charge, unpaired + 1, notes=notes, doubts=doubts)


def _refuse_lost_electron(molecule: Any, smiles: str, path: Path) -> None:
    """Refuse an odd number of electrons that belongs to no atom."""
    if molecule.GetNumAtoms() == 1 or any(is_metal(atom) for atom in molecule.GetAtoms()):
        return
    formula = hill_formula([atom.GetSymbol() for atom in molecule.GetAtoms()], 0)
    dative = "->" in smiles or "<-" in smiles
    raise InputError(
        f"{shown(smiles)} reads as {formula}, with an odd number of electrons and no radical",
        path=path,
        hint=(
            "a dative bond counts at the atom that takes it: write charges, [NH3+][BH3-]"
            if dative
            else "state hydrogens, charges or the radical in square brackets"
        ),
    )


def _donor_notes(molecule: Any, charge: int) -> Iterator[str]:
    """A note on charged donors with single bonds for dative ones, which falsify the charge."""
    donors = sum(
        atom.GetFormalCharge() > 0
        and atom.GetAtomicNum() not in METALS
        and any(other.GetAtomicNum() in METALS for other in atom.GetNeighbors())
        for atom in molecule.GetAtoms()
    )
    if donors and charge > 0:
        yield (
            f"charge {charge:+d} counts {donors} positive atoms bonded to a metal: if these bonds"
            " are dative, write '->' and neutral donors"
        )
