"""Orbitals that are optimised together with the parameters of a state: CASSCF with VQE."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from vqe_cli._core.arrays import FloatArray, Vector
from vqe_cli._core.log import package_logger
from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.scf.scf_objects import restricted_scf
from vqe_cli.errors import InterruptedRunError, interruptible
from vqe_cli.schema import RunSpec
from vqe_cli.schema.orbital_records import OrbitalOptimisationRecord, OrbitalStartRecord
from vqe_cli.variational.orbital_starts import (
    ENERGY_TOLERANCE,
    ExactOptimum,
    exact_optimum,
    lower_optimum,
    starting_orbitals,
)
from vqe_cli.variational.pyscf_solver import VQESolver, solver_of_run

if TYPE_CHECKING:
    from vqe_cli.parts import Parts

LOG = package_logger(__name__)

AS_LOW_AS_EXACT = 1e-5
"""Energy above CASSCF's below which no further start is made, Hartree."""

GRADIENT_FOR_FORCES = 2e-6
"""Convergence threshold of the derivatives by orbital rotations for forces, Hartree."""


@dataclass(frozen=True, eq=False)
class OptimisedOrbitals:
    """The orbitals with the lowest energy of an ansatz.

    Args:
        selection: The active orbitals, optimised.
        x: Parameters of the state over them, shape (num_parameters,); None for an adaptive ansatz,
            which grows anew.
        record: The record of the optimisation.
        density: The density of the state in the atomic basis, summed over spins, shape (nao, nao).
        optimum: The optimum of the exact state; None if it was not searched or not found.
    """

    selection: OrbitalSelection
    x: Vector | None
    record: OrbitalOptimisationRecord
    density: FloatArray
    optimum: ExactOptimum | None


def optimise_orbitals(
    spec: RunSpec,
    parts: Parts,
    selection: OrbitalSelection,
    on_step: Callable[[int, float], None],
    *,
    continued: bool = False,
) -> OptimisedOrbitals:
    """Minimise the energy of the ansatz over its parameters and the orbitals.

    All rotations count: between frozen, active and empty orbitals by PySCF's CASSCF (Sun, Yang and
    Chan, Chem. Phys. Lett. 683, 291 (2017)), and among active ones together with the parameters.
    Energies are exact, whatever the run's backend. There are several minima: of several starts the
    lowest is kept.

    Args:
        spec: The run's spec.
        parts: The parts of the run.
        selection: The active orbitals to start from.
        on_step: Callback, called with the number of each step and its energy, Hartree.
        continued: Whether the orbitals continue those of a neighbour, in whose minimum they stay.

    Returns:
        The optimised orbitals.

    Raises:
        ResourceLimitError: The determinants without their irreps do not fit into memory.
    """
    began = time.perf_counter()
    with threads_for(selection.field.mole.nao**2), _from_the_start():
        ends, optimum = _ends(spec, parts, selection, on_step, continued=continued)
    best = min(ends, key=lambda end: (not end.converged, end.energy))
    LOG.info("orbitals: the lowest are those from %s", best.name)
    solver: VQESolver = best.method.fcisolver
    first_energy = ends[0].method.fcisolver.first_energy
    assert solver.orbital_rotation is not None
    assert first_energy is not None
    return OptimisedOrbitals(
        selection=_with_orbitals(selection, best.method, solver.orbital_rotation),
        x=None if solver.is_adaptive else solver.parameters,
        record=OrbitalOptimisationRecord(
            method="rotations of active orbitals" if selection.is_whole else "CASSCF",
            iterations=sum(end.iterations for end in ends),
            converged=best.converged,
            energy_before=first_energy,
            energy=best.energy,
            starts=tuple(end.record for end in ends),
            casscf_energy=None if optimum is None else optimum.energy,
            wall_s=time.perf_counter() - began,
        ),
        density=np.asarray(best.method.make_rdm1()),
        optimum=optimum,
    )


