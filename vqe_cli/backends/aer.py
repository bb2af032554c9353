"""Qiskit Aer."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from vqe_cli.backends import Backend
from vqe_cli.backends.aer_simulator.noise import Noise
from vqe_cli.errors import InputError
from vqe_cli.machine import refuse_if_larger
from vqe_cli.measurement import MEASUREMENTS
from vqe_cli.objective import Objective
from vqe_cli.trial import TrialState
from vqe_cli.validation import SpecError

MAX_DENSITY_MATRIX_QUBITS = 10
"""Beyond this, noise is sampled by trajectories unless a density matrix is asked for."""


class Aer(Backend):
    """Qiskit Aer: exact expectation values, shots, and noise of a fake IBM device.

    Without `shots` energies are exact expectation values; with `noise` they are those of
    infinitely many shots on the noisy device, readout errors included.

    Reference:
        Qiskit Aer, https://qiskit.github.io/qiskit-aer.
    """

    shots: int | None = Field(
        None,
        ge=2,
        le=100_000_000,
        description="Shots for each measured circuit, on average. "
        "Default: none, exact expectation values.",
    )
    method: Literal["automatic", "statevector", "density_matrix", "matrix_product_state"] = Field(
        "automatic", description="Aer's simulation method."
    )
    noise: Noise | None = Field(
        None,
        description="Errors of gates and readout: the name of a fake IBM device, "
        "or a mapping with these keys.",
    )
    measurement: str | dict[str, Any] = Field(
        "qubit-wise",
        validate_default=True,
        description="How Pauli terms are grouped; a name or a mapping.",
    )
    optimization_level: int | None = Field(
        None, ge=0, le=3, description="Of the compiler. Default: 1, and 2 for a device."
    )

    @field_validator("measurement")
    @classmethod
    def _known_measurement(cls, value: str | dict[str, Any]) -> str | dict[str, Any]:
        if isinstance(value, dict) and "name" not in value:
            value = {"name": "qubit-wise", **value}
        try:
            return MEASUREMENTS.create(value).selection()
        except InputError as error:
            raise SpecError(error.message, error.hint, error.path) from None

    @model_validator(mode="after")
    def _possible(self) -> Aer:
        if self._noisy and self.method == "matrix_product_state":
            raise SpecError(
                "noise on a matrix product state is sampled by trajectories that Aer truncates",
                "method: density_matrix, or statevector with shots",
            )
        if self._noisy and self.shots is None and self.method == "statevector":
            raise SpecError(
                "noise on a statevector is random and needs shots",
                "add shots, or method: density_matrix",
            )
        return self

    def prepare(self, trial: TrialState, seed: int) -> Objective:
        """Compile the circuit once."""
        from vqe_cli.backends.aer_simulator import devices, objectives

        if self.noise is None:
            self._refuse_too_large(trial.encoding.num_qubits)
            level = 1 if self.optimization_level is None else self.optimization_level
            method = self._resolved_method(trial.encoding.num_qubits)
            compiled = devices.compile_plain(trial.circuit, level, method)
        else:
            level = 2 if self.optimization_level is None else self.optimization_level
            compiled = devices.compile_with_noise(trial.circuit, self.noise, level, seed)
            self._refuse_too_large(compiled.circuit.num_qubits)
        method = self._resolved_method(compiled.circuit.num_qubits)
        if self.shots is None and not self._noisy:
            return objectives.ExactAerObjective(trial, compiled, method)
        measurement = MEASUREMENTS.create(self.measurement)
        return objectives.MeasuredAerObjective(trial, compiled, method, measurement, self.shots)

    @property
    def _noisy(self) -> bool:
        return self.noise is not None and self.noise.scale > 0

    def _resolved_method(
        self, qubits: int
    ) -> Literal["statevector", "density_matrix", "matrix_product_state"]:
        if self.method != "automatic":
            return self.method
        if self._noisy and (self.shots is None or qubits <= MAX_DENSITY_MATRIX_QUBITS):
            return "density_matrix"
        return "statevector"

    def _refuse_too_large(self, qubits: int) -> None:
        method = self._resolved_method(qubits)
        if method == "matrix_product_state":
            return
        size = 16 * (4**qubits if method == "density_matrix" else 2**qubits)
        hint = "choose a smaller active space, mapper parity, or method matrix_product_state"
        refuse_if_larger(2 * size, f"a {method.replace('_', ' ')} of {qubits} qubits", hint)
