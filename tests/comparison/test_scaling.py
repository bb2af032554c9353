"""Families, and fits of costs against size, against figures by hand."""

from __future__ import annotations

import math

import pytest

import vqe_cli
from vqe_cli.comparison.families import FAMILIES, family_of
from vqe_cli.comparison.records import ComparedProblem, ComparisonRow
from vqe_cli.comparison.scaling import scaling_of
from vqe_cli.errors import InputError


def problem(wall_s: float, memory_mb: float = 1.0) -> ComparedProblem:
    row = ComparisonRow(
        method="FCI",
        name="fci",
        family="classical",
        settings={},
        variant="",
        status="done",
        energy=-1.0,
        variational=True,
        exact=True,
        wall_s=wall_s,
        peak_memory_mb=memory_mb,
    )
    known = {"name": "x", "spec": {}, "problem": {}, "best": None, "variants": (), "sentence": ""}
    return ComparedProblem(rows=(row,), **known)


def test_exponential_growth_is_found_and_extrapolated() -> None:
    """A second doubled for each further atom: 2^n = 604,800 s at n = 19.2."""
    sizes = [2, 4, 6, 8]
    fits = scaling_of(sizes, [problem(2.0**size) for size in sizes], 1e4)
    fit = next(fit for fit in fits if fit.model == "exponential")
    assert fit.quantity == "wall_s"
    assert math.exp(fit.slope) == pytest.approx(2.0)
    assert fit.r_squared == pytest.approx(1.0)
    assert fit.limit.size == pytest.approx(math.log2(604_800))
    assert fit.limit.beyond_data


def test_a_power_law_is_found() -> None:
    sizes = [2, 4, 8, 16]
    fits = scaling_of(sizes, [problem(0.1 * size**3.0) for size in sizes], 1e4)
    fit = next(fit for fit in fits if fit.model == "power law")
    assert fit.slope == pytest.approx(3.0)
    assert fit.limit.size == pytest.approx((604_800 / 0.1) ** (1 / 3))


def test_the_interval_is_that_of_student() -> None:
    """Slope ± t(0.975, n − 2) · standard error, by NumPy's covariance of the same line."""
    import numpy as np
    from scipy.stats import t

    sizes = [2, 4, 6, 8, 10]
    noise = np.random.default_rng(3).normal(scale=0.2, size=5)
    times = [math.exp(0.5 * size + e) for size, e in zip(sizes, noise, strict=True)]
    fits = scaling_of(sizes, [problem(value) for value in times], 1e4)
    fit = next(fit for fit in fits if fit.model == "exponential")
    (slope, _), covariance = np.polyfit(sizes, np.log(times), 1, cov=True)
    half = float(t.ppf(0.975, 3)) * math.sqrt(covariance[0, 0])
    assert fit.slope == pytest.approx(slope)
    assert fit.slope_high - fit.slope == pytest.approx(half)
    low, size, high = fit.limit.size_low, fit.limit.size, fit.limit.size_high
    assert low is not None
    assert size is not None
    assert high is not None
    assert low < size < high


def test_costs_that_do_not_grow_reach_no_limit() -> None:
    sizes = [2, 4, 6]
    fits = scaling_of(sizes, [problem(1.0 / size) for size in sizes], 1e4)
    assert all(fit.limit.size is None for fit in fits)


def test_fits_that_explain_little_are_not_extrapolated() -> None:
    """R² of log(2, 1, 6, 3) against (2, 4, 6, 8), by NumPy."""
    import numpy as np

    sizes, times = [2, 4, 6, 8], [2.0, 1.0, 6.0, 3.0]
    fits = scaling_of(sizes, [problem(value) for value in times], 1e4)
    fit = next(fit for fit in fits if fit.model == "exponential")
    assert fit.r_squared == pytest.approx(np.corrcoef(sizes, np.log(times))[0, 1] ** 2)
    assert fit.limit.size is None
    assert fit.limit.reason == "R² is below 0.95"


def test_growth_that_may_be_none_is_not_extrapolated() -> None:
    """Three points on nearly a line: the interval of one degree of freedom is 12.7 errors wide."""
    fits = scaling_of([2, 4, 6], [problem(value) for value in (1.0, 1.35, 1.6)], 1e4)
    fit = next(fit for fit in fits if fit.model == "exponential")
    assert fit.r_squared > 0.95
    assert fit.slope_low < 0.0
    assert fit.limit.reason == "the interval of the growth includes none"


def test_two_sizes_and_milliseconds_are_not_fitted() -> None:
    assert not scaling_of([2, 4], [problem(1.0), problem(2.0)], 1e4)
    assert not scaling_of([2, 4, 6], [problem(1e-3)] * 3, 1e4)


@pytest.mark.parametrize(
    ("text", "sizes"),
    [("hydrogen-chain=2,6,4", (2, 4, 6)), ("polyene=4:8:2", (4, 6, 8)), ("polyene=4:8", (4, 6, 8))],
)
def test_sizes_of_a_family(text: str, sizes: tuple[int, ...]) -> None:
    assert family_of(text)[1] == sizes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hydrogen-chain", "has no sizes"),
        ("hydrogen-chains=2,4,6", "no family"),
        ("hydrogen-chain=3,5,7", "multiples of 2"),
        ("hydrogen-chain=2,x", "are no sizes"),
        ("hydrogen-chain=8:2:2", "0 sizes"),
        ("hydrogen-chain=2,2,4", "twice"),
        ("hydrogen-chain=2:8:0", "are no sizes"),
    ],
)
def test_what_is_no_family_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        family_of(text)
    assert caught.value.where == "--scale"


def test_families_are_the_molecules_that_they_are_called() -> None:
    chain = FAMILIES["hydrogen-chain"].changes(4)
    assert chain["molecule.geometry"].count("H") == 4
    butadiene = FAMILIES["polyene"].changes(4)
    assert butadiene["molecule.name"] == "C4H6"
    spec = vqe_cli.spec_from_data(
        {
            "molecule": {"geometry": butadiene["molecule.geometry"], "name": "x"},
            "active_space": butadiene["active_space"],
        }
    )
    assert spec.molecule is not None
