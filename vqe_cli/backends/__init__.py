"""What computes energies: a registry."""

from __future__ import annotations

from abc import abstractmethod

from vqe_cli.objective import Objective
from vqe_cli.registry import Entry, Registry
from vqe_cli.trial import TrialState


class Backend(Entry):
    """Turns a trial state into an objective."""

    @abstractmethod
    def prepare(self, trial: TrialState, seed: int) -> Objective:
        """Do once what need not be done for every energy.

        Args:
            trial: The trial state.
            seed: For what is random in the preparation, such as routing.

        Raises:
            InputError: This backend cannot run this trial state.
            RefusedError: It would take too much memory.
        """


BACKENDS = Registry("backend", Backend, __name__)