@dataclass(frozen=True, eq=False)
class _End:
    """The end of one optimisation.

    Args:
        name: Name of the orbitals of its start.
        method: PySCF's method with the orbitals and the solver.
        iterations: Number of steps of the orbitals.
    """

    name: str
    method: Any
    iterations: int

    @property
    def energy(self) -> float:
        return float(self.method.e_tot)

    @property
    def converged(self) -> bool:
        return bool(self.method.converged and self.method.fcisolver.converged)

    def is_as_low_as(self, optimum: ExactOptimum) -> bool:
        """Whether no further start can end lower."""
        return self.converged and self.energy < optimum.energy + AS_LOW_AS_EXACT

    @property
    def record(self) -> OrbitalStartRecord:
        return OrbitalStartRecord(
            name=self.name,
            energy=self.energy,
            iterations=self.iterations,
            converged=self.converged,
        )


def _ends(
    spec: RunSpec,
    parts: Parts,
    selection: OrbitalSelection,
    on_step: Callable[[int, float], None],
    *,
    continued: bool,
) -> tuple[list[_End], ExactOptimum | None]:
    """The ends of all starts, until one is as low as the exact state, and that state's optimum."""
    optimum = None if continued else exact_optimum(selection, spec)
    ends: list[_End] = []
    done = 0
    for number in range(1 if continued else spec.orbitals.starts):
        start = starting_orbitals(selection, optimum, number, spec.seed)
        if start is None:
            break
        energies: list[float] = []

        def follow(known: dict[str, Any], done: int = done, seen: list[float] = energies) -> None:
            """Note a step once; PySCF also calls this within one."""
            if known["imacro"] > len(seen):
                seen.append(float(known["e_tot"]))
                on_step(done + len(seen), seen[-1])

        method = _method(spec, parts, selection)
        method.mo_coeff, method.callback = start.coefficients, follow
        method.kernel()
        ends.append(_End(start.name, method, len(energies) or 1))
        done += ends[-1].iterations
        LOG.info(
            "orbitals from %s: %.10f Hartree after %d steps, converged: %s",
            start.name,
            ends[-1].energy,
            ends[-1].iterations,
            ends[-1].converged,
        )
        if not continued:
            orbitals = np.asarray(method.mo_coeff)
            optimum = lower_optimum(selection, spec, optimum, orbitals)
        if optimum is not None and ends[-1].is_as_low_as(optimum):
            break
    return ends, optimum


@contextmanager
def _from_the_start() -> Iterator[None]:
    """Say after Ctrl-C that this stage has no checkpoint."""
    hint = "repeat the command: the orbitals are optimised from the start"
    try:
        with interruptible(hint=hint):
            yield
    except InterruptedRunError as error:
        error.hint = hint  # also where the solver was interrupted, which knows of no orbitals
        raise


def _method(spec: RunSpec, parts: Parts, selection: OrbitalSelection) -> Any:
    """PySCF's CASSCF with our solver; CASCI if all orbitals are active."""
    from pyscf import mcscf

    field = selection.field
    scf = restricted_scf(field)
    make = mcscf.CASCI if selection.is_whole else mcscf.CASSCF
    method = make(scf, len(selection.active), selection.nelec, len(selection.inactive))
    method.fcisolver = solver_of_run(spec, parts, rotates_orbitals=True)
    method.verbose, method.chkfile = 0, None
    if not selection.is_whole:
        method.max_cycle_macro = spec.orbitals.max_cycles
        method.conv_tol = ENERGY_TOLERANCE
        if spec.forces:
            method.conv_tol_grad = GRADIENT_FOR_FORCES
    return method


def _with_orbitals(
    selection: OrbitalSelection, method: Any, rotation: FloatArray
) -> OrbitalSelection:
    """The selection with the orbitals of PySCF's method, the active ones rotated."""
    field, order = selection.field, selection.order
    found = np.array(method.mo_coeff, dtype=float)
    active = slice(len(selection.inactive), len(selection.inactive) + len(selection.active))
    found[:, active] = found[:, active] @ rotation
    coefficients = np.empty_like(found)
    coefficients[:, order] = found
    fock = method.get_fock(found, method.ci)
    levels = np.einsum("pi,pq,qi->i", coefficients, fock, coefficients)
    changed = replace(field, mo_coeff=coefficients, mo_energy=levels, orbsym=None, point_group=None)
    return replace(selection, field=changed, optimised=True)
