"""What a circuit would need on a device for its energy to mean something."""

from __future__ import annotations

from typing import Any

import numpy as np

from vqe_cli._core.units import HARTREE
from vqe_cli.analysis.estimation import estimate
from vqe_cli.comparison.goals import CHEMICAL, Goal
from vqe_cli.comparison.prices import PLAN
from vqe_cli.fermions.problem import ElectronicProblem, Problem
from vqe_cli.schema import RunSpec


def device_needs(spec: RunSpec) -> dict[str, Any]:
    """One energy of a run's circuit on a device, to a standard error of 1.6 mHa.

    Of a model it is 1 % of its largest coefficient.

    Args:
        spec: The run's spec; its device, or a fake one.

    Returns:
        The fields of `DeviceNeeds`.
    """
    found = estimate(spec, to_accuracy=True)
    on_device, anywhere, one = found.circuit.on_device, found.circuit.all_to_all, found.one_energy
    return {
        "device": found.device.name,
        "two_qubit_gates": found.gates_on_device,
        "depth": None if on_device is None else on_device.depth,
        "two_qubit_error": found.device.error,
        "shots": None if one is None else one.shots,
        "error": None if found.problem.unit == HARTREE else found.error,
        "qpu_seconds": None if one is None else one.use.qpu_seconds,
        "money_usd": None if one is None else one.use.cost[PLAN],
        "gates_all_to_all": None if anywhere is None else anywhere.two_qubit_gates,
    }


def mixed_energy(problem: Problem) -> float:
    """The energy of the maximally mixed state, to which errors of gates lead, Hartree.

    Every spin orbital is half occupied, so that electrons of one spin share half of each pair of
    orbitals: ``E = core + Σ_p h_pp + ½ Σ_pq (pp|qq) − ¼ Σ_pq (pq|qp)``.

    Args:
        problem: The problem.
    """
    if not isinstance(problem, ElectronicProblem):
        return float(sum(value for label, value in problem.paulis if not label.strip("I")))
    coulomb = np.einsum("ppqq->", problem.h2)
    exchange = np.einsum("pqqp->", problem.h2)
    one_body = np.trace(problem.h1)
    return float(problem.core_energy + one_body + 0.5 * coulomb - 0.25 * exchange)


def largest_gate_error(gates: int, energy: float, mixed: float, goal: Goal = CHEMICAL) -> float:
    """The error of a two-qubit gate at which the energy is off by 1.6 mHa, or another goal.

    Each gate fails with this probability, and a failure leaves the maximally mixed state: to first
    order the energy is off by ``gates · error · (mixed − energy)``.

    Args:
        gates: Number of two-qubit gates.
        energy: Energy without noise.
        mixed: Energy of the maximally mixed state.
        goal: The accuracy that is wanted, without mitigation.
    """
    return goal.tolerance / goal.units.factor / (gates * max(mixed - energy, 1e-12))
