"""Money and electricity of a measured piece of work, from a dated table."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from vqe_cli.backends.ibm.cost import prices
from vqe_cli.comparison.meter import Reading

HOUR = 3600.0
"""Seconds in an hour."""

JOULES_IN_KWH = 3.6e6

PLAN = "payg"
"""The billing plan of device time: pay as you go."""

Electricity = Literal["measured", "modelled"]


@dataclass(frozen=True)
class MachinePrices:
    """What a machine costs, and what electricity it takes.

    Args:
        core_hour: Price of one core for an hour, USD.
        core_w: Power of a busy core, W.
        gigabyte_w: Power of a gigabyte of memory, W.
        overhead: Electricity of the data centre for that of the machine.
        table: The whole table, with dates and sources.
    """

    core_hour: float
    core_w: float
    gigabyte_w: float
    overhead: float
    table: dict[str, Any]

    def money(self, cpu_s: float) -> float:
        """The price of processor time, USD.

        Args:
            cpu_s: Processor time on all cores together, seconds.
        """
        return self.core_hour * cpu_s / HOUR

    def electricity(self, reading: Reading, *, alone: bool) -> tuple[float, Electricity]:
        """The electricity of a piece of work, kWh, and whether it was measured.

        Args:
            reading: The measurement.
            alone: Whether nothing else of this comparison ran beside it; counters of the
                processors count all that runs.
        """
        if alone and reading.joules is not None:
            return reading.joules / JOULES_IN_KWH, "measured"
        memory = self.gigabyte_w * reading.peak_bytes / 1e9 * reading.wall_s
        joules = self.overhead * (self.core_w * reading.cpu_s + memory)
        return joules / JOULES_IN_KWH, "modelled"


@cache
def machine_prices() -> MachinePrices:
    """The shipped prices of machines."""
    table = tomllib.loads(files(__package__).joinpath("machine_prices.toml").read_text())
    hour, power = table["hour"], table["power"]
    return MachinePrices(
        core_hour=hour["core"],
        core_w=power["core_w"],
        gigabyte_w=power["gigabyte_w"],
        overhead=power["overhead"],
        table=table,
    )


def device_money(seconds: float, plan: str) -> float:
    """The price of a real device's time, USD.

    Args:
        seconds: Time of the device, seconds.
        plan: IBM's plan.
    """
    return prices().of_seconds(plan, seconds).money


def would_cost(seconds: float, plan: str) -> float:
    """What the time of a simulated device would cost, USD: where its plan is free, as `PLAN`.

    Args:
        seconds: Time of a device, seconds.
        plan: IBM's plan.
    """
    return device_money(seconds, plan if prices().per_second[plan] else PLAN)


def price_table() -> dict[str, Any]:
    """All prices behind a comparison, with dates and sources."""
    devices = prices()
    seconds = {
        "date": devices.date,
        "currency": devices.currency,
        "plan": PLAN,
        "per_second": devices.per_second[PLAN],
    }
    return {"machine": machine_prices().table, "qpu": seconds}
