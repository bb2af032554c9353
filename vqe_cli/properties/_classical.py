"""Classical energies of a run's own problem, in the same orbitals with the same electrons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.chemistry.scf.unrestricted_field import UnrestrictedField
from vqe_cli.classical import CLASSICAL_METHODS, ClassicalMethod
from vqe_cli.errors import InputError, NotConvergedError, ResourceLimitError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.parts import located, look_up_parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import MoleculeSpec, RunSpec


@dataclass(frozen=True)
class Classical:
    """The problem of a spec, built when it is first needed.

    Args:
        spec: Spec of the run.
        mean_fields: Mean fields that are already known.
    """

    spec: RunSpec
    mean_fields: MeanFields

    @cached_property
    def encoding(self) -> Encoding:
        """The encoding of the problem on qubits.

        Raises:
            VqeError: There is no mean field or no such active space.
        """
        with located(self.spec):
            parts = look_up_parts(self.spec)
            space, known = parts.active_space, self.mean_fields
            problem = build_problem(self.spec, space, mean_fields=known)
            return Encoding(problem, parts.mapper, self.spec.memory)

    @property
    def problem(self) -> ElectronicProblem:
        """The electronic problem.

        Raises:
            InputError: The input is a qubit Hamiltonian.
        """
        if isinstance(self.encoding.problem, ElectronicProblem):
            return self.encoding.problem
        raise InputError("this property needs electrons; the input is a qubit Hamiltonian")

    @property
    def electrons(self) -> int:
        """The number of electrons, with frozen ones and without those in core potentials."""
        return sum(self.problem.nelec) + self.problem.frozen_electrons

    @property
    def has_electrons(self) -> bool:
        """Whether the problem is electronic rather than a qubit Hamiltonian."""
        return not self.spec.of_qubits

    def energies(self, methods: Sequence[str]) -> tuple[dict[str, float | None], tuple[str, ...]]:
        """Compute total energies by classical methods.

        Args:
            methods: Names of classical methods.

        Returns:
            Total energies in Hartree by method, None where there is none, and a note for each
            missing energy.
        """
        found: dict[str, float | None] = {}
        notes = []
        for name in methods:
            method = CLASSICAL_METHODS.create(name)
            try:
                found[name] = self._energy(method)
            except (NotConvergedError, ResourceLimitError) as error:
                found[name] = None
                notes.append(f"{method.label}: {error.message}")
        return found, tuple(notes)

    def _energy(self, method: ClassicalMethod) -> float:
        if self._is_one_determinant and not method.exact:
            return self.problem.hartree_fock_energy
        with located(self.spec), threads_for(self.encoding.vector_length):
            found = method.solve(self.encoding)
        if not found.converged:
            raise NotConvergedError("it did not converge")
        return found.energy

    @property
    def _is_one_determinant(self) -> bool:
        """Whether there is only one determinant, which PySCF's solvers do not support."""
        return self.problem.sector_dimension == 1


def molecule_of(spec: RunSpec) -> MoleculeSpec:
    """The molecule of a run.

    Args:
        spec: Spec of the run.

    Raises:
        InputError: The input holds integrals or a Hamiltonian.
    """
    if spec.molecule is None:
        message = "this property needs a molecule; the input holds integrals or a Hamiltonian"
        raise InputError(message, hint="leave the property out for such candidates")
    return spec.molecule


def any_mean_field(spec: RunSpec, known: MeanFields) -> MeanField | UnrestrictedField:
    """The mean field of a run's molecule, unrestricted where the run's is; errors as for the other.

    Args:
        spec: Spec of the run.
        known: Mean fields that are already known.
    """
    molecule = molecule_of(spec)
    if not molecule.scf.unrestricted:
        return mean_field(spec, known)
    with located(spec):
        return known.unrestricted(molecule, memory=spec.memory, surroundings=spec.surroundings)


def mean_field(spec: RunSpec, known: MeanFields) -> MeanField:
    """The Hartree-Fock mean field of a run's molecule.

    Args:
        spec: Spec of the run.
        known: Mean fields that are already known.

    Raises:
        InputError: The input has no molecule, or an impossible one.
        NotConvergedError: Hartree-Fock did not converge.
    """
    molecule = molecule_of(spec)
    with located(spec):
        return known.of(molecule, memory=spec.memory, surroundings=spec.surroundings)
