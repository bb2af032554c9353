"""Brick-wall layers of blocks over neighbouring orbitals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vqe_cli.fermions.excitations import Excitation, ExcitationProduct, acting, shared_product

Block = Sequence[Sequence[Excitation]]
"""Excitations on two orbitals in the order in which they act, grouped by parameter."""


def brick_wall(
    norb: int,
    nelec: tuple[int, int],
    line: Sequence[int],
    layers: int,
    block: Callable[[int, int], Block],
) -> ExcitationProduct:
    """A product of layers, each on the 1st and 2nd, 3rd and 4th, … orbital, then 2nd and 3rd, ….

    Args:
        norb: Number of spatial orbitals.
        nelec: Numbers of alpha and beta electrons.
        line: Indices of the orbitals, in the order in which they are neighbours.
        layers: Number of layers.
        block: The block on two orbitals p < q.
    """
    neighbours = [sorted(line[place : place + 2]) for place in range(norb - 1)]
    bricks = neighbours[0::2] + neighbours[1::2]
    layer = [group for p, q in bricks for group in block(p, q)]
    return shared_product(norb, nelec, acting(norb, nelec, layer) * layers)


def line_of_orbitals(norb: int, nelec: tuple[int, int], perfect_pairing: bool) -> list[int]:
    """Indices of the orbitals, in the order in which they are neighbours.

    With perfect pairing each doubly occupied orbital precedes its empty partner, the highest with
    the lowest, from the outermost pair to the innermost; then follow singly occupied orbitals and
    those without a partner, nearest to the gap first.

    Args:
        norb: Number of spatial orbitals.
        nelec: Numbers of alpha and beta electrons.
        perfect_pairing: Whether occupied and empty orbitals are paired; otherwise in the problem's
            order.
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
