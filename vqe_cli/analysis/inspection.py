"""Inspection of a problem before it is solved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from vqe_cli._core.sizes import Size
from vqe_cli.ansatz import Ansatz
from vqe_cli.chemistry.problem import build_problem, problem_over, select_any_orbitals
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.parts import Parts, located, look_up_parts, resolved_spec
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec
from vqe_cli.schema.problem_records import ActiveSpaceRecord, OrbitalRecord, ProblemRecord
from vqe_cli.variational.early_refusals import refuse_early
from vqe_cli.variational.feasibility import needs_of_operator
from vqe_cli.variational.other_references import refuse_with_orbitals_of
from vqe_cli.variational.recording import problem_record

if TYPE_CHECKING:
    from qiskit.quantum_info import PauliList

    from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
    from vqe_cli.chemistry.unrestricted import UnrestrictedSelection

NEIGHBOURS = 4
"""The number of orbitals shown below and above the active ones."""


class InspectedOrbital(OrbitalRecord):
    """One molecular orbital, with the atoms that it is on."""

    atoms: tuple[tuple[str, float], ...] = Field(
        default=(), description="Löwdin populations of the atoms with the largest shares."
    )
    pi_share: float | None = Field(
        default=None,
        description="Squared overlap with the p orbitals of conjugated atoms; None without any.",
    )


@dataclass(frozen=True)
class QubitOperator:
    """The mapped Hamiltonian in numbers.

    Args:
        terms: Number of Pauli terms.
        one_norm: Sum of absolute coefficients without the identity, Hartree; shots and Trotter
            errors grow with it.
        z2_symmetries: Pauli strings that commute with every term; each could save a qubit.
        largest: Labels and coefficients, in Hartree, of the largest terms.
    """

    terms: int
    one_norm: float
    z2_symmetries: tuple[str, ...]
    largest: tuple[tuple[str, float], ...]


@dataclass(frozen=True, eq=False)
class Inspection:
    """A problem, its orbitals, qubit operator and ansatz, in numbers."""

    spec: RunSpec
    resolved: dict[str, Any]
    encoding: Encoding
    ansatz: Ansatz
    selection: OrbitalSelection | UnrestrictedSelection | None
    problem: ProblemRecord
    full_point_group: str | None
    orbitals: tuple[InspectedOrbital, ...]
    operator: QubitOperator
    num_parameters: int
    num_excitations: int | None
    pool_size: int | None

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "schema": "vqe-inspect/1",
            "name": self.spec.title,
            "spec": self.resolved,
            "problem": self.problem.model_dump(mode="json"),
            "full_point_group": self.full_point_group,
            "orbitals": [orbital.model_dump(mode="json") for orbital in self.orbitals],
            "qubit_operator": vars(self.operator),
            "ansatz": {
                "name": self.ansatz.name,
                "parameters": self.num_parameters,
                "excitations": self.num_excitations,
                "pool": self.pool_size,
            },
        }


@dataclass(frozen=True)
class OrbitalInspection:
    """The active orbitals, their neighbours, and the numbers of all others.

    Args:
        spec: The run's spec.
        resolved: The spec as plain data with all defaults.
        active_space: The record of the active space.
        nelec: Numbers of active alpha and beta electrons.
        norb: Number of active orbitals, of each spin if they differ.
        frozen: Number of frozen, doubly occupied orbitals, shown or not; of each spin if they
            differ.
        left_out: Number of empty orbitals outside the active space, shown or not.
        qubits: Number of qubits, before tapering.
        determinants: Number of determinants.
        orbitals: The orbitals shown.
        selection: The active orbitals and their molecule.
    """

    spec: RunSpec
    resolved: dict[str, Any]
    active_space: ActiveSpaceRecord
    nelec: tuple[int, int]
    norb: int
    frozen: int
    left_out: int
    qubits: int
    determinants: int
    orbitals: tuple[InspectedOrbital, ...]
    selection: OrbitalSelection | UnrestrictedSelection

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "schema": "vqe-orbitals/1",
            "name": self.spec.title,
            "spec": self.resolved,
            "active_space": self.active_space.model_dump(mode="json", exclude={"orbitals"}),
            "electrons": self.nelec,
            "frozen_orbitals": self.frozen,
            "left_out_orbitals": self.left_out,
            "qubits": self.qubits,
            "determinants": self.determinants,
            "orbitals": [orbital.model_dump(mode="json") for orbital in self.orbitals],
        }


def inspect_problem(
    spec: RunSpec, largest: int = 8, on_begin: Callable[[str], None] = lambda _: None
) -> Inspection:
    """Build a problem and describe it.

    Args:
        spec: The run's spec.
        largest: Number of the largest Pauli terms to keep.
        on_begin: Callback, called with the name of a stage when it begins.

    Returns:
        The problem, its orbitals, qubit operator and ansatz, in numbers.
    """
    with located(spec):
        parts = look_up_parts(spec)
        on_begin("Hartree-Fock and integrals")
        selection, encoding = _build(spec, parts)
        on_begin("qubit operator and ansatz")
        state = parts.ansatz.state(encoding)
        return Inspection(
            spec=spec,
            resolved=resolved_spec(spec, parts),
            encoding=encoding,
            ansatz=parts.ansatz,
            selection=selection,
            operator=_operator(encoding, largest),
            problem=problem_record(encoding, spec),
            full_point_group=_full_point_group(selection),
            orbitals=_orbitals(selection),
            num_parameters=state.num_parameters,
            num_excitations=len(state.product.rotations) if state.product else None,
            pool_size=len(state.adaptive.pool) if state.adaptive else None,
        )


def inspect_orbitals(spec: RunSpec) -> OrbitalInspection:
    """Describe the active orbitals and their neighbours, without transforming integrals.

    Args:
        spec: The run's spec.

    Returns:
        The orbitals and the active space.

    Raises:
        InputError: The input has no molecule.
    """
    with located(spec):
        parts = look_up_parts(spec)
        if spec.molecule is None:
            raise InputError(
                "positions of orbitals are known for molecules only",
                hint="leave out --orbitals: the active space of a file is shown without it",
            )
        selection = select_any_orbitals(spec, parts.active_space)
        shape = _shape_of(selection)
        last = selection.field.num_orbitals
        size = Size(shape.norb, selection.nelec)
        shown = range(max(0, shape.first - NEIGHBOURS), min(last, shape.end + NEIGHBOURS))
        return OrbitalInspection(
            spec=spec,
            resolved=resolved_spec(spec, parts),
            active_space=shape.record,
            nelec=selection.nelec,
            norb=shape.norb,
            frozen=shape.frozen,
            left_out=last - shape.frozen - shape.norb,
            qubits=parts.mapper.untapered.num_qubits(size),
            determinants=size.sector_dimension,
            orbitals=_records(selection, shown),
            selection=selection,
        )


@dataclass(frozen=True)
class _Shape:
    """The active space among the orbitals, of each spin if they differ.

    Args:
        record: Its record.
        first: Index of the first active orbital.
        end: Index after the last active orbital.
        norb: Number of active orbitals.
        frozen: Number of frozen ones.
    """

    record: ActiveSpaceRecord
    first: int
    end: int
    norb: int
    frozen: int


def _shape_of(selection: OrbitalSelection | UnrestrictedSelection) -> _Shape:
    """The place and the size of the active space."""
    from vqe_cli.chemistry.scf.orbital_records import active_space_record
    from vqe_cli.chemistry.unrestricted import UnrestrictedSelection

    if isinstance(selection, UnrestrictedSelection):
        end = selection.frozen + selection.norb
        return _Shape(selection.record, selection.frozen, end, selection.norb, selection.frozen)
    active = selection.active
    record = active_space_record(selection)
    return _Shape(record, min(active), max(active) + 1, len(active), len(selection.inactive))


def _build(
    spec: RunSpec, parts: Parts
) -> tuple[OrbitalSelection | UnrestrictedSelection | None, Encoding]:
    """The active orbitals, and the encoding of their problem."""
    if spec.of_qubits:
        problem = build_problem(spec, parts.active_space)
        return None, Encoding(problem, parts.mapper, spec.memory)
    refuse_with_orbitals_of(spec, parts)
    try:
        selection = select_any_orbitals(spec, parts.active_space, needs_of_operator(parts))
    except ResourceLimitError:
        refuse_early(spec, parts)  # whose hint is a space in which a run fits, too
        raise
    return selection, Encoding(problem_over(selection, spec), parts.mapper, spec.memory)


def _orbitals(
    selection: OrbitalSelection | UnrestrictedSelection | None,
) -> tuple[InspectedOrbital, ...]:
    """The records of all orbitals; none for a qubit Hamiltonian."""
    if selection is None:
        return ()
    return _records(selection, range(selection.field.num_orbitals))


def _records(
    selection: OrbitalSelection | UnrestrictedSelection, indices: range
) -> tuple[InspectedOrbital, ...]:
    """The records of some orbitals, of both spins if they differ."""
    from vqe_cli.chemistry.active_spaces._pi_shares import pi_shares
    from vqe_cli.chemistry.scf.orbital_records import atomic_shares, orbital_records
    from vqe_cli.chemistry.scf.unrestricted_orbital_records import unrestricted_orbital_records
    from vqe_cli.chemistry.unrestricted import UnrestrictedSelection

    mole, chosen = selection.field.mole, list(indices)
    records: tuple[OrbitalRecord, ...]
    if isinstance(selection, UnrestrictedSelection):
        records = unrestricted_orbital_records(selection, chosen)
        coefficients = np.hstack([one[:, chosen] for one in selection.field.mo_coeff])
        shares = None
    else:
        records = orbital_records(selection, chosen)
        coefficients = selection.field.mo_coeff[:, chosen]
        shares = pi_shares(selection.field) if mole.natm else None
    atoms = atomic_shares(mole, coefficients) if mole.natm else [()] * len(records)
    return tuple(
        InspectedOrbital(
            **record.model_dump(),
            atoms=found,
            pi_share=None if shares is None else round(float(shares[record.number - 1]), 4),
        )
        for record, found in zip(records, atoms, strict=True)
    )


def _full_point_group(
    selection: OrbitalSelection | UnrestrictedSelection | None,
) -> str | None:
    """The molecule's point group; None where it is not used."""
    from vqe_cli.chemistry.unrestricted import UnrestrictedSelection

    if selection is None or isinstance(selection, UnrestrictedSelection):
        return None
    return selection.field.full_point_group


