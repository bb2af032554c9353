"""Whether electrons in some orbitals can be correlated at all."""

from __future__ import annotations

from vqe_cli.schema.records import Check, doubt


def correlation_is_possible(norb: int, nelec: tuple[int, int]) -> bool:
    """Whether any state is more than one determinant in suitable orbitals.

    Full and empty spins do nothing; what then is left must be more than one electron or one hole.

    Args:
        norb: Spatial orbitals.
        nelec: Alpha and beta electrons.
    """
    moving = [min(count, norb - count) for count in nelec]
    return sum(moving) > 1


def correlation_findings(
    norb: int, nelec: tuple[int, int], electrons: int
) -> tuple[tuple[Check, ...], tuple[str, ...]]:
    """What to say of a space in which Hartree-Fock is exact.

    One electron needs no correlation. With more of them it is the space that has no room for it,
    and an error of zero says nothing.

    Args:
        norb: Active spatial orbitals.
        nelec: Active alpha and beta electrons.
        electrons: All electrons, frozen ones included.

    Returns:
        Checks for the verdict, and sentences.
    """
    if correlation_is_possible(norb, nelec):
        return (), ()
    if electrons == 1:
        return (), ("one electron: Hartree-Fock is exact in this basis, there is no correlation",)
    note = (
        f"no correlation is possible with {sum(nelec)} electrons in {norb} orbitals:"
        " every method gives the energy of Hartree-Fock"
    )
    check = doubt(
        name="correlation-possible",
        value=False,
        expected=True,
        detail="an error of zero says nothing here; more orbitals, or a larger basis, are needed",
    )
    return (check,), (note,)
