"""Refuse a molecule that is too large before anything is computed of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from vqe_cli._core.sizes import Need, Needs, Size, refuse_what_does_not_fit
from vqe_cli.chemistry.active_spaces.selection import MAX_ACTIVE_ORBITALS
from vqe_cli.chemistry.molecule import unplaced_molecule

if TYPE_CHECKING:
    from pyscf.gto import Mole

    from vqe_cli.chemistry.active_spaces import ActiveSpace
    from vqe_cli.schema import MoleculeSpec

MOST_IRREPS = 8
"""Of an abelian point group, D2h."""


def integral_needs(size: Size) -> Iterator[Need]:
    """What the problem itself takes, whatever becomes of it.

    Args:
        size: Of the problem.
    """
    if size.norb > MAX_ACTIVE_ORBITALS:
        what = f"{size.norb} active orbitals ({2 * size.norb} qubits)"
        yield Need(what, limit=f"{what} are more than {MAX_ACTIVE_ORBITALS}")


def before_geometry(space: ActiveSpace, needs: Needs, molecule: MoleculeSpec) -> None:
    """Refuse a structure that is too large before its coordinates are made.

    Args:
        space: The active space.
        needs: What has to fit.
        molecule: What the user wrote.

    Raises:
        ResourceLimitError: It names what does not fit, and the nearest size with which all does.
    """
    if molecule.geometry.is_structure:
        _refuse_extent(space, needs, unplaced_molecule(molecule))


def before_orbitals(space: ActiveSpace, needs: Needs) -> Callable[[Mole], None]:
    """What refuses a molecule or a file that is too large before its orbitals are computed.

    Args:
        space: The active space.
        needs: What has to fit.
    """

    def check(mole: Mole) -> None:
        _refuse_extent(space, needs, mole)
        space.check(mole)

    return check


def _refuse_extent(space: ActiveSpace, needs: Needs, mole: Mole) -> None:
    extent = space.extent(mole)
    size = None if extent is None else _size(mole, *extent)
    if size is not None and max(size.nelec) <= size.norb:  # else there is no such space
        refuse_what_does_not_fit(size, needs)


def _size(mole: Mole, electrons: int, orbitals: int) -> Size:
    """Of an active space; unpaired electrons are always active."""
    unpaired = min(mole.spin, electrons)
    beta = (electrons - unpaired) // 2
    may_have_irreps = mole.symmetry or not mole.natm  # those of a file are found in its integrals
    return Size(orbitals, (electrons - beta, beta), MOST_IRREPS if may_have_irreps else 1)
