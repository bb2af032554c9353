"""Which failures are tried again, and what is different then: a table."""

from __future__ import annotations

from dataclasses import dataclass

from vqe_cli.screening.model import Failure, FailureKind, Limits, Task


@dataclass(frozen=True)
class Policy:
    """What follows a failure.

    Args:
        retries: How often a task may be tried again after failures of this kind.
        memory: Factor on its memory cap when it is.
        seconds: Factor on its time cap.
        charged: Whether the attempt counts as one of the task's own.
    """

    retries: int
    memory: int = 1
    seconds: int = 1
    charged: bool = True


POLICIES: dict[FailureKind, Policy] = {
    "input": Policy(0),  # the same again
    "refused": Policy(0),
    "not-converged": Policy(0),  # the ladder of solvers has been climbed by then
    "unavailable": Policy(0),  # a person has to install or pay something
    "internal": Policy(0),  # exceptions come from the same lines again
    "memory": Policy(1, memory=2),
    "timeout": Policy(1, seconds=2),  # a busy machine may be the reason, and twice as long tells
    "crash": Policy(1),  # SIGKILL of a system short of memory hits whoever is there
    "lost": Policy(3, charged=False),  # machines fail, tasks are innocent
    "damaged": Policy(1),  # the disk's fault
}


def has_another_chance(failures: list[Failure]) -> bool:
    """Whether what failed like that may be tried again.

    Args:
        failures: Of all attempts so far, the last one last.
    """
    kind = failures[-1].kind
    return sum(failure.kind == kind for failure in failures) <= POLICIES[kind].retries


def retried(task: Task, failures: list[Failure]) -> Task | None:
    """The next attempt at a task; None if it has had its chances.

    Args:
        task: The task as it was tried last.
        failures: Of all attempts so far, the last one last.
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
