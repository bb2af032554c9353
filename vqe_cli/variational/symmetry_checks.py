"""Checks of the conserved quantities of electrons: particle number, Sz and S²."""

from __future__ import annotations

from collections.abc import Iterator

from vqe_cli.ansatz import spin_conserving
from vqe_cli.backends.objective import Traits
from vqe_cli.fermions.problem import ElectronicProblem, Problem
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.severity import SIGMAS, or_fail, or_warn
from vqe_cli.variational.solution import Solution

SYMMETRY_TOLERANCE = {"particle-number": 1e-6, "sz": 1e-6, "s-squared": 1e-2}
CIRCUIT_TOLERANCE = 1e-3
"""Tolerance of conserved quantities for circuits that do not conserve them by construction."""

HALF_WAY_TO_TRIPLET = 1.0
"""Error of ⟨S²⟩ up to which a state of sampled determinants is nearest to its own spin.

A space of sampled determinants need not be closed under S².
"""

BEST_CONSERVING = "k-upccgsd"
"""The ansatz that conserves S² and came nearest to the exact energy of stretched bonds."""


def symmetry_checks(problem: Problem, solution: Solution, traits: Traits) -> Iterator[Check]:
    """Whether particle number, Sz and S² are those of the problem's sector.

    Args:
        problem: The problem; one of qubits has none of them.
        solution: The solution with its measured observables.
        traits: Properties of the objective, such as whether it is noisy.
    """
    if not isinstance(problem, ElectronicProblem):
        return
    expected = {
        "particle-number": float(sum(problem.nelec)),
        "sz": problem.spin_z,
        "s-squared": problem.spin_squared,
    }
    for name, target in expected.items():
        if name not in solution.observables:
            continue
        check = _symmetry(name, target, problem, solution, traits)
        by_ansatz = solution.sqd is None and not solution.state.conserves_spin
        if name == "s-squared" and check.status == "fail" and by_ansatz and problem.beta is None:
            check = _with_conserving(check, problem)
        yield check


def _symmetry(
    name: str, target: float, problem: ElectronicProblem, solution: Solution, traits: Traits
) -> Check:
    """Whether a conserved quantity has its value within its error bar.

    Noise shifts the quantity, and more shots only show it more clearly. That is not a fault of the
    state, and `noise-free` warns of it; with noise the check is therefore of severity warning.

    Excitations of unrestricted orbitals mix spins: up to half of the way to a triplet, their state
    is nearest to its own spin, and the check warns. Over different spaces of alpha and beta
    orbitals S² is not conserved, and the check never fails.

    Args:
        name: The name of the quantity.
        target: The value in the problem's sector.
        problem: The problem.
        solution: The solution with its measured observables.
        traits: Properties of the objective, such as whether it is noisy.
    """
    measured = solution.observables[name]
    tolerance = _symmetry_tolerance(name, measured, traits)
    difference = abs(measured.value - target)
    hard = not traits.noisy or solution.sqd is not None
    status = or_fail(difference <= tolerance) if hard else or_warn(difference <= tolerance)
    broken = name == "s-squared" and problem.beta is not None
    sampled = solution.sqd is not None and difference <= HALF_WAY_TO_TRIPLET
    if status == "fail" and (sampled or (broken and may_have_spin(problem, difference))):
        status = "warn"
    hard = hard and not (broken and not problem.conserves_spin)
    neighbour = _neighbour(name, problem)
    resolved = tolerance < neighbour
    if status == "pass" and not resolved:
        status = "warn"
    remarks = (
        _within(measured),
        "" if resolved else _not_resolved(neighbour),
        on_broken_spin(problem) if broken and status != "pass" else "",
    )
    return Check(
        name=name,
        status=status,
        hard=hard,
        value=measured.value,
        expected=target,
        tolerance=tolerance,
        detail="; ".join(remark for remark in remarks if remark),
    )


def may_have_spin(problem: ElectronicProblem, difference: float) -> bool:
    """Whether S² of a state of unrestricted orbitals may differ so much from that of its spin.

    Args:
        problem: The problem, over unrestricted orbitals.
        difference: The distance from S² of the spin.
    """
    return not problem.conserves_spin or difference <= HALF_WAY_TO_TRIPLET


def on_broken_spin(problem: ElectronicProblem) -> str:
    """The reason why S² of unrestricted orbitals differs from that of the spin.

    Args:
        problem: The problem, over unrestricted orbitals.
    """
    if not problem.conserves_spin:
        return "alpha and beta orbitals span different spaces, and S² is not conserved"
    return "excitations of unrestricted orbitals mix spins"


def _with_conserving(check: Check, problem: ElectronicProblem) -> Check:
    """A failed check of S², with the ansätze that would conserve it."""
    others = [name for name in spin_conserving(problem) if name != BEST_CONSERVING]
    hint = (
        f"the ansatz does not conserve S²: --ansatz '{{name: {BEST_CONSERVING}, k: 4}}' does,"
        f" and so do {', '.join(others)}"
    )
    detail = f"{check.detail}; {hint}" if check.detail else hint
    return check.model_copy(update={"detail": detail})


def _neighbour(name: str, problem: ElectronicProblem) -> float:
    """Distance to the quantity's nearest value in another sector."""
    if name == "s-squared":
        spin = (problem.multiplicity - 1) / 2
        return 2 * spin if spin >= 1 else 2 * (spin + 1)
    return 1.0 if name == "particle-number" else 0.5


def _not_resolved(neighbour: float) -> str:
    return f"not resolved: four standard errors reach the next sector, {neighbour:g} away"


def _symmetry_tolerance(name: str, measured: Estimate, traits: Traits) -> float:
    floor = 0.0 if traits.conserving else CIRCUIT_TOLERANCE
    return max(floor, SYMMETRY_TOLERANCE[name], SIGMAS * (measured.standard_error or 0.0))


def _within(measured: Estimate) -> str:
    """The error bar, or why there is none although energies are sampled."""
    if measured.selected:
        return "of the shots that were kept, by construction"
    error = measured.standard_error
    return "" if error is None else f"± {error:.1g}"
