"""The context of a run, besides its spec."""

from __future__ import annotations

from dataclasses import dataclass, field

from vqe_cli.backends.submitter import Submitter
from vqe_cli.chemistry.neighbours import Neighbour
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.fermions.problem import Problem


@dataclass(frozen=True)
class Context:
    """The submitter of jobs, the cache of mean fields, and what is known before the run.

    Everything that affects numbers is in the spec, including the memory limit and the seed.

    Args:
        submitter: The submitter of jobs, which approves their cost.
        mean_fields: The cache of mean fields, shared by several runs.
        neighbour: The solution at a neighbouring geometry, from which the run starts; None for
            none.
        problem: The problem itself, such as that of a recorded run, which replaces the one that
            the spec leads to; None for the latter. Its orbitals are not known in space.
        name: Name of the run in the log; None for the title of its spec.
    """

    submitter: Submitter = field(default_factory=Submitter)
    mean_fields: MeanFields = field(default_factory=MeanFields)
    neighbour: Neighbour | None = None
    problem: Problem | None = None
    name: str | None = None
