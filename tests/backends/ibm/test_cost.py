"""Estimates against the measured times of hardware, and limits that hold."""

import pytest

from vqe_cli.backends.ibm.cost import Caps, Charge, config_folder, prices
from vqe_cli.errors import InputError, ResourceLimitError

pytestmark = pytest.mark.quick


@pytest.fixture(autouse=True)
def _own_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("VQE_CONFIG_DIR", str(tmp_path / "config"))


def test_an_energy_of_hydrogen_takes_about_eight_seconds():
    # 5 groups of 4096 shots: 2 s + (250 µs + 75 µs) 20480 = 8.656 s, at 1.60 USD/s 13.85 USD
    charge = prices().charge("payg", 1, 5 * 4096)
    assert charge.seconds == pytest.approx(8.656)
    assert charge.money == pytest.approx(13.8496)


@pytest.mark.parametrize(
    ("plan", "per_minute"), [("open", 0.0), ("payg", 96.0), ("flex", 72.0), ("premium", 48.0)]
)
def test_a_minute_costs_what_the_price_list_says(plan, per_minute):
    assert prices().of_seconds(plan, 60.0).money == pytest.approx(per_minute)


def test_the_users_own_prices_override_single_values():
    config_folder().mkdir(parents=True)
    (config_folder() / "prices.toml").write_text("[per_second]\npremium = 0.5\n")
    assert prices().of_seconds("premium", 10.0).money == 5.0
    assert prices().of_seconds("payg", 10.0).money == 16.0


@pytest.mark.parametrize("text", ["per_second = 3", "[per_second]\npayg = 'much'", "nonsense"])
def test_a_broken_price_file_is_named(text):
    config_folder().mkdir(parents=True)
    (config_folder() / "prices.toml").write_text(text)
    with pytest.raises(InputError, match=r"prices\.toml"):
        prices()


def test_a_limit_stops_before_it_is_passed_and_says_what_was_spent():
    caps = Caps(max_qpu_seconds=10.0)
    caps.check(Charge(4.0, 0.0), Charge(6.0, 0.0), prices())
    with pytest.raises(ResourceLimitError) as caught:
        caps.check(Charge(4.5, 7.2), Charge(6.0, 9.6), prices())
    assert "spent so far 4.5 s" in caught.value.message
    assert "would need 6.0 s" in caught.value.message
    assert caught.value.exit_code == 3


def test_a_limit_of_money_counts_money():
    with pytest.raises(ResourceLimitError, match="max_cost is 10"):
        Caps(max_cost=10.0).check(Charge(4.0, 6.4), Charge(3.0, 4.8), prices())
    Caps(max_cost=10.0).check(Charge(4.0, 0.0), Charge(3.0, 0.0), prices())


def test_the_service_is_told_where_to_stop():
    spent = Charge(4.0, 6.4)
    assert Caps().seconds_left(spent, "payg", prices()) is None
    assert Caps(max_qpu_seconds=10.0).seconds_left(spent, "payg", prices()) == 6
    assert Caps(max_cost=16.0).seconds_left(spent, "payg", prices()) == 6  # 9.6 USD at 1.60
    assert Caps(max_cost=16.0).seconds_left(spent, "open", prices()) is None


@pytest.mark.parametrize(("seconds", "money"), [(10.0, 100.0), (100.0, 16.0)])
def test_of_two_limits_the_nearer_one_stops_a_job(seconds: float, money: float):
    both = Caps(max_qpu_seconds=seconds, max_cost=money)  # 58 s at 1.60 USD, 96 s: the farther
    assert both.seconds_left(Charge(4.0, 6.4), "payg", prices()) == 6
