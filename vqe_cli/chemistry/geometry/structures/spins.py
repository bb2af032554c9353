"""Unpaired electrons of a structure, and what its lines leave open about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vqe_cli.chemistry.geometry.structures.metals import TRANSITION

_CHALCOGENS = (8, 16, 34)


def unpaired_of_atom(atom: Any, radicals: int) -> int:
    """Unpaired electrons of a lone atom by Hund's first rule: s fills before p, p by halves.

    Args:
        atom: RDKit's atom.
        radicals: What RDKit counts, which is its free valences: four for carbon. Kept for
            transition metals, whose outer shell is more than s and p.
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
    """Where lines between atoms do not tell the spin of the ground state.

    Args:
        molecule: RDKit's molecule.
        unpaired: Electrons that are taken as unpaired.
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
    """Whether there is a transition metal, whose spin no structure tells.

    Args:
        molecule: RDKit's molecule.
    """
    if any(atom.GetAtomicNum() in TRANSITION for atom in molecule.GetAtoms()):
        yield "a structure does not tell the spin of a transition metal: state the multiplicity"
