"""Properties from the final density: natural occupations, multipole moments, populations."""

from __future__ import annotations

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.units import DEBYE_PER_ATOMIC_UNIT
from vqe_cli.backends.objective import HasDensity, Objective, require
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.density.density_in_space import DensityInSpace
from vqe_cli.chemistry.density.populations import atom_records, bond_records
from vqe_cli.chemistry.density.quadrupole import quadrupole_record
from vqe_cli.chemistry.unrestricted import UnrestrictedSelection
from vqe_cli.fermions.beta_orbitals import BetaOrbitals
from vqe_cli.fermions.densities import Density
from vqe_cli.fermions.problem import DipoleIntegrals, ElectronicProblem, Problem
from vqe_cli.schema.density_records import DipoleRecord, PropertiesRecord, Quantity
from vqe_cli.variational.observers import Clock
from vqe_cli.variational.solution import Solution

EMPTY = 1e-8
"""Largest natural occupation that is left out, where there are more than orbitals of a spin."""

ORIGIN = "origin of the molecule's coordinates"


def properties_of(
    problem: Problem,
    solution: Solution,
    clock: Clock,
    selection: OrbitalSelection | UnrestrictedSelection | None = None,
) -> PropertiesRecord | None:
    """Properties of the solution; None for qubit Hamiltonians and without a density.

    None also where alpha and beta orbitals differ and their overlaps are unknown.

    Args:
        problem: The problem.
        solution: Its solution.
        clock: The clock of the run's stages.
        selection: The active orbitals, for properties in space; None if they are not known.
    """
    if not isinstance(problem, ElectronicProblem) or not _has_density(solution):
        return None
    if problem.beta is not None and problem.beta.spin is None:
        return None
    with clock.stage("properties"):
        return properties(problem, density_of(solution), selection)


def _has_density(solution: Solution) -> bool:
    return solution.density is not None or isinstance(solution.objective, HasDensity)


def density_of(solution: Solution) -> Density:
    """The one-body density of the final state.

    Args:
        solution: The solution of an electronic problem.

    Raises:
        InputError: The backend has no density for this ansatz.
    """
    return solution.density or with_density(solution.objective).density(solution.x)


def with_density(objective: Objective) -> HasDensity:
    """The objective, if it has density matrices.

    Args:
        objective: The objective of the run.

    Raises:
        InputError: The backend has no density matrices for this ansatz.
    """
    kind = objective.record.representation
    return require(
        objective,
        HasDensity,
        f"the backend has no density matrices for this ansatz ({kind})",
        hint="excitation ansätze such as uccsd on backend exact have them",
    )


def properties(
    problem: ElectronicProblem,
    density: Density,
    selection: OrbitalSelection | UnrestrictedSelection | None = None,
) -> PropertiesRecord:
    """All properties that the problem and its orbitals have integrals for.

    Args:
        problem: The problem.
        density: One-body density of the final state.
        selection: The active orbitals; None if they are not known.
    """
    occupations = natural_occupations(density, problem.beta)
    known_in_space = selection is not None and selection.field.mole.natm > 0
    in_space = _in_space(selection, density) if selection and known_in_space else None
    return PropertiesRecord(
        electrons=_electrons(float(np.trace(density.spin_summed))),
        natural_occupations=_electrons(tuple(float(n) for n in occupations)),
        unpaired_electrons=_electrons(unpaired_electrons(occupations)),
        dipole=None if problem.dipole is None else _dipole(problem.dipole, density, problem.beta),
        quadrupole=None if in_space is None else quadrupole_record(in_space),
        atoms=None if in_space is None else atom_records(in_space),
        bonds=None if in_space is None else bond_records(in_space),
    )


def _in_space(
    selection: OrbitalSelection | UnrestrictedSelection, density: Density
) -> DensityInSpace:
    """The density of all electrons over atomic orbitals."""
    if isinstance(selection, OrbitalSelection):
        return DensityInSpace.of(selection, density)
    return DensityInSpace.of_both_spins(
        selection.field.mole, selection.core, selection.active, density
    )


def natural_occupations(density: Density, beta: BetaOrbitals | None = None) -> FloatArray:
    """Eigenvalues of the spin-summed one-body density, descending.

    Alpha and beta orbitals that differ are not orthogonal to one another: with the overlaps G of
    both sets, the eigenvalues are those of ``G^½ γ G^½``, of which those at zero are left out.

    Args:
        density: One-body density of the state.
        beta: Beta orbitals with known overlaps; None if they are the alpha ones.

    Returns:
        The occupations, shape (norb,), or more of them over different spaces.
    """
    if beta is None or beta.spin is None:
        return np.asarray(np.linalg.eigvalsh(density.spin_summed)[::-1])
    overlap, norb = beta.spin.overlap, len(beta.h1)
    unit, zero = np.eye(norb), np.zeros((norb, norb))
    values, vectors = np.linalg.eigh(np.block([[unit, overlap], [overlap.T, unit]]))
    root = vectors * np.sqrt(np.maximum(values, 0.0)) @ vectors.T
    joined = np.block([[density.one_body[0], zero], [zero, density.one_body[1]]])
    found = np.linalg.eigvalsh(root @ joined @ root)[::-1]
    return np.asarray(found[: max(norb, int((found > EMPTY).sum()))])


def unpaired_electrons(occupations: FloatArray) -> float:
    """Number of effectively unpaired electrons, ``Σ n(2 − n)``.

    Takatsuka, Fueno and Yamaguchi, Theor. Chim. Acta 48, 175 (1978).

    Args:
        occupations: Natural occupations, shape (norb,).
    """
    return float(np.sum(occupations * (2.0 - occupations)))


def dipole_moment(
    dipole: DipoleIntegrals, density: Density, beta: BetaOrbitals | None = None
) -> FloatArray:
    """``Σ Z R − Σ γ_pq ⟨p|r|q⟩`` in e·bohr, shape (3,).

    Args:
        dipole: Position integrals of the orbitals; dipole of nuclei and frozen electrons.
        density: One-body density of the state.
        beta: The beta orbitals, if they are not the alpha ones.
    """
    if beta is None or beta.dipole is None:
        electrons = np.einsum("xpq,pq->x", dipole.integrals, density.spin_summed)
    else:
        integrals = np.array([dipole.integrals, beta.dipole])
        electrons = np.einsum("sxpq,spq->x", integrals, density.one_body)
    return np.asarray(dipole.core - electrons)


def _dipole(
    integrals: DipoleIntegrals, density: Density, beta: BetaOrbitals | None
) -> DipoleRecord:
    vector = DEBYE_PER_ATOMIC_UNIT * dipole_moment(integrals, density, beta)
    x, y, z = (float(component) for component in vector)
    return DipoleRecord(
        components=Quantity(value=(x, y, z), unit="debye"),
        magnitude=Quantity(value=float(np.linalg.norm(vector)), unit="debye"),
        origin=ORIGIN,
    )


def _electrons(value: float | tuple[float, ...]) -> Quantity:
    return Quantity(value=value, unit="electrons")
