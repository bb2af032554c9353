"""What a run is given besides its spec."""

from __future__ import annotations

from dataclasses import dataclass, field

from vqe_cli.backends.submitter import Submitter
from vqe_cli.chemistry.scf.mean_field import MeanFields


@dataclass(frozen=True)
class Context:
    """On whose behalf a run is made, and what is known already.

    What decides numbers is not here but in the spec, its limit of memory and its seed included.

    Args:
        submitter: Sends its jobs, and agrees to what they cost.
        mean_fields: Those of earlier runs, and of this one for later ones.
    """

    submitter: Submitter = field(default_factory=Submitter)
    mean_fields: MeanFields = field(default_factory=MeanFields)
