"""A problem on qubits with its ansatz: Hamiltonian, circuit, energies at given parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from vqe_cli._core.arrays import FloatArray, Vector
from vqe_cli._core.threads import threads_for
from vqe_cli._core.wording import counted
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.api.record import RunRecord
from vqe_cli.backends import BACKENDS
from vqe_cli.backends.objective import HasGradient, Objective, require
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.classical.reference_energy import exact_energy_of
from vqe_cli.context import Context
from vqe_cli.errors import InputError
from vqe_cli.fermions.densities import Density
from vqe_cli.fermions.problem import ElectronicProblem, QubitProblem
from vqe_cli.parts import Parts, located, look_up_parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec
from vqe_cli.variational.density_properties import with_density
from vqe_cli.variational.feasibility import check_size
from vqe_cli.variational.initial_points import starting_points
from vqe_cli.variational.observers import Clock, Observer
from vqe_cli.variational.preparation import PreparedProblem, prepare_problem, starting_from
from vqe_cli.variational.recorded_state import state_of_record

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.quantum_info import SparsePauliOp

PAULI_EVOLUTION = "PauliEvolution"
"""Qiskit's name of the exponential of a Pauli string."""

SAME_ENERGY = 1e-6
"""Largest difference between an energy and the same computed again, in units of its size or 1."""


