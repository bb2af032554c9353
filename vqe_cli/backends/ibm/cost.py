"""QPU time and money: estimates, and limits that are checked before they are exceeded."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from vqe_cli.errors import InputError, ResourceLimitError

Plan = Literal["open", "payg", "flex", "premium"]

ROUND_OFF = 1e-9
"""Round-off of sums of seconds and money."""

HINT = "raise max_qpu_seconds or max_cost, or take fewer shots; --resume continues from here"


@dataclass(frozen=True)
class Charge:
    """QPU time and its cost.

    Args:
        seconds: QPU time in seconds.
        money: Cost in the currency of the prices.
    """

    seconds: float
    money: float

    def __add__(self, other: Charge) -> Charge:
        return Charge(self.seconds + other.seconds, self.money + other.money)


@dataclass(frozen=True)
class Prices:
    """Prices of QPU time, and durations of jobs.

    Args:
        date: Date of the prices.
        currency: Currency of the prices.
        per_second: Price of a second for each plan.
        job: Seconds that any job takes.
        execution: Seconds for each execution of a circuit, delay included, where the circuit's own
            length is not known.
        repetition: Seconds of delay before an execution, where the device does not specify it.
    """

    date: str
    currency: str
    per_second: dict[str, float]
    job: float
    execution: float
    repetition: float = 250e-6

    def charge(self, plan: str, jobs: int, executions: int) -> Charge:
        """The estimate for a number of jobs and executions.

        Args:
            plan: A plan with a price.
            jobs: Number of jobs.
            executions: Shots times points times measured circuits, of all jobs together.
        """
        return self.of_seconds(plan, jobs * self.job + executions * self.execution)

    def of_job(self, plan: str, seconds: float) -> Charge:
        """The estimate for one job with a total time of executions.

        Args:
            plan: A plan with a price.
            seconds: Seconds of all executions, delays included.
        """
        return self.of_seconds(plan, self.job + seconds)

    def of_seconds(self, plan: str, seconds: float) -> Charge:
        """The charge for an amount of QPU time."""
        return Charge(seconds, seconds * self.per_second[plan])

    def show(self, charge: Charge) -> str:
        """A charge as text for people."""
        return f"{charge.seconds:.1f} s of QPU time, {charge.money:.2f} {self.currency}"


@dataclass(frozen=True)
class Caps:
    """Limits on the QPU time and cost of a run.

    Args:
        max_qpu_seconds: Largest QPU time in seconds; None for no limit.
        max_cost: Largest cost in the currency of the prices; None for no limit.
    """

    max_qpu_seconds: float | None = None
    max_cost: float | None = None

    @property
    def any(self) -> bool:
        """Whether there is a limit."""
        return self.max_qpu_seconds is not None or self.max_cost is not None

    def shared(
        self, spent: Charge, wanted: Sequence[Charge], plan: Plan, prices: Prices
    ) -> list[int | None]:
        """The remaining seconds, divided among jobs that will be in progress together.

        Args:
            spent: The charge of the run so far, with what is reserved for jobs in progress.
            wanted: Estimated charges of the jobs, in proportion to which they share.
            plan: IBM's plan.
            prices: Prices of QPU time.

        Returns:
            For each job, the whole seconds after which a service may stop it, together no more
            than remain. None without limits.

        Raises:
            ResourceLimitError: Together the jobs would exceed a limit.
        """
        total = sum(wanted, Charge(0.0, 0.0))
        self.check(spent, total, prices, jobs=len(wanted))
        left = self.seconds_left(spent, plan, prices)
        if left is None:
            return [None] * len(wanted)
        return [max(1, int(left * each.seconds / total.seconds + ROUND_OFF)) for each in wanted]

    def check(self, spent: Charge, wanted: Charge, prices: Prices, jobs: int = 1) -> None:
        """Refuse jobs that would exceed a limit.

        Args:
            spent: The charge of the run so far, with what is reserved for jobs in progress.
            wanted: Estimated charge of the next jobs.
            prices: Prices of QPU time, for the message.
            jobs: Number of the next jobs.

        Raises:
            ResourceLimitError: The next jobs would exceed a limit.
        """
        both = spent + wanted
        for name, limit, total in (
            ("max_qpu_seconds", self.max_qpu_seconds, both.seconds),
            ("max_cost", self.max_cost, both.money),
        ):
            if limit is not None and total > limit + ROUND_OFF:
                raise ResourceLimitError(
                    f"{name} is {limit:g}: spent so far {prices.show(spent)};"
                    f" the next {'job' if jobs == 1 else f'{jobs} jobs'} would need"
                    f" {prices.show(wanted)} more",
                    hint=HINT,
                )

    def seconds_left(self, spent: Charge, plan: Plan, prices: Prices) -> int | None:
        """Seconds after which a service may stop the next job; None without limits.

        Args:
            spent: The charge of the run so far.
            plan: IBM's plan.
            prices: Prices of QPU time.
        """
        left = []
        if self.max_qpu_seconds is not None:
            left.append(self.max_qpu_seconds - spent.seconds)
        if self.max_cost is not None and prices.per_second[plan] > 0:
            left.append((self.max_cost - spent.money) / prices.per_second[plan])
        return max(1, int(min(left) + ROUND_OFF)) if left else None


def config_folder() -> Path:
    """The folder of the user's settings: ``$VQE_CONFIG_DIR``, or the platform's folder."""
    own = os.environ.get("VQE_CONFIG_DIR")
    if own:
        return Path(own)
    from platformdirs import user_config_path

    return user_config_path("vqe")


def prices() -> Prices:
    """The shipped prices, with values that the user's own file replaces.

    Raises:
        InputError: The user's file cannot be read, or has values of the wrong kind.
    """
    own = config_folder() / "prices.toml"
    return _prices(own if own.is_file() else None)


@cache
def _prices(own: Path | None) -> Prices:
    found = tomllib.loads(files(__package__).joinpath("prices.toml").read_text())
    try:
        if own is not None:
            found = _merged(found, tomllib.loads(own.read_text()))
        seconds = found["seconds"]
        return Prices(
            date=str(found["date"]),
            currency=str(found["currency"]),
            per_second={plan: float(price) for plan, price in found["per_second"].items()},
            job=float(seconds["job"]),
            execution=float(seconds["repetition"]) + float(seconds["execution"]),
            repetition=float(seconds["repetition"]),
        )
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise InputError(
            f"{own}: {error}", hint="per_second.payg = 1.60, seconds.job = 2.0, ..."
        ) from None


def _merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The user's values over the shipped ones; tables are merged key by key."""
    return {
        **base,
        **{
            key: {**base[key], **value} if isinstance(base.get(key), dict) else value
            for key, value in own.items()
        },
    }
