"""Networks of Givens rotations on complex states of a sector, and derivatives by their angles."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from vqe_cli._core.arrays import ComplexArray, FloatArray, IntArray, Vector
from vqe_cli.ansatz._givens_networks import GivensNetwork
from vqe_cli.backends.exact import rotation_kernels as kernels
from vqe_cli.fermions.determinants.strings import Strings

PANELS_PER_THREAD = 4
"""Least number of panels for which a thread is worth its start."""


@dataclass(frozen=True, eq=False)
class SpinTables:
    """The strings of one spin that orbital rotations and transition densities connect.

    Args:
        strings: The strings.
        neighbours: Starts, sources and targets of ``a†_p+1 a_p`` for all p.
        moves: Sources, targets, p, q and signs of ``a†_p a_q`` for p > q, and occupied orbitals.
    """

    strings: Strings
    neighbours: tuple[Any, ...]
    moves: tuple[Any, ...]

    @classmethod
    def of(cls, strings: Strings) -> SpinTables:
        """The tables of all strings of a number of electrons."""
        norb = strings.norb
        steps = [strings.transition(((p + 1, True), (p, False))) for p in range(norb - 1)]
        start = np.concatenate([[0], np.cumsum([step.source.size for step in steps])])
        pairs = [(p, q) for p in range(norb) for q in range(p)]
        moves = [strings.transition(((p, True), (q, False))) for p, q in pairs]
        sizes = [move.source.size for move in moves]
        bits = strings.values[:, None] >> np.arange(norb) & 1
        occupied = np.nonzero(bits)[1].reshape(strings.values.size, strings.count)
        return cls(
            strings,
            (
                start.astype(np.uint64),
                _joined([step.source for step in steps]),
                _joined([step.target for step in steps]),
            ),
            (
                _joined([move.source for move in moves]),
                _joined([move.target for move in moves]),
                _joined([np.full(n, p) for n, (p, _) in zip(sizes, pairs, strict=True)]),
                _joined([np.full(n, q) for n, (_, q) in zip(sizes, pairs, strict=True)]),
                np.concatenate([np.zeros(0), *(move.sign for move in moves)]),
                occupied.astype(np.uint32),
            ),
        )

    def phases(self, of_orbitals: FloatArray) -> FloatArray:
        """The phases of all strings, shape (2, strings).

        Args:
            of_orbitals: Angles of the orbitals' phases, shape (norb,).
        """
        bits = self.strings.values[:, None] >> np.arange(self.strings.norb) & 1
        angles = bits @ of_orbitals
        return np.array([np.cos(angles), np.sin(angles)])


def _joined(parts: list[IntArray]) -> Any:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts]).astype(np.uint32)


class Network:
    """A network of Givens rotations at given angles.

    Args:
        pattern: The pattern of rotations.
        angles: θ and φ of all rotations and the phases, shape (num_parameters,).
    """

    def __init__(self, pattern: GivensNetwork, angles: Vector) -> None:
        count = len(pattern.places)
        self.spins = pattern.spins
        self._places = np.array(pattern.places, dtype=np.uint64)
        self._thetas, self._phis = angles[:count], angles[count : 2 * count]
        own = angles[2 * count :]
        self._phases = np.zeros(pattern.norb)
        self._phases[1 : 1 + own.size] = own
        self._has_phases = pattern.phases
        self._size = angles.size
        sines = np.sin(self._thetas)
        self._rotations = (
            np.cos(self._thetas),
            sines * np.cos(self._phis),
            -sines * np.sin(self._phis),
        )

    def apply(
        self,
        psi: FloatArray,
        spin: int,
        tables: SpinTables,
        threads: Threads,
        inverse: bool = False,
    ) -> None:
        """Rotate the orbitals of one spin, or undo it, in place.

        Args:
            psi: The state, shape (2, alpha strings, beta strings).
            spin: The spin.
            tables: Tables of the spin.
            threads: The threads.
            inverse: Whether the rotation is undone.
        """
        sign = -1.0 if inverse else 1.0
        phases = tables.phases(sign * self._phases) if self._has_phases else np.zeros((2, 0))
        pairs = tables.neighbours

        def part(first: int, last: int) -> None:
            kernels.rotate(
                psi, spin, first, last, pairs, self._places, *self._rotations, phases, inverse
            )

        threads.over(psi.shape[2 - spin], part)

    def slopes(self, transition: ComplexArray) -> Vector:
        """The derivatives ``2 Re⟨bra|∂U|psi⟩`` by all angles, shape (num_parameters,).

        Args:
            transition: ``⟨bra|a†_p a_q|psi⟩`` after the network, summed over its spins, shape
                (norb, norb).
        """
        found = np.zeros(self._size)
        kernels.network_slopes(
            self._places, self._thetas, self._phis, self._phases, transition, found
        )
        return found


class Threads:
    """Threads that share the panels of a state.

    Args:
        count: Number of threads.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool = ThreadPoolExecutor(count) if count > 1 else None

    def over(self, size: int, call: Callable[[int, int], Any]) -> list[Any]:
        """Call a function for parts of a range, in parallel.

        Args:
            size: End of the range.
            call: Function of the start and the end of a part.

        Returns:
            Its results in order.
        """
        least = PANELS_PER_THREAD * kernels.PANEL
        parts = min(self.count, max(1, size // least))
        if self._pool is None or parts == 1:
            return [call(0, size)]
        step = -(-size // (parts * kernels.PANEL)) * kernels.PANEL
        bounds = [(first, min(first + step, size)) for first in range(0, size, step)]
        running = [self._pool.submit(call, first, last) for first, last in bounds]
        return [part.result() for part in running]


def transition_density(
    bra: FloatArray, psi: FloatArray, spin: int, tables: SpinTables, threads: Threads
) -> ComplexArray:
    """The transition density ``⟨bra|a†_p a_q|psi⟩`` of one spin, shape (norb, norb).

    Args:
        bra: A state, shape (2, alpha strings, beta strings).
        psi: A state of the same shape.
        spin: The spin.
        tables: Tables of the spin.
        threads: The threads.
    """
    norb = tables.strings.norb

    def part(first: int, last: int) -> FloatArray:
        found = np.zeros((2, norb, norb))
        kernels.transitions(bra, psi, spin, first, last, tables.moves, found)
        return found

    real, imaginary = np.sum(threads.over(psi.shape[2 - spin], part), axis=0)
    return np.asarray(real + 1j * imaginary)
