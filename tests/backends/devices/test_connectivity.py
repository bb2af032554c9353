"""Circuits routed on a line and on a heavy-hexagonal lattice."""

from __future__ import annotations

import numpy as np
import pytest
from qiskit.quantum_info import Statevector
from qiskit.transpiler import CouplingMap

from tests.problems import encoding_of
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends.devices.compiling import all_connected
from vqe_cli.backends.devices.connectivity import CONNECTIVITIES, Connectivity, routed

COUPLINGS = {"line": CouplingMap.from_line(8), "heavy-hex": CouplingMap.from_heavy_hex(3)}


@pytest.mark.parametrize("connectivity", CONNECTIVITIES)
def test_gates_act_on_coupled_qubits_and_the_state_stays(connectivity: Connectivity) -> None:
    state = ANSATZE.create("puccd").state(encoding_of("h4"))
    connected = all_connected(state.circuit, 2, 7)
    found = routed(connected, connectivity, 2, 7, tries=2)
    edges = {frozenset(edge) for edge in COUPLINGS[connectivity].get_edges()}
    pairs = [
        frozenset(found.find_bit(qubit).index for qubit in item.qubits)
        for item in found.data
        if len(item.qubits) == 2
    ]
    assert pairs
    assert set(pairs) <= edges
    assert len(pairs) <= routed(connected, connectivity, 2, 7, tries=1).num_nonlocal_gates()
    if connectivity == "line":
        x = np.linspace(0.1, 0.9, state.num_parameters)
        angles = dict(zip(state.circuit.parameters, x, strict=True))
        before = Statevector(state.circuit.assign_parameters(angles)).probabilities()
        after = Statevector(found.assign_parameters(angles)).probabilities()
        np.testing.assert_allclose(np.sort(after), np.sort(before), atol=1e-10)


def test_a_lattice_is_large_enough() -> None:
    state = ANSATZE.create("efficient-su2").state(encoding_of("random-10-1-1"))
    found = routed(all_connected(state.circuit, 1, 7), "heavy-hex", 1, 7, tries=1)
    assert found.num_qubits == CouplingMap.from_heavy_hex(5).size()
