"""Active spaces of growing size, compared by entropies and energies."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from vqe_cli.analysis.estimation.circuits import size_of, too_long
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.devices.compiling import all_connected
from vqe_cli.chemistry.active_spaces import ACTIVE_SPACES
from vqe_cli.chemistry.active_spaces.candidates import Candidates, full_ci_energy
from vqe_cli.chemistry.active_spaces.entropy import Entropy
from vqe_cli.chemistry.problem import problem_over
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.errors import InputError
from vqe_cli.parts import Parts, located, look_up_parts, resolved_spec
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec
from vqe_cli.schema.problem_records import OrbitalRecord
from vqe_cli.variational.other_references import refuse_with_other_references

if TYPE_CHECKING:
    from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection

ENTROPY = "entropy"
"""Name of the active space that compares entropies."""

MOST_PARAMETERS = 60
"""Number of parameters up to which the circuit of a space is compiled, in some seconds."""

OPTIMISATION_LEVEL, SEED = 1, 0
"""Optimisation level and random seed of the transpiler, as for `vqe estimate`."""


@dataclass(frozen=True)
class SpaceRow:
    """One active space.

    Args:
        electrons: Number of active electrons.
        orbitals: Number of active orbitals.
        numbers: Numbers of the active orbitals, from 1.
        qubits: Number of qubits after the mapping.
        determinants: Number of determinants.
        pauli_terms: Number of Pauli terms of the Hamiltonian.
        energy: Total energy of full CI in the space, Hartree.
        smallest_entropy: Smallest entropy of an active orbital.
        left_out_entropy: Largest entropy of a compared orbital that is not active; None if all are.
        parameters: Number of parameters of the ansatz; None for one that grows.
        two_qubit_gates: Number of two-qubit gates with all qubits connected; None if the circuit
            was not compiled, which would take long.
        recommended: Whether the space is the recommended one.
    """

    electrons: int
    orbitals: int
    numbers: tuple[int, ...]
    qubits: int
    determinants: int
    pauli_terms: int
    energy: float
    smallest_entropy: float
    left_out_entropy: float | None
    parameters: int | None
    two_qubit_gates: int | None
    recommended: bool


@dataclass(frozen=True)
class SpaceComparison:
    """Active spaces among the same candidates, the smallest first.

    Args:
        spec: The run's spec.
        resolved: The spec as plain data with all defaults.
        ansatz: Name of the ansatz that is counted.
        source: The full CI that gives the entropies, in words.
        hartree_fock_energy: Total energy, Hartree.
        orbitals: The compared orbitals with their entropies, the largest first.
        rows: The active spaces.
        option: The recommended value of ``active_space``.
        selection: The recommended active orbitals.
    """

    spec: RunSpec
    resolved: dict[str, Any]
    ansatz: str
    source: str
    hartree_fock_energy: float
    orbitals: tuple[OrbitalRecord, ...]
    rows: tuple[SpaceRow, ...]
    option: dict[str, Any]
    selection: OrbitalSelection

    @property
    def reason(self) -> str:
        """The reason for the recommendation."""
        return self.selection.reason

    @property
    def recommended(self) -> SpaceRow:
        """The recommended active space."""
        return next(row for row in self.rows if row.recommended)

    @property
    def flag(self) -> str:
        """The flag that selects the recommended active space."""
        inside = ", ".join(f"{key}: {json.dumps(value)}" for key, value in self.option.items())
        return f"--active-space '{{{inside.replace(chr(34), '')}}}'"

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "schema": "vqe-spaces/1",
            "name": self.spec.title,
            "spec": self.resolved,
            "ansatz": self.ansatz,
            "entropies_of": self.source,
            "hartree_fock_energy": self.hartree_fock_energy,
            "orbitals": [orbital.model_dump(mode="json") for orbital in self.orbitals],
            "spaces": [asdict(row) for row in self.rows],
            "recommended": {"active_space": self.option, "reason": self.reason, "flag": self.flag},
        }


def compare_spaces(spec: RunSpec) -> SpaceComparison:
    """Compare active spaces of the orbitals with the largest entropies, and recommend one.

    The input's own active space plays no part, except for the options of `entropy`.

    Args:
        spec: The run's spec.

    Raises:
        InputError: The input has no molecule, or no orbital is correlated.
        ResourceLimitError: MP2 or the full CI does not fit into memory.
    """
    with located(spec):
        parts = look_up_parts(spec)
        if spec.molecule is None:
            raise InputError(
                "active spaces are compared for molecules only", hint=_orbitals_of(spec)
            )
        space = _rule(parts)
        refuse_with_other_references(spec, replace(parts, active_space=space))
        from vqe_cli.chemistry.scf.orbital_records import orbital_records

        field = MeanFields().of(
            spec.molecule,
            lambda mole: space.check(mole, spec.memory),
            memory=spec.memory,
            surroundings=spec.surroundings,
        )
        found = space.compared(field)
        chosen = space.choose(found)
        selections = [found.first(count, "") for count in found.counts]
        shown = orbital_records(chosen, [found.whole.active[k] for k in found.ranked])
        return SpaceComparison(
            spec=spec,
            resolved=resolved_spec(spec, parts),
            ansatz=parts.ansatz.name,
            source=found.source,
            hartree_fock_energy=field.report.energy,
            orbitals=shown,
            rows=tuple(_row(spec, parts, found, one, chosen) for one in selections),
            option=_option(space, chosen),
            selection=chosen,
        )


def _orbitals_of(spec: RunSpec) -> str:
    """The orbitals of an input without a molecule."""
    if spec.of_qubits:
        return "a qubit Hamiltonian has no orbitals"
    if spec.fcidump is not None:
        return "a file of orbitals or integrals has those of an active space already"
    return "the sites of a model are its orbitals"


def _rule(parts: Parts) -> Entropy:
    """The rule of the recommendation, with the input's options but for a size."""
    own = parts.active_space
    options = own.selection() if isinstance(own, Entropy) else {"name": ENTROPY}
    rule = ACTIVE_SPACES.create({**options, "electrons": None, "orbitals": None})
    assert isinstance(rule, Entropy)
    return rule


