"""Shots drawn from a known state without noise, and without a circuit where possible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli._core.seeds import stream
from vqe_cli.backends.exact.program import Program, State
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.measurement import MeasurementBasis, Sampler
from vqe_cli.measurement.estimates import Counts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.orbital_rotations import OrbitalRotation
from vqe_cli.qubits.rotations import decompose

KEPT_UP_TO = 12
"""Largest number of qubits for which programs of bases are cached; tables are state-sized."""

NOTHING = OrbitalRotation(0, ())


class Distribution:
    """A discrete distribution from which indices are drawn.

    Args:
        probabilities: Probabilities, not necessarily normalised; shape (places,).
    """

    def __init__(self, probabilities: FloatArray) -> None:
        self._edges = np.cumsum(probabilities)
        self._edges /= self._edges[-1]

    def draw(self, shots: int, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
        """The drawn indices, and the number of times each was drawn.

        Args:
            shots: Number of draws.
            rng: Random number generator.
        """
        if shots < self._edges.size:
            drawn = np.searchsorted(self._edges, rng.random(shots), side="right")
            places, repetitions = np.unique(drawn, return_counts=True)
            return places.astype(np.int64), repetitions.astype(np.int64)
        repetitions = rng.multinomial(shots, np.diff(self._edges, prepend=0.0))
        places = np.flatnonzero(repetitions)
        return places, repetitions[places]


class StatevectorSampler:
    """Draws from a statevector after any change of basis.

    Args:
        num_qubits: Number of qubits.
    """

    def __init__(self, num_qubits: int) -> None:
        self._num_qubits = num_qubits
        self._programs: dict[MeasurementBasis, Program] = {}

    def of(self, psi: State) -> Sampler:
        """A function that takes shots of a state.

        Args:
            psi: Amplitudes of basis states, qubit 0 the lowest bit; shape (2^qubits,).
        """
        state = psi.astype(np.complex128)

        def sample(
            bases: Sequence[MeasurementBasis], shots: Sequence[int], seed: int
        ) -> list[Counts]:
            rng = stream(seed, "shots").generator
            found = []
            for basis, count in zip(bases, shots, strict=True):
                rotated = self._program(basis).applied(state.copy(), np.zeros(0))
                found.append(Counts(*Distribution(np.abs(rotated) ** 2).draw(count, rng)))
            return found

        return sample

    def computational(self, psi: State, shots: int, seed: int) -> Counts:
        """Shots in the computational basis."""
        rng = stream(seed, "shots").generator
        return Counts(*Distribution(np.abs(psi) ** 2).draw(shots, rng))

    def _program(self, basis: MeasurementBasis) -> Program:
        if basis in self._programs:
            return self._programs[basis]
        program = Program(decompose(basis.circuit()))
        if self._num_qubits <= KEPT_UP_TO:
            self._programs[basis] = program
        return program


class SectorSampler:
    """Draws determinants after rotations of the orbitals; needs no circuit.

    Args:
        encoding: The encoding, which maps determinants to qubits.
        space: The determinants of the sector.
    """

    def __init__(self, encoding: Encoding, space: SectorSpace) -> None:
        self._space = space
        self._strings = (space.strings[0].values, space.strings[1].values)
        alpha, beta = self._strings
        occupations = (alpha[:, None] | beta[None, :] << space.norb).ravel()
        self.outcomes = encoding.occupation_map.qubits(occupations)
        self._whole = StatevectorSampler(encoding.num_qubits)
        self._encoding = encoding

    def of(self, psi: FloatArray) -> Sampler:
        """A function that takes shots of a state in the packed layout of the space."""
        state = self._space.unpack(psi)

        def sample(
            bases: Sequence[MeasurementBasis], shots: Sequence[int], seed: int
        ) -> list[Counts]:
            if any(basis.orbital_rotation is None for basis in bases):
                return self._whole.of(self.statevector(psi))(bases, shots, seed)
            rng = stream(seed, "shots").generator
            return [
                self._draw(basis.orbital_rotation or NOTHING, state, count, rng)
                for basis, count in zip(bases, shots, strict=True)
            ]

        return sample

    def computational(self, psi: FloatArray, shots: int, seed: int) -> Counts:
        """Shots in the computational basis."""
        rng = stream(seed, "shots").generator
        return self._draw(NOTHING, self._space.unpack(psi), shots, rng)

    def statevector(self, psi: FloatArray) -> npt.NDArray[Any]:
        """The state on all basis states of the qubits, shape (2^qubits,)."""
        return self._encoding.statevector(self._space.unpack(psi), self._strings)

    def _draw(
        self, rotation: OrbitalRotation, state: FloatArray, shots: int, rng: np.random.Generator
    ) -> Counts:
        rotated = rotation.apply(state, self._strings)
        places, repetitions = Distribution(np.square(rotated).ravel()).draw(shots, rng)
        return Counts(self.outcomes[places], repetitions)
