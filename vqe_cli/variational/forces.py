"""The forces on the nuclei in the final state of a run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vqe_cli._core.arrays import FloatArray, Vector
from vqe_cli._core.log import package_logger
from vqe_cli.backends.exact import Exact
from vqe_cli.backends.exact.sector import SectorObjective
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.gradients.nuclear_gradient import NuclearGradient, nuclear_gradient
from vqe_cli.chemistry.gradients.orbital_response import UndefinedForcesError
from vqe_cli.errors import InputError
from vqe_cli.schema import RunSpec
from vqe_cli.schema.basis import AUTO
from vqe_cli.schema.check_records import Check, doubt
from vqe_cli.schema.force_records import ForcesRecord
from vqe_cli.schema.severity import or_warn
from vqe_cli.variational.evaluation_log import EvaluationLog
from vqe_cli.variational.journal import NoJournal
from vqe_cli.variational.optimizers import OPTIMIZERS
from vqe_cli.variational.search_progress import ignore_step
from vqe_cli.variational.solution import Solution

if TYPE_CHECKING:
    from vqe_cli.parts import Parts

LOG = package_logger(__name__)

TOLERANCE = 1e-7
"""Largest component of the energy's gradient by the parameters that is aimed at, Hartree."""

STATIONARY = 3e-5
"""Largest gradient by parameters or orbitals with which forces are trusted, Hartree.

Forces have errors of the size of the gradients that they neglect, Hartree/bohr.
"""

BALANCED = 1e-5
"""Largest net force, Hartree/bohr, and torque, Hartree, of a molecule without surroundings."""

SAME_STATE = 1e-6
"""Energy that parameters may gain until they are stationary, Hartree."""


@dataclass(frozen=True, eq=False)
class Forces:
    """The forces of a run, and what their checks found.

    Args:
        record: The forces; None if they were not asked for, or the energy has no derivative.
        checks: Checks for the verdict.
    """

    record: ForcesRecord | None = None
    checks: tuple[Check, ...] = ()


def refuse_without_forces(
    spec: RunSpec, parts: Parts, otherwise: str = "leave out 'forces'"
) -> None:
    """Refuse forces where they are not known, before anything is computed.

    Args:
        spec: The run's spec.
        parts: The parts of the run.
        otherwise: What to do without forces, for hints.

    Raises:
        InputError: There are no nuclei, energies are sampled, or parameters are not optimised.
    """
    if spec.molecule is None:
        raise InputError(
            "forces act on the nuclei of a molecule, and the input has only a Hamiltonian",
            path=("forces",),
            hint=f"give a molecule, or {otherwise}",
        )
    solvent = spec.solvent
    if solvent is not None and not (solvent.self_consistent and spec.orbitals.name == "optimised"):
        raise InputError(
            "forces in a solvent need the solvent in equilibrium with a stationary state",
            path=("forces",),
            hint=f"use solvent: {{name: {solvent.name}, self_consistent: true}} with"
            f" orbitals: optimised, or {otherwise}",
        )
    if spec.molecule.density_fitting not in (False, AUTO):
        raise InputError(
            "forces are derivatives of exact integrals, and these are to be fitted",
            path=("molecule", "density_fitting"),
            hint=f"leave out 'density_fitting', or {otherwise}",
        )
    backend = parts.backend
    if not (isinstance(backend, Exact) and backend.budget is None):
        raise InputError(
            "forces are derivatives of exact energies; those of the backend are sampled or noisy",
            path=("backend",),
            hint=f"use backend exact without shots, or {otherwise}",
        )
    if not parts.ansatz.is_product:
        raise InputError(
            f"forces need a state of excitations; {parts.ansatz.without_excitations}",
            path=("ansatz",),
            hint=f"use uccsd, adapt, tups or puccd, or {otherwise}",
        )
    if parts.solver.name != "vqe":
        raise InputError(
            f"forces are those of the optimised state, which solver '{parts.solver.name}' replaces",
            path=("solver",),
            hint=f"use solver vqe, or {otherwise}",
        )
    if parts.optimizer.name == "none":
        raise InputError(
            "forces belong to optimised parameters, and optimizer is 'none'",
            path=("optimizer",),
            hint=f"use another optimizer, or {otherwise}",
        )