def _option(space: Entropy, chosen: OrbitalSelection) -> dict[str, Any]:
    """The shortest value of ``active_space`` that selects the recommended space."""
    size = {"electrons": sum(chosen.nelec), "orbitals": len(chosen.active)}
    default = type(space).model_fields["candidates"].default
    compared = {} if space.candidates == default else {"candidates": space.candidates}
    return {"name": space.name, **size, **compared}


def _row(
    spec: RunSpec,
    parts: Parts,
    found: Candidates,
    selection: OrbitalSelection,
    chosen: OrbitalSelection,
) -> SpaceRow:
    """The figures of one active space."""
    problem = problem_over(selection, spec)
    encoding = Encoding(problem, parts.mapper, spec.memory)
    everything = selection.active == found.whole.active
    state = parts.ansatz.state(encoding)
    count = len(selection.active)
    return SpaceRow(
        electrons=sum(selection.nelec),
        orbitals=count,
        numbers=tuple(index + 1 for index in selection.active),
        qubits=encoding.num_qubits,
        determinants=problem.sector_dimension,
        pauli_terms=len(encoding.hamiltonian),
        energy=found.energy if everything else full_ci_energy(problem),
        smallest_entropy=float(found.descending[:count].min()),
        left_out_entropy=None if everything else float(found.descending[count:].max()),
        parameters=None if state.adaptive else state.num_parameters,
        two_qubit_gates=_gates(state),
        recommended=selection.active == chosen.active,
    )


def _gates(state: ParameterisedState) -> int | None:
    """The number of two-qubit gates with all qubits connected; None if it would take long."""
    if too_long(state) is not None or state.num_parameters > MOST_PARAMETERS:
        return None
    return size_of(all_connected(state.circuit, OPTIMISATION_LEVEL, SEED)).two_qubit_gates
