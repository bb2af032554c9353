"""Orbital spaces in which Hartree-Fock is exact."""

from __future__ import annotations

from vqe_cli._core.wording import counted
from vqe_cli.schema.check_records import Check, doubt


def correlation_is_possible(norb: int, nelec: tuple[int, int]) -> bool:
    """Whether some state of a space is not a single determinant in any orbitals.

    The electrons of a full spin do not count; of the others there must be more than one electron or
    hole.

    Args:
        norb: Number of spatial orbitals.
        nelec: Numbers of alpha and beta electrons.
    """
    moving = [min(count, norb - count) for count in nelec]
    return sum(moving) > 1


def correlation_findings(
    norb: int, nelec: tuple[int, int], electrons: int
) -> tuple[tuple[Check, ...], tuple[str, ...]]:
    """Checks and notes on a space in which Hartree-Fock is exact.

    One electron has no correlation. With more of them the space is too small for correlation, and
    an error of zero is meaningless.

    Args:
        norb: Number of active spatial orbitals.
        nelec: Numbers of active alpha and beta electrons.
        electrons: Number of all electrons, including frozen ones.

    Returns:
        Checks for the verdict, and notes.
    """
    if correlation_is_possible(norb, nelec):
        return (), ()
    if electrons == 1:
        return (), ("one electron: Hartree-Fock is exact in this basis, there is no correlation",)
    note = (
        f"no correlation is possible with {counted(sum(nelec), 'electron')}"
        f" in {counted(norb, 'orbital')}:"
        " every method gives the energy of Hartree-Fock"
    )
    check = doubt(
        name="correlation-possible",
        value=False,
        expected=True,
        detail="an error of zero says nothing here; more orbitals, or a larger basis, are needed",
    )
    return (check,), (note,)
