"""Unpaired electrons of a structure, and notes where it leaves them open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vqe_cli.chemistry.geometry.structures.metals import ACTINIDES, LANTHANIDES, TRANSITION

_CHALCOGENS = (8, 16, 34)
_OPEN_METALS = {
    "a transition metal": TRANSITION - LANTHANIDES - ACTINIDES,
    "a lanthanide": LANTHANIDES,
    "an actinide": ACTINIDES,
}


def unpaired_of_atom(atom: Any, radicals: int) -> int:
    """The number of unpaired electrons of a single atom by Hund's first rule.

    The s shell is filled before p, and p orbitals are first filled singly.

    Args:
        atom: The RDKit atom.
        radicals: RDKit's number of radical electrons, which is that of free valences: four for
            carbon. It is kept for transition metals, whose outer shell is more than s and p.
    """
    from rdkit import Chem

    number = atom.GetAtomicNum()
    outer = int(Chem.GetPeriodicTable().GetNOuterElecs(number) - atom.GetFormalCharge())
    if number in TRANSITION:
        return radicals
    if not 0 <= outer <= (2 if number <= 2 else 8):
        return 0
    in_p = max(outer - 2, 0)
    return min(in_p, 6 - in_p) if in_p else outer % 2


def notes_on_spin(molecule: Any, unpaired: int) -> Iterator[str]:
    """Notes on molecules whose bonds do not determine the spin of the ground state.

    Args:
        molecule: The RDKit molecule.
        unpaired: Number of electrons that are assumed to be unpaired.
    """
    numbers = [atom.GetAtomicNum() for atom in molecule.GetAtoms()]
    if unpaired > 1:
        yield (
            f"{unpaired} unpaired electrons are taken as parallel; a structure does not tell"
            " lower spins apart: state the multiplicity if another is meant"
        )
    elif not unpaired and len(numbers) == 2 and all(number in _CHALCOGENS for number in numbers):
        yield (
            "a structure does not tell the singlet from the triplet, which lies lower here:"
            " state multiplicity 3 if it is meant"
        )
    yield from notes_on_metals(molecule)


def notes_on_metals(molecule: Any) -> Iterator[str]:
    """A note on metals whose spin no structure determines.

    Args:
        molecule: The RDKit molecule.
    """
    numbers = {atom.GetAtomicNum() for atom in molecule.GetAtoms()}
    for kind, members in _OPEN_METALS.items():
        if numbers & members:
            yield f"a structure does not tell the spin of {kind}: state the multiplicity"
