"""Confusion matrices measured and inverted, against mthree and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from vqe_cli.errors import ResourceLimitError
from vqe_cli.measurement.estimates import Counts
from vqe_cli.measurement.mitigation import QubitShots
from vqe_cli.measurement.mitigation.readout import (
    Calibration,
    Confusion,
    ReadoutOptions,
    calibration_from,
    calibration_orders,
)

pytestmark = pytest.mark.quick

WRONG = np.array([[0.02, 0.06], [0.01, 0.09], [0.05, 0.03], [0.002, 0.11]])


class Reader:
    """A device that only reads basis states, with known errors."""

    def __init__(self, wrong: np.ndarray) -> None:
        self.wrong = wrong

    def read(self, order: QubitShots) -> Counts:
        rng = np.random.default_rng(order.seed)
        bits = np.full(len(order.qubits), int(order.bit))
        flip = rng.random((order.shots, bits.size)) < self.wrong[list(order.qubits), int(order.bit)]
        outcomes, repetitions = np.unique(
            (bits ^ flip) @ (1 << np.arange(bits.size)), return_counts=True
        )
        return Counts(outcomes, repetitions)


ALL = tuple(range(4))


def calibrated(reader: Reader, shots: int, seed: int, qubits: tuple[int, ...] = ALL) -> Calibration:
    orders = calibration_orders(qubits, ReadoutOptions(shots=shots), seed)
    return calibration_from(qubits, [reader.read(order) for order in orders])


def sampled(probabilities: np.ndarray, shots: int, seed: int) -> Counts:
    repetitions = np.random.default_rng(seed).multinomial(shots, probabilities)
    outcomes = np.flatnonzero(repetitions)
    return Counts(outcomes, repetitions[outcomes])


def whole_confusion(wrong: np.ndarray) -> np.ndarray:
    """The Kronecker product over all outcomes, qubit 0 the lowest bit."""
    found = np.eye(1)
    for p10, p01 in wrong:
        found = np.kron(np.array([[1 - p10, p01], [p10, 1 - p01]]), found)
    return found


def test_calibration_finds_the_errors_within_its_own() -> None:
    calibration = calibrated(Reader(WRONG), 50_000, 3)
    np.testing.assert_array_less(np.abs(calibration.wrong - WRONG), 4 * calibration.errors)
    np.testing.assert_allclose(calibration.errors, np.sqrt(WRONG * (1 - WRONG) / 50_000), rtol=0.2)


def test_error_bars_of_a_calibration_are_its_scatter() -> None:
    found = [calibrated(Reader(WRONG), 2000, 7 * k) for k in range(200)]
    scatter = np.std([one.wrong for one in found], axis=0)
    typical = np.mean([one.errors for one in found], axis=0)
    np.testing.assert_allclose(typical, scatter, rtol=0.3)


def test_qubit_read_at_random_is_refused() -> None:
    with pytest.raises(ResourceLimitError, match="qubit 1"):
        calibrated(Reader(np.array([[0.02, 0.06], [0.6, 0.6]])), 1000, 3, (0, 1))


def test_matrix_of_all_outcomes_is_the_product_of_the_qubits() -> None:
    confusion = Confusion(Calibration(ALL, WRONG, 1000), ALL, np.arange(16))
    np.testing.assert_allclose(confusion.matrix, whole_confusion(WRONG), atol=1e-14)


def test_mean_over_all_outcomes_is_that_of_what_was_there() -> None:
    rng = np.random.default_rng(1)
    there, worth = rng.dirichlet(np.ones(16)), rng.normal(size=16)
    read = whole_confusion(WRONG) @ there
    confusion = Confusion(Calibration(ALL, WRONG, 1000), ALL, np.arange(16))
    assert read @ confusion.pulled_back(worth) == pytest.approx(there @ worth)


@pytest.mark.parametrize("shots", [30, 2000])
def test_mean_on_the_outcomes_seen_is_that_of_mthree(shots: int) -> None:
    """Nation's own program, with the same matrices, on a few outcomes and on many."""
    mthree = pytest.importorskip("mthree")
    rng = np.random.default_rng(5)
    counts = sampled(whole_confusion(WRONG) @ rng.dirichlet(0.2 * np.ones(16)), shots, 6)
    calibration = Calibration(ALL, WRONG, 1000)
    mitigator = mthree.M3Mitigation(None)
    mitigator.cals_from_matrices([np.array(m, dtype=np.float32) for m in calibration.matrices])
    texts = {
        f"{outcome:04b}": int(count)
        for outcome, count in zip(counts.outcomes, counts.repetitions, strict=True)
    }
    quasi = mitigator.apply_correction(texts, range(4), method="direct")
    worth = np.cos(counts.outcomes)
    theirs = sum(quasi[f"{o:04b}"] * w for o, w in zip(counts.outcomes, worth, strict=True))
    ours = Confusion(calibration, ALL, counts.outcomes).pulled_back(worth)
    assert counts.repetitions / shots @ ours == pytest.approx(theirs, abs=2e-6)


def test_sensitivity_is_the_derivative_by_each_probability() -> None:
    """Against a second solution with one probability slightly changed."""
    rng = np.random.default_rng(2)
    outcomes = np.array([0, 3, 5, 9, 14])
    shares, worth = rng.dirichlet(np.ones(5)), rng.normal(size=5)
    shots = 10**10  # whose errors are small enough for differences
    calibration = Calibration(ALL, WRONG, shots)
    confusion = Confusion(calibration, ALL, outcomes)
    mean = shares @ confusion.pulled_back(worth)
    found = confusion.sensitivity(confusion.pulled_back(worth), shares)
    for place in range(8):
        moved = WRONG.copy()
        moved.ravel()[place] += calibration.errors.ravel()[place]
        again = shares @ Confusion(Calibration(ALL, moved, shots), ALL, outcomes).pulled_back(worth)
        assert found[place] == pytest.approx(again - mean, rel=1e-3)


def test_bits_are_undone_with_the_matrices_of_the_qubits_they_are_read_from() -> None:
    """Two of four qubits are read, in another order."""
    places = (3, 1)
    calibration = Calibration(ALL, WRONG, 1000)
    found = Confusion(calibration, places, np.arange(4)).matrix
    np.testing.assert_allclose(found, whole_confusion(WRONG[list(places)]), atol=1e-14)
    moves = Confusion(calibration, places, np.arange(4)).sensitivity(np.arange(4.0), np.ones(4) / 4)
    assert set(np.flatnonzero(moves.reshape(4, 2).any(axis=1))) == set(places)
