"""Refusal of molecules that are too large, before anything is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from vqe_cli._core.resources import Memory
from vqe_cli._core.sizes import Need, Needs, Size, is_short, refuse_what_does_not_fit
from vqe_cli.chemistry.active_spaces._pi_orbitals import pi_orbitals
from vqe_cli.chemistry.active_spaces.selection import MAX_ACTIVE_ORBITALS
from vqe_cli.chemistry.geometry.structures import structure_of
from vqe_cli.chemistry.geometry.structures.reading import conjugated_atoms
from vqe_cli.chemistry.molecule import unplaced_molecule
from vqe_cli.chemistry.scf.surroundings import refuse_arbitrary_places
from vqe_cli.schema.surroundings import VACUUM, Surroundings

if TYPE_CHECKING:
    from pyscf.gto import Mole

    from vqe_cli.chemistry.active_spaces import ActiveSpace
    from vqe_cli.schema import MoleculeSpec

FEWEST_CONJUGATED = 4
"""Number of pi orbitals from which on they are a system of their own, as in butadiene."""

MOST_IRREPS = 8
"""Number of irreps of D2h, the largest abelian point group."""


def integral_needs(size: Size) -> Iterator[Need]:
    """The needs of the problem itself, regardless of its use.

    Args:
        size: The size of the problem.
    """
    if size.norb > MAX_ACTIVE_ORBITALS:
        what = f"{size.norb} active orbitals ({2 * size.norb} qubits)"
        yield Need(what, limit=f"{what} are more than {MAX_ACTIVE_ORBITALS}")


def before_geometry(
    space: ActiveSpace,
    needs: Needs,
    molecule: MoleculeSpec,
    memory: Memory,
    further: Callable[[Mole], None] | None = None,
    surroundings: Surroundings = VACUUM,
) -> None:
    """Refuse a structure that is impossible or too large before its coordinates are made.

    Args:
        space: The active space.
        needs: The needs that must fit.
        molecule: The molecule section of the input.
        memory: The memory limit.
        further: Callback that may refuse the molecule for other reasons than its positions.
        surroundings: The surroundings, in which the structure must have a place.

    Raises:
        InputError: The molecule has no such active space, or no place among point charges.
        ResourceLimitError: A need does not fit; the hint has the nearest size that fits.
    """
    if not molecule.geometry.is_structure:
        return
    refuse_arbitrary_places(molecule, surroundings)
    mole = unplaced_molecule(molecule)
    structure, _ = structure_of(molecule)
    conjugated = partial(conjugated_atoms, structure.smiles)
    _refuse_extent(space, needs, mole, memory, conjugated)
    if further is not None:
        further(mole)


def before_orbitals(
    space: ActiveSpace,
    needs: Needs,
    memory: Memory,
    further: Callable[[Mole], None] | None = None,
) -> Callable[[Mole], None]:
    """A callback that refuses too large molecules or files before their orbitals are computed.

    Args:
        space: The active space.
        needs: The needs that must fit.
        memory: The memory limit.
        further: Callback that may refuse the molecule for other reasons.
    """

    def check(mole: Mole) -> None:
        _refuse_extent(space, needs, mole, memory, lambda: len(pi_orbitals(mole)))
        space.check(mole, memory)
        if further is not None:
            further(mole)

    return check


def _refuse_extent(
    space: ActiveSpace, needs: Needs, mole: Mole, memory: Memory, conjugated: Callable[[], int]
) -> None:
    extent = space.extent(mole)
    size = None if extent is None else _size(mole, *extent)
    if size is not None and max(size.nelec) <= size.norb:  # else there is no such space
        better = partial(_pi_option, mole, conjugated, needs, memory)
        refuse_what_does_not_fit(size, needs, memory, better)


def _pi_option(
    mole: Mole, conjugated: Callable[[], int], needs: Needs, memory: Memory
) -> str | None:
    """The option for the pi orbitals, if the molecule has a conjugated system of a fitting size."""
    number = conjugated()
    electrons = number - (number - mole.spin) % 2
    if number < FEWEST_CONJUGATED or not is_short(_size(mole, electrons, number), needs, memory):
        return None
    return "--active-space pi"


def _size(mole: Mole, electrons: int, orbitals: int) -> Size:
    """The size of an active space, in which unpaired electrons are always active."""
    unpaired = min(mole.spin, electrons)
    beta = (electrons - unpaired) // 2
    may_have_irreps = mole.symmetry or not mole.natm  # a file's irreps are found in its integrals
    return Size(orbitals, (electrons - beta, beta), MOST_IRREPS if may_have_irreps else 1)
