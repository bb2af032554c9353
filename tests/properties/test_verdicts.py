"""Every property that rests on energies has a verdict, and a row has the worst of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.problems import H2O, frontier
from tests.screening.campaigns import candidate, case, good, key, revision
from tests.screening.cases import case_of, compute
from vqe_cli.properties import PROPERTIES, Column, is_verdict
from vqe_cli.properties.differences.difference import Computed, Difference
from vqe_cli.properties.differences.levels import LEVELS, Energies
from vqe_cli.screening.store import PlannedProperty, Store


@pytest.mark.parametrize("name", PROPERTIES.names())
def test_every_property_has_a_verdict_and_its_reason(name: str) -> None:
    names = [column.name for column in PROPERTIES.get(name).columns]
    (verdict,) = filter(is_verdict, names)
    assert verdict.replace("_verdict", "_failed_checks") in names


def part(
    coefficient: int, error_mha: float, verdict: str = "pass", bar: float | None = None
) -> Any:
    """A species whose VQE energy is so far off the exact one."""
    run = SimpleNamespace(
        result=SimpleNamespace(standard_error=bar),
        verdict=verdict,
        checks=(),
    )
    label = f"species {coefficient:+d}"
    classical = SimpleNamespace(problem=SimpleNamespace(nelec=(1, 1), norb=2))
    species: Any = SimpleNamespace(
        coefficient=coefficient, label=label, is_complete=True, classical=classical
    )
    by_level = {**dict.fromkeys(LEVELS), "": -1.0 + error_mha / 1000, "exact": -1.0}
    energies = Energies(by_level, None, None, False, (), ())
    return Computed(species, run, energies)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("parts", "verdict"),
    [
        ((part(1, 0.5), part(-1, 0.4)), "pass"),
        ((part(1, 10.5, "warn"), part(-1, 0.0)), "warn"),
        ((part(1, 1.0), part(1, 1.0), part(-1, 0.0)), "warn"),  # 2 mHa, of passes alone
        ((part(1, 0.0, bar=1e-3), part(-1, 0.0)), "warn"),  # 1.96 standard errors of 1 mHa
        ((part(1, 0.0, "fail"), part(-1, 0.0)), "fail"),
    ],
)
def test_a_difference_is_as_good_as_its_worst_energy_and_as_itself(
    parts: tuple[Computed, ...], verdict: str
) -> None:
    found = Difference(parts)
    assert found.verdict == verdict
    named = found.failed_checks or ""
    assert ("difference: chemical-accuracy" in named) is (verdict == "warn")


def test_bars_of_species_are_added_in_quadrature_and_in_the_unit_of_the_value() -> None:
    found = Difference((part(1, 0.0, bar=3e-3), part(-1, 0.0, bar=4e-3), part(1, 0.0)))
    assert found.standard_error == pytest.approx(5e-3)  # 3, 4, 5
    values = found.values("ionization_energy", "ev", 27.211386245988)
    assert values["ionization_energy_standard_error_ev"] == pytest.approx(0.13605693)


def test_a_row_is_as_good_as_the_worst_of_its_properties(tmp_path: Any) -> None:
    asked = (
        PlannedProperty("energy", (), (Column("energy_verdict", "text", "."),)),
        PlannedProperty(
            "ionization-energy", (), (Column("ionization_energy_verdict", "text", "."),)
        ),
        PlannedProperty("gap", (), (Column("homo_ev", "number", "."),)),
    )
    verdicts = [("pass", "pass"), ("pass", "warn"), ("fail", "warn"), ("warn", None), (None, None)]
    with Store.create(tmp_path) as store:
        store.replace_plan(
            revision(asked),
            [candidate(str(number)) for number in range(len(verdicts))],
            [case(number, properties=asked) for number in range(len(verdicts))],
        )
        for number, found in enumerate(verdicts):
            for entry, verdict in zip(asked, found, strict=False):
                if verdict is not None:
                    column = entry.columns[0].name
                    result = good(key(number, "", entry.name), entry.name, **{column: verdict})
                    store.ingest([result])
        assert [row["verdict"] for row in store.rows()] == ["pass", "warn", "fail", "warn", None]
        answer = store.query("SELECT count(*) FROM campaign WHERE verdict = 'warn'")
        assert list(answer.rows) == [(2,)]


def test_an_ionisation_energy_off_its_exact_value_is_no_pass() -> None:
    """Without excitations the state is Hartree-Fock's, whose error differs between the species."""
    start = {"optimizer": {"name": "none"}, "initial": "zeros"}
    water = case_of({**H2O, "basis": "6-31g"}, active_space=frontier(6, 5), **start)
    values = compute("ionization-energy", water).values
    assert values["ionization_energy_verdict"] == "warn"
    assert "cation: chemical-accuracy (warn)" in str(values["ionization_energy_failed_checks"])
