"""Error mitigation of a measured energy, on whatever machine takes the shots.

Methods act in a fixed order, each inside the next: `readout` and `symmetry` on what was read in
each basis, `zne` on the energies at several strengths of noise, `reference_state` on the
difference from a determinant that went the same way.
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
    """What is prepared before the bases are changed and all qubits are read.

    Args:
        x: Parameters of the ansatz; None for a basis state.
        bits: A basis state, qubit 0 first, prepared by X gates; None for the ansatz.
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
    """An order: prepare, change the basis, read all qubits, again and again.

    Args:
        preparation: The state.
        bases: The measurement bases.
        shots: For each basis.
        seed: Random seed of a simulator.
    """

    preparation: Preparation
    bases: Sequence[MeasurementBasis]
    shots: Sequence[int]
    seed: int


@dataclass(frozen=True, eq=False)
class QubitShots:
    """An order: prepare some of the device's own qubits all in the same basis state, read them.

    Args:
        qubits: Of the device; the first is the lowest bit of an outcome.
        bit: Whether they are prepared as 1.
        shots: How often.
        seed: Random seed of a simulator.
    """

    qubits: tuple[int, ...]
    bit: bool
    shots: int
    seed: int


Taken = tuple[list[list[Counts]], list[Counts]]
"""For each state what was read in each basis, on the encoding's qubits; for each order of
qubits what was read of them. A device may take somewhat other numbers of shots than ordered."""


class Device(Protocol):
    """Something noisy that takes shots."""

    def take(self, states: Sequence[StateShots], qubits: Sequence[QubitShots]) -> Taken:
        """Fill all orders, in one job where the device has jobs."""
        ...

    def places(self, basis: MeasurementBasis) -> tuple[int, ...]:
        """From which of the device's qubits those of the encoding are read in a basis."""
        ...


class OneByOne:
    """For devices that gain nothing from several orders at once."""

    def take(self, states: Sequence[StateShots], qubits: Sequence[QubitShots]) -> Taken:
        """One order after another."""
        return [self.sample(order) for order in states], [self.read(order) for order in qubits]

    @abstractmethod
    def sample(self, order: StateShots) -> list[Counts]:
        """What is read in each basis."""

    @abstractmethod
    def read(self, order: QubitShots) -> Counts:
        """What is read of the qubits."""
