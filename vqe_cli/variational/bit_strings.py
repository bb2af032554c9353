"""The bit strings of the final state of qubits: the most probable, and the best one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import ComplexArray, FloatArray, IntArray
from vqe_cli._core.seeds import stream
from vqe_cli.backends.objective import DrawsSamples, HasAmplitudes, RecallsBitStrings, Remote
from vqe_cli.fermions.problem import Graph, Problem, QubitProblem, has_own_unit
from vqe_cli.measurement.estimates import Counts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema.bit_string_records import BitStringRecord, BitStringsRecord, CutRecord
from vqe_cli.schema.records import Evaluations, ReferenceRecord
from vqe_cli.variational.solution import Solution

SHOWN = 8
"""Number of strings that are recorded."""

DRAWN = 1000
"""Number of strings drawn from a simulated state, among which the best one is looked for."""

MOST_READ = 10_000
"""Largest number of shots that are taken to read bit strings."""

PURPOSE = "bit strings"
"""Purpose under which shots are recorded."""


@dataclass(frozen=True, eq=False)
class _Seen:
    """Strings that were seen.

    Args:
        outcomes: Strings as integers, qubit 0 the lowest bit, shape (strings,).
        probabilities: Probability of each, shape (strings,).
        counts: Strings among the shots.
        amplitudes: Amplitude of each, shape (strings,); None if the state was sampled.
    """

    outcomes: IntArray
    probabilities: FloatArray
    counts: Counts
    amplitudes: ComplexArray | None = None


NO_WEIGHT = 1e-9
"""Largest weight of a cut that is round-off, as a share of the sizes of all weights."""


def with_bit_strings(solution: Solution, seed: int) -> Solution:
    """The solution with its bit strings, where a state of qubits is known or can be read for free.

    On a device only those strings count that its last energy has read. Shots are taken only for
    models, which have a unit of their own.

    Args:
        solution: The solution of a run.
        seed: The run's random seed.
    """
    encoding = solution.state.encoding
    if not isinstance(encoding.problem, QubitProblem):
        return solution
    objective, x = solution.objective, solution.x
    if isinstance(objective, RecallsBitStrings):
        counts = objective.recalled_bit_strings(x)
        return solution if counts is None else _recorded(solution, _of_counts(counts))
    own = stream(seed, "bit strings").seed
    if isinstance(objective, HasAmplitudes):
        amplitudes = objective.amplitudes(x)
        return solution if amplitudes is None else _recorded(solution, _of_state(amplitudes, own))
    own_unit, is_here = has_own_unit(encoding.problem), not isinstance(objective, Remote)
    if own_unit and is_here and isinstance(objective, DrawsSamples):
        shots = min(solution.energy.shots, MOST_READ) or DRAWN
        found = _recorded(solution, _of_counts(objective.samples(x, shots, own)))
        return _with_shots(found, shots)
    return solution


def cut_of(
    problem: Problem, solution: Solution, reference: ReferenceRecord | None
) -> CutRecord | None:
    """The best cut of a graph; None for other problems, and without bit strings.

    Args:
        problem: The problem, whose energies are those of cuts with the opposite sign.
        solution: The solution with its bit strings.
        reference: The exact energy; None if there is none.
    """
    strings = solution.bit_strings
    if not isinstance(problem, QubitProblem) or problem.graph is None:
        return None
    if strings is None or strings.lowest is None:
        return None
    optimum = None if reference is None else weight_of(reference.energy)
    expected = weight_of(solution.energy.value)
    weights = sum(abs(weight) for _, _, weight in problem.graph.edges)
    is_known = optimum is not None and optimum > NO_WEIGHT * weights
    return CutRecord(
        best=weight_of(_energy(strings.lowest)),
        sides=sides_of(problem.graph, strings.lowest.bits),
        expected=expected,
        optimum=optimum,
        approximation_ratio=expected / optimum if is_known and optimum else None,
    )


def weight_of(energy: float) -> float:
    """The weight of a cut, without a negative zero.

    Args:
        energy: Its energy.
    """
    return 0.0 - energy


def sides_of(graph: Graph, bits: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The vertices on both sides of a cut, that of the first vertex first.

    Args:
        graph: The graph.
        bits: The side of each vertex, that of the first one rightmost.
    """
    side = dict(zip(graph.vertices, reversed(bits), strict=True))
    first = side[graph.vertices[0]]
    return (
        tuple(vertex for vertex in graph.vertices if side[vertex] == first),
        tuple(vertex for vertex in graph.vertices if side[vertex] != first),
    )


