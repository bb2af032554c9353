"""Constants of diatomic molecules from their curves."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.constants import physical_constants
from scipy.linalg import eigh_tridiagonal

from vqe_cli.scan.constants import constants_of
from vqe_cli.scan.records import DiatomicConstants

pytestmark = pytest.mark.quick

BOHR = physical_constants["Bohr radius"][0] * 1e10
WAVENUMBER = physical_constants["hartree-inverse meter relationship"][0] / 100.0
PROTIUM = 1.007825032 * physical_constants["atomic mass constant"][0]
MASS = PROTIUM / 2.0 / physical_constants["electron mass"][0]

DEPTH, RANGE, LENGTH = 0.1745, 1.9426, 0.7414
"""A Morse curve much like that of H2: Hartree, 1/Å, Å."""


def morse(r: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(DEPTH * (1.0 - np.exp(-RANGE * (r - LENGTH))) ** 2 - 1.0)


def of_morse(r: NDArray[np.float64]) -> DiatomicConstants:
    found = constants_of(("H", "H"), r.tolist(), morse(r).tolist())
    assert isinstance(found, DiatomicConstants)
    return found


@pytest.mark.parametrize(
    ("distances", "accuracy"),
    [(np.linspace(0.5, 3.0, 26), 0.05), (np.linspace(0.65, 0.85, 9), 0.01)],
)
def test_a_morse_curve_gives_its_own_constants(
    distances: NDArray[np.float64], accuracy: float
) -> None:
    found, steepness = of_morse(distances), RANGE * BOHR
    assert found.r_e == pytest.approx(LENGTH, abs=1e-5)
    omega = steepness * np.sqrt(2.0 * DEPTH / MASS) * WAVENUMBER  # Morse, Phys. Rev. 34, 57 (1929)
    assert found.omega_e == pytest.approx(omega, abs=accuracy)
    anharmonicity = steepness**2 / (2.0 * MASS) * WAVENUMBER
    assert found.omega_e_x_e == pytest.approx(anharmonicity, abs=accuracy)
    assert found.b_e == pytest.approx(WAVENUMBER / (2 * MASS * (LENGTH / BOHR) ** 2), rel=1e-4)


def test_the_first_levels_are_those_of_the_vibrational_equation() -> None:
    """G(v) = ω_e (v + ½) - ω_e x_e (v + ½)², against a solution on a grid."""
    r = np.linspace(0.25, 3.0, 20_001)
    step = (r[1] - r[0]) / BOHR
    diagonal = 1.0 / (MASS * step**2) + morse(r)
    beside = np.full(r.size - 1, -0.5 / (MASS * step**2))
    levels = eigh_tridiagonal(diagonal, beside, select="i", select_range=(0, 2))[0] * WAVENUMBER
    found = of_morse(np.linspace(0.5, 3.0, 26))
    first = found.omega_e - 2.0 * found.omega_e_x_e
    assert levels[1] - levels[0] == pytest.approx(first, abs=0.3)
    assert levels[2] - levels[1] == pytest.approx(first - 2.0 * found.omega_e_x_e, abs=0.3)


def test_the_depth_is_known_where_the_curve_is_flat() -> None:
    assert of_morse(np.linspace(0.5, 3.0, 26)).d_e is None
    assert of_morse(np.linspace(0.5, 6.0, 56)).d_e == pytest.approx(DEPTH, abs=1e-4)


@pytest.mark.parametrize(
    ("distances", "reason"),
    [
        (np.linspace(0.8, 3.0, 12), "no minimum"),
        (np.linspace(0.3, 0.7, 12), "no minimum"),
        (np.linspace(0.5, 1.0, 5), "at least 6 points"),
    ],
)
def test_a_curve_without_a_minimum_has_no_constants(
    distances: NDArray[np.float64], reason: str
) -> None:
    found = constants_of(("H", "H"), distances.tolist(), morse(distances).tolist())
    assert isinstance(found, str)
    assert reason in found


def test_a_curve_that_falls_at_its_end_keeps_its_minimum() -> None:
    """Perturbation theory falls without end where a bond breaks."""
    r = np.linspace(0.5, 3.0, 26)
    falling = morse(r) - np.where(r > 1.5, 0.5 * (r - 1.5) ** 2, 0.0)
    found = constants_of(("H", "H"), r.tolist(), falling.tolist())
    assert isinstance(found, DiatomicConstants)
    assert found.r_e == pytest.approx(LENGTH, abs=1e-5)
    assert found.d_e is None


def test_a_curve_that_jumps_between_two_states_has_no_constants() -> None:
    r = np.linspace(0.5, 1.1, 13)
    energies = morse(r) + np.where(r > 0.85, 0.1, 0.0)
    found = constants_of(("H", "H"), r.tolist(), energies.tolist())
    assert isinstance(found, str)
    assert "not smooth" in found


def test_a_rough_curve_has_no_constants() -> None:
    """An optimiser that stops early leaves energies that are too high by turns."""
    r = np.linspace(0.6, 0.9, 13)
    energies = morse(r) + np.where(np.arange(13) % 2, 3e-4, 0.0)
    found = constants_of(("H", "H"), r.tolist(), energies.tolist())
    assert isinstance(found, str)
    assert "misses points by 0.19" in found


def test_points_that_are_too_far_apart_have_no_constants() -> None:
    """LiH in STO-3G by PySCF's CASCI(2, 5): r_e = 1.5475 Å, 1680.6 1/cm on a fine grid.

    Through these ten points, 0.012 mHa from each, a polynomial has its minimum at 1.507 Å.
    """
    energies = (
        *(-7.85216126, -7.88209660, -7.86082826, -7.83034295, -7.80643981),
        *(-7.79292530, -7.78663836, -7.78393102, -7.78280763, -7.78236724),
    )
    found = constants_of(("Li", "H"), np.linspace(1.2, 4.8, 10).tolist(), energies)
    assert isinstance(found, str)
    assert "more points around the minimum" in found
