"""QPU time and money: estimates, and limits that stop before they are passed."""

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
"""Of sums of seconds and money."""

HINT = "raise max_qpu_seconds or max_cost, or take fewer shots; --resume goes on from here"


@dataclass(frozen=True)
class Charge:
    """What something takes.

    Args:
        seconds: Of QPU time.
        money: In the currency of the prices.
    """

    seconds: float
    money: float

    def __add__(self, other: Charge) -> Charge:
        return Charge(self.seconds + other.seconds, self.money + other.money)


@dataclass(frozen=True)
class Prices:
    """What QPU time costs, and how long jobs take.

    Args:
        date: When the prices held.
        currency: Of the prices.
        per_second: For each plan.
        job: Seconds that any job takes.
        execution: Seconds for each execution of a circuit, delay included, where the circuit's own
            length is not known.
        repetition: Seconds of delay before an execution, where the device does not tell.
    """

    date: str
    currency: str
    per_second: dict[str, float]
    job: float
    execution: float
    repetition: float = 250e-6

    def charge(self, plan: str, jobs: int, executions: int) -> Charge:
        """The estimate for jobs that run circuits so often.

        Args:
            plan: One of those with a price.
            jobs: How many.
            executions: Shots times points times measured circuits, of all jobs together.
        """
        return self.of_seconds(plan, jobs * self.job + executions * self.execution)

    def of_job(self, plan: str, seconds: float) -> Charge:
        """The estimate for one job whose executions take so long together.

        Args:
            plan: One of those with a price.
            seconds: Delays and circuits of all executions.
        """
        return self.of_seconds(plan, self.job + seconds)

    def of_seconds(self, plan: str, seconds: float) -> Charge:
        """What so much QPU time costs."""
        return Charge(seconds, seconds * self.per_second[plan])

    def show(self, charge: Charge) -> str:
        """For people."""
        return f"{charge.seconds:.1f} s of QPU time, {charge.money:.2f} {self.currency}"


@dataclass(frozen=True)
class Caps:
    """How much a run may take in all; None for as much as it likes.

    Args:
        max_qpu_seconds: QPU time.
        max_cost: Money, in the currency of the prices.
    """

    max_qpu_seconds: float | None = None
    max_cost: float | None = None

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return self.max_qpu_seconds is not None or self.max_cost is not None

    def shared(
        self, spent: Charge, wanted: Sequence[Charge], plan: Plan, prices: Prices
    ) -> list[int | None]:
        """What is left, shared out among jobs that will be under way together.

        Args:
            spent: What the run has taken so far, and what is kept free for jobs under way.
            wanted: Their estimates, in proportion to which they share.
            plan: IBM's plan.
            prices: Of its seconds.

        Returns:
            For each job the whole seconds after which a service may stop it; together they are no
            more than is left. None without limits.

        Raises:
            ResourceLimitError: Together they would pass a limit.
        """
        total = sum(wanted, Charge(0.0, 0.0))
        self.check(spent, total, prices, jobs=len(wanted))
        left = self.seconds_left(spent, plan, prices)
        if left is None:
            return [None] * len(wanted)
        return [max(1, int(left * each.seconds / total.seconds + ROUND_OFF)) for each in wanted]

    def check(self, spent: Charge, wanted: Charge, prices: Prices, jobs: int = 1) -> None:
        """Stop before a limit is passed.

        Args:
            spent: What the run has taken so far, and what is kept free for jobs under way.
            wanted: The estimate of what is to be sent next.
            prices: For the message.
            jobs: In how many jobs.

        Raises:
            ResourceLimitError: The next job would pass a limit.
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
        """After which a service may stop the next job; None without limits.

        Args:
            spent: What the run has taken so far.
            plan: IBM's plan.
            prices: Of its seconds.
        """
        left = []
        if self.max_qpu_seconds is not None:
            left.append(self.max_qpu_seconds - spent.seconds)
        if self.max_cost is not None and prices.per_second[plan] > 0:
            left.append((self.max_cost - spent.money) / prices.per_second[plan])
        return max(1, int(min(left) + ROUND_OFF)) if left else None


def config_folder() -> Path:
    """Where the user's settings are: ``$VQE_CONFIG_DIR``, or the platform's folder."""
    own = os.environ.get("VQE_CONFIG_DIR")
    if own:
        return Path(own)
    from platformdirs import user_config_path

    return user_config_path("vqe")


def prices() -> Prices:
    """The shipped prices, with what the user's own file says instead.

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
