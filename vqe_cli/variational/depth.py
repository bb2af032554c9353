"""Advice where a layered ansatz is too shallow for a model."""

from __future__ import annotations

from collections.abc import Iterator

from vqe_cli.ansatz import Ansatz
from vqe_cli.fermions.problem import QubitProblem, has_own_unit
from vqe_cli.schema.check_records import Check, doubt
from vqe_cli.schema.records import ReferenceRecord
from vqe_cli.schema.severity import SIGMAS
from vqe_cli.variational.accuracy import accuracy_of
from vqe_cli.variational.solution import Solution

SHALLOW = 10.0
"""Error in units of the accurate one above which more layers are advised: 0.1 gaps of a model."""


def depth_checks(
    ansatz: Ansatz, solution: Solution, reference: ReferenceRecord | None, *, optimised: bool
) -> Iterator[Check]:
    """A warning that the ansatz is too shallow, with the flag that makes it deeper.

    The optimiser has converged, and the error is far above its tolerance and that of shots: what is
    missing is the ansatz's, or a lower minimum's.

    Args:
        ansatz: The ansatz.
        solution: The solution of the run.
        reference: The exact energy, with the gap above it; None if there is none.
        optimised: Whether an optimiser ran.
    """
    problem = solution.state.encoding.problem
    is_model = has_own_unit(problem) or isinstance(problem, QubitProblem)
    if not is_model or ansatz.depth_option is None or reference is None or not optimised:
        return
    accuracy = accuracy_of(problem, reference)
    bar = SIGMAS * (solution.energy.standard_error or 0.0)
    error = accuracy.factor * (solution.energy.value - bar - reference.energy)
    is_small = error <= SHALLOW * accuracy.tolerance
    if not solution.outcome.converged or is_small or solution.objective.traits.noisy:
        return
    layers = getattr(ansatz, ansatz.depth_option)
    flag = f"--set ansatz.{ansatz.depth_option}={max(2 * layers, 1)}"
    yield doubt(
        "ansatz-depth",
        f"converged with an error of {error:.3g} {accuracy.error_unit}: the ansatz is too"
        f" shallow, or stuck in a local minimum; more layers ({flag}) or --set restarts=10",
        value=float(layers),
    )