def _energy(found: BitStringRecord) -> float:
    assert found.energy is not None
    return found.energy


def _of_state(amplitudes: ComplexArray, seed: int) -> _Seen:
    """The largest amplitudes of a state, and draws from it."""
    probabilities = np.abs(amplitudes) ** 2
    rng = stream(seed, "shots").generator
    repetitions = rng.multinomial(DRAWN, probabilities / probabilities.sum())
    drawn = np.flatnonzero(repetitions)
    largest = _largest(probabilities)
    phase = amplitudes[largest[0]] / abs(amplitudes[largest[0]])
    counts = Counts(drawn.astype(np.int64), repetitions[drawn].astype(np.int64))
    return _Seen(largest, probabilities[largest], counts, amplitudes[largest] / phase)


def _of_counts(counts: Counts) -> _Seen:
    """The strings that were read most often."""
    share = counts.repetitions / counts.shots
    largest = _largest(share, counts.outcomes)
    return _Seen(counts.outcomes[largest], share[largest], counts)


def _largest(probabilities: FloatArray, outcomes: IntArray | None = None) -> npt.NDArray[np.int64]:
    """Places of the largest probabilities; equal ones in the order of their strings.

    Probabilities count as equal to nine digits, so that round-off does not decide their order.
    """
    order = np.arange(probabilities.size) if outcomes is None else outcomes
    found = np.lexsort((order, -np.round(probabilities, 9)))[:SHOWN]
    return found[probabilities[found] > 0.0]


def _recorded(solution: Solution, seen: _Seen) -> Solution:
    encoding = solution.state.encoding
    energies = _diagonal_energies(encoding, seen.outcomes)
    strings = tuple(
        BitStringRecord(
            bits=f"{outcome:0{encoding.num_qubits}b}",
            probability=float(seen.probabilities[place]),
            amplitude=None if seen.amplitudes is None else _parts(seen.amplitudes[place]),
            energy=None if energies is None else float(energies[place]),
        )
        for place, outcome in enumerate(seen.outcomes)
    )
    found = BitStringsRecord(
        shots=seen.counts.shots,
        exact=seen.amplitudes is not None,
        strings=strings,
        lowest=_lowest(encoding, seen.counts),
    )
    return replace(solution, bit_strings=found)


def _parts(amplitude: complex) -> tuple[float, float]:
    return float(amplitude.real), float(amplitude.imag)


def _lowest(encoding: Encoding, counts: Counts) -> BitStringRecord | None:
    """The string of lowest energy among shots; of several the one read most often."""
    energies = _diagonal_energies(encoding, counts.outcomes)
    if energies is None:
        return None
    order = np.lexsort((counts.outcomes, -counts.repetitions, np.round(energies, 9)))
    place = int(order[0])
    return BitStringRecord(
        bits=f"{counts.outcomes[place]:0{encoding.num_qubits}b}",
        probability=float(counts.repetitions[place] / counts.shots),
        energy=float(energies[place]),
    )


def _diagonal_energies(encoding: Encoding, outcomes: IntArray) -> FloatArray | None:
    """Energies of bit strings, shape (strings,); None if the Hamiltonian is not diagonal."""
    operator = encoding.hamiltonian
    if operator.paulis.x.any():
        return None
    bits = outcomes[:, None] >> np.arange(encoding.num_qubits) & 1
    odd = (bits @ operator.paulis.z.T.astype(np.int64)) % 2
    energies: FloatArray = (1 - 2 * odd) @ operator.coeffs.real
    return energies


def _with_shots(solution: Solution, shots: int) -> Solution:
    """The solution with further shots counted."""
    counted = solution.evaluations
    return replace(
        solution,
        evaluations=Evaluations(
            energy=counted.energy, gradient=counted.gradient, shots=counted.shots + shots
        ),
        shots_by_purpose={**solution.shots_by_purpose, PURPOSE: shots},
    )