class VariationalProblem:
    """A problem on qubits with its ansatz, as a run would solve it.

    Energies are exact, also if the run of the same input would measure them.

    Args:
        spec: The input, with the initial parameters of the search.
        parts: The parts of the run.
        state: The ansatz on the problem.
        mean_fields: The mean fields that have been computed for it.
    """

    def __init__(
        self, spec: RunSpec, parts: Parts, state: ParameterisedState, mean_fields: MeanFields
    ) -> None:
        self.spec, self.mean_fields = spec, mean_fields
        self._parts, self._state = parts, state

    @classmethod
    def of_spec(cls, spec: RunSpec, context: Context) -> Self:
        """The problem of an input.

        Args:
            spec: The input.
            context: The cache of mean fields, and what is known before.

        Raises:
            VqeError: The input is wrong, too large, or its orbitals do not converge.
        """
        with located(spec):
            parts = look_up_parts(spec)
            built = _built(spec, parts, context)
            encoding = Encoding(built.problem, parts.mapper, spec.memory)
            with threads_for(encoding.vector_length):
                check_size(parts, built.problem, spec.memory, Observer().on_forecast)
                state = parts.ansatz.state(encoding)
            search = starting_from(built.spec_of_search, context.neighbour, state.num_parameters)
            return cls(search, parts, state, context.mean_fields)

    @classmethod
    def of_record(cls, record: RunRecord) -> Self:
        """The problem of a run, with the operators that an adaptive ansatz had grown.

        Args:
            record: The record of the run.

        Raises:
            InputError: What is computed from the record's input has another energy.
        """
        from vqe_cli.api.inputs import given_input

        if record.result.sqd is not None:
            raise InputError(
                "the energy of sqd is that of a space of sampled determinants, not of a circuit",
                hint="run(..., solver='vqe') has a circuit",
            )
        spec = given_input(record, {}).spec
        with located(spec):
            parts = look_up_parts(spec)
            solved, context = record._solved, Context()
            if solved is None:
                solved = _built(spec, parts, context).problem
            encoding = Encoding(solved, parts.mapper, spec.memory)
            with threads_for(encoding.vector_length):
                state = state_of_record(record, parts, encoding)
                found = cls(spec, parts, state, context.mean_fields)
            if record._solved is None:
                found._refuse_another_energy(record)
            return found

    @property
    def electrons(self) -> ElectronicProblem | QubitProblem:
        """The integrals over the active orbitals, or the Pauli terms of a problem of qubits."""
        return self._state.encoding.problem

    @property
    def hamiltonian(self) -> SparsePauliOp:
        """The Hamiltonian, whose expectation value is the total energy in Hartree."""
        return self._state.encoding.hamiltonian

    @property
    def num_qubits(self) -> int:
        """The number of qubits."""
        return self._state.encoding.num_qubits

    @property
    def num_parameters(self) -> int:
        """The number of parameters of the ansatz."""
        return self._fixed().num_parameters

    @cached_property
    def initial_point(self) -> Vector:
        """The parameters at which a run would begin, shape (num_parameters,)."""
        with located(self.spec), self._threads():
            name = self._parts.optimizer.name
            return starting_points(self.spec, self._fixed(), self._objective.traits, name).points[0]

    @property
    def hartree_fock_energy(self) -> float | None:
        """Total energy of the reference determinant, Hartree; None for a problem of qubits."""
        found = self.electrons
        return found.hartree_fock_energy if isinstance(found, ElectronicProblem) else None

    def exact_energy(self) -> float:
        """The exact energy by the method that the input's `reference` names, as in a run.

        Raises:
            InputError: There is none; the message says why.
        """
        with located(self.spec), self._threads():
            found, missing = exact_energy_of(self._parts.reference, self._state.encoding)
        if found is None:
            why = "" if missing is None else f": {missing.reason}"
            raise InputError(f"there is no exact energy{why}", path=("reference",))
        return found.energy

    def circuit(self, *, decomposed: bool = True) -> QuantumCircuit:
        """The circuit of the ansatz with free parameters, the reference state included.

        Its parameters in sorted order are those of `bind`, `energy` and ``result.parameters``.

        Args:
            decomposed: Whether exponentials of Pauli strings are written as gates. Qiskit's
                transpiler can make less of whole ones, its simulators take much longer for them.

        Raises:
            InputError: The ansatz has no circuit before it has grown.
        """
        with self._threads():
            whole = self._fixed().circuit
        return whole.decompose(PAULI_EVOLUTION) if decomposed else whole.copy()

    def bind(self, x: Sequence[float] | Vector, *, decomposed: bool = True) -> QuantumCircuit:
        """The circuit at given parameters.

        Args:
            x: Parameters, shape (num_parameters,).
            decomposed: As for `circuit`.

        Raises:
            InputError: The parameters are too few, too many, or no finite numbers.
        """
        return self.circuit(decomposed=decomposed).assign_parameters(self._point(x))

    def energy(self, x: Sequence[float] | Vector) -> float:
        """The energy at given parameters, by exact simulation, Hartree.

        Args:
            x: Parameters, shape (num_parameters,).

        Raises:
            InputError: The parameters are too few, too many, or no finite numbers.
        """
        return self._energies([self._point(x)])[0]

    def energies(self, points: Sequence[Sequence[float] | Vector] | FloatArray) -> list[float]:
        """The energies at several points, by exact simulation, Hartree.

        Args:
            points: Parameters, shape (points, num_parameters).

        Raises:
            InputError: The parameters of a point are too few, too many, or no finite numbers.
        """
        if not np.iterable(points) or any(np.ndim(x) == 0 for x in points):
            hint = "energy(x) is that of one point"
            raise InputError("points have shape (points, num_parameters)", hint=hint)
        return self._energies([self._point(x) for x in points])

    def gradient(self, x: Sequence[float] | Vector) -> Vector:
        """The gradient of the energy in the parameters, Hartree, shape (num_parameters,).

        Args:
            x: Parameters, shape (num_parameters,).

        Raises:
            InputError: The parameters do not fit, or the ansatz has no analytic gradient.
        """
        point = self._point(x)
        has = require(self._objective, HasGradient, "the ansatz has no analytic gradient")
        with self._threads():
            return has.energy_and_gradient(point)[1]

    def rdm1(self, x: Sequence[float] | Vector, *, by_spin: bool = False) -> FloatArray:
        """The one-body density matrix over the active orbitals, ``γ_pq = ⟨a†_p a_q⟩``.

        Args:
            x: Parameters, shape (num_parameters,).
            by_spin: Whether to return alpha and beta matrices, shape (2, norb, norb), in place of
                their sum, shape (norb, norb).

        Raises:
            InputError: The ansatz has no density matrices, or the parameters do not fit.
        """
        found = self._density(x, two_body=False)
        return found.one_body if by_spin else found.spin_summed

    def rdm2(self, x: Sequence[float] | Vector) -> FloatArray:
        """The two-body density matrix, summed over spin, in PySCF's order, shape (norb,) * 4.

        Args:
            x: Parameters, shape (num_parameters,).

        Raises:
            InputError: The ansatz has no density matrices, or the parameters do not fit.
            ResourceLimitError: The matrix does not fit into memory.
        """
        found = self._density(x, two_body=True).two_body
        assert found is not None
        return found

    def _density(self, x: Any, *, two_body: bool) -> Density:
        point = self._point(x)
        if isinstance(self.electrons, QubitProblem):
            raise InputError("a problem of qubits has no density matrices of electrons")
        if two_body and self.electrons.beta is not None:
            raise InputError(
                "alpha and beta orbitals differ: a matrix summed over spin means nothing",
                hint="rdm1(by_spin=True) has those of both spins",
            )
        with self._threads():
            return with_density(self._objective).density(point, two_body=two_body)

    def _energies(self, points: list[Vector]) -> list[float]:
        with self._threads():
            estimates = self._objective.energies(points, [self.spec.seed] * len(points))
        return [float(one.value) for one in estimates]

    @cached_property
    def _objective(self) -> Objective:
        with self._threads():
            return BACKENDS.create("exact").prepare(self._fixed(), self.spec.seed)

    def _fixed(self) -> ParameterisedState:
        """The ansatz, if it is not one that only a run grows."""
        if self._state.adaptive is not None:
            raise InputError(
                f"ansatz '{self._parts.ansatz.name}' has no circuit before a run has grown it",
                path=("ansatz",),
                hint="record = vqe_cli.run(...), then vqe_cli.problem(record)",
            )
        return self._state

    def _point(self, x: Any) -> Vector:
        """The parameters as an array."""
        count = self.num_parameters
        hint = "initial_point has the start of a run, record.result.parameters its end"
        try:
            given = np.asarray(x)
            found = given.astype(float, casting="same_kind") if given.size else given.astype(float)
        except (TypeError, ValueError):
            raise InputError(f"parameters are real numbers, not {x!r}", hint=hint) from None
        if found.shape != (count,):
            shape = f"shape {found.shape}" if found.ndim != 1 else counted(found.size, "parameter")
            raise InputError(
                f"{shape} given, the ansatz has {counted(count, 'parameter')}", hint=hint
            )
        if not np.isfinite(found).all():
            raise InputError("the parameters are not all finite")
        return found

    def _refuse_another_energy(self, record: RunRecord) -> None:
        """Refuse a problem that is not the recorded one, by its energy at the parameters."""
        result = record.result
        exact = record.spec["backend"]["name"] == "exact" and result.standard_error is None
        again = self.energy(result.parameters) if exact else self.hartree_fock_energy
        before = result.energy if exact else record.problem.reference_determinant_energy
        if again is None or before is None:
            return
        if abs(again - before) > SAME_ENERGY * max(1.0, abs(before)):
            raise InputError(
                f"the record has the energy {before:.8f}, and its input leads to {again:.8f} here",
                hint="the orbitals came out differently; vqe_cli.run(record) runs it again",
            )

    @contextmanager
    def _threads(self) -> Iterator[None]:
        with threads_for(self._state.encoding.vector_length):
            yield

    def __repr__(self) -> str:
        size = f"{counted(self.num_qubits, 'qubit')}, ansatz {self._parts.ansatz.name}"
        return f"<VariationalProblem {self.spec.title}: {size}>"


def _built(spec: RunSpec, parts: Parts, context: Context) -> PreparedProblem:
    if context.problem is not None:
        return PreparedProblem(context.problem, spec)
    known, neighbour = context.mean_fields, context.neighbour
    return prepare_problem(spec, parts, known, neighbour, Observer(), Clock())
