"""The records of a run's problem and result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli.ansatz.state import label_of
from vqe_cli.backends import Backend
from vqe_cli.fermions.excitations import Excitation
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec
from vqe_cli.schema.backend_records import MitigationRecord
from vqe_cli.schema.bit_string_records import CutRecord
from vqe_cli.schema.density_records import PropertiesRecord
from vqe_cli.schema.force_records import ForcesRecord
from vqe_cli.schema.orbital_records import OrbitalOptimisationRecord
from vqe_cli.schema.problem_records import ProblemRecord
from vqe_cli.schema.records import CorrectionRecord, OperatorRecord, ReferenceRecord, ResultRecord
from vqe_cli.schema.state_records import StateRecord
from vqe_cli.schema.tapering_records import SymmetryRecord, TaperingRecord
from vqe_cli.variational.solution import Solution

COUNT_TERMS_UP_TO = 20
"""The largest number of qubits for which the qubit operator is built just to count its terms.

For more qubits that may take as long as solving; `vqe inspect` counts terms at any size.
"""


def problem_record(encoding: Encoding, spec: RunSpec) -> ProblemRecord:
    """The record of a problem.

    Args:
        encoding: The problem and its mapping to qubits.
        spec: The run's spec, which distinguishes given values from defaults.
    """
    problem = encoding.problem
    if not isinstance(problem, ElectronicProblem):
        terms = encoding.num_terms
        return ProblemRecord(
            kind="qubit",
            qubits=encoding.num_qubits,
            unit=problem.unit,
            pauli_terms=terms,
            notes=problem.notes,
        )
    build = encoding.is_mapped or encoding.num_qubits <= COUNT_TERMS_UP_TO
    return ProblemRecord(
        kind="electronic",
        qubits=encoding.num_qubits,
        unit=problem.unit,
        pauli_terms=encoding.num_terms if build else None,
        orbitals=problem.norb,
        electrons=problem.nelec,
        multiplicity=problem.multiplicity,
        frozen_electrons=problem.frozen_electrons,
        sector_dimension=problem.sector_dimension,
        point_group=problem.point_group,
        core_energy=problem.core_energy,
        hartree_fock_energy=_hartree_fock_energy(problem),
        reference_determinant=problem.reference_determinant,
        reference_determinant_energy=problem.hartree_fock_energy,
        scf=problem.scf,
        active_space=problem.active_space,
        assumed={**_assumed(spec), **problem.assumed},
        notes=problem.notes,
        structure=problem.structure,
        solvent=problem.solvent,
        environment=problem.environment,
        density_fitting=problem.density_fitting,
        tapered=_tapered(encoding, build=build),
    )


def _tapered(encoding: Encoding, *, build: bool) -> TaperingRecord | None:
    """The symmetries by which qubits are tapered.

    Args:
        encoding: The problem and its mapping to qubits.
        build: Whether the operator before tapering is built to count its terms.
    """
    if not encoding.tapering:
        return None
    before = encoding.untapered
    return TaperingRecord(
        symmetries=tuple(
            SymmetryRecord(
                label=symmetry.parity.label,
                pauli=symmetry.label(encoding.num_qubits + len(encoding.tapering)),
                sector=-1 if symmetry.is_odd else 1,
            )
            for symmetry in encoding.tapering
        ),
        removed_qubits=encoding.removed_qubits,
        qubits_before=before.num_qubits,
        pauli_terms_before=before.num_terms if build else None,
    )


def _hartree_fock_energy(problem: ElectronicProblem) -> float | None:
    """The energy of Hartree-Fock, Hartree; None if no determinant of it is known."""
    if not problem.has_own_orbitals and problem.scf is not None:
        return problem.scf.energy if problem.scf.converged else None
    stationary = problem.reference_determinant == "hartree-fock"
    return problem.hartree_fock_energy if stationary else None


def _assumed(spec: RunSpec) -> dict[str, Any]:
    """Default values of charge, multiplicity and basis that the input does not set."""
    if spec.molecule is None:
        return {}
    electrons = () if spec.molecule.geometry.is_structure else ("charge", "multiplicity")
    keys = (*electrons, "basis")
    given = spec.molecule.model_fields_set
    return {key: getattr(spec.molecule, key) for key in keys if key not in given}


@dataclass(frozen=True)
class FurtherResults:
    """What was computed beside the energy of the solution.

    Args:
        properties: Properties of the final state; None where they are not known.
        orbital_optimisation: The optimisation of the orbitals; None if there was none.
        corrections: Energies with the correlation outside the active space.
        forces: The forces on the nuclei; None if there are none.
        states: The state of the run and excited states; None if they were not asked for.
        cut: The best cut of a graph; None for other problems.
    """

    properties: PropertiesRecord | None = None
    orbital_optimisation: OrbitalOptimisationRecord | None = None
    corrections: tuple[CorrectionRecord, ...] = ()
    forces: ForcesRecord | None = None
    states: tuple[StateRecord, ...] | None = None
    cut: CutRecord | None = None


def result_record(
    encoding: Encoding, solution: Solution, backend: Backend, further: FurtherResults
) -> ResultRecord:
    """The record of a result.

    Args:
        encoding: The problem and its mapping to qubits.
        solution: The solution of the run.
        backend: The backend of the final energy.
        further: What was computed beside the energy.
    """
    problem, energy = encoding.problem, solution.energy.value
    core = problem.core_energy if isinstance(problem, ElectronicProblem) else None
    return ResultRecord(
        energy=energy,
        standard_error=solution.energy.standard_error,
        electronic_energy=None if core is None else energy - core,
        converged=solution.outcome.converged,
        message=solution.outcome.message,
        optimizer=solution.optimizer,
        backend=solution.objective.record.named(backend.name),
        parameters=tuple(float(value) for value in solution.x),
        initial_energy=solution.initial_energy,
        gradient_norm=solution.gradient_norm,
        energy_change=solution.outcome.energy_change,
        evaluations=solution.evaluations,
        shots_by_purpose=solution.shots_by_purpose,
        discarded_share=solution.energy.discarded,
        wall_s=solution.wall_s,
        replayed=solution.replayed,
        starts=solution.starts,
        history=solution.history,
        operators=_operators(solution),
        cycles=solution.cycles,
        stages=solution.stages,
        orbital_optimisation=further.orbital_optimisation,
        mitigation=_mitigation(solution),
        sqd=solution.sqd,
        corrections=further.corrections,
        properties=further.properties,
        forces=further.forces,
        states=further.states,
        bit_strings=solution.bit_strings,
        cut=further.cut,
    )


def _mitigation(solution: Solution) -> tuple[MitigationRecord, ...] | None:
    """The final energy, raw and after each method of error mitigation."""
    if solution.mitigation is None:
        return None
    return tuple(
        MitigationRecord(
            method=found.method,
            energy=found.estimate.value,
            standard_error=found.estimate.standard_error,
            shots=found.estimate.shots,
            overhead=found.overhead,
            notes=found.notes,
        )
        for found in solution.mitigation
    )


def _operators(solution: Solution) -> tuple[OperatorRecord, ...] | None:
    """The operators of an adaptive ansatz; None for other ansätze."""
    state = solution.state
    if solution.cycles is None:
        return None
    if state.strings is not None:
        return tuple(
            OperatorRecord(
                label=string.label(), create=(), annihilate=(), qubit=False, pauli=string.letters
            )
            for string in state.strings.strings
        )
    assert state.product is not None
    groups: list[list[Excitation]] = [[] for _ in range(state.product.num_parameters)]
    for rotation in state.product.rotations:
        groups[rotation.parameter].append(rotation.excitation)
    return tuple(
        OperatorRecord(
            label=label_of(tuple(group)),
            create=tuple(part.create for part in group),
            annihilate=tuple(part.annihilate for part in group),
            qubit=group[0].qubit,
        )
        for group in groups
    )


def error_mha(solution: Solution, reference: ReferenceRecord | None) -> float | None:
    """The final energy minus the exact energy, mHa; None without an exact energy."""
    if reference is None:
        return None
    return HARTREE_IN_MILLIHARTREE * (solution.energy.value - reference.energy)


def error_in_own_unit(solution: Solution, reference: ReferenceRecord | None) -> float | None:
    """The final energy minus the exact energy of a problem with a unit of its own, in this unit.

    Args:
        solution: The solution of the run.
        reference: The exact energy; None if there is none.
    """
    return None if reference is None else solution.energy.value - reference.energy
