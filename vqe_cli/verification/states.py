"""Energies and conserved quantities of states: of parameters and of circuits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli._core.threads import threads_for
from vqe_cli._core.wording import counted
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends import BACKENDS
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.parts import Parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.severity import or_fail
from vqe_cli.variational.symmetry_checks import (
    CIRCUIT_TOLERANCE,
    SYMMETRY_TOLERANCE,
    may_have_spin,
    on_broken_spin,
)
from vqe_cli.verification.circuit_files import fits, read_circuit
from vqe_cli.verification.records import Evidence, EvidenceKind

QUBIT_ORDER = "qubit 0 is the first alpha orbital, as the mapping has it, and the lowest bit"

SEED = 7
"""Seed of the exact simulator, which draws nothing."""


def of_parameters(parts: Parts, encoding: Encoding, x: Vector) -> Evidence:
    """The energy of an ansatz at parameters, by the exact simulator.

    Args:
        parts: The parts of the claim.
        encoding: The problem.
        x: The parameters.

    Raises:
        InputError: The ansatz has another number of parameters, or none of its own.
        ResourceLimitError: The state does not fit into memory.
    """
    state = parts.ansatz.state(encoding)
    if state.adaptive is not None:
        raise InputError(
            f"{parts.ansatz.name} grows, and its parameters alone do not tell its operators",
            path=("ansatz",),
            hint="give the record of the run",
        )
    if state.num_parameters != x.size:
        raise InputError(
            f"{parts.ansatz.name} has {counted(state.num_parameters, 'parameter')} here,"
            f" not {x.size}",
            path=("parameters",),
        )
    return evaluated("parameters", state, x)


def of_circuit(path: Path, encoding: Encoding) -> Evidence:
    """The energy of a circuit, by the exact simulator.

    Args:
        path: The file of the circuit.
        encoding: The problem.

    Raises:
        InputError: The file has no circuit on the problem's qubits.
        ResourceLimitError: The state does not fit into memory.
    """
    circuit = read_circuit(path)
    fits(circuit, encoding.num_qubits, path)
    state = ParameterisedState(encoding, lambda: circuit)
    return evaluated("circuit", state, np.zeros(0), (QUBIT_ORDER,))


def evaluated(
    kind: EvidenceKind,
    state: ParameterisedState,
    x: Vector,
    notes: tuple[str, ...] = (),
) -> Evidence:
    """The energy of a state, and checks of its sector.

    Args:
        kind: The kind of evidence.
        state: The state.
        x: Its parameters, shape (num_parameters,).
        notes: Remarks on the evidence.
    """
    encoding = state.encoding
    with threads_for(encoding.vector_length):
        objective = BACKENDS.create("exact").prepare(state, SEED)
        energy = objective.energy(x, SEED).value
        found = {name: one.value for name, one in objective.observables(x, SEED).items()}
    checks = tuple(sector_checks(encoding, found, conserving=state.conserving))
    return Evidence(kind=kind, energy=energy, checks=checks, notes=notes)


def sector_checks(
    encoding: Encoding, found: Mapping[str, float], *, conserving: bool
) -> Iterator[Check]:
    """Checks that a state has the electrons and the spin of the problem.

    Args:
        encoding: The problem.
        found: Conserved quantities of the state by name.
        conserving: Whether electrons are conserved by construction.
    """
    problem = encoding.problem
    if not isinstance(problem, ElectronicProblem):
        return
    expected = {
        "particle-number": float(sum(problem.nelec)),
        "sz": problem.spin_z,
        "s-squared": problem.spin_squared,
    }
    for name, target in expected.items():
        if name in found:
            floor = 0.0 if conserving else CIRCUIT_TOLERANCE
            tolerance = max(floor, SYMMETRY_TOLERANCE[name])
            difference = abs(found[name] - target)
            status = or_fail(difference <= tolerance)
            broken = name == "s-squared" and problem.beta is not None and status == "fail"
            if broken and may_have_spin(problem, difference):
                status = "warn"
            yield Check(
                name=name,
                status=status,
                hard=status != "warn",
                value=found[name],
                expected=target,
                tolerance=tolerance,
                detail=on_broken_spin(problem) if broken else "",
            )
