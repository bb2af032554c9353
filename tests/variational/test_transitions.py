"""Transitions between states that can be written down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from tests.problems import random_problem
from vqe_cli._core.arrays import FloatArray
from vqe_cli.fermions.problem import DipoleIntegrals
from vqe_cli.variational.transitions import Transition

pytestmark = pytest.mark.quick

PROBLEM = random_problem(3, (1, 1), seed=5)
"""One electron of each spin in three orbitals; row and column are their orbitals."""


@dataclass(frozen=True, eq=False)
class State:
    energy: float
    vector: FloatArray


def state(energy: float, *amplitudes: tuple[int, int, float]) -> State:
    vector = np.zeros((3, 3))
    for alpha, beta, amplitude in amplitudes:
        vector[alpha, beta] = amplitude
    return State(energy, vector)


GROUND = state(0.0, (0, 0, 1.0))


def test_a_singlet_of_one_configuration_has_one_pair_of_natural_orbitals() -> None:
    """⟨S|a†_2σ a_1σ|0⟩ = 1/√2 for each spin."""
    singlet = state(0.5, (2, 0, np.sqrt(0.5)), (0, 2, np.sqrt(0.5)))
    found = Transition.between(PROBLEM, GROUND, singlet)
    assert found.density[:, 2, 0] == pytest.approx([np.sqrt(0.5)] * 2)
    assert found.natural_weights == pytest.approx([1.0, 0.0, 0.0])
    assert found.single_excitation_share == pytest.approx(1.0)
    assert found.orbitals == (0, 2)


def test_a_double_excitation_moves_no_single_electron() -> None:
    found = Transition.between(PROBLEM, GROUND, state(1.0, (1, 1, 1.0)))
    assert found.single_excitation_share == 0.0
    assert found.orbitals is None
    assert found.natural_weights.tolist() == [0.0] * 3


def test_the_oscillator_strength_is_that_of_the_length_form() -> None:
    """⅔ · 0.5 Ha · (√2 · 0.3 bohr)² for ⟨1|x|3⟩ = 0.3."""
    integrals = np.zeros((3, 3, 3))
    integrals[0, 0, 2] = integrals[0, 2, 0] = 0.3
    singlet = state(0.5, (2, 0, np.sqrt(0.5)), (0, 2, np.sqrt(0.5)))
    triplet = state(0.4, (2, 0, np.sqrt(0.5)), (0, 2, -np.sqrt(0.5)))
    dipole = DipoleIntegrals(integrals, np.zeros(3))
    bright = Transition.between(PROBLEM, GROUND, singlet)
    assert bright.oscillator_strength(dipole) == pytest.approx(2 / 3 * 0.5 * 0.18)
    assert np.abs(bright.dipole(dipole)) == pytest.approx([np.sqrt(0.18), 0.0, 0.0])
    dark = Transition.between(PROBLEM, GROUND, triplet)
    assert dark.oscillator_strength(dipole) == pytest.approx(0.0, abs=1e-15)
