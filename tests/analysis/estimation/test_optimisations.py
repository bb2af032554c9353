"""Predicted numbers of energies against those of real optimisations."""

from __future__ import annotations

import numpy as np
import pytest

from vqe_cli.analysis.estimation.optimisations import optimisations
from vqe_cli.fermions.spectra import Spectrum
from vqe_cli.variational.evaluation_counts import ModelObjective, counted, evaluator_of
from vqe_cli.variational.optimizers import OPTIMIZERS

pytestmark = pytest.mark.quick

SPECTRA = (Spectrum(1.0, 1), Spectrum(2.0, 2), Spectrum(1.0, 2))


@pytest.mark.parametrize("name", ["spsa", "nft"])
def test_as_many_energies_as_a_whole_optimisation_needs(name: str) -> None:
    optimizer = OPTIMIZERS.create({"name": name, "maxiter": 40})
    model = ModelObjective(SPECTRA, 1e-3)
    optimizer.minimize(evaluator_of(model, 7), np.full(3, 0.3), 7)
    found = counted(optimizer, SPECTRA, 1e-3, 7)
    assert found.steps == 40
    # One more is measured at the end; now and then NFT measures one afresh.
    assert found.energies == pytest.approx(model.asked + 1, rel=0.05)
    assert found.jobs == pytest.approx(model.jobs + 1, rel=0.05)


def test_a_sweep_takes_two_energies_for_each_frequency() -> None:
    """2R for a parameter of degree R (Nakanishi et al.): 2 + 4 + 4, and one at its end."""
    few, more = (
        counted(OPTIMIZERS.create({"name": "nft", "maxiter": steps}), SPECTRA, 1e-3, 7)
        for steps in (5, 15)
    )
    assert more.energies - few.energies == 10 * 11


def test_a_step_takes_two_energies_whatever_the_number_of_parameters() -> None:
    few, more = (
        counted(OPTIMIZERS.create({"name": "spsa", "maxiter": steps}), SPECTRA * 5, 1e-3, 7)
        for steps in (5, 15)
    )
    assert more.energies - few.energies == 10 * 2


def test_one_step_is_counted_as_one() -> None:
    one, two = (
        counted(OPTIMIZERS.create({"name": "nft", "maxiter": steps}), SPECTRA, 1e-3, 7)
        for steps in (1, 2)
    )
    assert (one.energies, two.energies) == (1 + 11 + 1, 1 + 22 + 1)


def test_options_of_the_input_count() -> None:
    asked = OPTIMIZERS.create({"name": "spsa", "maxiter": 9})
    found = {way.name: way.steps for way in optimisations(SPECTRA, asked, 1e-3, 7)}
    assert found["spsa"] == 9
    assert found["nft"] == OPTIMIZERS.create("nft").model_dump()["maxiter"]


def test_without_parameters_there_is_nothing_to_optimise() -> None:
    assert optimisations((), OPTIMIZERS.create("spsa"), 1e-3, 7) == ()
