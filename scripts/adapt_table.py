"""Print the table of docs/adapt.md: what ADAPT-VQE needs to come within 1.6 mHa of full CI.

python scripts/adapt_table.py [MOLECULE ...]

Each run stops at the first cycle whose energy is within 1.6 mHa of PySCF's full CI. CNOTs are those
of the circuit over CNOTs and single-qubit gates between any two qubits, without optimisation across
operators; their depth leaves single-qubit gates out. The script takes half an hour.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import chain
from typing import Any

from pyscf import fci, gto, scf
from qiskit import transpile

from vqe_cli import run
from vqe_cli.ansatz import ANSATZE
from vqe_cli.ansatz.state import Operator, ParameterisedState, label_of
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.parts import look_up_parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.mappers import MAPPERS
from vqe_cli.schema import spec_from_data
from vqe_cli.schema.records import Cycle, RunRecord

ENOUGH = 1.6e-3
"""Hartree."""


def line_of(count: int, distance: float) -> str:
    """Hydrogen atoms in a line, Å."""
    return "\n".join(f"H 0 0 {place * distance:g}" for place in range(count))


MOLECULES = {
    "H4, 1 Å": line_of(4, 1.0),
    "LiH, 1.595 Å": "Li 0 0 0\nH 0 0 1.595",
    "BeH2, 1.326 Å": "Be 0 0 0\nH 0 0 1.326\nH 0 0 -1.326",
    "H6, 1 Å": line_of(6, 1.0),
    "H6, 2 Å": line_of(6, 2.0),
    "H6, 3 Å": line_of(6, 3.0),
}
"""Geometries; STO-3G, all electrons and orbitals."""

POOLS = ("generalized", "singles-doubles", "qubit-excitations", "ovp-ceo", "ceo")
VARIANTS: tuple[tuple[str, dict[str, Any]], ...] = (
    *((pool, {"pool": pool}) for pool in POOLS),
    ("qubit", {"pool": "qubit"}),
    ("generalized, prune", {"pool": "generalized", "prune": True}),
    ("qubit-excitations, tetris", {"pool": "qubit-excitations", "tetris": True}),
    ("ceo, tetris", {"pool": "ceo", "tetris": True}),
    ("ceo, tetris, prune", {"pool": "ceo", "tetris": True, "prune": True}),
    ("qubit, tetris", {"pool": "qubit", "tetris": True}),
)
"""Options of the ansatz by their names in the table."""

LIMITS = (12, 40, 80, 160, 260)
"""Largest numbers of operators, tried one after another until the energy is close enough."""


def full_ci(geometry: str) -> float:
    """By PySCF alone, Hartree."""
    method = scf.RHF(gto.M(atom=geometry, basis="sto-3g", verbose=0)).run(conv_tol=1e-12)
    return float(fci.FCI(method).kernel()[0])


def grown(geometry: str, options: dict[str, Any], limit: int) -> RunRecord:
    """The record of an adaptive run."""
    ansatz = {"name": "adapt", "max_operators": limit, **options}
    data = {"molecule": {"geometry": geometry}, "ansatz": ansatz, "reference": "none"}
    return run(spec_from_data(data))


def cell(geometry: str, options: dict[str, Any], exact: float) -> str:
    """Cycles, parameters, CNOTs and their depth when the error is small enough, or the last error.

    Args:
        geometry: The molecule.
        options: The options of the ansatz.
        exact: The energy of full CI, Hartree.
    """
    cycles = cycles_of(geometry, options, exact)
    error = cycles[-1].energy - exact
    if error >= ENOUGH:
        return f"ends {1000 * error:.1f} mHa above"
    encoding = encoding_of(geometry)
    state = ANSATZE.create({"name": "adapt", **options}).state(encoding)
    state = state.with_operators(operators_of(state, cycles))
    circuit = transpile(state.circuit, basis_gates=["cx", "u"], optimization_level=0)
    depth = circuit.depth(lambda gate: gate.operation.num_qubits > 1)
    counts = (len(cycles) - 1, state.num_parameters, circuit.count_ops().get("cx", 0), depth)
    return " · ".join(str(count) for count in counts)


def cycles_of(geometry: str, options: dict[str, Any], exact: float) -> list[Cycle]:
    """The cycles until the energy is close enough; all if it never is."""
    found: list[Cycle] = []
    for limit in LIMITS:
        found = list(grown(geometry, options, limit).result.cycles or ())
        for place, cycle in enumerate(found):
            if cycle.energy - exact < ENOUGH:
                return found[: place + 1]
        if found[-1].operators < limit:
            break
    return found


def operators_of(state: ParameterisedState, cycles: Sequence[Cycle]) -> list[Operator]:
    """The operators after some cycles, in the order in which they act."""
    assert state.adaptive is not None
    every = chain(state.adaptive.pool, *state.adaptive.parts)
    known = {label_of(operator): operator for operator in every}
    labels: list[str] = []
    for cycle in cycles:
        labels += cycle.added.split(", ") if cycle.added else []
        if cycle.removed:
            labels.remove(cycle.removed)
    assert len(labels) == cycles[-1].operators
    return [known[label] for label in labels]


def encoding_of(geometry: str) -> Encoding:
    """The problem of a molecule on qubits, by Jordan-Wigner."""
    spec = spec_from_data({"molecule": {"geometry": geometry}})
    problem = build_problem(spec, look_up_parts(spec).active_space)
    return Encoding(problem, MAPPERS.create("jordan-wigner"))


def main(names: list[str]) -> None:
    """Print the table, a row for each pool and a column for each molecule."""
    names = names or list(MOLECULES)
    exact = {name: full_ci(MOLECULES[name]) for name in names}
    print("| pool | " + " | ".join(names) + " |")
    print("| --- |" + " --- |" * len(names))
    for label, options in VARIANTS:
        cells = [cell(MOLECULES[name], options, exact[name]) for name in names]
        print("| " + " | ".join((label, *cells)) + " |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
