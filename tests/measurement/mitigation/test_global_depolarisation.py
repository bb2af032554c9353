"""Mitigated energies of a state that is mixed as a whole, each known by hand, with its error bar.

At amplification λ the state is ``q |ψ⟩⟨ψ| + (1 − q) I / 2ⁿ`` with ``q = (1 − p)^λ``, and each qubit
is read with errors of its own, so that every extrapolation has a closed form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from qiskit.quantum_info import Statevector
from scipy.stats import chi2

from tests.families import slow_but
from tests.problems import TWO_PARAMETERS, encoding_of
from vqe_cli._core.arrays import FloatArray
from vqe_cli.ansatz import ANSATZE
from vqe_cli.measurement import MEASUREMENTS, MeasurementBasis
from vqe_cli.measurement.estimates import Counts, Estimate
from vqe_cli.measurement.mitigation import OneByOne, Preparation, QubitShots, StateShots
from vqe_cli.measurement.mitigation.ladder import measured
from vqe_cli.measurement.mitigation.options import Mitigation
from vqe_cli.measurement.shots import Budget
from vqe_cli.measurement.task import MeasurementTask

X = np.array([-0.1, 0.2])
P = 0.08
SECTOR = 4 / 16
"""Share of the bit strings of four spin orbitals that have one electron of each spin."""

PERFECT = np.zeros((4, 2))
WRONG = np.array([[0.02, 0.06], [0.01, 0.09], [0.05, 0.03], [0.004, 0.11]])
"""P(1|0) and P(0|1) of each qubit."""

SEEDS = 40
READOUT = {"readout": {"shots": 4000}}


class MixedDevice(OneByOne):
    """A device that mixes the state of hydrogen as a whole, and reads each qubit with errors.

    Args:
        wrong: P(1|0) and P(0|1) of each qubit; shape (qubits, 2).
    """

    def __init__(self, wrong: FloatArray) -> None:
        self.encoding = encoding_of("h2")
        self.state = ANSATZE.create(TWO_PARAMETERS).state(self.encoding)
        self.plan = MEASUREMENTS.create("low-rank").plan(self.encoding)
        self.confusion = np.eye(1)
        for p10, p01 in wrong:
            self.confusion = np.kron([[1 - p10, p01], [p10, 1 - p01]], self.confusion)
        self.known: dict[Any, FloatArray] = {}

    def places(self, basis: MeasurementBasis) -> tuple[int, ...]:
        return tuple(range(self.encoding.num_qubits))

    def read(self, order: QubitShots) -> Counts:
        return drawn(self.confusion[:, -int(order.bit)], order.shots, order.seed)

    def sample(self, order: StateShots) -> list[Counts]:
        rng = np.random.default_rng(order.seed)
        return [
            drawn(self.probabilities(order.preparation, basis), shots, rng)
            for basis, shots in zip(order.bases, order.shots, strict=True)
        ]

    def probabilities(self, preparation: Preparation, basis: MeasurementBasis) -> FloatArray:
        assert preparation.x is not None
        key = (tuple(preparation.x), preparation.folds, id(basis))
        if key not in self.known:
            circuit = self.state.circuit.assign_parameters(preparation.x)
            pure = Statevector(circuit).evolve(basis.circuit()).probabilities()
            left = (1 - P) ** (2 * preparation.folds + 1)
            self.known[key] = self.confusion @ (left * pure + (1 - left) / pure.size)
        return self.known[key]

    def mitigated(self, options: Any, shots: int, seed: int) -> Estimate:
        """The energy with all methods."""
        task = MeasurementTask(
            state=self.state, measurement="any", plan=self.plan, budget=Budget(shots, None)
        )
        chosen = Mitigation.model_validate(options)
        return measured(self, task, chosen, x=X, seed=seed).rungs[-1].estimate


def drawn(probabilities: FloatArray, shots: int, seed: Any) -> Counts:
    repetitions = np.random.default_rng(seed).multinomial(shots, probabilities)
    outcomes = np.flatnonzero(repetitions)
    return Counts(outcomes, repetitions[outcomes])


class ByHand:
    """Energies from the matrix of the Hamiltonian, without any of our measurement."""

    def __init__(self) -> None:
        encoding = encoding_of("h2")
        state = ANSATZE.create(TWO_PARAMETERS).state(encoding)
        matrix = encoding.hamiltonian.to_matrix()
        strings = np.arange(16)
        diagonal = matrix.diagonal().real
        one_each = [
            (bits & 0b0011).bit_count() == 1 and (bits & 0b1100).bit_count() == 1
            for bits in map(int, strings)
        ]
        self.exact = self.expectation(state.circuit.assign_parameters(X), matrix)
        self.determinant = self.expectation(state.circuit.assign_parameters(0 * X), matrix)
        self.mixed, self.mixed_in_sector = diagonal.mean(), diagonal[one_each].mean()

    @staticmethod
    def expectation(circuit: Any, matrix: Any) -> float:
        vector = Statevector(circuit).data
        return float((vector.conj() @ matrix @ vector).real)

    def raw(self, factor: int, pure: float | None = None) -> float:
        left = (1 - P) ** factor
        return left * (self.exact if pure is None else pure) + (1 - left) * self.mixed

    def selected(self, factor: int, pure: float | None = None) -> float:
        left, other = (1 - P) ** factor, SECTOR * (1 - (1 - P) ** factor)
        energy = self.exact if pure is None else pure
        return (left * energy + other * self.mixed_in_sector) / (left + other)

    def selected_exponential(self, pure: float) -> float:
        """``M + (E(1) − M)^{3/2} (E(3) − M)^{-1/2}``."""
        one, three = (self.selected(n, pure) - self.mixed_in_sector for n in (1, 3))
        return self.mixed_in_sector - float(abs(one) ** 1.5 * abs(three) ** -0.5)


Expected = Callable[[ByHand], float]

CASES: dict[str, tuple[Any, FloatArray, Expected]] = {
    "readout": (READOUT, WRONG, lambda by: by.raw(1)),
    "symmetry": ("symmetry", PERFECT, lambda by: by.selected(1)),
    "readout, symmetry": ({**READOUT, "symmetry": True}, WRONG, lambda by: by.selected(1)),
    "line through two": (
        {"zne": {"factors": [1, 3], "extrapolation": "linear"}},
        PERFECT,
        lambda by: (3 * by.raw(1) - by.raw(3)) / 2,
    ),
    "parabola through three": (
        {"zne": {"extrapolation": "quadratic"}},
        PERFECT,
        lambda by: (15 * by.raw(1) - 10 * by.raw(3) + 3 * by.raw(5)) / 8,
    ),
    "exponential": ("zne", PERFECT, lambda by: by.exact),
    "readout, exponential": ({**READOUT, "zne": True}, WRONG, lambda by: by.exact),
    "symmetry, exponential": (
        {"symmetry": True, "zne": {"factors": [1, 3]}},
        PERFECT,
        lambda by: by.selected_exponential(by.exact),
    ),
    "reference state": (
        "reference_state",
        PERFECT,
        lambda by: by.exact - (1 - (1 - P)) * (by.exact - by.determinant),
    ),
    "all": (
        {**READOUT, "symmetry": True, "zne": {"factors": [1, 3]}, "reference_state": True},
        WRONG,
        lambda by: (
            by.selected_exponential(by.exact)
            - by.selected_exponential(by.determinant)
            + by.determinant
        ),
    ),
}


QUICK = ("symmetry", "readout, symmetry", "exponential", "reference state")


@pytest.mark.parametrize("case", slow_but(QUICK, CASES))
def test_mitigated_energy_is_that_by_hand_and_scatters_as_its_error_bar_says(case: str) -> None:
    """The sum of squared deviations in units of the error bars is that of normal numbers."""
    options, wrong, expected = CASES[case]
    device, by_hand = MixedDevice(wrong), expected(ByHand())
    found = [device.mitigated(options, 4000, 7 * seed) for seed in range(SEEDS)]
    deviations = np.array([one.value - by_hand for one in found])
    bars = np.array([one.standard_error for one in found], dtype=np.float64)
    z = deviations / bars
    low, high = chi2.interval(0.999, SEEDS)
    assert low <= float(z @ z) <= high
    assert abs(z.mean()) * np.sqrt(SEEDS) < 3.3
