"""Checks of sample-based diagonalisation at their boundaries."""

from __future__ import annotations

from dataclasses import replace
from math import comb

import pytest

from tests.variational.judging import (
    EXACT,
    NOISY_TRAITS,
    PERFECT,
    judged,
)
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.schema.backend_records import SqdRecord
from vqe_cli.variational.solution import Solution

pytestmark = pytest.mark.quick


def sampled_subspace(gain_mha: float = 5.0, share: float = 0.1) -> Solution:
    record = SqdRecord(
        shots=100,
        valid_shots=90,
        different_strings=10,
        subspace_dimension=int(1000 * share),
        full_dimension=1000,
        subspace_fraction=share,
        trial_energy=-1.1,
        random_energy=EXACT + gain_mha / 1000,
        random_subspace_dimension=100,
    )
    return replace(PERFECT, sqd=record)


@pytest.mark.parametrize(
    ("gain", "share", "warns"),
    [
        (5.0, 0.1, None),
        (5.0, 0.5, None),
        (5.0, 0.51, "subspace-fraction"),
        (1.61, 0.1, None),
        (1.59, 0.1, "sqd-beats-random"),
        (-3.0, 0.1, "sqd-beats-random"),
    ],
)
def test_samples_must_matter(gain: float, share: float, warns: str | None) -> None:
    checks, verdict = judged(sampled_subspace(gain, share))
    assert {name for name, check in checks.items() if check.status == "warn"} == {warns} - {None}
    assert verdict == ("warn" if warns else "pass")


def test_a_diagonalisation_of_noisy_strings_is_distinguished_from_one_of_the_state() -> None:
    checks, verdict = judged(sampled_subspace(), NOISY_TRAITS)
    assert "upper bound" in checks["noise-free"].detail
    assert verdict == "warn"


def test_a_diagonalisation_above_a_determinant_of_its_own_fails() -> None:
    record = sampled_subspace().sqd
    assert record is not None
    above = replace(PERFECT, sqd=record.model_copy(update={"reference_energy": EXACT - 0.79}))
    checks, verdict = judged(above)
    assert checks["not-above-reference-determinant"].status == verdict == "fail"


@pytest.mark.parametrize(
    ("valid", "status"), [(50, "warn"), (80, "warn"), (127, "warn"), (130, "pass"), (5000, "pass")]
)
def test_shots_must_owe_their_electrons_to_more_than_chance(valid: int, status: str) -> None:
    """By hand: 12 electrons in 18 orbitals, (18 over 6)² / 2³⁶ = 0.5 % of random bits.

    Of 10,000 shots twice as many are 100.3, and four standard errors are 28.3.
    """
    record = sampled_subspace().sqd
    assert record is not None
    noise = comb(18, 6) ** 2 / 2**36
    seen = {"shots": 10_000, "valid_shots": valid, "valid_share_of_noise": noise}
    checks, _ = judged(replace(PERFECT, sqd=record.model_copy(update=seen)))
    assert checks["valid-shots"].status == status
    assert ("cannot be told from noise" in checks["valid-shots"].detail) == (status == "warn")


@pytest.mark.parametrize(("spin", "status"), [(0.005, "pass"), (0.9, "warn"), (1.1, "fail")])
def test_a_sampled_subspace_may_mix_spins_but_not_change_them(spin: float, status: str) -> None:
    measured = {**PERFECT.observables, "s-squared": Estimate(spin)}
    checks, verdict = judged(replace(sampled_subspace(), observables=measured))
    assert checks["s-squared"].status == verdict == status
