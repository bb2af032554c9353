"""Wall and processor time, memory and electricity of a block."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from vqe_cli.comparison import meter
from vqe_cli.comparison.meter import Reading, metered
from vqe_cli.comparison.prices import device_money, machine_prices, would_cost


def test_waiting_takes_wall_time_but_no_processor_time() -> None:
    with metered() as reading:
        time.sleep(0.2)
    assert 0.2 <= reading.wall_s < 2.0
    assert reading.cpu_s < 0.1


def test_computing_takes_processor_time() -> None:
    with metered() as reading:
        start = time.process_time()
        while time.process_time() - start < 0.2:
            sum(range(1000))
    assert 0.15 < reading.cpu_s < 1.0


def test_the_peak_of_memory_is_that_of_the_block_alone() -> None:
    before = np.ones(30_000_000 // 8)
    with metered() as reading:
        inside = np.ones(80_000_000 // 8)
        del inside
    assert 75e6 < reading.peak_bytes < 120e6
    with metered() as small:
        np.ones(10)
    assert small.peak_bytes < 20e6
    assert before.size


def test_a_reading_is_complete_after_an_error() -> None:
    readings: list[Reading] = []

    def fail() -> None:
        with metered() as reading:
            readings.append(reading)
            time.sleep(0.05)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert readings[0].wall_s >= 0.05


def counter(folder: Path, name: str, value: int, limit: int = 1_000_000) -> None:
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "energy_uj").write_text(f"{value}\n")
    (folder / name / "max_energy_range_uj").write_text(f"{limit}\n")


def test_counters_of_all_packages_are_read_and_may_overflow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand: 300 and, over the edge of 1,000,000, 150 µJ; cores inside a package count once."""
    monkeypatch.setattr(meter, "POWERCAP", tmp_path)
    counter(tmp_path, "intel-rapl:0", 1000)
    counter(tmp_path, "intel-rapl:1", 999_900)
    counter(tmp_path, "intel-rapl:0:0", 500)
    with metered() as reading:
        counter(tmp_path, "intel-rapl:0", 1300)
        counter(tmp_path, "intel-rapl:1", 50)
        counter(tmp_path, "intel-rapl:0:0", 700)
    assert reading.joules == pytest.approx(450e-6)


def test_electricity_is_modelled_without_counters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand, for an hour of one core and 10 GB: 1.13 · (10.2 + 3.92) Wh."""
    monkeypatch.setattr(meter, "POWERCAP", tmp_path)
    with metered() as reading:
        pass
    assert reading.joules is None
    hour = Reading(wall_s=3600.0, cpu_s=3600.0, peak_bytes=10_000_000_000)
    kwh, source = machine_prices().electricity(hour, alone=True)
    assert source == "modelled"
    assert kwh == pytest.approx(1.13 * (10.2 + 3.92) / 1000)
    assert machine_prices().money(3600.0) == pytest.approx(0.0408)


def test_two_readings_are_added() -> None:
    both = Reading(1.0, 0.5, 10, 2.0) + Reading(2.0, 1.0, 30, 4.0)
    assert both == Reading(3.0, 1.5, 30, 6.0)
    assert (Reading(joules=1.0) + Reading()).joules is None


def test_device_time_is_priced_by_its_plan_and_a_free_one_as_it_would_cost() -> None:
    """IBM's list prices: pay as you go 1.60 USD a second, premium 0.80."""
    assert device_money(10.0, "premium") == pytest.approx(8.0)
    assert device_money(10.0, "open") == 0.0
    assert would_cost(10.0, "open") == pytest.approx(16.0)


def test_counters_count_nothing_where_other_rows_ran_beside() -> None:
    reading = Reading(wall_s=1.0, cpu_s=1.0, joules=3.6e6)
    assert machine_prices().electricity(reading, alone=True) == (1.0, "measured")
    assert machine_prices().electricity(reading, alone=False)[1] == "modelled"
