"""Advice of `vqe estimate` in one paragraph."""

from __future__ import annotations

from vqe_cli._core.energy_units import units_of
from vqe_cli._core.resources import show_bytes
from vqe_cli._core.wording import counted
from vqe_cli.analysis.estimation import Estimation
from vqe_cli.analysis.estimation.circuits import expected_fidelity
from vqe_cli.report.format import predicted_bytes, seconds, three_digits

PLANS: dict[str, str] = {
    "open": "on the open plan",
    "payg": "pay-as-you-go",
    "flex": "on the flex plan",
    "premium": "on the premium plan",
}

DROWNED, BLURRED = 0.1, 0.9
"""Expected fidelities below which the state is lost, and below which it is damaged."""


def advice(found: Estimation) -> str:
    """Costs of simulation and device, and the fidelity on the device.

    Args:
        found: The estimate.
    """
    return " ".join(part for part in (_here(found), _there(found), _noise(found)) if part)


def _here(found: Estimation) -> str:
    exact = found.exact
    memory = predicted_bytes(exact.memory)
    if not exact.feasible:
        usable = show_bytes(exact.usable)
        return (
            f"An exact simulation would need {memory}, and {usable} can be used here:"
            " choose a smaller active space."
        )
    if exact.seconds is None:
        unknown = "how far an ansatz grows" if found.ansatz.pool else "the time of a circuit"
        return f"Simulate: the exact state takes {memory} here; {unknown} is not estimated."
    took = "less than a second" if exact.seconds < 1 else f"about {seconds(exact.seconds)}"
    return f"Simulate: exact VQE takes {took} of solving and {memory} here."


def _there(found: Estimation) -> str:
    use = found.main_use
    if not found.fits:
        has, needs = found.device.qubits, found.problem.qubits
        return f"{found.device.name} has {counted(has, 'qubit')}, too few for these {needs}."
    if use is None:
        return f"Of {found.device.name} nothing is said: the measurement was not planned."
    plan, currency = found.billing, found.prices.currency
    money = f"{use.cost[plan]:,.0f} {currency} {PLANS.get(plan, f'on plan {plan}')}"
    spent = f"{three_digits(use.executions)} shots, about {seconds(use.qpu_seconds)} of"
    what = use.task
    if found.one_energy is not None and use is found.one_energy.use:
        units = units_of(found.problem.unit)
        what = f"one energy to ± {units.bar(found.one_energy.standard_error)} {units.error}"
    return f"On {found.device.name} {what} takes {spent} QPU time, {money}."


def _noise(found: Estimation) -> str:
    gates = found.gates_on_device
    fidelity = expected_fidelity(found.device.error, gates)
    if fidelity is None:
        return ""
    count = f"its {gates:,} two-qubit gates"
    if fidelity < DROWNED:
        return f"There {count} would drown it in noise (expected fidelity {fidelity:.1g})."
    if fidelity < BLURRED:
        return (
            f"There {count} would leave a fidelity of about {fidelity:.2f}, and an error far beyond"
            " the error bar unless it is mitigated."
        )
    return f"There {count} would leave a fidelity of about {fidelity:.2f}."
