"""Circuits that a device cannot run are refused before they are billed."""

from types import SimpleNamespace

import numpy as np
import pytest
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.circuit.library import RZZGate
from qiskit.transpiler import Target

from vqe_cli.backends.ibm.isa import check_angles, check_gates
from vqe_cli.backends.ibm.runtime import fake_device
from vqe_cli.errors import UnavailableError

pytestmark = pytest.mark.quick

NO_ROWS = np.zeros((1, 0))


def on_manila(build):
    """Circuit on Manila, a line of five qubits with CX between neighbours."""
    circuit = QuantumCircuit(5, 1)
    build(circuit)
    return circuit


def test_native_circuits_pass():
    circuit = on_manila(lambda c: (c.sx(0), c.rz(0.3, 1), c.cx(0, 1), c.barrier(), c.measure(1, 0)))
    check_gates(circuit, fake_device("fake_manila"))


@pytest.mark.parametrize(
    ("build", "complaint"),
    [
        (lambda c: c.h(0), "h is not available on qubit 0"),
        (lambda c: c.cx(0, 2), "cx is not available on qubits 0 and 2"),
    ],
)
def test_foreign_gates_and_connections_are_refused(build, complaint):
    with pytest.raises(UnavailableError, match=complaint):
        check_gates(on_manila(build), fake_device("fake_manila"))


def test_qubits_out_of_order_are_refused():
    manila = fake_device("fake_manila")
    properties = SimpleNamespace(faulty_qubits=lambda: [3])
    broken = SimpleNamespace(name="x", target=manila.target, properties=lambda: properties)
    check_gates(on_manila(lambda c: c.sx(2)), broken)
    with pytest.raises(UnavailableError, match="qubit 3 is faulty"):
        check_gates(on_manila(lambda c: c.sx(3)), broken)


@pytest.mark.parametrize(
    ("angle", "good"), [(0.0, True), (1.5707, True), (1.58, False), (-0.1, False)]
)
@pytest.mark.parametrize("bound", [True, False])
def test_fractional_gates_take_angles_up_to_a_quarter_turn(angle, good, bound):
    theta = Parameter("θ")
    target = Target(num_qubits=2)
    target.add_instruction(RZZGate(theta), {(0, 1): None})
    device = SimpleNamespace(name="fractional", target=target)
    circuit = QuantumCircuit(2)
    circuit.rzz(angle if bound else 2 * theta, 0, 1)
    rows = NO_ROWS if bound else np.array([[0.1], [angle / 2]])
    if good:
        check_angles(circuit, rows, device)
    else:
        with pytest.raises(UnavailableError, match="angle of rzz"):
            check_angles(circuit, rows, device)
