"""The table of retries: number of attempts and their limits by kind of failure."""

from __future__ import annotations

from typing import get_args

import pytest

from tests.screening.tasks import deed
from vqe_cli.screening.model import Failure, FailureKind
from vqe_cli.screening.workers.retry import POLICIES, retried

pytestmark = pytest.mark.quick

TASK = deed("sleep", memory=1000, within=10.0)


def failures(*kinds: FailureKind) -> list[Failure]:
    return [Failure(kind=kind, message="") for kind in kinds]


def test_every_kind_has_a_policy() -> None:
    assert set(POLICIES) == set(get_args(FailureKind))


@pytest.mark.parametrize("kind", ["input", "refused", "not-converged", "unavailable", "internal"])
def test_what_would_fail_again_is_not_tried_again(kind: FailureKind) -> None:
    assert retried(TASK, failures(kind)) is None


def test_memory_is_doubled_once() -> None:
    again = retried(TASK, failures("memory"))
    assert again is not None
    assert again.limits.memory_bytes == 2000
    assert again.limits.seconds == 10.0
    assert again.attempt == 2
    assert retried(again, failures("memory", "memory")) is None


def test_time_is_doubled_once() -> None:
    again = retried(TASK, failures("timeout"))
    assert again is not None
    assert again.limits.seconds == 20.0
    assert again.limits.memory_bytes == 1000
    assert retried(again, failures("timeout", "timeout")) is None


def test_a_lost_worker_is_not_the_tasks_fault() -> None:
    again = retried(TASK, failures("lost", "lost", "lost"))
    assert again is not None
    assert again.attempt == TASK.attempt
    assert again.limits == TASK.limits
    assert retried(again, failures("lost", "lost", "lost", "lost")) is None


def test_kinds_are_counted_apart() -> None:
    again = retried(TASK, failures("memory", "lost", "timeout"))
    assert again is not None
    assert again.limits.seconds == 20.0
