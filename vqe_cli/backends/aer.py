"""Qiskit Aer."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from vqe_cli.backends._measured import ShotOptions, describe
from vqe_cli.machine import refuse_if_larger
from vqe_cli.objective import Objective
from vqe_cli.trial import TrialState
from vqe_cli.validation import SpecError

MAX_DENSITY_MATRIX_QUBITS = 10
"""Beyond this, noise is sampled by trajectories unless a density matrix is asked for."""


class Aer(ShotOptions):
    """Qiskit Aer: exact expectation values, shots, and noise of a fake IBM device.

    Without `shots` energies are exact expectation values; with `noise` they are those of
    infinitely many shots on the noisy device, readout errors included.

    Reference:
        Qiskit Aer, https://qiskit.github.io/qiskit-aer.
    """

    method: Literal["automatic", "statevector", "density_matrix", "matrix_product_state"] = Field(
        "automatic", description="Aer's simulation method."
    )
    noise: str | None = Field(
        None, description="A fake IBM device whose gate and readout errors are applied."
    )
    optimization_level: int | None = Field(
        None, ge=0, le=3, description="Of the compiler. Default: 1, and 2 for a device."
    )

    @model_validator(mode="after")
    def _possible(self) -> Aer:
        if self.noise is not None and self.method == "matrix_product_state":
            raise SpecError(
                "noise on a matrix product state is sampled by trajectories that Aer truncates",
                "method: density_matrix, or statevector with shots",
            )
        if self.noise is not None and self.budget is None and self.method == "statevector":
            raise SpecError(
                "noise on a statevector is random and needs shots",
                "add shots, or method: density_matrix",
            )
        return self

    def prepare(self, trial: TrialState, seed: int) -> Objective:
        """Compile the circuit once."""
        from vqe_cli.backends.aer_simulator import devices, objectives
        from vqe_cli.backends.ibm_runtime.runtime import fake_device

        device = None if self.noise is None else fake_device(self.noise, ("backend", "noise"))
        if device is None:
            self._refuse_too_large(trial.encoding.num_qubits)
            level = 1 if self.optimization_level is None else self.optimization_level
            method = self._resolved_method(trial.encoding.num_qubits)
            compiled = devices.compile_plain(trial.circuit, level, method)
        else:
            level = 2 if self.optimization_level is None else self.optimization_level
            compiled = devices.compile_for_device(trial.circuit, device, level, seed)
            self._refuse_too_large(compiled.circuit.num_qubits)
        method = self._resolved_method(compiled.circuit.num_qubits)
        if self.budget is None and self.noise is None:
            return objectives.ExactAerObjective(trial, compiled, method)
        measurement = self.method_of(trial)
        plan = measurement.plan(trial.encoding)
        found: objectives.InfiniteAerObjective | objectives.SampledAerObjective
        if self.budget is None:
            found = objectives.InfiniteAerObjective(trial, compiled, plan, self.post_select)
        else:
            found = objectives.SampledAerObjective(
                trial, compiled, method, plan, self.budget, self.post_select
            )
        found.details |= describe(measurement, plan, self.budget)
        return found

    def _resolved_method(
        self, qubits: int
    ) -> Literal["statevector", "density_matrix", "matrix_product_state"]:
        if self.method != "automatic":
            return self.method
        if self.noise is not None and (self.budget is None or qubits <= MAX_DENSITY_MATRIX_QUBITS):
            return "density_matrix"
        return "statevector"

    def _refuse_too_large(self, qubits: int) -> None:
        method = self._resolved_method(qubits)
        if method == "matrix_product_state":
            return
        size = 16 * (4**qubits if method == "density_matrix" else 2**qubits)
        hint = "choose a smaller active space, mapper parity, or method matrix_product_state"
        refuse_if_larger(2 * size, f"a {method.replace('_', ' ')} of {qubits} qubits", hint)
