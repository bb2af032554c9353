"""What computes energies: a registry."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from vqe_cli._core.registry import Entry, Family, Registry
from vqe_cli._core.sizes import Load, Need
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.objective import Objective
from vqe_cli.backends.submitter import Submitter


@dataclass(frozen=True)
class Cost:
    """What an evaluation will take, as it is estimated before anything is allocated.

    Args:
        memory: Bytes.
        seconds: For an energy with its gradient, on one core; None where it is not known.
    """

    memory: int
    seconds: float | None


class Backend(Entry):
    """Turns a trial state into an objective."""

    def cost(self, state: ParameterisedState) -> Cost | None:
        """Estimate memory and time; None where there is no estimate."""
        return None

    def needs(self, load: Load) -> Iterator[Need]:
        """What has to fit here for a problem, as far as its size alone tells.

        Args:
            load: Problem, mapping and trial state.
        """
        return iter(())

    def search(self) -> Backend | None:
        """Where parameters are found, if not on this backend itself."""
        return None

    @abstractmethod
    def prepare(
        self, state: ParameterisedState, seed: int, submitter: Submitter | None = None
    ) -> Objective:
        """Do once what need not be done for every energy.

        Args:
            state: The parameterised state.
            seed: For what is random in the preparation, such as routing.
            submitter: On whose behalf jobs are sent. Default: nobody's, who agrees to nothing.

        Raises:
            InputError: This backend cannot run this trial state.
            RefusedError: It would take too much memory.
        """


DEVICES = Family(r"(?:ibm|fake)_[a-z0-9_]+|ibm:least-busy", entry="ibm", option="device")
"""``backend: fake_fez`` is short for ``{name: ibm, device: fake_fez}``."""

BACKENDS = Registry(
    "backend",
    Backend,
    __name__,
    DEVICES,
    beside={"devices", "objective", "submitter"},
)