def forces_of(selection: OrbitalSelection, solution: Solution, seed: int) -> Forces:
    """The forces on the nuclei, at parameters that are stationary beyond the optimiser's threshold.

    Args:
        selection: The active orbitals.
        solution: The solution of the run, from the exact simulator of excitations.
        seed: The run's random seed.
    """
    start, objective = time.perf_counter(), solution.objective
    assert isinstance(objective, SectorObjective)
    x = _stationary(objective, solution.x, seed)
    energy, slope = objective.energy_and_gradient(x)
    try:
        found = nuclear_gradient(selection, objective.density(x, two_body=True))
    except UndefinedForcesError as error:
        return Forces(None, (doubt("forces", f"{error.message}; {error.hint}"),))
    record = _record(selection, found, energy, slope, start)
    LOG.info("forces: largest %.6f Hartree/bohr", record.largest)
    gained = solution.energy.value - energy
    checks = list(_checks(record, gained))
    if selection.field.method.surroundings.are_empty:
        checks.append(_balance(record))
    return Forces(record, (*checks, *_on_degenerate(found, selection, solution)))


def _stationary(objective: SectorObjective, x: Vector, seed: int) -> Vector:
    """Parameters near the given ones at which the energy is stationary, shape (num_parameters,)."""
    if x.size == 0 or np.abs(objective.energy_and_gradient(x)[1]).max() <= TOLERANCE:
        return x
    optimizer = OPTIMIZERS.create({"name": "bfgs", "tolerance": TOLERANCE})
    log = EvaluationLog(objective, seed, NoJournal(), ignore_step)
    outcome = optimizer.minimize(log, x.copy(), seed)
    LOG.debug("parameters for forces: %s", outcome.message)
    return outcome.x


def _record(
    selection: OrbitalSelection,
    found: NuclearGradient,
    energy: float,
    slope: Vector,
    start: float,
) -> ForcesRecord:
    mole, forces = selection.field.mole, -found.values
    torque = np.cross(mole.atom_coords(), forces).sum(axis=0)
    optimised = selection.optimised
    return ForcesRecord(
        atoms=tuple(mole.atom_symbol(atom) for atom in range(mole.natm)),
        forces=tuple(_triple(force) for force in forces),
        largest=float(np.linalg.norm(forces, axis=1).max()),
        net_force=float(np.linalg.norm(forces.sum(axis=0))),
        net_torque=float(np.linalg.norm(torque)),
        orbitals="optimised, stationary" if optimised else "of Hartree-Fock, with their response",
        energy=energy,
        parameter_gradient=float(np.abs(slope).max(initial=0.0)),
        orbital_gradient=found.orbital_gradient,
        wall_s=time.perf_counter() - start,
    )


def _triple(vector: FloatArray) -> tuple[float, float, float]:
    x, y, z = (float(component) for component in vector)
    return x, y, z


def _checks(record: ForcesRecord, gained: float) -> tuple[Check, ...]:
    """Checks that everything is stationary, and belongs to the energy of the result."""
    slope = max(record.parameter_gradient, record.orbital_gradient or 0.0)
    checks = [
        _within("forces-stationary", slope, STATIONARY,
                "largest derivative of the energy by a parameter or orbital, Hartree"),
    ]  # fmt: skip
    if abs(gained) > SAME_STATE:
        detail = (
            "how much lower the energy is, in Hartree, at the stationary parameters to which the"
            " forces belong; tighten the optimiser's tolerance"
        )
        checks.append(doubt("forces-same-state", detail, value=gained, tolerance=SAME_STATE))
    return tuple(checks)


def _balance(record: ForcesRecord) -> Check:
    """The check that the forces of a molecule in vacuum neither move nor turn it."""
    largest = max(record.net_force, record.net_torque)
    detail = "net force and torque, Hartree/bohr and Hartree"
    return _within("forces-balanced", largest, BALANCED, detail)


def _within(name: str, value: float, tolerance: float, detail: str) -> Check:
    return Check(
        name=name,
        status=or_warn(value <= tolerance),
        hard=False,
        value=value,
        expected=0.0,
        tolerance=tolerance,
        detail=detail,
    )


EXACT_VARIANCE = 1e-8
"""Energy variance, Hartree², of a state that is exact, whichever active orbitals it is over."""


def _on_degenerate(
    found: NuclearGradient, selection: OrbitalSelection, solution: Solution
) -> tuple[Check, ...]:
    """A doubt if the energy may depend on the choice among degenerate orbitals."""
    variance = solution.observables["energy-variance"].value
    active = set(selection.active)
    decisive = [
        pair
        for pair in found.degenerate
        if (len(active & set(pair)) == 1) or (active >= set(pair) and variance > EXACT_VARIANCE)
    ]
    if not decisive:
        return ()
    names = ", ".join(f"{p + 1} and {q + 1}" for p, q in decisive)
    detail = (
        f"orbitals {names} are degenerate, and the energy may jump where a motion of the nuclei"
        " splits them; orbitals: optimised has no such choice"
    )
    return (doubt("forces-degenerate-orbitals", detail),)
