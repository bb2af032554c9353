"""Error mitigation of a measured energy, on any device.

Methods act in a fixed order, each inside the next: `readout` and `symmetry` on the counts of each
basis, `zne` on the energies at several strengths of noise, `reference_state` on the difference
from a determinant measured in the same way.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from vqe_cli._core.arrays import Vector
from vqe_cli.measurement import MeasurementBasis
from vqe_cli.measurement.estimates import Counts


@dataclass(frozen=True, eq=False)
class Preparation:
    """A state that is prepared before a change of basis and the measurement of all qubits.

    Args:
        x: Parameters of the ansatz, shape (num_parameters,); None for a basis state.
        bits: Bits of a basis state prepared by X gates, qubit 0 first; None for the ansatz.
        folds: n in ``U (U† U)^n``, which prepares the same state with 2n + 1 times the noise; the
            change of basis that follows is folded as often.
    """

    x: Vector | None = None
    bits: tuple[bool, ...] | None = None
    folds: int = 0

    def __post_init__(self) -> None:
        if (self.x is None) == (self.bits is None):
            raise ValueError("a preparation should have parameters or bits, not both.")


@dataclass(frozen=True, eq=False)
class StateShots:
    """An order for shots of a state: prepare, change the basis, read all qubits.

    Args:
        preparation: The state to prepare.
        bases: The measurement bases.
        shots: Number of shots in each basis.
        seed: Random seed of a simulator.
    """

    preparation: Preparation
    bases: Sequence[MeasurementBasis]
    shots: Sequence[int]
    seed: int


@dataclass(frozen=True, eq=False)
class QubitShots:
    """An order for shots of device qubits that are all prepared as 0, or all as 1.

    Args:
        qubits: Indices of the device's qubits; the first is the lowest bit of an outcome.
        bit: Whether the qubits are prepared as 1.
        shots: Number of shots.
        seed: Random seed of a simulator.
    """

    qubits: tuple[int, ...]
    bit: bool
    shots: int
    seed: int


Taken = tuple[list[list[Counts]], list[Counts]]
"""Counts of each state in each basis, on the encoding's qubits, and counts of each order of qubits.
The numbers of shots may differ somewhat from those ordered."""


class Device(Protocol):
    """A noisy device or simulator that takes shots."""

    def take(self, states: Sequence[StateShots], qubits: Sequence[QubitShots]) -> Taken:
        """The counts of all orders, from one job where the device has jobs."""
        ...

    def places(self, basis: MeasurementBasis) -> tuple[int, ...]:
        """The device's qubits from which the encoding's are read in a basis."""
        ...


class OneByOne:
    """Base class of devices that fill orders one at a time."""

    def take(self, states: Sequence[StateShots], qubits: Sequence[QubitShots]) -> Taken:
        """The counts of all orders, taken one after another."""
        return [self.sample(order) for order in states], [self.read(order) for order in qubits]

    @abstractmethod
    def sample(self, order: StateShots) -> list[Counts]:
        """The counts in each basis."""

    @abstractmethod
    def read(self, order: QubitShots) -> Counts:
        """The counts of the qubits."""
