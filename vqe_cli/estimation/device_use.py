"""Executions, QPU time and money of what runs on a device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from vqe_cli.backends.ibm_runtime.cost import Plan, Prices
from vqe_cli.backends.ibm_runtime.parts import MOST_EXECUTIONS


@dataclass(frozen=True)
class DeviceUse:
    """What one task takes.

    Args:
        task: For people.
        points: Parameters at which the circuits run.
        jobs: In which they are sent.
        executions: Of circuits: shots in all settings times points.
        qpu_seconds: About.
        cost: Of each plan, in the currency of the prices.
    """

    task: str
    points: int
    jobs: int
    executions: int
    qpu_seconds: float
    cost: dict[str, float]


def device_use(task: str, shots: int, prices: Prices, points: int = 1, jobs: int = 1) -> DeviceUse:
    """Time and money of a task.

    Args:
        task: For people.
        shots: Of one point, in all settings together.
        prices: Of seconds, and how long jobs take.
        points: Parameters.
        jobs: At least; large ones are cut.
    """
    executions = shots * points
    jobs = max(jobs, -(-executions // MOST_EXECUTIONS))
    charges = {
        plan: prices.charge(cast(Plan, plan), jobs, executions) for plan in prices.per_second
    }
    seconds = next(iter(charges.values())).seconds
    cost = {plan: charge.money for plan, charge in charges.items()}
    return DeviceUse(task, points, jobs, executions, seconds, cost)
