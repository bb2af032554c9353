"""Plausibility of the distances between atoms, which a wrong unit of length makes implausible."""

from __future__ import annotations

from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli.schema.check_records import Check, doubt

SHORTEST = 0.58
"""Shortest plausible bond, as a fraction of the sum of the covalent radii.

The shortest one known is the sextuple bond of Cr2, 0.60.
"""

LONGEST = 1.42
"""Longest bond, as a fraction of the sum of the covalent radii; weakly bound Mg2, Hg2: 1.4."""

USUAL = (0.75, 1.25)
"""Usual bond lengths, from triple to weak single bonds, as fractions of the same sum."""

H2_LENGTH = 0.74
"""The bond length of H2, Ångström; in other bonds hydrogen is smaller."""


def bond_lengths(mole: Any, *, unit_is_stated: bool) -> tuple[tuple[Check, ...], tuple[str, ...]]:
    """Compare the distances between nearest neighbours with the sums of their covalent radii.

    Dissociation curves and hydrogen chains have long distances on purpose. So long distances give a
    remark, and a warning only if all of them would be usual in bohr and the unit is not stated.

    Args:
        mole: A `pyscf.gto.Mole`.
        unit_is_stated: Whether the input names its unit of length.

    Returns:
        Failed checks, and remarks for the user.
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
    """Nuclear charges, shape (atoms,), and positions, Ångström, (atoms, 3), without ghosts."""
    charges = np.array(
        [int(mole.atom_charge(atom) + mole.atom_nelec_core(atom)) for atom in range(mole.natm)]
    )
    real = charges > 0
    return charges[real], mole.atom_coords()[real] * BOHR_IN_ANGSTROM


def _to_nearest(charges: FloatArray, places: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Each atom's distance to its nearest neighbour, Ångström, and its ratio to the radii's sum."""
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
