"""A solvent in equilibrium with the state of the active space."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vqe_cli._core.log import package_logger
from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.scf.mean_field import MeanField, without_symmetry
from vqe_cli.chemistry.scf.scf_objects import restricted_scf
from vqe_cli.chemistry.scf.solvents import ReactionField, cavity_of, reaction_field
from vqe_cli.schema import RunSpec
from vqe_cli.schema.records import Check
from vqe_cli.schema.severity import or_fail
from vqe_cli.variational.pyscf_solver import VQESolver

if TYPE_CHECKING:
    from vqe_cli.parts import Parts

LOG = package_logger(__name__)

ENERGY_TOLERANCE = 1e-8
"""Largest change of the free energy of a solvent in equilibrium, Hartree."""

MAX_CYCLES = 50


def is_self_consistent(spec: RunSpec) -> bool:
    """Whether the solvent is polarised by the density of the ansatz."""
    return spec.solvent is not None and spec.solvent.self_consistent


def equilibrated(spec: RunSpec, parts: Parts, selection: OrbitalSelection) -> OrbitalSelection:
    """The selection in a solvent that is polarised by the state of the ansatz.

    State and solvent are found in turn, over the orbitals of the mean field, until the free energy
    no longer changes (Mikkelsen, Ågren, Jensen and Helgaker, J. Chem. Phys. 89, 3086 (1988)).
    Densities are exact, whatever the run's backend.

    Args:
        spec: The run's spec.
        parts: The parts of the run.
        selection: The active orbitals, in the solvent of the mean field.
    """
    solver, cavity = vqe_solver(spec, parts), cavity_around(selection.field)
    state, energy, found = None, float("inf"), selection
    with threads_for(selection.field.mole.nao**2):
        for iteration in range(1, MAX_CYCLES + 1):
            method = _casci(found, solver)
            method.kernel(ci0=state)
            change, state = energy - method.e_tot, method.ci
            energy, converged = method.e_tot, abs(change) < ENERGY_TOLERANCE
            field = reaction_field(
                cavity, method.make_rdm1(), iterations=iteration, converged=converged
            )
            LOG.debug("solvent: step %d, %.10f Hartree", iteration, energy)
            found = in_field(found, field)
            if converged:
                break
    return found


def vqe_solver(spec: RunSpec, parts: Parts, *, rotates_orbitals: bool = False) -> VQESolver:
    """The run's ansatz as a solver for PySCF, on the exact simulator.

    Args:
        spec: The run's spec.
        parts: The parts of the run.
        rotates_orbitals: Whether rotations of the active orbitals are parameters, too.
    """
    return VQESolver(
        parts.ansatz,
        optimizer=parts.optimizer,
        initial=spec.initial,
        restarts=spec.restarts,
        seed=spec.seed,
        rotates_orbitals=rotates_orbitals,
        memory=spec.memory,
    )


def cavity_around(field: MeanField) -> Any:
    """PySCF's model of the solvent, polarised by the mean field.

    Args:
        field: The mean field in the solvent.
    """
    solvent, reaction = field.method.surroundings.solvent, field.reaction_field
    assert solvent is not None
    assert reaction is not None
    cavity = cavity_of(without_symmetry(field.mole), solvent)
    cavity.e, cavity.v = reaction.polarisation_energy, reaction.potential
    cavity.conv_tol, cavity.max_cycle = ENERGY_TOLERANCE, MAX_CYCLES
    return cavity


def in_field(selection: OrbitalSelection, reaction: ReactionField) -> OrbitalSelection:
    """The selection in another reaction field.

    Args:
        selection: The active orbitals.
        reaction: The field of the solvent.
    """
    return replace(selection, field=replace(selection.field, reaction_field=reaction))


def solvent_checks(selection: OrbitalSelection) -> tuple[Check, ...]:
    """The check that solvent and state are in equilibrium; none for the solvent of a mean field.

    Args:
        selection: The active orbitals.
    """
    reaction = selection.field.reaction_field
    if reaction is None or reaction.iterations is None:
        return ()
    check = Check(
        name="solvent-converged",
        status=or_fail(reaction.converged),
        hard=True,
        value=reaction.converged,
        expected=True,
        detail=f"{reaction.iterations} densities of the ansatz",
    )
    return (check,)


def _casci(selection: OrbitalSelection, solver: VQESolver) -> Any:
    """PySCF's CASCI in a constant reaction field."""
    from pyscf import mcscf

    frozen, active = list(selection.inactive), list(selection.active)
    used = {*frozen, *active}
    rest = [index for index in range(selection.field.num_orbitals) if index not in used]
    scf = restricted_scf(selection.field)
    method = mcscf.CASCI(scf, len(active), selection.nelec, len(frozen))
    method.mo_coeff = selection.field.mo_coeff[:, [*frozen, *active, *rest]]
    method.fcisolver, method.canonicalization = solver, False
    method.verbose, method.chkfile = 0, None
    return method
