"""CNOTs of growing products: those of the whole circuit as Qiskit compiles it."""

from __future__ import annotations

from typing import Any

import pytest
from qiskit import transpile

from tests.families import slow
from tests.problems import H4, encoding_of, problem_of, spec_of
from vqe_cli import run
from vqe_cli.ansatz.adapt import Adapt
from vqe_cli.ansatz.state import operator_of
from vqe_cli.qubits.cnot_counts import CnotCounter


@pytest.mark.parametrize(
    "options",
    [
        {"pool": "singles-doubles", "max_operators": 4},
        {"pool": "ceo", "tetris": True, "max_operators": 10},
        {"pool": "qubit", "max_operators": 5},
        slow({"pool": "qubit-excitations", "prune": True, "max_operators": 12}),
        slow({"pool": "ovp-ceo", "max_operators": 8}),
    ],
)
def test_counts_of_cycles_are_those_of_the_compiled_circuit(options: dict[str, Any]) -> None:
    record = run(spec_of(H4, ansatz={"name": "adapt", **options}))
    assert record.result.cycles is not None
    assert record.result.operators is not None
    encoding = encoding_of(problem_of(H4))
    state = (
        Adapt(**options)
        .state(encoding)
        .with_operators([operator_of(one) for one in record.result.operators])
    )
    compiled = transpile(state.circuit, basis_gates=["cx", "u"], optimization_level=0)
    assert record.result.cycles[-1].cnots == compiled.count_ops()["cx"]
    assert record.result.cycles[0].cnots == 0
    assert state.cnots(CnotCounter(encoding)) == compiled.count_ops()["cx"]
