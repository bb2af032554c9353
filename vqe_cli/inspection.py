"""What can be said about a problem before it is solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vqe_cli.ansatz import Ansatz
from vqe_cli.chemistry.problem import ElectronicProblem
from vqe_cli.pipeline import Parts, build_problem, located, resolve, resolved_spec
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.recording import problem_record
from vqe_cli.records import ProblemRecord
from vqe_cli.spec import RunSpec

if TYPE_CHECKING:
    from vqe_cli.chemistry.integrals import OrbitalSelection
    from vqe_cli.chemistry.mean_field import MeanField


@dataclass(frozen=True)
class Orbital:
    """One molecular orbital: number from 1, energy in Hartree, electrons, irrep, and its part."""

    number: int
    energy: float
    occupation: float
    irrep: str
    part: str


@dataclass(frozen=True)
class QubitOperator:
    """The mapped Hamiltonian in numbers.

    Args:
        terms: Pauli terms.
        one_norm: Sum of the coefficients' sizes without the identity, Hartree; shots and
            Trotter errors grow with it.
        z2_symmetries: Pauli strings of Z that commute with every term; each could save a qubit.
        largest: The largest terms.
    """

    terms: int
    one_norm: float
    z2_symmetries: tuple[str, ...]
    largest: tuple[tuple[str, float], ...]


@dataclass(frozen=True, eq=False)
class Inspection:
    """A problem seen from all sides."""

    spec: RunSpec
    resolved: dict[str, Any]
    encoding: Encoding
    ansatz: Ansatz
    problem: ProblemRecord
    full_point_group: str | None
    orbitals: tuple[Orbital, ...]
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
            "orbitals": [vars(orbital) for orbital in self.orbitals],
            "qubit_operator": vars(self.operator),
            "ansatz": {
                "name": self.ansatz.name,
                "parameters": self.num_parameters,
                "excitations": self.num_excitations,
                "pool": self.pool_size,
            },
        }


def inspect_problem(spec: RunSpec, largest: int = 8) -> Inspection:
    """Build the problem and look at it.

    Args:
        spec: The run.
        largest: How many of the largest Pauli terms to keep.
    """
    with located(spec):
        parts = resolve(spec)
        orbitals, point_group, encoding = _build(spec, parts)
        trial = parts.ansatz.trial(encoding)
        return Inspection(
            spec=spec,
            resolved=resolved_spec(spec, parts),
            encoding=encoding,
            ansatz=parts.ansatz,
            operator=_operator(encoding, largest),
            problem=problem_record(encoding, spec),
            full_point_group=point_group,
            orbitals=orbitals,
            num_parameters=trial.num_parameters,
            num_excitations=len(trial.product.rotations) if trial.product else None,
            pool_size=len(trial.growth.pool) if trial.growth else None,
        )


def _build(spec: RunSpec, parts: Parts) -> tuple[tuple[Orbital, ...], str | None, Encoding]:
    if spec.molecule is None:
        problem = build_problem(spec, parts)
        return _without_field(problem), None, Encoding(problem, parts.mapper)
    from vqe_cli.chemistry.integrals import electronic_problem
    from vqe_cli.chemistry.mean_field import mean_field_of

    field = mean_field_of(spec.molecule, parts.active_space.check)
    selection = parts.active_space.select(field)
    encoding = Encoding(electronic_problem(field, selection), parts.mapper)
    return _of_field(field, selection), field.full_point_group, encoding


def _of_field(field: MeanField, selection: OrbitalSelection) -> tuple[Orbital, ...]:
    parts = {**dict.fromkeys(selection.inactive, "frozen")}
    parts |= dict.fromkeys(selection.active, "active")
    return tuple(
        Orbital(
            number=index + 1,
            energy=float(field.mo_energy[index]),
            occupation=float(field.mo_occ[index]),
            irrep=_irrep_name(field, index),
            part=parts.get(index, "left out"),
        )
        for index in range(field.num_orbitals)
    )


def _irrep_name(field: MeanField, index: int) -> str:
    from pyscf import symm

    if field.orbsym is None or field.point_group is None:
        return ""
    return str(symm.irrep_id2name(field.point_group, field.orbsym[index]))


def _without_field(problem: object) -> tuple[Orbital, ...]:
    """Orbitals of a file of integrals: their energies are the diagonal of the Fock operator."""
    if not isinstance(problem, ElectronicProblem):
        return ()
    diagonal = np.diag(0.5 * (problem.fock[0] + problem.fock[1]))
    alpha, beta = problem.nelec
    return tuple(
        Orbital(index + 1, float(value), float((index < alpha) + (index < beta)), "", "active")
        for index, value in enumerate(diagonal)
    )


def _operator(encoding: Encoding, largest: int) -> QubitOperator:
    from qiskit.quantum_info import Z2Symmetries

    operator = encoding.hamiltonian
    coefficients = operator.coeffs.real
    trivial = ~(operator.paulis.x.any(axis=1) | operator.paulis.z.any(axis=1))
    order = np.argsort(-np.abs(coefficients), kind="stable")[:largest]
    labels = operator.paulis.to_labels()
    symmetries = Z2Symmetries.find_z2_symmetries(operator).symmetries
    return QubitOperator(
        terms=len(operator),
        one_norm=float(np.abs(coefficients[~trivial]).sum()),
        z2_symmetries=tuple(pauli.to_label() for pauli in symmetries),
        largest=tuple((labels[index], float(coefficients[index])) for index in order),
    )
