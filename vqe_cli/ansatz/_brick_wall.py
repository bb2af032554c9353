"""Layers of blocks over neighbouring orbitals, as in a brick wall."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vqe_cli.fermions.excitations import Excitation, ExcitationProduct, acting, shared_product

Block = Sequence[Sequence[Excitation]]
"""Excitations on two orbitals in the order in which they act, those of one parameter together."""


def brick_wall(
    norb: int,
    nelec: tuple[int, int],
    line: Sequence[int],
    layers: int,
    block: Callable[[int, int], Block],
) -> ExcitationProduct:
    """A product of layers; in each the 1st and 2nd, 3rd and 4th, … orbitals, then 2nd and 3rd, ….

    Args:
        norb: Number of spatial orbitals.
        nelec: Alpha and beta electrons.
        line: The orbitals in the order in which they are neighbours.
        layers: How many layers.
        block: The block on two orbitals p < q.
    """
    neighbours = [sorted(line[place : place + 2]) for place in range(norb - 1)]
    bricks = neighbours[0::2] + neighbours[1::2]
    layer = [group for p, q in bricks for group in block(p, q)]
    return shared_product(norb, nelec, acting(norb, nelec, layer) * layers)


def line_of_orbitals(norb: int, nelec: tuple[int, int], perfect_pairing: bool) -> list[int]:
    """The orbitals in the order in which they are neighbours.

    With perfect pairing each doubly occupied orbital stands before its empty partner, the
    highest with the lowest, from the outermost pair to the innermost; then come singly occupied
    orbitals and those that have no partner, nearest to the Fermi level first.

    Args:
        norb: Number of spatial orbitals.
        nelec: Alpha and beta electrons.
        perfect_pairing: False for the order of the problem.
    """
    if not perfect_pairing:
        return list(range(norb))
    paired, filled = min(nelec), max(nelec)
    partners = list(zip(reversed(range(paired)), range(filled, norb), strict=False))
    line = [orbital for pair in reversed(partners) for orbital in pair]
    line += range(paired, filled)
    line += reversed(range(paired - len(partners)))
    line += range(filled + len(partners), norb)
    return line
