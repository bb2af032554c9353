"""Shots and gates of all measurement methods."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vqe_cli._core.wording import counted
from vqe_cli.backends.devices.compiling import CompiledCircuit
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement import MEASUREMENTS, Measurement, MeasurementPlan
from vqe_cli.qubits.encoding import Encoding

MAP_UP_TO = 20
"""The largest number of qubits for which electrons are mapped to Pauli terms and grouped."""


@dataclass(frozen=True, eq=False)
class MeasurementEstimate:
    """The estimate of one measurement method.

    Args:
        name: Name of the method.
        plan: The measurement plan; None if there is none.
        two_qubit_gates: Number of two-qubit gates of the longest change of basis on the device;
            None if not transpiled.
        reason: The reason why there is no plan.
    """

    name: str
    plan: MeasurementPlan | None = None
    two_qubit_gates: int | None = None
    reason: str | None = None

    def shots(self, error: float) -> int | None:
        """Number of shots of one energy at optimal allocation; None without a plan.

        Args:
            error: Target standard error, in the problem's unit.
        """
        if self.plan is None:
            return None
        return math.ceil(self.plan.shots_times_variance / error**2)

    def as_dict(self, error: float) -> dict[str, object]:
        """Plain data for JSON."""
        plan = self.plan
        return {
            "name": self.name,
            "settings": None if plan is None else len(plan.bases),
            "shots_times_variance": None if plan is None else plan.shots_times_variance,
            "shots": self.shots(error),
            "two_qubit_gates": self.two_qubit_gates,
            "reason": self.reason,
        }


def measurements(
    encoding: Encoding, chosen: Measurement, compiled: CompiledCircuit | None
) -> tuple[MeasurementEstimate, ...]:
    """Estimates of all measurement methods.

    Args:
        encoding: The problem and its mapping to qubits.
        chosen: The measurement method of the input, with its options.
        compiled: The state's circuit on the device; None if not transpiled.
    """
    methods = (MEASUREMENTS.create(name) for name in MEASUREMENTS.usable() if name != "auto")
    return tuple(
        _estimate(chosen if method.name == chosen.name else method, encoding, compiled)
        for method in methods
    )


def _estimate(
    method: Measurement, encoding: Encoding, compiled: CompiledCircuit | None
) -> MeasurementEstimate:
    qubits = encoding.num_qubits
    electrons = isinstance(encoding.problem, ElectronicProblem)
    if method.of_paulis and electrons and qubits > MAP_UP_TO:
        reason = (
            f"Pauli terms of {counted(qubits, 'qubit')} would take minutes (at most {MAP_UP_TO})"
        )
        return MeasurementEstimate(method.name, reason=reason)
    try:
        plan = method.plan(encoding)
    except (InputError, ResourceLimitError) as error:
        return MeasurementEstimate(method.name, reason=error.message)
    return MeasurementEstimate(method.name, plan, _change_of_basis(plan, compiled))


def _change_of_basis(plan: MeasurementPlan, compiled: CompiledCircuit | None) -> int | None:
    """Two-qubit gates of the longest change of basis, transpiled to follow the circuit."""
    if compiled is None:
        return None
    circuits = (basis.circuit() for basis in plan.bases)
    longest = max(circuits, key=lambda circuit: circuit.num_nonlocal_gates(), default=None)
    if longest is None or longest.num_nonlocal_gates() == 0:
        return 0
    return int(compiled.tail(longest).circuit.num_nonlocal_gates())
