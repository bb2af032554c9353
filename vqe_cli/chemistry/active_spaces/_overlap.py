"""Active spaces of the molecular orbitals that overlap with chosen atomic orbitals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from vqe_cli._core.arrays import FloatArray
from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.active_spaces._ranking import Ranking
from vqe_cli.chemistry.active_spaces._sizes import Size
from vqe_cli.chemistry.active_spaces.selection import refuse_too_many
from vqe_cli.chemistry.basis.cores import ORBITALS, SHELLS
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.errors import InputError

if TYPE_CHECKING:
    from pyscf.gto import Mole

MINIMAL_BASIS = "minao"
"""PySCF's minimal basis of free atoms' orbitals."""


class Overlapping(ActiveSpace):
    """Doubly occupied and empty orbitals that overlap with atomic orbitals above a threshold."""

    threshold: float = Field(
        default=0.2, gt=0, lt=1, description="Overlap above which orbitals are active."
    )
    max_electrons: int | None = Field(
        default=None, ge=1, description="Maximum number of active electrons."
    )
    max_orbitals: int | None = Field(
        default=None,
        ge=1,
        description="Maximum number of active orbitals; empty ones are dropped first.",
    )

    def extent(self, mole: Mole) -> None:
        """None: it depends on overlaps; unpaired electrons must fit into the limits."""
        for limit in (self.max_electrons, self.max_orbitals):
            if limit is not None and limit < mole.spin:
                raise _unpaired(mole.spin)

    def refuse_too_many(self, count: int) -> None:
        """Refuse too many atomic orbitals, each of which has an active one at low thresholds."""
        if self.max_orbitals is None and self.threshold < 0.5:
            refuse_too_many(count)

    def above_threshold(self, ranking: Ranking) -> Size:
        """The number of orbitals of each occupation above the threshold."""
        return Size(ranking.doubly.above(self.threshold), ranking.empty.above(self.threshold))

    def limited(self, size: Size, field: MeanField) -> Size:
        """A size reduced to the limits.

        Raises:
            InputError: No electrons are left, or the unpaired ones do not fit.
            ResourceLimitError: More active orbitals than integrals can be held for.
        """
        unpaired, doubly, empty = field.mole.spin, size.doubly, size.empty
        if self.max_electrons is not None:
            doubly = min(doubly, (self.max_electrons - unpaired) // 2)
        if self.max_orbitals is not None:
            doubly = min(doubly, self.max_orbitals - unpaired)
            empty = min(empty, self.max_orbitals - unpaired - doubly)
        if doubly < 0 or empty < 0:
            raise _unpaired(unpaired)
        if 2 * doubly + unpaired == 0:
            raise InputError(
                "no electrons are left in the active space: no occupied orbital overlaps enough",
                path=("active_space",),
                hint="lower the threshold, name other atomic orbitals, or raise the limits",
            )
        refuse_too_many(doubly + unpaired + empty)
        return Size(doubly, empty)


def _unpaired(count: int) -> InputError:
    """The refusal of limits that leave no room for unpaired electrons, which are always active."""
    message = f"{count} unpaired electrons do not fit into this active space"
    return InputError(message, path=("active_space",), hint="raise max_electrons or max_orbitals")


def projector(field: MeanField, minimal: Mole, vectors: FloatArray) -> FloatArray:
    """The projector onto the space of atomic orbitals, over the molecular orbitals.

    Args:
        field: The mean field.
        minimal: The same atoms in the minimal basis, a `pyscf.gto.Mole`.
        vectors: The atomic orbitals, columns over the minimal basis, shape (nao of `minimal`, n).

    Returns:
        The projector, shape (nmo, nmo).
    """
    own = vectors.T @ minimal.intor_symmetric("int1e_ovlp") @ vectors
    cross = _overlaps(field, minimal, vectors)
    return np.asarray(cross.T @ np.linalg.solve(own, cross))


def squared_overlap(field: MeanField, other: Mole, vectors: FloatArray) -> FloatArray:
    """The sum of squared overlaps with some orbitals, over the molecular orbitals.

    For orthonormal orbitals it is the projector onto them; parts of orbitals count by their norm.

    Args:
        field: The mean field.
        other: The `pyscf.gto.Mole` with the basis of the orbitals.
        vectors: The orbitals, columns over that basis, shape (nao of `other`, n).

    Returns:
        The matrix, shape (nmo, nmo).
    """
    cross = _overlaps(field, other, vectors)
    return np.asarray(cross.T @ cross)


def _overlaps(field: MeanField, other: Mole, vectors: FloatArray) -> FloatArray:
    """Overlaps of orbitals over another basis with the molecular orbitals, shape (n, nmo)."""
    from pyscf import gto

    overlap = gto.intor_cross("int1e_ovlp", other, field.mole)
    return np.asarray(vectors.T @ overlap @ field.mo_coeff)


def minimal_basis(mole: Mole) -> Any:
    """The `pyscf.gto.Mole` of the same atoms in the minimal basis.

    Args:
        mole: A built `pyscf.gto.Mole`.

    Raises:
        InputError: An element has no minimal basis.
    """
    from pyscf.gto.basis import load
    from pyscf.lib.exceptions import BasisNotFoundError

    for symbol in {mole.atom_pure_symbol(atom) for atom in range(mole.natm)}:
        element = symbol.upper().removeprefix("GHOST-").capitalize()
        try:
            load(MINIMAL_BASIS, element)
        except (BasisNotFoundError, KeyError):
            message = f"there are no reference orbitals for {element}"
            hint = "choose orbitals by energy (frontier) or by correlation (mp2-natural)"
            raise InputError(message, path=("active_space",), hint=hint) from None
    minimal = mole.copy()
    minimal.atom, minimal.unit = mole._atom, "Bohr"
    minimal.symmetry, minimal.basis = False, MINIMAL_BASIS
    minimal.ecp, minimal.pseudo = _absent_cores(mole), None
    minimal._ecp, minimal._pseudo = {}, {}
    return minimal.build(dump_input=False, parse_arg=False)


def _absent_cores(mole: Mole) -> dict[str, Any]:
    """Empty potentials for shells of heavy elements that the minimal basis omits.

    PySCF numbers shells above the potentials' cores: without them, or with the potentials of the
    mean field, iodine's 5p would have another name.
    """
    from pyscf.data.elements import CONFIGURATION, charge
    from pyscf.gto.basis import load

    found = {}
    for symbol in {mole.atom_pure_symbol(atom) for atom in range(mole.natm)}:
        if symbol.upper().startswith("GHOST"):
            continue
        present = [0] * len(ORBITALS)
        for momentum, first, *_ in load(MINIMAL_BASIS, symbol):
            present[momentum] += len(first) - 1
        occupied = CONFIGURATION[charge(symbol)]
        core = sum(
            2 * orbitals * (-(-electrons // (2 * orbitals)) - shells)
            for electrons, shells, orbitals in zip(occupied, present, ORBITALS, strict=True)
        )
        if core > 0:  # palladium's 5s is empty
            found[symbol] = [min(closed for closed in SHELLS if closed >= core), []]
    return found
