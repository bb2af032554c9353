"""The balance of a reaction: atoms, charges and spins of both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from vqe_cli.chemistry.geometry.coordinates import atoms
from vqe_cli.chemistry.geometry.structures import structure_of
from vqe_cli.errors import InputError
from vqe_cli.schema import MoleculeSpec

PATH = ("reaction",)


@dataclass(frozen=True)
class Composition:
    """The atoms, charge and spin of a species.

    Args:
        elements: Number of atoms of each element.
        charge: Charge in units of e.
        multiplicity: Spin multiplicity, 2S+1.
    """

    elements: Counter[str]
    charge: int
    multiplicity: int

    @classmethod
    def of(cls, molecule: MoleculeSpec) -> Composition:
        """The composition of a molecule, without making coordinates.

        Args:
            molecule: The molecule section of an input.

        Raises:
            InputError: No molecule, or a charge that contradicts its structure.
        """
        if not molecule.geometry.is_structure:
            symbols = atoms(molecule).with_nuclei().symbols
            return cls(Counter(symbols), molecule.charge, molecule.multiplicity)
        found, _ = structure_of(molecule)
        return cls(Counter(found.symbols), found.charge, found.multiplicity)

    @property
    def is_proton(self) -> bool:
        """Whether it is a bare proton, which has no electronic energy."""
        return self.elements == Counter("H") and self.charge == 1


FREE_ELECTRON = Composition(Counter(), -1, 2)


def refuse_imbalance(found: Iterable[tuple[int, Composition]]) -> None:
    """Refuse a reaction that makes or loses atoms or charge.

    Args:
        found: Coefficient, positive for products, and composition of each species.

    Raises:
        InputError: Elements or charges do not add up.
    """
    charge, elements = 0, Counter[str]()
    for coefficient, one in found:
        charge += coefficient * one.charge
        for symbol, count in one.elements.items():
            elements[symbol] += coefficient * count
    wrong = [f"{count:+d} {symbol}" for symbol, count in sorted(elements.items()) if count]
    if wrong:
        raise InputError(
            f"the reaction is not balanced: products minus reactants are {', '.join(wrong)}",
            path=PATH,
            hint="give how many of a species react: {smiles: O, count: 2}",
        )
    if charge:
        raise InputError(
            f"the charges are not balanced: products minus reactants are {charge:+d}",
            path=PATH,
            hint="protons are '[H+]', free electrons 'e-'",
        )


def spin_note(reactants: Iterable[Composition], products: Iterable[Composition]) -> str | None:
    """A note where the spins of the sides cannot be coupled to the same total spin.

    Args:
        reactants: All reactants, each as often as it reacts.
        products: All products, each as often as it is formed.
    """
    sides = [[one.multiplicity - 1 for one in side] for side in (reactants, products)]
    ranges = [range(_least(spins), sum(spins) + 1, 2) for spins in sides]
    if set(ranges[0]) & set(ranges[1]):
        return None
    shown = " → ".join(" + ".join(str(spin + 1) for spin in side) for side in sides)
    return f"spin changes: no total spin is common to the multiplicities {shown}"


def _least(unpaired: Iterable[int]) -> int:
    """The least number of unpaired electrons after coupling."""
    ordered = sorted(unpaired, reverse=True)
    return max(ordered[0] - sum(ordered[1:]), sum(ordered) % 2) if ordered else 0
