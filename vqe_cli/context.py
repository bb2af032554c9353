"""The context of a run, besides its spec."""

from __future__ import annotations

from dataclasses import dataclass, field

from vqe_cli.backends.submitter import Submitter
from vqe_cli.chemistry.scf.mean_field import MeanFields


@dataclass(frozen=True)
class Context:
    """The submitter of jobs and the cache of mean fields.

    Everything that affects numbers is in the spec, including the memory limit and the seed.

    Args:
        submitter: The submitter of jobs, which approves their cost.
        mean_fields: The cache of mean fields, shared by several runs.
    """

    submitter: Submitter = field(default_factory=Submitter)
    mean_fields: MeanFields = field(default_factory=MeanFields)
