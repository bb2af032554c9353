"""What a method costs until it is accurate: quality per time, money and shots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from vqe_cli._core.wording import counted
from vqe_cli.comparison.goals import CHEMICAL, Goal
from vqe_cli.comparison.records import ComparisonRow

CONFIDENCE = 0.95
"""Of the interval of the share of accurate seeds."""


def cost_to_accuracy(rows: Sequence[ComparisonRow], goal: Goal = CHEMICAL) -> dict[str, Any]:
    """The expected costs of repeating a method with new seeds until it is accurate.

    That is the cost of all seeds over the number of accurate ones, the expected running time of
    Hansen et al., Optim. Methods Softw. 36, 114 (2021); for one seed, its own cost. The interval of
    the share of accurate seeds is that of Clopper and Pearson, Biometrika 26, 404 (1934).

    Args:
        rows: The rows of one method or variant, one for each seed.
        goal: The accuracy by which they were judged.

    Returns:
        The fields of `VariantSummary`, the costs or the reason why there are none.
    """
    tried = [row for row in rows if row.status != "refused"]
    good = [row for row in tried if row.accurate]
    reason = _reason(tried, len(good), goal)
    if reason is not None:
        return {"no_accuracy": reason}
    low, high = share_interval(len(good), len(tried))

    def expected(cost: Callable[[ComparisonRow], float | None]) -> float | None:
        costs = [cost(row) for row in tried]
        known = [value for value in costs if value is not None]
        return sum(known) / len(good) if len(known) == len(costs) else None

    return {
        "accurate_share_low": low,
        "accurate_share_high": high,
        "time_to_accuracy_s": expected(lambda row: row.wall_s),
        "money_to_accuracy_usd": expected(lambda row: row.money_usd),
        "energy_to_accuracy_kwh": expected(lambda row: row.energy_kwh),
        "evaluations_to_accuracy": expected(lambda row: row.evaluations),
        "shots_to_accuracy": expected(lambda row: row.shots),
        "device_usd_to_accuracy": expected(lambda row: row.device_usd),
    }


def share_interval(successes: int, trials: int) -> tuple[float, float]:
    """The interval of 95 % of a share.

    Args:
        successes: Number of successes.
        trials: Number of trials, at least one.
    """
    from scipy.stats import binomtest

    found = binomtest(successes, trials).proportion_ci(CONFIDENCE, method="exact")
    return float(found.low), float(found.high)


def _reason(tried: Sequence[ComparisonRow], successes: int, goal: Goal) -> str | None:
    """Why no cost is known; None if one is."""
    usable = [row for row in tried if row.is_usable]
    if not usable:
        failed = any(row.energy is not None for row in tried)
        return "its checks failed" if failed else "it has no energy"
    if all(row.accurate is None for row in usable):
        return "no exact energy is known"
    if not successes:
        bars = " with its error bar" if any(row.standard_error for row in usable) else ""
        seeds = "" if len(tried) == 1 else f" with any of {len(tried)} seeds"
        return f"not within {goal.limit}{bars}{seeds}"
    unknown = sum(row.wall_s is None for row in tried)
    return f"unknown cost of {counted(unknown, 'failed seed')}" if unknown else None
