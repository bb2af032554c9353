"""The choice of an optimiser by the objective."""

from __future__ import annotations

import pytest

from tests.functions import CosineObjective, cosines
from tests.problems import H2, encoding_of, objective_of, spec_of
from vqe_cli import run
from vqe_cli.variational.optimizers import OPTIMIZERS


@pytest.mark.parametrize(("sampled", "chosen"), [(False, "l-bfgs-b"), (True, "nft")])
def test_choice_is_by_whether_energies_scatter(sampled: bool, chosen: str) -> None:
    objective = cosines(sampled=sampled)
    assert OPTIMIZERS.create("auto").resolve(objective).name == chosen


def test_options_are_passed_on() -> None:
    auto = OPTIMIZERS.create({"name": "auto", "maxiter": 12, "tolerance": 1e-3})
    chosen = auto.resolve(CosineObjective()).selection()
    assert (chosen["name"], chosen["maxiter"], chosen["tolerance"]) == ("l-bfgs-b", 12, 1e-3)


@pytest.mark.parametrize(
    ("ansatz", "chosen"), [("uccsd", "diis"), ("uccgsd", "l-bfgs-b"), ("two-local", "l-bfgs-b")]
)
def test_excitations_from_the_reference_have_a_method_of_their_own(
    ansatz: str, chosen: str
) -> None:
    objective = objective_of(encoding_of("h4"), ansatz)
    assert OPTIMIZERS.create("auto").resolve(objective).name == chosen


@pytest.mark.parametrize(
    ("problem", "ansatz", "chosen"),
    [("h2", "uccsd", "nft"), ("h4", "uccsd", "spsa"), ("h4", "real-amplitudes", "nft")],
)
def test_sampled_energies_get_nft_unless_its_sweeps_are_long(
    problem: str, ansatz: str, chosen: str
) -> None:
    backend = {"name": "exact", "shots": 100}
    objective = objective_of(encoding_of(problem), ansatz, backend)
    assert OPTIMIZERS.create("auto").resolve(objective).name == chosen


def test_record_names_the_method_that_ran() -> None:
    assert run(spec_of(H2)).result.optimizer == "diis"