def _operator(encoding: Encoding, largest: int) -> QubitOperator:
    from qiskit.quantum_info import SparsePauliOp, Z2Symmetries

    operator = encoding.hamiltonian
    coefficients = operator.coeffs.real
    trivial = ~(operator.paulis.x.any(axis=1) | operator.paulis.z.any(axis=1))
    order = np.argsort(-np.abs(coefficients), kind="stable")[:largest]
    labels = operator.paulis[order].to_labels()
    # Symmetries depend on the span of the terms only; for all terms Qiskit would take minutes.
    spanning = SparsePauliOp(operator.paulis[_independent(operator.paulis)])
    symmetries = Z2Symmetries.find_z2_symmetries(spanning).symmetries
    return QubitOperator(
        terms=len(operator),
        one_norm=float(np.abs(coefficients[~trivial]).sum()),
        z2_symmetries=tuple(pauli.to_label() for pauli in symmetries),
        largest=tuple(zip(labels, coefficients[order].tolist(), strict=True)),
    )


def _independent(paulis: PauliList) -> list[int]:
    """Indices of independent terms, of which all other terms are products."""
    rows = np.hstack([paulis.x, paulis.z])
    found = []
    for column in range(rows.shape[1]):
        holders = np.flatnonzero(rows[:, column])
        if holders.size:
            found.append(int(holders[0]))
            rows[holders] ^= rows[holders[0]].copy()
    return found
