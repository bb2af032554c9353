"""The table of retries: which failures are tried again, and with which limits."""

from __future__ import annotations

from dataclasses import dataclass

from vqe_cli.screening.model import Failure, FailureKind, Limits, Task


@dataclass(frozen=True)
class Policy:
    """The consequences of a failure.

    Args:
        retries: Number of further attempts after failures of this kind.
        memory: Factor on the memory limit of the next attempt.
        seconds: Factor on the time limit of the next attempt.
        charged: Whether the failed attempt counts against the task.
    """

    retries: int
    memory: int = 1
    seconds: int = 1
    charged: bool = True


POLICIES: dict[FailureKind, Policy] = {
    "input": Policy(0),  # would fail again
    "refused": Policy(0),
    "not-converged": Policy(0),  # all solvers have been tried already
    "unavailable": Policy(0),  # needs an installation or a payment
    "internal": Policy(0),  # the same lines would raise again
    "memory": Policy(1, memory=2),
    "timeout": Policy(1, seconds=2),  # the machine may have been busy
    "crash": Policy(1),  # a system short of memory kills arbitrary processes
    "lost": Policy(3, charged=False),  # a fault of the machine, not of the task
    "damaged": Policy(1),  # a fault of the disk
}


def has_another_chance(failures: list[Failure]) -> bool:
    """Whether a further attempt is permitted.

    Args:
        failures: Failures of all attempts so far, in order.
    """
    kind = failures[-1].kind
    return sum(failure.kind == kind for failure in failures) <= POLICIES[kind].retries


def retried(task: Task, failures: list[Failure]) -> Task | None:
    """The next attempt at a task; None if it has had its chances.

    Args:
        task: The task as it was tried last.
        failures: Failures of all attempts so far, in order.
    """
    if not has_another_chance(failures):
        return None
    policy = POLICIES[failures[-1].kind]
    limits = Limits(
        memory_bytes=task.limits.memory_bytes * policy.memory,
        seconds=task.limits.seconds * policy.seconds,
    )
    attempt = task.attempt + policy.charged
    return task.model_copy(update={"limits": limits, "attempt": attempt})
