"""Backends, which compute energies: a registry."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vqe_cli._core.registry import Entry, Family, Registry
from vqe_cli._core.sizes import Load, Need
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.objective import Expected, Objective
from vqe_cli.backends.submitter import Submitter

if TYPE_CHECKING:
    from vqe_cli.backends.devices.noise import Noise
    from vqe_cli.backends.ibm.cost import Prices
    from vqe_cli.measurement.mitigation.options import Mitigation

DEFAULT_DEVICE = "fake_fez"
"""Device of estimates for inputs that name none."""


@dataclass(frozen=True)
class Cost:
    """Estimated memory and time of an evaluation, before anything is allocated.

    Args:
        memory: Memory in bytes.
        seconds: Time of an energy with its gradient on one core; None where it is not known.
        energy_seconds: Time of an energy on a simulator, within a factor of five; None where it is
            not known.
    """

    memory: int
    seconds: float | None
    energy_seconds: float | None = None


@dataclass(frozen=True)
class ShotSettings:
    """The input's options for measuring an energy.

    Args:
        measurement: The measurement method, a name or a mapping.
        shots: Mean number of shots in each basis; None where the input gives no number.
        precision: Standard error to reach, Hartree; None where the input gives none.
        mitigation: Error mitigation of the final energy; None without it.
    """

    measurement: str | dict[str, Any] = "auto"
    shots: int | None = None
    precision: float | None = None
    mitigation: Mitigation | None = None


@dataclass(frozen=True)
class DeviceSettings:
    """A device on which energies would be measured, and what its time costs.

    Args:
        find: Function that looks up the device, a Qiskit `BackendV2`, on behalf of a run.
        prices: Function that returns the prices of the device's time.
        plan: The plan whose prices give the cost.
        optimization_level: Optimisation level of the transpiler.
    """

    find: Callable[[Submitter], Any]
    prices: Callable[[], Prices]
    plan: str
    optimization_level: int


class Backend(Entry):
    """A backend, which turns a parameterised state into an objective.

    The methods that estimates and studies call have defaults for a backend without shots, devices
    and noise.
    """

    def cost(self, state: ParameterisedState) -> Cost | None:
        """Estimate memory and time.

        Returns:
            The estimate, in bytes and seconds; None if there is none.
        """
        return None

    def needs(self, load: Load) -> Iterator[Need]:
        """The memory and time that a problem needs, as far as its size determines them.

        Args:
            load: Sizes of the problem, the mapping and the parameterised state.
        """
        return iter(())

    @property
    def post_selects(self) -> bool:
        """Whether shots with wrong numbers of electrons are discarded."""
        return False

    def check_precision(self, *, own_unit: bool) -> None:
        """Refuse a precision in another unit than the problem's; backends without one have none.

        Args:
            own_unit: Whether energies of the problem are in a unit of its own.
        """

    def search(self) -> Backend | None:
        """The backend that optimises the parameters; None for this backend itself."""
        return None

    def expected(self, *, is_product: bool) -> Expected | None:
        """What is known of the objectives that are prepared; None where options do not tell.

        Args:
            is_product: Whether states are products of excitations.
        """
        return None

    def shot_settings(self) -> ShotSettings:
        """The input's options for measuring an energy."""
        return ShotSettings()

    def device_settings(self, name: str | None = None) -> DeviceSettings:
        """The device of the input, or the default device of estimates.

        Args:
            name: Name of a device that replaces the input's.
        """
        device = {"name": DEVICES.entry, "device": name or DEFAULT_DEVICE}
        return BACKENDS.create(device).device_settings()

    def noise_source(self) -> Noise | None:
        """The noise in the input; None without noise."""
        return None

    def with_noise(self, noise: Noise, qubits: int, shots: int) -> Backend:
        """A simulator with noise, and with the options that it shares with this backend.

        Args:
            noise: The noise, in place of the input's.
            qubits: Number of qubits; energies are exact where their density matrix fits.
            shots: Shots in each basis, where the density matrix does not fit.

        Raises:
            InputError: There is no such noise.
        """
        return BACKENDS.create("aer").with_noise(noise, qubits, shots)

    @abstractmethod
    def prepare(
        self, state: ParameterisedState, seed: int, submitter: Submitter | None = None
    ) -> Objective:
        """Prepare the objective of a parameterised state: what need not be done for every energy.

        Args:
            state: The parameterised state.
            seed: Random seed of the preparation, such as routing.
            submitter: The run on whose behalf jobs are sent. Default: none, so that no costs are
                approved.

        Returns:
            The objective.

        Raises:
            InputError: This backend cannot run this parameterised state.
            ResourceLimitError: The objective would take too much memory.
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
