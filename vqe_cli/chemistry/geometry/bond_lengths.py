"""Are the atoms as far apart as atoms in molecules are? If not, the unit may be another."""

from __future__ import annotations

from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli.schema.records import Check, doubt

SHORTEST = 0.58
"""Of the sum of covalent radii; the sextuple bond of Cr2, with 0.60, is the shortest known."""

LONGEST = 1.42
"""Beyond that no bond is left; Mg2 and Hg2, hardly bound, have 1.4."""

USUAL = (0.75, 1.25)
"""From triple bonds to weak single ones."""

H2_LENGTH = 0.74
"""Ångström; in other bonds hydrogen is smaller than in this one."""


def bond_lengths(mole: Any, *, unit_is_stated: bool) -> tuple[tuple[Check, ...], tuple[str, ...]]:
    """Warnings and remarks about distances between neighbours.

    Curves of dissociation and chains of hydrogen are computed on purpose. So long distances are
    remarked on, and lower the verdict only where all of them would be usual in bohr and nothing
    says that they are in Ångström.

    Args:
        mole: A `pyscf.gto.Mole`.
        unit_is_stated: Whether the input names its unit of length.

    Returns:
        Warnings, and sentences for people.
    """
    charges, places = _nuclei(mole)
    if len(charges) < 2:
        return (), ()
    lengths, ratios = _to_nearest(charges, places)
    shortest = int(np.argmin(ratios))
    length = float(lengths[shortest])
    if ratios[shortest] < SHORTEST:
        detail = (
            f"Å between neighbours, {ratios[shortest]:.2f} of the sum of their covalent radii;"
            f" bonds are not below {SHORTEST}: check the coordinates and 'units'"
        )
        return (_warning(length, detail),), ()
    if ratios[shortest] < LONGEST:
        return (), ()
    apart = f"no two atoms are as near as in a bond: the nearest are {length:.2f} Å apart"
    if not _usual_in_bohr(ratios):
        return (), (f"{apart}; check the coordinates and 'units' if that is not meant",)
    in_bohr = f"{apart}, which would be usual in bohr"
    if unit_is_stated or len(charges) == 2 or bool((charges == 1).all()):
        return (), (in_bohr,)
    return (_warning(length, f"{in_bohr}: state 'units'"),), ()


def _nuclei(mole: Any) -> tuple[FloatArray, FloatArray]:
    """Charges of the bare nuclei, shape (atoms,), and places in Ångström; ghosts have none."""
    charges = np.array(
        [int(mole.atom_charge(atom) + mole.atom_nelec_core(atom)) for atom in range(mole.natm)]
    )
    real = charges > 0
    return charges[real], mole.atom_coords()[real] * BOHR_IN_ANGSTROM


def _to_nearest(charges: FloatArray, places: FloatArray) -> tuple[FloatArray, FloatArray]:
    """From each atom to that which is nearest by covalent radii: Ångström, and ratio to radii."""
    from pyscf.data.radii import COVALENT

    radii = COVALENT[charges] * BOHR_IN_ANGSTROM
    usual = radii[:, None] + radii[None, :]
    usual[np.ix_(charges == 1, charges == 1)] = H2_LENGTH
    distances = np.linalg.norm(places[:, None] - places[None, :], axis=2)
    ratios = distances / usual
    np.fill_diagonal(ratios, np.inf)
    nearest = np.argmin(ratios, axis=1)
    atoms = np.arange(len(charges))
    return distances[atoms, nearest], ratios[atoms, nearest]


def _usual_in_bohr(ratios: FloatArray) -> bool:
    low, high = USUAL
    in_bohr = ratios * BOHR_IN_ANGSTROM
    return bool(((in_bohr > low) & (in_bohr < high)).all())


def _warning(value: float, detail: str) -> Check:
    return doubt(name="bond-lengths", value=value, detail=detail)
