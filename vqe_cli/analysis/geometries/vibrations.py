"""Harmonic vibrations from finite differences of gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli.analysis.geometries.surface import Point
from vqe_cli.schema.geometry_records import VibrationsRecord

HARTREE_PER_WAVENUMBER = 4.556335252912e-6
"""Energy of a wavenumber of 1/cm, Hartree (CODATA 2018)."""

DISPLACEMENT = 0.01
"""Displacement of an atom, bohr."""

ZERO = 15.0
"""Wavenumber below which the sign of a force constant is not decided, 1/cm."""


def num_energies(natm: int) -> int:
    """Number of energies and gradients for all second derivatives.

    Args:
        natm: Number of atoms.
    """
    return 6 * natm


def second_derivatives(
    energy_at: Callable[[FloatArray], Point], positions: FloatArray
) -> FloatArray:
    """Second derivatives of the energy, by central differences of gradients.

    Args:
        energy_at: The energy and gradient at positions in bohr, shape (natm, 3).
        positions: Positions of the atoms, bohr, shape (natm, 3).

    Returns:
        The Hessian, Hartree/bohr², shape (3 natm, 3 natm).
    """
    size = positions.size
    found = np.zeros((size, size))
    for index in range(size):
        shift = np.zeros(size)
        shift[index] = DISPLACEMENT
        above, below = (
            energy_at(positions + sign * shift.reshape(-1, 3)).gradient.ravel() for sign in (1, -1)
        )
        found[index] = (above - below) / (2.0 * DISPLACEMENT)
    return 0.5 * (found + found.T)


def vibrations(mole: Any, hessian: FloatArray, *, free: bool, stationary: bool) -> VibrationsRecord:
    """Harmonic wavenumbers for mean atomic masses.

    Args:
        mole: The built `pyscf.gto.Mole` at the geometry.
        hessian: Second derivatives, Hartree/bohr², shape (3 natm, 3 natm).
        free: Whether the molecule translates and rotates freely, and these motions are left out;
            among fixed point charges they are vibrations, too.
        stationary: Whether there are no forces, nor constraints that hold some.
    """
    from pyscf.hessian.thermo import harmonic_analysis

    natm = mole.natm
    blocks = hessian.reshape(natm, 3, natm, 3).transpose(0, 2, 1, 3)
    found = harmonic_analysis(
        mole, blocks, exclude_trans=free, exclude_rot=free, imaginary_freq=False
    )
    wavenumbers = tuple(float(value) for value in found["freq_wavenumber"])
    modes = np.asarray(found["norm_mode"], dtype=float)
    imaginary = sum(value < -ZERO for value in wavenumbers)
    return VibrationsRecord(
        wavenumbers=wavenumbers,
        modes=tuple(tuple((float(x), float(y), float(z)) for x, y, z in mode) for mode in modes),
        zero_point_energy=0.5 * HARTREE_PER_WAVENUMBER * sum(one for one in wavenumbers if one > 0),
        imaginary=imaginary,
        kind=_kind(imaginary) if stationary else NOT_STATIONARY,
        displacement_angstrom=DISPLACEMENT * BOHR_IN_ANGSTROM,
    )


NOT_STATIONARY = "point where forces are left, by constraints or too few steps"
"""What a geometry is, in words, where vibrations do not tell minimum from saddle point."""


def _kind(imaginary: int) -> str:
    """What a stationary point is, in words."""
    if imaginary == 0:
        return "minimum"
    if imaginary == 1:
        return "transition state: a saddle point with one imaginary wavenumber"
    return f"saddle point of order {imaginary}"
