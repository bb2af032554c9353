"""Energies are the trigonometric polynomials that their spectra say."""

from __future__ import annotations

from functools import reduce
from math import gcd
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.problems import encoding_of, objective_of, qubit_encoding
from vqe_cli.backends.objective import Objective
from vqe_cli.fermions.spectra import Spectrum, spectrum

pytestmark = pytest.mark.quick

THREE_QUBITS = {"ZZI": 0.5, "IXX": -0.3, "YIZ": 0.7, "XYZ": 0.4, "IIZ": -0.2, "YYX": 0.25}


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ([], Spectrum(1.0, 0)),
        ([0.0], Spectrum(1.0, 0)),
        ([1.0], Spectrum(1.0, 1)),
        ([2.0], Spectrum(2.0, 1)),
        ([1.0, 1.0], Spectrum(1.0, 2)),
        ([1.0, -1.0], Spectrum(1.0, 2)),
        ([0.5, 0.5], Spectrum(0.5, 2)),
        ([0.5, 1.0], Spectrum(0.5, 3)),
        ([2.0, 3.0], Spectrum(1.0, 5)),
    ],
)
def test_spectrum_by_hand(weights: list[float], expected: Spectrum) -> None:
    assert spectrum(weights) == expected


@settings(deadline=None, derandomize=True)
@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=6),
    st.sampled_from([0.1, 0.25, 1 / 3, 0.5, 1.0, 2.0, np.pi]),
)
def test_unit_is_the_common_divisor_and_degree_the_sum(counts: list[int], unit: float) -> None:
    found = spectrum([unit * count for count in counts])
    divisor = reduce(gcd, counts)
    assert found.unit == pytest.approx(unit * divisor)
    assert found.degree == sum(counts) // divisor


def interpolated(values: np.ndarray, phase: float) -> float:
    """The trigonometric polynomial through equally spaced values over one period, at a phase."""
    count = values.size
    coefficients = np.fft.fft(values) / count
    orders = np.fft.fftfreq(count, 1 / count)
    return float(np.real(np.sum(coefficients * np.exp(1j * orders * phase))))


def assert_energy_is_such_a_polynomial(objective: Objective, index: int, x: np.ndarray) -> None:
    """Fit with as many points as the degree needs; the fit must hold everywhere else."""
    found = objective.traits.spectra[index]
    count = 2 * found.degree + 1

    def energy(phase: float) -> float:
        moved = x.copy()
        moved[index] = phase / found.unit
        return objective.energy(moved, 0).value

    values = np.array([energy(2 * np.pi * k / count) for k in range(count)])
    for phase in (0.3, 1.7, 2.9, 4.4, 6.1):
        assert energy(phase) == pytest.approx(interpolated(values, phase), abs=1e-10)


CIRCUITS: list[Any] = [
    *({"name": "two-local", "entanglement_blocks": [gate], "reps": 1}
      for gate in ("cx", "ch", "crx", "cry", "crz", "cp", "rxx", "ryy", "rzz")),
    {"name": "two-local", "rotation_blocks": ["p", "rx"], "reps": 1},
    {"name": "excitation-preserving", "reps": 1},
    {"name": "excitation-preserving", "reps": 2, "mode": "iswap"},
    {"name": "real-amplitudes", "reps": 2},
    {"name": "efficient-su2", "reps": 1},
]  # fmt: skip


@pytest.mark.parametrize("ansatz", CIRCUITS, ids=lambda a: "-".join(map(str, a.values())))
def test_circuit_energies_have_the_declared_spectra(ansatz: dict[str, Any]) -> None:
    objective = objective_of(qubit_encoding(THREE_QUBITS), ansatz)
    count = objective.traits.num_parameters
    x = np.random.default_rng(2).uniform(-3, 3, size=count)
    for index in range(count):
        assert_energy_is_such_a_polynomial(objective, index, x)


@pytest.mark.parametrize("problem", ["h2", "h4", "h3-doublet", "ch2-triplet"])
@pytest.mark.parametrize("spin_adapted", [True, False])
def test_excitation_energies_have_the_declared_spectra(problem: str, spin_adapted: bool) -> None:
    ansatz = {"name": "uccsd", "spin_adapted": spin_adapted}
    objective = objective_of(encoding_of(problem), ansatz)
    count = objective.traits.num_parameters
    x = np.random.default_rng(2).uniform(-1, 1, size=count)
    for index in range(0, count, max(1, count // 6)):
        assert_energy_is_such_a_polynomial(objective, index, x)


def test_controlled_rotations_have_half_frequencies() -> None:
    ansatz = {
        "name": "two-local",
        "rotation_blocks": "ry",
        "entanglement_blocks": "crx",
        "reps": 1,
    }
    objective = objective_of(qubit_encoding(THREE_QUBITS), ansatz)
    assert Spectrum(0.5, 2) in objective.traits.spectra
    assert Spectrum(1.0, 1) in objective.traits.spectra


@pytest.mark.parametrize("ansatz", ["uccsd", "two-local", "excitation-preserving"])
def test_backends_declare_the_same_spectra(ansatz: str) -> None:
    encoding = encoding_of("h2")
    exact = objective_of(encoding, ansatz, "exact").traits.spectra
    aer = objective_of(encoding, ansatz, "aer").traits.spectra
    assert exact == aer
