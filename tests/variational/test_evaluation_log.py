"""The evaluation log: replayed evaluations, repeated requests to a device, and encapsulation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tests.functions import CosineObjective, ListJournal, SampledCosines
from tests.problems import encoding_of, objective_of
from tests.searching import solve
from vqe_cli._core.arrays import Vector
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.variational.evaluation_log import EvaluationLog
from vqe_cli.variational.journal import NoJournal
from vqe_cli.variational.optimizers import OPTIMIZERS


def counted(objective: object, journal: object = None) -> EvaluationLog:
    return EvaluationLog(objective, 7, journal or NoJournal(), lambda _: None)  # type: ignore[arg-type]


def public_names() -> list[str]:
    return [name for name in vars(counted(CosineObjective())) if not name.startswith("_")] + [
        name
        for name, member in vars(EvaluationLog).items()
        if isinstance(member, property) and not name.startswith("_")
    ]


def test_nothing_of_the_log_can_be_assigned_from_outside() -> None:
    log = counted(CosineObjective())
    assert {"evaluations", "shots_by_purpose", "steps", "best", "replayed"} <= set(public_names())
    for name in public_names():
        with pytest.raises(AttributeError):
            setattr(log, name, None)


def test_what_the_log_gives_out_is_not_what_it_goes_on_counting_in() -> None:
    log = counted(SampledCosines())
    log.value(np.zeros(2))
    log.shots_by_purpose.clear()
    assert log.shots_by_purpose == {"optimisation": 100}
    assert log.evaluations.shots == 100


def test_a_start_is_not_compared_with_the_one_before() -> None:
    log = counted(CosineObjective())
    log.begin_start(0)
    log.value(np.ones(2))
    log.begin_start(1)
    assert log.best is None
    log.value(np.zeros(2))
    assert log.best.energy == pytest.approx(-2 * np.cos(1.0))
    np.testing.assert_array_equal(log.best.x, np.zeros(2))
    assert log.first_energy == pytest.approx(-2.0)


def test_counted_objective_replays_values_and_gradients() -> None:
    journal = ListJournal()
    first = counted(objective_of(encoding_of("h2")), journal)
    x = np.array([0.1, -0.2])
    energy, (_, gradient) = first.value(x), first.value_and_gradient(x)

    def refuse(*_: object) -> None:
        raise AssertionError("nothing should be evaluated")

    again = counted(objective_of(encoding_of("h2")), ListJournal(journal.entries))
    again.objective.energy = refuse  # type: ignore[method-assign]
    again.objective.energy_and_gradient = refuse  # type: ignore[method-assign]
    assert again.value(x) == energy
    assert again.value_and_gradient(x)[1].tobytes() == gradient.tobytes()
    assert again.replayed == 2


class JobObjective(SampledCosines):
    """A device of sampled energies, which records the request of every job."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs: list[tuple[list[float], list[int]]] = []

    def energies(
        self, points: Sequence[Vector], seeds: Sequence[int], shot_multiplier: float = 1.0
    ) -> list[Estimate]:
        self.jobs.append(([float(x[0]) for x in points], list(seeds)))
        return super().energies(points, seeds, shot_multiplier)

    def foresee(self, energies: float, jobs: int) -> None:
        """Approve any cost."""


PAIRS = [[np.full(2, start), np.full(2, start + 0.1)] for start in (0.0, 0.3, 0.6)]


def test_a_job_of_which_the_journal_has_a_part_is_asked_for_whole() -> None:
    """A job is identified by all its points and seeds; a part of it would be another job."""
    whole, objective = ListJournal(), JobObjective()
    first = counted(objective, whole)
    expected = [first.estimates(pair) for pair in PAIRS]
    rest, again = ListJournal(whole.entries[:3]), JobObjective()
    second = counted(again, rest)
    assert [second.estimates(pair) for pair in PAIRS] == expected
    assert again.jobs == objective.jobs[1:]
    assert whole.entries[:3] + rest.entries == whole.entries


def test_what_a_job_gave_is_written_before_the_next_is_sent() -> None:
    journal, objective = ListJournal(), JobObjective()
    evaluator = counted(objective, journal)
    for number, pair in enumerate(PAIRS, start=1):
        evaluator.estimates(pair)
        assert journal.flushed == 2 * number


def test_a_final_energy_is_requested_from_its_job_again_for_further_observables() -> None:
    journal = ListJournal()
    optimizer = OPTIMIZERS.create("none")
    expected = solve(JobObjective(), optimizer, [np.zeros(2)], 7, journal=journal)
    rest, again = ListJournal(journal.entries), JobObjective()
    assert solve(again, optimizer, [np.zeros(2)], 7, journal=rest).energy == expected.energy
    assert len(again.jobs) == 1
    assert rest.entries == []
