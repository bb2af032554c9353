"""All symmetry operations of a molecule, and the symmetry of determinants.

PySCF uses abelian groups: D2h for a homonuclear diatomic of the group D∞h, in which πx and πy are
not equivalent. The operations here are those of the full group.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations, product
from typing import Any

import numpy as np

from vqe_cli._core.arrays import BoolArray, FloatArray
from vqe_cli._core.seeds import guesses

SAME_PLACE = 1e-4
"""Largest distance between an atom and its image, bohr; PySCF's tolerance is 1e-5."""

TURNS = 16
"""Number of rotations of a linear molecule, more than twice the highest angular momentum."""

INVARIANT = 1e-5
"""Largest deviation from one of an invariant determinant's overlap with its image."""

PARTNER = 0.5
"""Squared overlap of an orbital's image with another from which the two are partners."""

WHOLE = 0.1
"""Largest deviation of an irrep's dimension from an integer, for unequally relaxed orbitals."""


@dataclass(frozen=True, eq=False)
class Operations:
    """Symmetry operations as matrices over atomic orbitals.

    Args:
        matrices: Matrices of the operations, including the identity, shape (operations, nao, nao);
            the image of orbitals with coefficients C has the coefficients ``matrix @ C``.
        overlap: Overlap of the atomic orbitals, shape (nao, nao).
    """

    matrices: tuple[FloatArray, ...]
    overlap: FloatArray

    def overlaps(self, occupied: tuple[FloatArray, FloatArray]) -> FloatArray:
        """Overlaps of a determinant with its images under the operations, shape (operations,).

        Args:
            occupied: Occupied orbitals of alpha and beta spin, each of shape (nao, electrons).
        """
        return np.array(
            [
                np.prod([np.linalg.det(c.T @ self.overlap @ matrix @ c) for c in occupied])
                for matrix in self.matrices
            ]
        )

    def kept_by(self, occupied: tuple[FloatArray, FloatArray]) -> Operations:
        """The operations that keep a determinant up to its sign.

        Args:
            occupied: Occupied orbitals of alpha and beta spin, each of shape (nao, electrons).
        """
        kept = np.abs(self.overlaps(occupied)) > 1.0 - INVARIANT
        chosen = (m for m, keep in zip(self.matrices, kept, strict=True) if keep)
        return Operations(tuple(chosen), self.overlap)

    def is_pure(self, occupied: tuple[FloatArray, FloatArray]) -> bool:
        """Whether a determinant transforms as one irrep of the group.

        By Schur's orthogonality the mean of ``|⟨Φ|g|Φ⟩|²`` over the group is 1/d for a state of one
        d-dimensional irrep: 1 for a Σ state and 1/2 for a component of a Π state. A mixture has
        another value: 3/8 for πx², half Σ and half Δ. (A pair in one of three equivalent orbitals
        of a cubic group, A1 and E, is not distinguished from T, which is not needed.)

        Args:
            occupied: Occupied orbitals of alpha and beta spin, each of shape (nao, electrons).
        """
        dimension = 1.0 / float(np.mean(self.overlaps(occupied) ** 2))
        return abs(dimension - round(dimension)) < WHOLE

    def over(self, orbitals: FloatArray) -> FloatArray:
        """The operations over molecular orbitals, shape (operations, nmo, nmo).

        Args:
            orbitals: Orbital coefficients, shape (nao, nmo).
        """
        left = orbitals.T @ self.overlap
        return np.array([left @ matrix @ orbitals for matrix in self.matrices])


def operations(mole: Any) -> Operations:
    """All symmetry operations of a molecule; for atoms and linear molecules a sufficient subset.

    Args:
        mole: A built `pyscf.gto.Mole`.
    """
    places = mole.atom_coords() - mole.atom_coords().mean(axis=0)
    found = []
    for rotation in _candidates(mole, places):
        images = _images(mole, places, rotation)
        if images is not None:
            found.append(_over_atomic_orbitals(mole, rotation, images))
    return Operations(tuple(found), mole.intor_symmetric("int1e_ovlp"))


def partners(mole: Any, orbitals: FloatArray) -> BoolArray:
    """Whether orbitals are the same, or partners in an irrep of the full point group, (n, n).

    By Schur's orthogonality the mean of ``|⟨i|g|j⟩|²`` over the group is 1/d for the components of
    a d-dimensional irrep, as for i = j; for partners that have relaxed unequally, such as πx and πy
    of a Π state, it is smaller by the square of their overlap.

    Args:
        mole: A built `pyscf.gto.Mole`.
        orbitals: Orthonormal orbitals, shape (nao, n).
    """
    mean = (operations(mole).over(orbitals) ** 2).mean(axis=0)
    found: BoolArray = mean >= PARTNER * np.diag(mean)[:, None]
    return found | found.T


