"""Parts of a Hamiltonian whose terms commute, and ground states of parts that can be prepared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from vqe_cli._core.arrays import ComplexArray

if TYPE_CHECKING:
    from qiskit.quantum_info import Pauli, SparsePauliOp

Split = Literal["letters", "bonds"]

GUESS = np.array([1.0, 0.5, 0.25, 0.125])
"""A state that is projected onto the ground states of a block, so that degenerate ones are the same
everywhere."""

DEGENERATE = 1e-9
"""Difference of energies of a block that count as equal, relative to the largest."""


def commuting_parts(operator: SparsePauliOp, split: Split) -> list[SparsePauliOp]:
    """The parts of a Hamiltonian without its constant, each of commuting terms.

    Args:
        operator: The Hamiltonian.
        split: letters: terms of X only, of Y only, of Z only. bonds: terms on one qubit by their
            letter, and terms on pairs of qubits by sets of pairs without a qubit in common.
            Other terms join the first part that they commute with.
    """
    places = [k for k, pauli in enumerate(operator.paulis) if pauli.x.any() or pauli.z.any()]
    colours = _colours(operator, places) if split == "bonds" else {}
    groups: dict[object, list[int]] = {}
    for place in places:
        support = _support(operator.paulis[place])
        key = colours.get(support) or _letters(operator.paulis[place])
        groups.setdefault(key, []).append(place)
    parts = [part for group in groups.values() for part in _commuting(operator, group)]
    return [operator[part] for part in parts]


def has_mixed_bonds(operator: SparsePauliOp) -> bool:
    """Whether a pair of qubits carries several commuting terms, such as XX, YY and ZZ."""
    seen: dict[tuple[int, ...], Pauli] = {}
    for pauli in operator.paulis:
        support = _support(pauli)
        if len(support) == 2 and support in seen and seen[support].commutes(pauli):
            return True
        seen.setdefault(support, pauli)
    return False


def blocks_of(part: SparsePauliOp) -> list[tuple[int, ...]]:
    """Sets of qubits that the terms of a part connect, in ascending order."""
    blocks: list[set[int]] = []
    for pauli in part.paulis:
        support = set(_support(pauli))
        joined = [block for block in blocks if block & support]
        blocks = [block for block in blocks if not block & support]
        blocks.append(support.union(*joined))
    return sorted(tuple(sorted(block)) for block in blocks)


def ground_state(part: SparsePauliOp, block: Sequence[int]) -> tuple[float, ComplexArray]:
    """The lowest energy of the terms on one or two qubits, and a state that has it.

    Args:
        part: Terms of a Hamiltonian.
        block: One or two qubits that no other term of the part acts on.

    Returns:
        The energy, and the state, shape (2^qubits,), the first qubit the lowest bit.
    """
    here = [k for k, pauli in enumerate(part.paulis) if set(_support(pauli)) <= set(block)]
    qubits = list(block)
    size = 1 << len(qubits)
    matrix = np.zeros((size, size), dtype=complex)
    for place in here:
        matrix += part.coeffs[place].real * part.paulis[place][qubits].to_matrix()
    energies, vectors = np.linalg.eigh(matrix)
    lowest = vectors[:, energies - energies[0] <= DEGENERATE * np.abs(energies).max()]
    state: ComplexArray = lowest @ (lowest.conj().T @ GUESS[:size])
    return float(energies[0]), state / np.linalg.norm(state)


def strength(operator: SparsePauliOp) -> float:
    """The largest sum of coefficients, in size, of the terms on one set of qubits."""
    sums: dict[tuple[int, ...], float] = {}
    for pauli, coefficient in zip(operator.paulis, operator.coeffs.real, strict=True):
        support = _support(pauli)
        if support:
            sums[support] = sums.get(support, 0.0) + abs(float(coefficient))
    return max(sums.values())


def _support(pauli: Pauli) -> tuple[int, ...]:
    return tuple(int(qubit) for qubit in np.flatnonzero(pauli.x | pauli.z))


def _letters(pauli: Pauli) -> str:
    """The letters of a Pauli string, each once."""
    return "".join(sorted(set(pauli.to_label()) & set("XYZ")))


def _colours(operator: SparsePauliOp, places: Sequence[int]) -> dict[tuple[int, ...], int]:
    """Numbers of pairs of qubits from 1, such that pairs with a qubit in common differ."""
    pairs = sorted({_support(operator.paulis[place]) for place in places})
    used: dict[int, set[int]] = {}
    found: dict[tuple[int, ...], int] = {}
    for pair in pairs:
        if len(pair) != 2:
            continue
        taken = set().union(*(used.get(qubit, set()) for qubit in pair))
        colour = next(number for number in range(1, len(pairs) + 1) if number not in taken)
        for qubit in pair:
            used.setdefault(qubit, set()).add(colour)
        found[pair] = colour
    return found


def _commuting(operator: SparsePauliOp, group: Sequence[int]) -> Iterator[list[int]]:
    """The terms of a group in as few parts of commuting terms as a greedy choice finds."""
    parts: list[list[int]] = []
    for place in group:
        pauli = operator.paulis[place]
        for part in parts:
            if all(pauli.commutes(operator.paulis[other]) for other in part):
                part.append(place)
                break
        else:
            parts.append([place])
    yield from parts
