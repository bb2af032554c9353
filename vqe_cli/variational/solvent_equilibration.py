"""A solvent in equilibrium with the state of the active space."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.log import package_logger
from vqe_cli._core.threads import threads_for
from vqe_cli._core.wording import counted
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.molecule import without_symmetry
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.scf_objects import restricted_scf
from vqe_cli.chemistry.scf.solvents import cavity_of, reaction_field
from vqe_cli.schema import RunSpec
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.orbital_records import OrbitalOptimisationRecord
from vqe_cli.variational.checks import convergence_check
from vqe_cli.variational.orbital_optimisation import OptimisedOrbitals, optimise_orbitals
from vqe_cli.variational.orbital_starts import ExactOptimum, exact_optimum, lower_optimum
from vqe_cli.variational.pyscf_solver import VQESolver, solver_of_run

if TYPE_CHECKING:
    from vqe_cli.parts import Parts

LOG = package_logger(__name__)

ENERGY_TOLERANCE = 1e-8
"""Largest change of the free energy of a solvent in equilibrium, Hartree."""

MAX_CYCLES = 50


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
    solver, solvent = solver_of_run(spec, parts), _Equilibration(selection.field)
    state, found = None, selection
    with threads_for(selection.field.mole.nao**2):
        while not solvent.is_finished:
            method = _casci(found, solver)
            method.kernel(ci0=state)
            state = method.ci
            found = solvent.polarised(found, float(method.e_tot), method.make_rdm1())
    return found


def optimise_in_solvent(
    spec: RunSpec,
    parts: Parts,
    selection: OrbitalSelection,
    on_step: Callable[[int, float], None],
    *,
    continued: bool = False,
) -> OptimisedOrbitals:
    """Optimised orbitals in a solvent that is polarised by the state of the ansatz.

    Orbitals and solvent are found in turn. PySCF's own CASSCF in a solvent is not used: it
    polarises the solvent with the orbitals of its start (version 2.14).

    Args:
        spec: The run's spec.
        parts: The parts of the run.
        selection: The active orbitals to start from, in the solvent of the mean field.
        on_step: Callback, called with the number of each step of the orbitals and its energy.
        continued: Whether the orbitals continue those of a neighbour, in whose minimum they stay.
    """
    solvent, found = _Equilibration(selection.field), selection
    records: list[OrbitalOptimisationRecord] = []
    optimum: ExactOptimum | None = None
    while not solvent.is_finished:
        is_later = continued or bool(records)
        optimised = optimise_orbitals(spec, parts, found, on_step, continued=is_later)
        optimum = optimised.optimum or optimum
        records.append(optimised.record)
        found = solvent.polarised(optimised.selection, optimised.record.energy, optimised.density)
    if optimum is not None:
        optimum = exact_optimum(found, spec, optimum.coefficients)
        order = found.order
        optimum = lower_optimum(found, spec, optimum, found.field.mo_coeff[:, order])
    record = records[-1].model_copy(
        update={
            "iterations": sum(record.iterations for record in records),
            "energy_before": records[0].energy_before,
            "starts": records[0].starts,
            "casscf_energy": None if optimum is None else optimum.energy,
            "wall_s": sum(record.wall_s for record in records),
        }
    )
    return replace(optimised, selection=found, record=record)


class _Equilibration:
    """The approach of a solvent to equilibrium, one density at a time.

    Args:
        field: The mean field in the solvent.
    """

    def __init__(self, field: MeanField) -> None:
        assert field.method.surroundings.solvent is not None
        self._cavity = cavity_of(without_symmetry(field.mole), field.method.surroundings.solvent)
        self._energies: list[float] = []

    @property
    def _converged(self) -> bool:
        last = self._energies[-2:]
        return len(last) == 2 and abs(last[1] - last[0]) < ENERGY_TOLERANCE

    @property
    def is_finished(self) -> bool:
        """Whether the free energy no longer changes, or the number of steps is used up."""
        return self._converged or len(self._energies) >= MAX_CYCLES

    def polarised(
        self, selection: OrbitalSelection, energy: float, density: FloatArray
    ) -> OrbitalSelection:
        """The selection in a solvent that is polarised by a state.

        Args:
            selection: The active orbitals.
            energy: Free energy of the state in the solvent so far, Hartree.
            density: Its density in the atomic basis, summed over spins, shape (nao, nao).
        """
        self._energies.append(energy)
        LOG.debug("solvent: step %d, %.10f Hartree", len(self._energies), energy)
        reaction = reaction_field(
            self._cavity, density, iterations=len(self._energies), converged=self._converged
        )
        return replace(selection, field=replace(selection.field, reaction_field=reaction))


def solvent_checks(selection: OrbitalSelection) -> tuple[Check, ...]:
    """The check that solvent and state are in equilibrium; none for the solvent of a mean field.

    Args:
        selection: The active orbitals.
    """
    reaction = selection.field.reaction_field
    if reaction is None or reaction.iterations is None:
        return ()
    detail = f"{counted(reaction.iterations, 'density', 'densities')} of the ansatz"
    return (convergence_check("solvent-converged", reaction.converged, detail),)


def _casci(selection: OrbitalSelection, solver: VQESolver) -> Any:
    """PySCF's CASCI in a constant reaction field."""
    from pyscf import mcscf

    frozen, active = list(selection.inactive), list(selection.active)
    scf = restricted_scf(selection.field)
    method = mcscf.CASCI(scf, len(active), selection.nelec, len(frozen))
    method.mo_coeff = selection.field.mo_coeff[:, selection.order]
    method.fcisolver, method.canonicalization = solver, False
    method.verbose, method.chkfile = 0, None
    return method
