"""Orbitals and active spaces that are carried from one geometry of a molecule to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from vqe_cli._core.arrays import FloatArray, Vector
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.scf.mean_field import MeanField, solve_mean_field
from vqe_cli.schema import ScfSpec
from vqe_cli.schema.check_records import Check, doubt

ENOUGH_OVERLAP = 0.7
"""Smallest overlap of two active spaces that count as the same."""


@dataclass(frozen=True, eq=False)
class Neighbour:
    """The solution at a neighbouring geometry of the same molecule in the same basis.

    Args:
        mo_coeff: Orbital coefficients, shape (nao, nmo).
        active: Indices of the active orbitals (from 0).
        inactive: Indices of the frozen orbitals.
        x: Parameters of the state, shape (num_parameters,); None for an ansatz that grows anew.
    """

    mo_coeff: FloatArray
    active: tuple[int, ...]
    inactive: tuple[int, ...]
    x: Vector | None = None


def neighbour_of(selection: OrbitalSelection, x: Vector | None) -> Neighbour:
    """The solution as a start for other geometries.

    Args:
        selection: The active orbitals.
        x: Parameters of the state, shape (num_parameters,), or None.
    """
    return Neighbour(selection.field.mo_coeff, selection.active, selection.inactive, x)


def over_orthogonal_functions(selection: OrbitalSelection) -> FloatArray:
    """Active orbitals over symmetrically orthogonalised atomic orbitals, shape (nao, norb).

    These move with the atoms, so that orbitals at two geometries can be compared (Löwdin, J. Chem.
    Phys. 18, 365 (1950)).

    Args:
        selection: The active orbitals.
    """
    field = selection.field
    values, vectors = np.linalg.eigh(field.mole.intor_symmetric("int1e_ovlp"))
    root = (vectors * np.sqrt(values)) @ vectors.T
    return np.asarray(root @ field.mo_coeff[:, list(selection.active)])


def fits(selection: OrbitalSelection, neighbour: Neighbour) -> bool:
    """Whether there are as many orbitals as at the neighbouring geometry."""
    return selection.field.mo_coeff.shape == neighbour.mo_coeff.shape


def carried(selection: OrbitalSelection, neighbour: Neighbour) -> OrbitalSelection:
    """A selection with the orbitals of the neighbouring geometry, as a start to optimise them.

    They move with the atoms and are made orthonormal again, with the least change.

    Args:
        selection: The active orbitals that the molecule's own mean field would start from.
        neighbour: The solution at the neighbouring geometry.
    """
    field = selection.field
    orbitals = _orthonormal(neighbour.mo_coeff, field)
    moved = replace(field, mo_coeff=orbitals, orbsym=None, point_group=None)
    return replace(
        selection,
        field=moved,
        active=neighbour.active,
        inactive=neighbour.inactive,
        reason="the orbitals of the neighbouring geometry",
    )


def followed(selection: OrbitalSelection, neighbour: Neighbour) -> OrbitalSelection:
    """The orbitals of the mean field that overlap most with those at the neighbouring geometry.

    Each active orbital follows one of equal occupation, with its sign and its place, so that
    parameters keep their meaning.

    Args:
        selection: The active orbitals that would be chosen without a neighbour.
        neighbour: The solution at the neighbouring geometry.

    Returns:
        The selection, with a failed check if the active space changes.
    """
    field = selection.field
    metric = field.mole.intor_symmetric("int1e_ovlp")
    overlap = _orthonormal(neighbour.mo_coeff, field).T @ metric @ field.mo_coeff
    order = _matched(overlap, field.mo_occ)
    signs = np.ones(field.num_orbitals)
    for old, new in enumerate(order):
        signs[new] = 1.0 if overlap[old, new] >= 0 else -1.0
    active = tuple(int(order[index]) for index in neighbour.active)
    inactive = tuple(sorted(int(order[index]) for index in neighbour.inactive))
    common = np.linalg.svd(overlap[np.ix_(neighbour.active, active)], compute_uv=False).min()
    return replace(
        selection,
        field=replace(field, mo_coeff=field.mo_coeff * signs),
        active=active,
        inactive=inactive,
        reason=f"{selection.reason}; followed by overlap from the neighbouring geometry",
        checks=(*selection.checks, *_changes(float(common))),
    )


def continues(field: MeanField, neighbour: Neighbour) -> bool:
    """Whether a mean field occupies the orbitals that are occupied at the neighbouring geometry.

    Both have their orbitals in the order of occupation.

    Args:
        field: The mean field.
        neighbour: The solution at the neighbouring geometry, over orbitals of its mean field.
    """
    metric = field.mole.intor_symmetric("int1e_ovlp")
    overlap = _orthonormal(neighbour.mo_coeff, field).T @ metric @ field.mo_coeff
    shells = (field.mo_occ == count for count in (2, 1))
    blocks = [overlap[np.ix_(shell, shell)] for shell in shells if shell.any()]
    smallest = [np.linalg.svd(block, compute_uv=False).min() for block in blocks]
    return bool(min(smallest) >= ENOUGH_OVERLAP)


def continued(field: MeanField, neighbour: Neighbour, options: ScfSpec) -> MeanField:
    """The mean field nearest to that of a neighbouring geometry, whether or not it is the lowest.

    Args:
        field: The lowest mean field.
        neighbour: The solution at the neighbouring geometry, over orbitals of its mean field.
        options: The use of symmetry.

    Raises:
        NotConvergedError: It did not converge.
    """
    orbitals = _orthonormal(neighbour.mo_coeff, field)
    found = solve_mean_field(field.mole, options, field.method, orbitals=orbitals)
    return replace(found, placed=field.placed)


def _matched(overlap: FloatArray, mo_occ: FloatArray) -> FloatArray:
    """The new orbital for each old one, of equal occupation, with the largest overlaps in sum."""
    from scipy.optimize import linear_sum_assignment

    weights = overlap**2
    weights[mo_occ[:, None] != mo_occ] = -1.0
    return np.asarray(linear_sum_assignment(weights, maximize=True)[1])


def _orthonormal(orbitals: FloatArray, field: MeanField) -> FloatArray:
    """Orbitals of a neighbouring geometry, orthonormal over the molecule's atomic orbitals."""
    metric = field.mole.intor_symmetric("int1e_ovlp")
    values, vectors = np.linalg.eigh(orbitals.T @ metric @ orbitals)
    return np.asarray(orbitals @ (vectors / np.sqrt(values)) @ vectors.T)


def _changes(common: float) -> tuple[Check, ...]:
    """A failed check if the active orbitals are others than before."""
    if common >= ENOUGH_OVERLAP:
        return ()
    detail = (
        "smallest overlap with the active space of the neighbouring geometry: it changes here, and"
        " the energy jumps; choose it by atomic orbitals, or use orbitals: optimised"
    )
    return (doubt("active-space-followed", detail, value=common, expected=1.0),)
