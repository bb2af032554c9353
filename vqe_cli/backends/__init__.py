"""What computes energies: a registry."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vqe_cli._core.registry import Entry, Family, Registry
from vqe_cli._core.sizes import Load, Need
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.objective import Objective
from vqe_cli.backends.submitter import Submitter

if TYPE_CHECKING:
    from vqe_cli.backends.devices.noise import Noise
    from vqe_cli.backends.ibm.cost import Prices
    from vqe_cli.measurement.mitigation.options import Mitigation

DEFAULT_DEVICE = "fake_fez"
"""For which estimates are made where the input names no device."""


@dataclass(frozen=True)
class Cost:
    """What an evaluation will take, as it is estimated before anything is allocated.

    Args:
        memory: Bytes.
        seconds: For an energy with its gradient, on one core; None where it is not known.
    """

    memory: int
    seconds: float | None


@dataclass(frozen=True)
class ShotSettings:
    """What an input says of measuring an energy.

    Args:
        measurement: How the Hamiltonian is split into what is read at once; a name or a mapping.
        shots: For each basis, on average; None where the input gives no number.
        precision: Standard error to be reached, Hartree; None where the input gives none.
        mitigation: Of the final energy.
    """

    measurement: str | dict[str, Any] = "auto"
    shots: int | None = None
    precision: float | None = None
    mitigation: Mitigation | None = None


@dataclass(frozen=True)
class DeviceSettings:
    """A device on which energies would be measured, and what its time costs.

    Args:
        find: Looks the device up on behalf of a run, a Qiskit `BackendV2`.
        prices: Of its time, by plan.
        plan: The plan by which the cost is told.
        optimization_level: Optimisation level of the transpiler.
    """

    find: Callable[[Submitter], Any]
    prices: Callable[[], Prices]
    plan: str
    optimization_level: int


class Backend(Entry):
    """Turns a trial state into an objective.

    What estimates and studies want to know of a backend they ask of it; the answers here are those
    of one that knows nothing of shots, devices and noise.
    """

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

    def shot_settings(self) -> ShotSettings:
        """How the input measures an energy."""
        return ShotSettings()

    def device_settings(self, name: str | None = None) -> DeviceSettings:
        """The device of the input, or the one that estimates are made for without any.

        Args:
            name: Of another device than the input's.
        """
        device = {"name": DEVICES.entry, DEVICES.option: name or DEFAULT_DEVICE}
        return BACKENDS.create(device).device_settings()

    def noise_source(self) -> Noise | None:
        """The noise that the input asks for, if there is any."""
        return None

    def with_noise(self, noise: Noise, qubits: int, shots: int) -> Backend:
        """A simulator with noise, and with the options of this backend that it shares.

        Args:
            noise: In place of that of the input.
            qubits: Of the trial state; energies are exact where a density matrix of them fits.
            shots: For each basis, where it does not.

        Raises:
            InputError: There is no such noise.
        """
        return BACKENDS.create("aer").with_noise(noise, qubits, shots)

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
            ResourceLimitError: It would take too much memory.
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
