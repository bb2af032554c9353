"""Qiskit Aer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from vqe_cli._core.sizes import (
    GATES_PER_QUBIT,
    NOISY_AMPLITUDE,
    NOISY_GATE,
    Load,
    Need,
    compiled_needs,
    device_need,
    gates_of,
    mapping_need,
    noisy_seconds,
    planning_need,
    refusal,
)
from vqe_cli._core.validation import SpecError
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends import Cost
from vqe_cli.backends._mitigated import MitigationOptions
from vqe_cli.backends.aer.entanglement import refuse_large_mps
from vqe_cli.backends.devices.noise import Noise
from vqe_cli.backends.objective import Expected, Objective
from vqe_cli.backends.submitter import Submitter
from vqe_cli.fermions.problem import ElectronicProblem, smaller
from vqe_cli.measurement import MOST_QUBITS
from vqe_cli.qubits.encoding import BYTES_PER_ENTRY, Encoding

if TYPE_CHECKING:
    from vqe_cli.backends.devices.compiling import CompiledCircuit

ENERGIES_OF_A_PARAMETER = 10
"""Energies for each parameter that an optimisation takes without gradients."""

GATE, AMPLITUDE = 1.5e-6, 1.5e-9
"""Time of a gate without shots, and in addition for each amplitude, seconds on one core."""

RUN = 0.02
"""Time in which a run of the simulator begins, seconds, with and without noise."""

MAX_DENSITY_MATRIX_QUBITS = 10
"""Largest number of qubits for a density matrix by default; above it, trajectories sample noise."""


REPLACED_WITH_THE_NOISE = {"shots", "precision", "mitigation", "noise", "method"}
"""Options that are set anew for another noise."""


class Aer(MitigationOptions):
    """Qiskit Aer, with exact expectation values, shots, noise and error mitigation.

    Without `shots` energies are exact expectation values; with `noise` they are those of
    infinitely many shots on the noisy device, readout errors included.

    Reference:
        Qiskit Aer, https://qiskit.github.io/qiskit-aer.
    """

    method: Literal["automatic", "statevector", "density_matrix", "matrix_product_state"] = Field(
        default="automatic", description="Aer's simulation method."
    )
    noise: Noise | None = Field(
        default=None,
        description="Errors of gates and readout: the name of a fake IBM device, "
        "or a mapping with these keys.",
    )
    optimization_level: int | None = Field(
        default=None,
        ge=0,
        le=3,
        description="Optimisation level of the transpiler. Default: 1, and 2 for a device.",
    )

    @model_validator(mode="after")
    def _possible(self) -> Aer:
        if self._noisy and self.method == "matrix_product_state":
            raise SpecError(
                "noise on a matrix product state is sampled by trajectories that Aer truncates",
                "method: density_matrix, or statevector with shots",
            )
        if self._noisy and self.budget is None and self.method == "statevector":
            raise SpecError(
                "noise on a statevector is random and needs shots",
                "add shots, or method: density_matrix",
            )
        return self

    @model_validator(mode="after")
    def _something_to_mitigate(self) -> Aer:
        if self.mitigation is not None and not self._noisy:
            raise SpecError("there are no errors to mitigate", "add noise", ("mitigation",))
        return self

    def needs(self, load: Load) -> Iterator[Need]:
        """The state, the circuit, and the Hamiltonian or the plan of its measurement.

        The size of a matrix product state depends on the circuit, which is checked later; a product
        of more excitations than qubits fills all bonds.
        """
        yield from self._device_need(load)
        for need in self._state_need(load.qubits):
            yield replace(need, seconds=self._seconds(load))
        if load.is_product and load.excitations >= load.qubits:
            what = f"a matrix product state of {load.qubits} qubits"
            yield Need(what, (2 * 16 << load.qubits) * (self.method == "matrix_product_state"))
        yield from compiled_needs(load)
        if self.budget is not None or self._noisy:
            yield planning_need(load)
            return
        yield mapping_need(load)
        if self._resolved_method(load.qubits) != "matrix_product_state":
            entries = load.size.flips << load.qubits
            what = f"a sparse matrix on {load.qubits} qubits with {entries:,} entries"
            yield Need(what, BYTES_PER_ENTRY * entries)

    def noise_source(self) -> Noise | None:
        """The noise in the input; None without noise."""
        return self.noise

    def with_noise(self, noise: Noise, qubits: int, shots: int) -> Aer:
        """The same with other noise, on a density matrix where it fits, else by trajectories."""
        options = self.model_dump(exclude_none=True, exclude=REPLACED_WITH_THE_NOISE)
        if noise.scale > 0 and qubits > MAX_DENSITY_MATRIX_QUBITS:
            options |= {"shots": shots, "method": "statevector"}
        return Aer.model_validate({**options, "noise": noise})

    def expected(self, *, is_product: bool) -> Expected:
        """Expectation values with or without noise, or shots, whose errors may be mitigated."""
        from vqe_cli.backends.aer import mitigated, objectives

        kind: type[Objective]
        if self.budget is None:
            kind = objectives.InfiniteAerObjective if self._noisy else objectives.ExactAerObjective
        elif self.mitigation is None:
            kind = objectives.SampledAerObjective
        else:
            kind = mitigated.MitigatedAerObjective
        has_curvature = is_product and kind is objectives.ExactAerObjective
        return Expected(kind, sampled=self.budget is not None, has_curvature=has_curvature)

    def cost(self, state: ParameterisedState) -> Cost | None:
        """Estimate memory and time from the numbers of excitations and amplitudes.

        Returns:
            The estimate, in bytes and seconds: of one energy, and, of excitations without shots, of
            one with a gradient by differences. None for matrix products, whose size is not known.
        """
        qubits = state.encoding.num_qubits
        method = self._resolved_method(qubits)
        if method == "matrix_product_state":
            return None
        amplitudes = 1 << qubits * (2 if method == "density_matrix" else 1)
        memory, gates = 2 * 16 * amplitudes, _gates(state)
        if self._noisy and method == "statevector":
            shots = self.budget.shots if self.budget is not None else None
            each = (shots or 1) * gates * (NOISY_GATE + NOISY_AMPLITUDE * amplitudes)
            return Cost(memory, None, each)
        each = RUN + gates * (GATE + AMPLITUDE * amplitudes)
        if state.product is None or self.budget is not None:
            return Cost(memory, None, each)
        return Cost(memory, RUN + (state.num_parameters + 1) * (each - RUN), each)

    def prepare(
        self, state: ParameterisedState, seed: int, submitter: Submitter | None = None
    ) -> Objective:
        """Transpile the circuit once for all evaluations.

        Returns:
            The objective, for parameters of shape (num_parameters,).
        """
        from vqe_cli.backends.aer import mitigated, objectives
        from vqe_cli.backends.aer.sampler import AerCircuit

        compiled = self._compiled(state, seed)
        method = self._resolved_method(compiled.circuit.num_qubits)
        circuit = AerCircuit(compiled, method)
        if self.budget is None and not self._noisy:
            return objectives.ExactAerObjective(state, circuit)
        if self.noise is not None:
            circuit = replace(circuit, noise=self.noise.label)
        if self.budget is None:
            return objectives.InfiniteAerObjective(self.measurement_of(state), circuit)
        task = self.task(state, self.budget)
        if self.mitigation is not None:
            return mitigated.MitigatedAerObjective(task, circuit, self.mitigation)
        return objectives.SampledAerObjective(task, circuit)

    def _compiled(self, state: ParameterisedState, seed: int) -> CompiledCircuit:
        """The circuit transpiled to the simulator's gates, or to those of the noise model."""
        from vqe_cli.backends.devices import compiling as devices

        if self.noise is None:
            self._refuse_too_large(state.encoding.num_qubits, state.encoding)
            if self.method == "matrix_product_state":
                refuse_large_mps(state)
            level = 1 if self.optimization_level is None else self.optimization_level
            method = self._resolved_method(state.encoding.num_qubits)
            return devices.compile_plain(state.circuit, level, method)
        level = 2 if self.optimization_level is None else self.optimization_level
        compiled = devices.compile_with_noise(state.circuit, self.noise, level, seed)
        self._refuse_too_large(compiled.circuit.num_qubits, state.encoding)
        return compiled

    @property
    def _noisy(self) -> bool:
        return self.noise is not None and self.noise.scale > 0

    def _resolved_method(
        self, qubits: int
    ) -> Literal["statevector", "density_matrix", "matrix_product_state"]:
        if self.method != "automatic":
            return self.method
        if self._noisy and (self.budget is None or qubits <= MAX_DENSITY_MATRIX_QUBITS):
            return "density_matrix"
        return "statevector"

    def _seconds(self, load: Load) -> float:
        """Approximate seconds of all energies of an optimisation without gradients."""
        parameters = max(load.excitations, load.qubits)
        energies = ENERGIES_OF_A_PARAMETER * parameters if load.searches else 1
        method = self._resolved_method(load.qubits)
        if self._noisy and method == "statevector":
            shots = self.budget.shots if self.budget is not None else None
            return energies * noisy_seconds(load, shots or 1)
        squared = 2 if method == "density_matrix" else 1
        return 1e-9 * energies * gates_of(load) * 2.0 ** (squared * load.qubits)

    def _device_need(self, load: Load) -> Iterator[Need]:
        from vqe_cli.backends.devices.compiling import device_of

        device = None if self.noise is None else device_of(self.noise)
        if device is not None:
            yield device_need(load, device.name, device.num_qubits)

    def _state_need(self, qubits: int) -> Iterator[Need]:
        method = self._resolved_method(qubits)
        if method == "matrix_product_state":
            if qubits > MOST_QUBITS and self.budget is not None:
                what = f"shots of {qubits} qubits"
                yield Need(what, limit=f"{what} are more than {MOST_QUBITS} bits")
            return
        memory = 2 * 16 * (4**qubits if method == "density_matrix" else 2**qubits)
        hint = None if self._noisy else "backend: {name: aer, method: matrix_product_state}"
        yield Need(f"a {method.replace('_', ' ')} of {qubits} qubits", memory, hint=hint)

    def _refuse_too_large(self, qubits: int, encoding: Encoding) -> None:
        """Refuse too many qubits, of a qubit Hamiltonian or of a circuit on a device."""
        mapper = ", or mapper parity" if isinstance(encoding.problem, ElectronicProblem) else ""
        for need in self._state_need(qubits):
            if not need.fits(encoding.memory):
                raise refusal(need, smaller(encoding.problem) + mapper, encoding.memory)


def _gates(state: ParameterisedState) -> int:
    """The approximate number of gates of a circuit that has not been built."""
    qubits = state.encoding.num_qubits
    if state.product is None:
        return GATES_PER_QUBIT * max(state.num_parameters, qubits)
    return GATES_PER_QUBIT * qubits * len(state.product.rotations)
