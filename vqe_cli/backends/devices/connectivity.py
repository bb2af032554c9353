"""Circuits routed on typical couplings of qubits: a line, and the heavy-hexagonal lattice."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Literal, get_args

from vqe_cli.backends.devices.noise_models import BASIS_GATES

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

Connectivity = Literal["line", "heavy-hex"]
"""Couplings between qubits: neighbours of a line, or IBM's heavy-hexagonal lattice."""

CONNECTIVITIES: tuple[Connectivity, ...] = get_args(Connectivity)


def routed(
    circuit: QuantumCircuit, connectivity: Connectivity, level: int, seed: int, tries: int
) -> QuantumCircuit:
    """The circuit with the fewest two-qubit gates of several layouts, in CX, RZ, SX and X.

    A permutation of the qubits at the end is left implicit, since outcomes can be renamed.

    Args:
        circuit: A circuit of CX, RZ, SX and X, with free parameters.
        connectivity: The coupling of the qubits.
        level: Optimisation level of Qiskit's preset pass managers.
        seed: Random seed of the first layout; the others count up from it.
        tries: Number of layouts.
    """
    from qiskit.transpiler import Target, generate_preset_pass_manager

    coupling = _coupling(connectivity, circuit.num_qubits)
    target = Target.from_configuration(list(BASIS_GATES), coupling.size(), coupling)
    found = [
        generate_preset_pass_manager(level, target=target, seed_transpiler=seed + k).run(circuit)
        for k in range(tries)
    ]
    return min(found, key=lambda one: (one.num_nonlocal_gates(), one.depth()))


def _coupling(connectivity: Connectivity, qubits: int) -> Any:
    """The coupling of a line, or of the smallest heavy-hexagonal lattice with enough qubits."""
    from qiskit.transpiler import CouplingMap

    if connectivity == "line":
        return CouplingMap.from_line(qubits)
    lattices = (CouplingMap.from_heavy_hex(distance) for distance in count(3, 2))
    return next(lattice for lattice in lattices if lattice.size() >= qubits)
