"""The test whether a sequence of energies has levelled off."""

from __future__ import annotations

import numpy as np
import pytest

from vqe_cli.variational.optimizers._plateau import has_levelled_off

pytestmark = pytest.mark.quick


def test_falling_energies_have_not() -> None:
    assert not has_levelled_off(np.linspace(0, -1, 100), 1e-6)
    assert not has_levelled_off(np.exp(-np.arange(100) / 60), 1e-6)


def test_constant_energies_have() -> None:
    assert has_levelled_off([-1.0] * 40, 1e-6)
    assert has_levelled_off(np.exp(-np.arange(400) / 10), 1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_scatter_around_a_constant_is_level_and_around_a_slope_is_not(seed: int) -> None:
    noise = 0.01 * np.random.default_rng(seed).normal(size=300)
    assert has_levelled_off(-1 + noise, 1e-6)
    assert not has_levelled_off(-np.linspace(0, 1, 300) + noise, 1e-6)


def test_short_histories_say_nothing() -> None:
    assert not has_levelled_off([-1.0] * 9, 1e-6)
