"""Coupled exchange operators: sums and differences of qubit excitations on the same orbitals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from vqe_cli.fermions.excitations import Excitation, SpinOrbital, qubit_excitations


def coupled_exchanges(norb: int) -> Iterator[list[Excitation]]:
    """All single qubit excitations, and sums and differences of two doubles on the same orbitals.

    A difference has the second double in the other direction, which changes the sign of its
    generator.

    Args:
        norb: Number of spatial orbitals.
    """
    places = [(orbital, spin) for spin in (0, 1) for orbital in range(norb)]
    for four in combinations(places, 4):
        for one, other in combinations(doubles_on(four), 2):
            yield [one, other]
            yield [one, Excitation(other.annihilate, other.create, qubit=True)]
    for excitation in qubit_excitations(norb):
        if len(excitation.create) == 1:
            yield [excitation]


def doubles_on(orbitals: Iterable[SpinOrbital]) -> list[Excitation]:
    """The double qubit excitations on four spin orbitals that conserve the spin of each electron.

    Two alpha and two beta orbitals have two, four orbitals of one spin three. The first orbital is
    emptied by all.

    Args:
        orbitals: Four spin orbitals; none are found for other numbers.
    """
    places = sorted(orbitals, key=lambda place: (place[1], place[0]))
    if len(places) != 4:
        return []
    found = []
    for partner in reversed(places[1:]):
        sources = (places[0], partner)
        targets = tuple(place for place in places if place not in sources)
        if sorted(spin for _, spin in sources) == sorted(spin for _, spin in targets):
            found.append(Excitation(targets, sources, qubit=True))
    return found
