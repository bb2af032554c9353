"""What to do about a search that did not end, or ended where the energy still falls."""

from __future__ import annotations

from vqe_cli.schema.check_records import Check
from vqe_cli.schema.records import RunRecord

SEARCH = "optimizer-converged"

MORE = 10
"""Factor by which a limit is raised that was too low."""

QUASI_NEWTON = ("bfgs", "diis", "l-bfgs-b", "slsqp")
"""Optimisers that need the fewest steps where energies are exact."""

BUDGETS = {"max_evaluations": "--max-evaluations", "max_shots": "--max-shots"}
"""Budgets of a run that end a search, and their flags."""

OPERATORS = "limit of operators"
"""Words in which an adaptive search says that its ansatz may not grow further."""


def search_failed(record: RunRecord) -> bool:
    """Whether the optimiser of a run did not converge.

    Args:
        record: The record of the run.
    """
    return any(check.name == SEARCH and check.status == "fail" for check in record.checks)


def remedy_of_search(check: Check, record: RunRecord) -> str:
    """What to do about the search.

    Args:
        check: The check of its convergence, which did not hold.
        record: The record that it belongs to.
    """
    for key, flag in BUDGETS.items():
        limit = record.spec.get(key)
        if limit is not None and (key in check.detail or "budget" in check.detail):
            return f"`{flag} {MORE * limit}`: the budget ended the search, not the optimiser"
    operators = record.spec["ansatz"].get("max_operators")
    if operators is not None and OPERATORS in check.detail:
        return f"`--set ansatz.max_operators={MORE * operators}`: more cycles, each longer"
    return _more_steps(record)


def remedy_of_gradient(record: RunRecord) -> str:
    """What to do about an energy that still falls at the last point.

    Args:
        record: The record of the run.
    """
    if search_failed(record):
        return "a search that converges"
    if record.result.optimizer not in QUASI_NEWTON and _is_exact(record):
        return "`--optimizer l-bfgs-b`, which ends where the gradient vanishes"
    tolerance = record.spec["optimizer"].get("tolerance")
    if tolerance is None:
        return "a smaller tolerance: `--set optimizer.tolerance=1e-8`"
    return f"a smaller tolerance: `--set optimizer.tolerance={tolerance / MORE:g}`"


def _more_steps(record: RunRecord) -> str:
    more = f"`--maxiter {MORE * _steps(record)}`, which may take {MORE} times as long"
    if record.result.optimizer in QUASI_NEWTON or not _is_exact(record):
        return more
    return f"`--optimizer l-bfgs-b`, which takes fewer steps for exact energies; or {more}"


def _steps(record: RunRecord) -> int:
    """The limit of iterations, or the largest number that any start took."""
    limit = record.spec["optimizer"].get("maxiter")
    return int(limit or max([1, *(step.step for step in record.result.history)]))


def _is_exact(record: RunRecord) -> bool:
    """Whether energies come without shots, from the backend that has their derivatives."""
    backend = record.spec["backend"]
    return bool(backend["name"] == "exact" and record.result.standard_error is None)
