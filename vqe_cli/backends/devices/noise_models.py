"""Noise models for Aer, from the input and from the calibration of a device."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vqe_cli.backends.devices.noise import Noise

if TYPE_CHECKING:
    from qiskit_aer.noise import NoiseModel, QuantumError

BASIS_GATES = ("cx", "rz", "sx", "x")
"""Gates of noise without a device; rz is a change of frame and free of errors."""

RANDOM_READ = 0.5
"""The largest probability of a wrong bit to which a device's readout errors are scaled."""


def noise_from_parts(noise: Noise) -> NoiseModel:
    """The noise model with the same errors on every qubit: depolarisation, then relaxation.

    Args:
        noise: Noise that consists of parts.
    """
    from qiskit_aer.noise import NoiseModel, ReadoutError

    model = NoiseModel(basis_gates=list(BASIS_GATES))
    model.add_all_qubit_quantum_error(_gate_error(noise, 1), ["sx", "x"])
    model.add_all_qubit_quantum_error(_gate_error(noise, 2), ["cx"])
    confusion = _read_after_decay(noise)
    if not np.array_equal(confusion, np.eye(2)):
        model.add_all_qubit_readout_error(ReadoutError(confusion.T))
    return model


def noise_of_device(
    device: Any, read_wrongly: Sequence[tuple[float, float]], scale: float
) -> NoiseModel:
    """The noise model of a device: gate errors of its target, readout errors of its calibration.

    A target has one readout error for both bits, although 1 is read as 0 more often.

    Args:
        device: The device, a `BackendV2` whose target is scaled already.
        read_wrongly: P(1|0) and P(0|1) of each qubit.
        scale: Factor that multiplies these probabilities, up to 1/2.
    """
    from qiskit_aer.noise import NoiseModel, ReadoutError

    model = NoiseModel.from_backend(device, readout_error=False)
    for qubit, probabilities in enumerate(read_wrongly):
        p10, p01 = (min(scale * p, RANDOM_READ) for p in probabilities)
        if p10 or p01:
            model.add_readout_error(ReadoutError([[1 - p10, p10], [p01, 1 - p01]]), [qubit])
    return model


def readout_confusion(noise: NoiseModel, qubits: Sequence[int]) -> list[npt.NDArray[np.float64]]:
    """The matrix P[read, true] of each qubit's readout errors, shape (2, 2) each."""
    found = []
    for qubit in qubits:
        error = noise._local_readout_errors.get((qubit,), noise._default_readout_error)
        found.append(np.eye(2) if error is None else np.asarray(error.probabilities).T)
    return found


def _gate_error(noise: Noise, qubits: int) -> QuantumError:
    """The channel after every gate on one or two qubits."""
    from qiskit_aer.noise import depolarizing_error, thermal_relaxation_error

    probability, duration = 0.0, 0.0
    if noise.depolarizing is not None:
        given = noise.depolarizing
        probability = noise.scale * (given.one_qubit if qubits == 1 else given.two_qubit)
    error = depolarizing_error(probability, qubits)
    if noise.thermal is None:
        return error
    thermal = noise.thermal
    duration = noise.scale * (thermal.one_qubit_gate if qubits == 1 else thermal.two_qubit_gate)
    relaxation = thermal_relaxation_error(thermal.t1, thermal.t2, duration)
    return error.compose(relaxation if qubits == 1 else relaxation.expand(relaxation))


def _read_after_decay(noise: Noise) -> npt.NDArray[np.float64]:
    """P[read, true], where |1⟩ may decay before it is read.

    Relaxation right before a measurement only moves probability from 1 to 0, so that it is equal
    to a readout error, which also acts where no shots are taken.
    """
    confusion = np.eye(2)
    if noise.readout is not None:
        p10, p01 = noise.scale * noise.readout.p1_given_0, noise.scale * noise.readout.p0_given_1
        confusion = np.array([[1 - p10, p01], [p10, 1 - p01]])
    if noise.thermal is None:
        return confusion
    kept = np.exp(-noise.scale * noise.thermal.readout / noise.thermal.t1)
    return np.asarray(confusion @ np.array([[1.0, 1 - kept], [0.0, kept]]))
