"""What a whole comparison or scan may take: core time, or the money that it would cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vqe_cli._core.sizes import Size
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.comparison.plan import VQE, PlannedProblem, PlannedRow
from vqe_cli.comparison.prices import HOUR, machine_prices
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.parts import look_up_parts
from vqe_cli.schema import spec_from_data
from vqe_cli.screening.model import Failure, Limits, Task
from vqe_cli.variational.feasibility import needs_of_methods, needs_of_run

HINT = "raise --max-cost or --max-time, or choose smaller problems; --resume keeps finished rows"


@dataclass
class Budget:
    """The core time of a comparison or scan: its limit, and what has been spent.

    Args:
        seconds: Largest time of all rows together, one core each, seconds; None for no limit.
        spent: Time of all attempts so far, seconds.
        what: Name of what the rows belong to.
        hint: How to go on where the limit is reached.
    """

    seconds: float | None = None
    spent: float = 0.0
    what: str = "comparison"
    hint: str = HINT

    @classmethod
    def of(cls, max_time: float | None, max_cost: float | None) -> Budget:
        """The smaller of two limits.

        Args:
            max_time: Core time, seconds; None for no limit.
            max_cost: Price of the core time, USD; None for no limit.
        """
        priced = None if max_cost is None else HOUR * max_cost / machine_prices().core_hour
        known = [limit for limit in (max_time, priced) if limit is not None]
        return cls(min(known) if known else None)

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self.seconds is not None and self.spent >= self.seconds

    def granted(self, task: Task) -> Task | None:
        """A task whose time limit is within what is left; None if nothing is.

        Args:
            task: The task.
        """
        if self.seconds is None:
            return task
        if self.is_spent:
            return None
        seconds = min(task.limits.seconds, self.seconds - self.spent)
        limits = Limits(memory_bytes=task.limits.memory_bytes, seconds=seconds)
        return task.model_copy(update={"limits": limits})

    @property
    def refusal(self) -> Failure:
        """Why a row is not begun."""
        spent, limit = shown(self.spent), shown(self.seconds or 0.0)
        message = f"the {self.what} has taken {spent} of the {limit} that it may take"
        return Failure(kind="refused", message=message, hint=self.hint)

    def refuse_if_larger(self, expected: float) -> None:
        """Refuse rows that would exceed the limit by what their methods declare.

        Args:
            expected: Core time that they declare, seconds.

        Raises:
            ResourceLimitError: It exceeds what is left, or nothing is.
        """
        if self.is_spent:
            raise ResourceLimitError(self.refusal.message, hint=self.hint)
        expected += self.spent
        if self.seconds is not None and expected > self.seconds:
            raise ResourceLimitError(
                f"the {self.what} would take at least {shown(expected)}, {shown(self.seconds)} "
                "are allowed",
                hint=self.hint,
            )


def shown(seconds: float) -> str:
    """Core time with its price as text for people.

    Args:
        seconds: Core time, seconds.
    """
    return f"{seconds:,.3g} s of core time ({machine_prices().money(seconds):.2g} USD)"


def expected_seconds(
    problems: Sequence[PlannedProblem], sizes: Mapping[str, Size], done: Sequence[str]
) -> float:
    """The core time that methods declare for their rows, a lower bound: not all of them do.

    Args:
        problems: The problems.
        sizes: Sizes by key of the problem; those of qubit Hamiltonians are missing.
        done: Keys of rows that are finished.
    """
    rows = {
        row.key: (row, sizes[problem.preparation.key])
        for problem in problems
        if problem.preparation.key in sizes
        for row in problem.rows
        if row.key not in done
    }
    known: dict[tuple[str, str, Size], float] = {}
    total = 0.0
    for row, size in rows.values():
        same = (str(row.method), row.variant, size)
        if same not in known:
            known[same] = sum(_seconds(row, size))
        total += known[same]
    return total


def _seconds(row: PlannedRow, size: Size) -> Iterator[float]:
    """The times of the needs of a row that fits, seconds; none if its values exclude each other."""
    spec = spec_from_data(row.data)
    try:
        parts = look_up_parts(spec)
    except InputError:
        return  # which the row itself tells
    if row.name == VQE:
        needs = needs_of_run(parts, spec.memory)
    else:
        needs = needs_of_methods(parts, [CLASSICAL_METHODS.create(row.method)], spec.memory)
    found = list(needs(size))
    if all(need.fits(spec.memory) for need in found):
        yield from (need.seconds for need in found)
