"""Energies with the correlation that the active space leaves out, of a run's state."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.log import package_logger
from vqe_cli._core.resources import Memory
from vqe_cli.backends.exact import Exact
from vqe_cli.backends.exact.sector import SectorObjective
from vqe_cli.classical.fci import Fci
from vqe_cli.errors import NotConvergedError
from vqe_cli.schema.check_records import Check, doubt
from vqe_cli.schema.records import CorrectionRecord, ReferenceRecord
from vqe_cli.variational.corrections import Correction, CorrectionEnergy, Extent
from vqe_cli.variational.solution import Solution

if TYPE_CHECKING:
    from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
    from vqe_cli.parts import Parts

LOG = package_logger(__name__)

UNLIKE_EXACT = 1.6e-3
"""Difference of the corrections of the run's and the exact state from which they are doubtful,
Hartree."""


@dataclass(frozen=True)
class Corrected:
    """The corrections of a run.

    Args:
        records: Energies with each correction.
        checks: Failed checks of the corrections, for the verdict.
    """

    records: tuple[CorrectionRecord, ...] = ()
    checks: tuple[Check, ...] = ()


def check_of_orbitals(
    corrections: tuple[Correction, ...], selection: OrbitalSelection, memory: Memory
) -> None:
    """Refuse orbitals that a correction does not apply to, or is too expensive for.

    Args:
        corrections: The corrections of a run.
        selection: The active orbitals.
        memory: The memory limit.

    Raises:
        InputError: A correction does not apply.
        ResourceLimitError: A correction would take too long or too much memory.
    """
    field = selection.field
    active = (sum(selection.nelec), len(selection.active))
    for correction in corrections:
        correction.check(Extent(field.num_orbitals, field.mole.nelec, active), memory)
        correction.check_orbitals(selection)


def correct(
    parts: Parts,
    selection: OrbitalSelection,
    solution: Solution,
    reference: ReferenceRecord | None,
) -> Corrected:
    """The energies of a solution with each correction, beside the exact one with the same.

    Args:
        parts: The parts of the run.
        selection: The active orbitals.
        solution: The solution.
        reference: The exact energy; None if there is none.
    """
    states = _states(parts, solution, reference)
    records: list[CorrectionRecord] = []
    checks = list(states.checks)
    for correction in parts.corrections:
        start = time.perf_counter()
        try:
            own, exact = _energies(correction, selection, solution, states)
        except NotConvergedError as error:
            checks.append(doubt(correction.name, f"no correction: {error.message}"))
            continue
        LOG.info("%s: %.8f Hartree", correction.name, own.energy)
        known = None if reference is None or exact is None else reference.energy + exact.energy
        checks += [*own.checks, *_unlike_exact(correction, own, exact)]
        records.append(
            CorrectionRecord(
                name=correction.name,
                method=correction.label,
                correction=own.energy,
                energy=solution.energy.value + own.energy,
                reference_energy=known,
                state=states.kind if correction.needs_state else None,
                wall_s=time.perf_counter() - start,
            )
        )
    return Corrected(tuple(records), tuple(checks))


@dataclass(frozen=True, eq=False)
class _States:
    """The states of the active electrons that corrections need.

    Args:
        own: The state of the run, shape (alpha strings, beta strings); None if none is needed.
        exact: The exact state; None also without an exact energy.
        kind: Whether the state of the run itself is known, or that of a simulation.
        checks: The failed check of an exact state that was not found.
    """

    own: FloatArray | None = None
    exact: FloatArray | None = None
    kind: Literal["run", "simulated"] = "run"
    checks: tuple[Check, ...] = ()


def _states(parts: Parts, solution: Solution, reference: ReferenceRecord | None) -> _States:
    """The states of a run and of its exact energy, if a correction needs them."""
    if not any(correction.needs_state for correction in parts.corrections):
        return _States()
    encoding, objective = solution.state.encoding, solution.objective
    kind: Literal["run", "simulated"] = "run"
    if not isinstance(objective, SectorObjective):
        objective, kind = Exact().prepare(solution.state, seed=0), "simulated"
    assert isinstance(objective, SectorObjective)
    own = objective.space.unpack(objective.state(solution.x))
    if reference is None:
        return _States(own, None, kind)
    fci = parts.reference if isinstance(parts.reference, Fci) else Fci()
    try:
        return _States(own, fci.state(encoding), kind)
    except NotConvergedError as error:
        detail = f"no correction of the exact state: {error.message}"
        return _States(own, None, kind, (doubt("exact-state", detail),))


def _energies(
    correction: Correction, selection: OrbitalSelection, solution: Solution, states: _States
) -> tuple[CorrectionEnergy, CorrectionEnergy | None]:
    """The correction of the run's state and that of the exact one; None if that is not known."""
    encoding = solution.state.encoding
    if not correction.needs_state:
        found = correction.energy(selection, encoding, None)
        return found, found
    own = correction.energy(selection, encoding, states.own)
    if states.exact is None:
        return own, None
    return own, correction.energy(selection, encoding, states.exact)


def _unlike_exact(
    correction: Correction, own: CorrectionEnergy, exact: CorrectionEnergy | None
) -> Iterator[Check]:
    """The failed check of a state whose correction is not that of the exact state."""
    if exact is None or abs(own.energy - exact.energy) <= UNLIKE_EXACT:
        return
    yield doubt(
        name=f"{correction.name}-state",
        value=own.energy,
        expected=exact.energy,
        tolerance=UNLIKE_EXACT,
        detail="the correction of this state is not that of the exact state, in Hartree",
    )
