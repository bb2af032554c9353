"""The format in which cases are given to programs: one explicit JSON file and two arrays.

A folder contains

``case.json``
    ``kind``: ``excitations``, ``blocks`` or ``circuit``.
    ``num_qubits``, ``num_parameters``, ``reference`` (the qubits that are one), ``hamiltonian``
    (Pauli strings, the rightmost letter for qubit 0, with coefficients in Hartree), ``points``
    (parameter vectors; the first is where optimisations start).
    With excitations: ``norb``, ``nelec``, ``multiplicity``, ``core_energy``, ``orbsym``,
    ``point_group``, and ``rotations`` in the order in which they act, each with ``create`` and
    ``annihilate`` (spin orbitals, alpha 0 … norb-1, then beta), ``parameter``, ``factor`` and
    ``paulis``: ``exp(θ·factor·(T − T†)) = Π exp(−i·θ·factor·c·P)`` with
    ``T = a†_c1 a†_c2 … a_2 a_1``.
    With blocks: ``norb`` and so on, and ``blocks`` in the order in which they act and in that of
    their parameters: networks with ``spins``, ``places``, ``phases`` (rotations
    ``[[c, s e^{−iφ}], [−s e^{iφ}, c]]`` of the orbitals p and p+1, with all θ before all φ, and
    phases of all orbitals but the first), and Jastrow factors with ``couplings``, the pairs of
    qubits of each angle of ``exp(−i angle/2 Σ Z_p Z_q)``.
    With a circuit: ``gates`` in order, each with ``name`` (x, ry, rz, cx), ``qubits`` and
    ``parameter`` (null where there is none).
``h1.npy``, ``h2.npy``
    Integrals in chemists' order, where there are any.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli.ansatz._givens_networks import GivensNetwork
from vqe_cli.ansatz._jastrow import Coupling, JastrowFactor
from vqe_cli.ansatz.state import Block, ParameterisedState
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct, Rotation
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding

DISPLACEMENT = 0.1
"""Largest displacement in radians, per parameter, of the further points of comparison."""

GATES = ["x", "ry", "rz", "cx"]


def write_case(
    folder: Path, state: ParameterisedState, start: Vector, *, with_paulis: bool = True
) -> None:
    """Write a parameterised state and its problem.

    Args:
        folder: Folder of the case, created if missing.
        state: Parameterised state of excitations or a circuit, in Jordan-Wigner.
        start: First point, shape (parameters,).
        with_paulis: Whether to write Pauli strings for circuit simulators; mapping many orbitals
            takes long.
    """
    encoding = state.encoding
    problem = encoding.problem
    assert isinstance(problem, ElectronicProblem)
    rng = np.random.default_rng(7)
    further = [start + rng.uniform(-DISPLACEMENT, DISPLACEMENT, start.size) for _ in range(3)]
    hamiltonian = encoding.hamiltonian.to_list() if with_paulis else []
    case: dict[str, Any] = {
        "num_qubits": encoding.num_qubits,
        "num_parameters": state.num_parameters,
        "reference": [qubit for qubit, bit in enumerate(encoding.reference_bits) if bit],
        "hamiltonian": [[pauli, float(np.real(value))] for pauli, value in hamiltonian],
        "points": [point.tolist() for point in (start, *further)],
    }
    folder.mkdir(parents=True, exist_ok=True)
    if state.product is not None:
        case |= {"kind": "excitations", **_problem(problem)}
        case["rotations"] = [_rotation(r, encoding, with_paulis) for r in state.product.rotations]
    elif state.blocks is not None:
        case |= {"kind": "blocks", **_problem(problem)}
        case["blocks"] = [_block(block) for block in state.blocks]
    else:
        case |= {"kind": "circuit", **_problem(problem), "gates": _gates(state)}
    np.save(folder / "h1.npy", problem.h1)
    np.save(folder / "h2.npy", problem.h2)
    (folder / "case.json").write_text(json.dumps(case), encoding="utf-8")


def read_problem(folder: Path, case: dict[str, Any]) -> ElectronicProblem:
    """The electronic problem of a case."""
    return ElectronicProblem(
        h1=np.load(folder / "h1.npy"),
        h2=np.load(folder / "h2.npy"),
        core_energy=case["core_energy"],
        nelec=tuple(case["nelec"]),
        multiplicity=case["multiplicity"],
        orbsym=None if case["orbsym"] is None else tuple(case["orbsym"]),
        point_group=case["point_group"],
    )


def read_product(case: dict[str, Any]) -> ExcitationProduct:
    """The excitation product of a case."""
    norb = case["norb"]

    def spin_orbitals(numbers: list[int]) -> tuple[tuple[int, int], ...]:
        return tuple((number % norb, number // norb) for number in numbers)

    rotations = tuple(
        Rotation(
            Excitation(spin_orbitals(entry["create"]), spin_orbitals(entry["annihilate"])),
            entry["parameter"],
            entry["factor"],
        )
        for entry in case["rotations"]
    )
    return ExcitationProduct(norb, tuple(case["nelec"]), rotations, case["num_parameters"])


def read_blocks(case: dict[str, Any]) -> tuple[Block, ...]:
    """The orbital rotations and Jastrow factors of a case."""
    norb, found = case["norb"], list[Block]()
    for entry in case["blocks"]:
        if "places" in entry:
            spins, places = tuple(entry["spins"]), tuple(entry["places"])
            found.append(GivensNetwork(norb, spins, places, entry["phases"]))
        else:
            groups = (tuple((p, q) for p, q in group) for group in entry["couplings"])
            couplings = (_coupling(group, norb) for group in groups)
            found.append(JastrowFactor(tuple(couplings)))
    return tuple(found)


def _coupling(qubits: tuple[tuple[int, int], ...], norb: int) -> Coupling:
    p, q = qubits[0]
    return Coupling(p // norb + q // norb, (p % norb, q % norb), qubits)


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, GivensNetwork):
        return {"spins": block.spins, "places": block.places, "phases": block.phases}
    return {"couplings": [coupling.qubits for coupling in block.couplings]}


def _problem(problem: ElectronicProblem) -> dict[str, Any]:
    return {
        "norb": problem.norb,
        "nelec": list(problem.nelec),
        "multiplicity": problem.multiplicity,
        "core_energy": problem.core_energy,
        "orbsym": None if problem.orbsym is None else [int(irrep) for irrep in problem.orbsym],
        "point_group": problem.point_group,
    }


def _rotation(rotation: Rotation, encoding: Encoding, with_paulis: bool) -> dict[str, Any]:
    excitation = rotation.excitation
    assert isinstance(encoding.problem, ElectronicProblem)
    norb = encoding.problem.norb
    paulis = encoding.generator(excitation).to_list() if with_paulis else []
    return {
        "create": [orbital + spin * norb for orbital, spin in excitation.create],
        "annihilate": [orbital + spin * norb for orbital, spin in excitation.annihilate],
        "parameter": rotation.parameter,
        "factor": rotation.factor,
        "paulis": [[pauli, float(np.real(value))] for pauli, value in paulis],
    }


def _gates(state: ParameterisedState) -> list[dict[str, Any]]:
    """The circuit in four kinds of gates, whose angles are the parameters themselves."""
    from qiskit import transpile

    flat = transpile(state.circuit, basis_gates=GATES, optimization_level=0)
    order = {parameter: index for index, parameter in enumerate(state.circuit.parameters)}
    gates = []
    for instruction in flat.data:
        if instruction.operation.name == "barrier":
            continue
        angles = instruction.operation.params
        gates.append(
            {
                "name": instruction.operation.name,
                "qubits": [flat.find_bit(qubit).index for qubit in instruction.qubits],
                "parameter": order[angles[0]] if angles else None,
            }
        )
    return gates
