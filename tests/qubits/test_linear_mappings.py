"""Mappings by sums of occupations, against qiskit-nature's and their papers."""

from __future__ import annotations

from math import ceil, log

import pytest
from qiskit_nature.second_q.mappers import BravyiKitaevMapper, ParityMapper, TernaryTreeMapper

from tests.problems import encoding_of, named_problem
from tests.qubits.nature import LinearMapper
from vqe_cli.qubits.mappers import MAPPERS
from vqe_cli.qubits.mappers.symmetry_conserving_bravyi_kitaev import fenwick_sums
from vqe_cli.qubits.mappers.ternary_tree import tree_sums

pytestmark = pytest.mark.quick


@pytest.mark.parametrize("count", [1, 2, 5, 8])
def test_sums_of_all_before_are_the_parity_mapping(count: int) -> None:
    sums = MAPPERS.create("parity").sums(count)
    assert LinearMapper(sums).pauli_table(count) == ParityMapper().pauli_table(count)


@pytest.mark.parametrize("count", [1, 2, 3, 6, 10, 14, 16, 20])
def test_bravyi_kitaev_is_that_of_qiskit_nature(count: int) -> None:
    sums = MAPPERS.create("bravyi-kitaev").sums(count)
    assert LinearMapper(sums).pauli_table(count) == BravyiKitaevMapper().pauli_table(count)


@pytest.mark.parametrize("count", [2, 4, 8, 16])
def test_a_fenwick_tree_of_a_power_of_two_is_bravyi_kitaev(count: int) -> None:
    sums = fenwick_sums(count)
    assert LinearMapper(sums).pauli_table(count) == BravyiKitaevMapper().pauli_table(count)


@pytest.mark.parametrize("norb", range(2, 9))
def test_two_qubits_of_a_fenwick_tree_hold_the_parities_of_the_spins(norb: int) -> None:
    sums = fenwick_sums(2 * norb)
    assert sums[norb - 1] == (1 << norb) - 1
    assert sums[-1] == (1 << 2 * norb) - 1


@pytest.mark.parametrize("count", [2, 4, 8, 12, 13, 14, 40])
def test_a_ternary_tree_has_the_optimal_weight(count: int) -> None:
    # Jiang et al., Quantum 4, 276 (2020): at most ceil(log3(2n + 1)) letters in every string.
    table = LinearMapper(tree_sums(count)).pauli_table(count)
    weights = [int((pauli.x | pauli.z).sum()) for pair in table for pauli in pair]
    assert max(weights) == ceil(log(2 * count + 1, 3) - 1e-9)
    # Of 2n + 1 strings qiskit-nature leaves out one of the longest, ours the one of Z only.
    theirs = TernaryTreeMapper().pauli_table(2 * count)
    shortest = sum(int((row[0].paulis.x | row[0].paulis.z).sum()) for row in theirs)
    assert shortest <= sum(weights) <= shortest + 1


@pytest.mark.parametrize("count", [4, 13])
def test_a_complete_ternary_tree_has_the_strings_of_qiskit_natures(count: int) -> None:
    table = LinearMapper(tree_sums(count)).pauli_table(count)
    ours = {pauli.to_label().lstrip("-") for pair in table for pauli in pair}
    theirs = {
        row[0].paulis[0].to_label() for row in TernaryTreeMapper("XYZ").pauli_table(2 * count)
    }
    assert len(ours) == len(theirs) == 2 * count
    assert len(ours - theirs) <= 1


def test_one_orbital_keeps_its_qubits() -> None:
    assert encoding_of("h2", "symmetry-conserving-bravyi-kitaev").num_qubits == 2
    assert encoding_of("h2", "ternary-tree").num_qubits == 2 * named_problem("h2").norb
