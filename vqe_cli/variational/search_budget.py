"""How much a search may take before it stops, so that optimisers can be compared at equal cost."""

from __future__ import annotations

from dataclasses import dataclass

from vqe_cli._core.wording import counted
from vqe_cli.schema.records import Evaluations


class BudgetSpentError(Exception):
    """The budget of a search is spent; the search ends where it is. The message says which."""


@dataclass(frozen=True)
class SearchBudget:
    """The budget of a search.

    Args:
        evaluations: Largest number of energies and gradients; None for no limit.
        shots: Largest number of shots of the search; None for no limit.
    """

    evaluations: int | None = None
    shots: int | None = None

    def refuse_next(self, spent: Evaluations, count: int, shots: float = 0.0) -> None:
        """Stop a search before it exceeds the budget.

        Args:
            spent: What it has taken so far.
            count: Number of the next evaluations.
            shots: Their shots, as far as they are known; 0 if they are not.

        Raises:
            BudgetSpentError: The next evaluations would exceed the budget.
        """
        done = spent.energy + spent.gradient
        if self.evaluations is not None and done + count > self.evaluations:
            raise BudgetSpentError(f"stopped after {counted(done, 'evaluation')} (max_evaluations)")
        if self.shots is not None and spent.shots + max(shots, 1.0) > self.shots:
            raise BudgetSpentError(f"stopped after {spent.shots:,} shots (max_shots)")


UNLIMITED = SearchBudget()
"""No limit."""
