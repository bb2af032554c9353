"""Spectroscopic constants of diatomic molecules, from a polynomial through their curve.

The polynomial is one in (r - r0)/(r + r0), which converges faster than one in r (Ogilvie, Proc. R.
Soc. A 378, 287 (1981)). Its derivatives at the minimum give the constants by Dunham's formulas for
second-order perturbation theory (Phys. Rev. 41, 721 (1932)).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import Polynomial

from vqe_cli._core.arrays import Vector
from vqe_cli._core.units import BOHR_IN_ANGSTROM, HARTREE_IN_MILLIHARTREE
from vqe_cli.analysis.geometries.vibrations import HARTREE_PER_WAVENUMBER
from vqe_cli.chemistry.geometry.masses import isotope_mass
from vqe_cli.scan.records import DiatomicConstants

ELECTRON_MASSES = 1822.888486209
"""The unified atomic mass unit in electron masses (CODATA 2018)."""

WINDOW = 0.25
"""Largest distance from the lowest point in the fit, as a fraction of its distance."""

DEGREE = 7
"""Largest degree of the polynomial."""

LEAST_DEGREE = 4
"""Degree below which there is no anharmonicity."""

REAL = 1e-9
"""Imaginary part below which a root is real."""

ROUGH = 1e-4
"""Distance of a point from the polynomial above which the curve has no constants, Hartree."""

UNSETTLED = 0.03
"""Share of ω_e by which one degree less may change it; beyond, points are too far apart."""

FLAT = 2e-3
"""Slope of the end of a curve that counts as dissociated, Hartree/Å."""


@dataclass(frozen=True)
class _Minimum:
    """The curve at its minimum: distance in bohr, energy in Hartree, and derivatives 2 to 4."""

    r: float
    energy: float
    second: float
    third: float
    fourth: float


def constants_of(
    symbols: tuple[str, str], distances: Sequence[float], energies: Sequence[float]
) -> DiatomicConstants | str:
    """The constants of a diatomic molecule of the most abundant isotopes.

    Args:
        symbols: Symbols of the two elements.
        distances: Distances of the points, Ångström, ascending.
        energies: Energies of the points, Hartree.

    Returns:
        The constants, or the reason why there are none.
    """
    r, energy = np.array(distances, dtype=float), np.array(energies, dtype=float)
    if len(r) < LEAST_DEGREE + 2:
        return f"constants need at least {LEAST_DEGREE + 2} points with energies"
    inside = [at for at in range(1, len(r) - 1) if energy[at] < min(energy[at - 1], energy[at + 1])]
    if not inside:
        return "no minimum between the ends of the scan: no constants"
    lowest = min(inside, key=lambda at: float(energy[at]))
    near = _near(r, lowest)
    degree = min(DEGREE, len(near) - 2)
    found = _fit(r[near], energy[near], r[lowest], degree)
    if isinstance(found, str):
        return found
    minimum, residual = found
    if residual > ROUGH:
        missed = HARTREE_IN_MILLIHARTREE * residual
        why = "the curve is not smooth, or the steps are too large"
        return f"the polynomial misses points by {missed:.3g} mHa: {why}"
    mass = ELECTRON_MASSES * _reduced_mass(symbols)
    omega, anharmonicity, rotation = _spectrum(minimum, mass)
    changes: tuple[float | None, float | None] = (None, None)
    if degree > LEAST_DEGREE:
        lower = _fit(r[near], energy[near], r[lowest], degree - 1)
        if not isinstance(lower, str):
            other = _spectrum(lower[0], mass)
            changes = (omega - other[0], anharmonicity - other[1])
            if abs(changes[0]) > UNSETTLED * omega:
                return (
                    f"degree {degree} and {degree - 1} of the polynomial give "
                    f"{omega:.0f} and {other[0]:.0f} 1/cm for ω_e: no constants without more "
                    "points around the minimum"
                )
    depth = float(energy[-1] - minimum.energy)
    is_flat = abs(energy[-1] - energy[-2]) < FLAT * (r[-1] - r[-2])
    return DiatomicConstants(
        r_e=minimum.r * BOHR_IN_ANGSTROM,
        energy=minimum.energy,
        omega_e=omega,
        omega_e_x_e=anharmonicity,
        b_e=rotation,
        d_e=depth if is_flat and depth > 0.0 else None,
        points=len(near),
        degree=degree,
        largest_residual_mha=HARTREE_IN_MILLIHARTREE * residual,
        omega_e_change=changes[0],
        omega_e_x_e_change=changes[1],
    )


def _near(r: Vector, lowest: int) -> list[int]:
    """The points of the fit: those in the window, and at least the nearest nine."""
    apart = np.abs(r - r[lowest])
    order = [int(index) for index in np.argsort(apart, kind="stable")]
    inside = [index for index in order if apart[index] <= WINDOW * r[lowest]]
    return sorted(order[: max(len(inside), DEGREE + 2)])


def _fit(r: Vector, energy: Vector, origin: float, degree: int) -> tuple[_Minimum, float] | str:
    """The minimum of the polynomial, and its largest distance from a point, Hartree."""
    places = (r - origin) / (r + origin)
    fitted = Polynomial.fit(places, energy, degree)
    residual = float(np.abs(fitted(places) - energy).max())
    real = [
        float(root.real)
        for root in fitted.deriv().roots()
        if abs(root.imag) < REAL and places[0] <= root.real <= places[-1]
        if fitted.deriv(2)(root.real) > 0.0
    ]
    if not real:
        return "the polynomial through the curve has no minimum: scan in smaller steps"
    at = min(real, key=fitted)
    length = origin * (1.0 + at) / (1.0 - at)
    second, third, fourth = (float(fitted.deriv(order)(at)) for order in (2, 3, 4))
    total = length + origin
    x1, x2, x3 = 2 * origin / total**2, -4 * origin / total**3, 12 * origin / total**4
    derivatives = (
        second * x1**2,
        third * x1**3 + 3 * second * x1 * x2,
        fourth * x1**4 + 6 * third * x1**2 * x2 + second * (3 * x2**2 + 4 * x1 * x3),
    )
    scaled = (
        value * BOHR_IN_ANGSTROM**order for order, value in zip((2, 3, 4), derivatives, strict=True)
    )
    return _Minimum(length / BOHR_IN_ANGSTROM, float(fitted(at)), *scaled), residual


def _spectrum(minimum: _Minimum, mass: float) -> tuple[float, float, float]:
    """ω_e, ω_e x_e and B_e of a curve, 1/cm, for a reduced mass in electron masses."""
    omega = math.sqrt(minimum.second / mass)
    rotation = 1.0 / (2.0 * mass * minimum.r**2)
    cubic = minimum.r * minimum.third / (3.0 * minimum.second)
    quartic = minimum.r**2 * minimum.fourth / (12.0 * minimum.second)
    anharmonicity = 1.5 * rotation * (1.25 * cubic**2 - quartic)
    unit = HARTREE_PER_WAVENUMBER
    return omega / unit, anharmonicity / unit, rotation / unit


def _reduced_mass(symbols: tuple[str, str]) -> float:
    """The reduced mass, in unified atomic mass units."""
    first, second = (isotope_mass(symbol) for symbol in symbols)
    return first * second / (first + second)
