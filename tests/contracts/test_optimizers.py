"""The contract of every optimiser."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Any

import numpy as np
import pytest

from tests.families import slow
from tests.functions import CosineObjective, FunctionEvaluator, ListJournal, SampledCosines, cosines
from tests.problems import EXACT_H2, H2, TWO_PARAMETERS, encoding_of, objective_of, spec_of
from tests.searching import solve
from vqe_cli import run
from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA
from vqe_cli.errors import InputError
from vqe_cli.variational.evaluation_log import EvaluationLog
from vqe_cli.variational.journal import NoJournal
from vqe_cli.variational.optimizers import OPTIMIZERS

every_optimizer = pytest.mark.parametrize("name", OPTIMIZERS.names())
every_real_optimizer = pytest.mark.parametrize(
    "name", [name for name in OPTIMIZERS.names() if name != "none"]
)


def counted(objective: Any, journal: Any = None) -> EvaluationLog:
    return EvaluationLog(objective, 7, journal or NoJournal(), lambda _: None)


def silent(objective: Any) -> Any:
    """An objective with traits and capabilities that evaluates nothing."""

    def refuse(*arguments: Any) -> Any:
        raise AssertionError("it was evaluated")

    found = copy(objective)
    for name in ("energy", "energies", "energy_and_gradient", "fidelity"):
        if hasattr(found, name):
            setattr(found, name, refuse)
    return found


def resolved(name: Any, objective: Any) -> Any:
    """The optimiser for an objective; optimisers that refuse it are skipped."""
    try:
        return OPTIMIZERS.create(name).resolve(objective)
    except InputError as error:
        pytest.skip(f"refused: {error.message}")


def _on_backends(names: Iterable[str]) -> list[Any]:
    """Optimisers on the exact backend, on Aer two that differ in kind, and slowly the others."""
    on_aer = ("slsqp", "spsa")
    return [
        slow(name, backend) if backend == "aer" and name not in on_aer else (name, backend)
        for name in names
        for backend in ("exact", "aer")
    ]


@pytest.mark.parametrize(
    ("name", "backend"), _on_backends(name for name in OPTIMIZERS.names() if name != "none")
)
def test_hydrogen_is_solved_to_chemical_accuracy(name: str, backend: str) -> None:
    resolved(name, objective_of(encoding_of("h2"), "uccsd", backend))
    record = run(spec_of(H2, optimizer=name, backend=backend))
    assert record.verdict == "pass"
    assert record.result.converged
    assert 1000 * abs(record.result.energy - EXACT_H2) < CHEMICAL_ACCURACY_MHA
    assert record.result.energy > EXACT_H2 - 1e-6
    assert record.result.history


@every_real_optimizer
def test_it_finds_the_minimum_from_zeros_too(name: str) -> None:
    resolved(name, objective_of(encoding_of("h2")))
    record = run(spec_of(H2, optimizer=name, initial="zeros"))
    assert 1000 * abs(record.result.energy - EXACT_H2) < CHEMICAL_ACCURACY_MHA


@every_optimizer
def test_no_parameters_are_no_problem(name: str) -> None:
    resolved(name, objective_of(encoding_of("h2-triplet")))
    record = run(spec_of({**H2, "multiplicity": 3}, optimizer=name))
    assert record.result.parameters == ()
    assert record.result.evaluations.energy == 1
    assert {check.name for check in record.checks if check.status not in ("pass", "skip")} == {
        "correlation-possible"
    }
    assert record.error_mha == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(("name", "backend"), _on_backends(OPTIMIZERS.names()))
def test_replaying_its_journal_gives_the_identical_outcome(name: str, backend: str) -> None:
    objective = objective_of(encoding_of("h2"), TWO_PARAMETERS, backend)
    optimizer = resolved(_short(name), objective)
    x0, journal = np.array([0.1, 0.05]), ListJournal()
    first = counted(objective, journal)
    expected = optimizer.minimize(first, x0.copy(), 7)

    again = counted(silent(objective), ListJournal(journal.entries))
    found = optimizer.minimize(again, x0.copy(), 7)
    assert found.x.tobytes() == expected.x.tobytes()
    assert (found.converged, found.message, found.steps) == (
        expected.converged,
        expected.message,
        expected.steps,
    )
    assert again.steps == first.steps
    assert again.replayed == len(journal.entries)


@every_optimizer
def test_half_a_journal_is_enough_to_go_on(name: str) -> None:
    objective = objective_of(encoding_of("h2"), TWO_PARAMETERS)
    optimizer = resolved(_short(name), objective)
    x0, journal = np.array([0.1, 0.05]), ListJournal()
    expected = optimizer.minimize(counted(objective, journal), x0.copy(), 7)
    half = ListJournal(journal.entries[: len(journal.entries) // 2])
    found = optimizer.minimize(counted(objective, half), x0.copy(), 7)
    assert found.x.tobytes() == expected.x.tobytes()
    assert half.earlier + half.entries == journal.entries


@every_optimizer
def test_sampled_energies_are_minimised_or_refused_with_another_way(name: str) -> None:
    objective = SampledCosines()
    optimizer = OPTIMIZERS.create(_short(name))
    if not optimizer.tolerates_sampling:
        with pytest.raises(InputError, match=name) as caught:
            optimizer.resolve(objective)
        assert caught.value.path == ("optimizer",)
        assert "spsa" in (caught.value.hint or "")
        return
    solution = solve(objective, resolved(_short(name), objective), [np.array([0.4, 0.6])], 7)
    assert solution.energy.standard_error == 0.01
    start = -float(np.cos(np.array([0.4, 0.6]) - 1).sum())
    assert solution.energy.value < start + 0.05


@every_real_optimizer
def test_few_iterations_end_soon_and_are_not_called_converged(name: str) -> None:
    objective = CosineObjective(count=4)
    optimizer = resolved({"name": name, "maxiter": 1}, objective)
    outcome = optimizer.minimize(counted(objective), np.full(4, 2.9), 7)
    assert not outcome.converged
    assert outcome.message
    assert objective.calls <= 150


@every_optimizer
def test_equal_seeds_give_identical_results(name: str) -> None:
    objective = cosines(sampled=OPTIMIZERS.create(name).tolerates_sampling)
    optimizer = resolved(_short(name), objective)
    found = [solve(objective, optimizer, [np.array([0.2, 0.1])], 7) for _ in range(2)]
    assert found[0].x.tobytes() == found[1].x.tobytes()
    assert found[0].energy == found[1].energy


@every_optimizer
def test_starting_point_is_left_as_it_is(name: str) -> None:
    objective = objective_of(encoding_of("h2"), TWO_PARAMETERS)
    optimizer = resolved(_short(name), objective)
    evaluator = FunctionEvaluator(
        lambda x: objective.energy(x, 0).value,
        objective.traits,
        lambda x: objective.energy_and_gradient(x)[1],
    )
    x0 = np.array([0.1, 0.05])
    optimizer.minimize(evaluator, x0, 7)
    np.testing.assert_array_equal(x0, [0.1, 0.05])


def test_none_evaluates_exactly_once() -> None:
    record = run(spec_of(H2, optimizer="none"))
    assert record.result.evaluations.energy == 1
    assert record.result.energy == record.result.initial_energy
    assert record.check("optimizer-converged").status == "skip"
    assert len(record.result.history) == 1


def _short(name: str) -> dict[str, Any]:
    """Options with which every method is fast."""
    iterations = {"spsa": 30, "qnspsa": 30, "adam": 20, "nft": 3, "nelder-mead": 40, "cobyla": 40}
    return {"name": name, **({"maxiter": iterations[name]} if name in iterations else {})}