def _candidates(mole: Any, places: FloatArray) -> list[FloatArray]:
    """Orthogonal matrices, shape (3, 3), that include all symmetry operations."""
    rank = np.linalg.matrix_rank(places, tol=SAME_PLACE)
    if rank == 0:
        return _of_a_cube()
    if rank == 1:
        return _of_a_cylinder(places)
    return _by_images(mole, places)


def _of_a_cube() -> list[FloatArray]:
    """The 48 operations of O_h, which distinguish s, p, d and f shells."""
    unit = np.eye(3)
    return [
        unit[list(order)] * np.array(signs)
        for order in permutations(range(3))
        for signs in product((1.0, -1.0), repeat=3)
    ]


def _of_a_cylinder(places: FloatArray) -> list[FloatArray]:
    """Rotations about a linear molecule's axis, and reflections through and across it."""
    axes = np.linalg.svd(places)[2]
    found = []
    for turn, mirror, across in product(range(TURNS), (1.0, -1.0), (1.0, -1.0)):
        angle = 2 * np.pi * turn / TURNS
        c, s = np.cos(angle), np.sin(angle)
        own = np.array([[across, 0, 0], [0, c, -s * mirror], [0, s, c * mirror]])
        found.append(axes.T @ own @ axes)
    return found


def _by_images(mole: Any, places: FloatArray) -> list[FloatArray]:
    """Matrices that map two atoms in different directions to two others, and their normals."""
    alike = _alike(mole, places)
    first = min(
        (i for i in range(len(places)) if np.linalg.norm(places[i]) > SAME_PLACE),
        key=lambda i: int(alike[i].sum()),
    )
    across = np.linalg.norm(np.cross(places[first], places), axis=1)
    second = min(
        (i for i in range(len(places)) if across[i] > 0.1 * across.max()),
        key=lambda i: int(alike[i].sum()),
    )
    frame = _frame(places[first], places[second], 1.0)
    angle = places[first] @ places[second]
    return [
        _frame(places[i], places[j], sign) @ np.linalg.inv(frame)
        for i in np.flatnonzero(alike[first])
        for j in np.flatnonzero(alike[second])
        if abs(places[i] @ places[j] - angle) < 10 * SAME_PLACE
        for sign in (1.0, -1.0)
    ]


def _alike(mole: Any, places: FloatArray) -> FloatArray:
    """Whether two atoms are of one kind and equally far from the centre, shape (natm, natm)."""
    kinds = np.array([mole.atom_symbol(atom) for atom in range(mole.natm)])
    radii = np.linalg.norm(places, axis=1)
    same: FloatArray = (kinds[:, None] == kinds) & (abs(radii[:, None] - radii) < SAME_PLACE)
    return same


def _frame(first: FloatArray, second: FloatArray, sign: float) -> FloatArray:
    return np.array([first, second, sign * np.cross(first, second)]).T


def _images(mole: Any, places: FloatArray, rotation: FloatArray) -> list[int] | None:
    """The index of each atom's image; None if an atom has no image of its kind."""
    found = []
    for atom, place in enumerate(places @ rotation.T):
        distances = np.linalg.norm(places - place, axis=1)
        image = int(distances.argmin())
        if distances[image] > SAME_PLACE or mole.atom_symbol(image) != mole.atom_symbol(atom):
            return None
        found.append(image)
    return found


def _over_atomic_orbitals(mole: Any, rotation: FloatArray, images: list[int]) -> FloatArray:
    found = np.zeros((mole.nao, mole.nao))
    offsets = mole.ao_loc_nr()
    shells = [list(mole.atom_shell_ids(atom)) for atom in range(mole.natm)]
    momenta = {mole.bas_angular(shell) for shell in range(mole.nbas)}
    turned = {momentum: _of_a_shell(mole, momentum, rotation) for momentum in momenta}
    for atom, image in enumerate(images):
        for source, target in zip(shells[atom], shells[image], strict=True):
            block = np.kron(np.eye(mole.bas_nctr(source)), turned[mole.bas_angular(source)])
            rows = slice(offsets[target], offsets[target + 1])
            columns = slice(offsets[source], offsets[source + 1])
            found[rows, columns] = block
    return found


def _of_a_shell(mole: Any, momentum: int, rotation: FloatArray) -> FloatArray:
    """The transformation matrix of a shell's functions, from their values at some points."""
    points = guesses().normal(size=(4 * (momentum + 1) ** 2, 3))
    before = _angular(mole, momentum, points @ rotation)
    after = _angular(mole, momentum, points)
    return np.asarray(np.linalg.lstsq(after, before, rcond=None)[0])


def _angular(mole: Any, momentum: int, points: FloatArray) -> FloatArray:
    """Values of a shell's angular functions at some points, shape (points, functions)."""
    from pyscf.symm.sph import real_sph_vec

    if not mole.cart:
        return np.asarray(real_sph_vec(points, momentum, reorder_p=True)[momentum]).T
    powers = [
        (x, y, momentum - x - y)
        for x in range(momentum, -1, -1)
        for y in range(momentum - x, -1, -1)
    ]
    return np.array([np.prod(points**power, axis=1) for power in powers]).T
