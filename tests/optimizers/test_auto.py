"""The method that suits the objective."""

from __future__ import annotations

import pytest

from tests.problems import H2, CosineObjective, spec_of
from vqe_cli import run
from vqe_cli.optimizers import OPTIMIZERS


@pytest.mark.parametrize(("sampled", "chosen"), [(False, "l-bfgs-b"), (True, "spsa")])
def test_choice_is_by_whether_energies_scatter(sampled: bool, chosen: str) -> None:
    traits = CosineObjective(sampled=sampled).traits
    assert OPTIMIZERS.create("auto").resolve(traits).name == chosen


def test_options_are_passed_on() -> None:
    auto = OPTIMIZERS.create({"name": "auto", "maxiter": 12, "tolerance": 1e-3})
    expected = {"name": "l-bfgs-b", "maxiter": 12, "tolerance": 1e-3, "scaled": True}
    assert auto.resolve(CosineObjective().traits).selection() == expected


def test_record_names_the_method_that_ran() -> None:
    assert run(spec_of(H2)).result.optimizer == "l-bfgs-b"
