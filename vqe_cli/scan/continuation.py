"""The solution at a point: over the lowest mean field, or over that of the point before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.log import package_logger
from vqe_cli.analysis.geometries.surface import Keeper
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.neighbours import (
    Neighbour,
    continued,
    continues,
    fits,
    over_orthogonal_functions,
)
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.context import Context
from vqe_cli.errors import NotConvergedError
from vqe_cli.fermions.state_overlaps import StateVectors
from vqe_cli.pipeline import run
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.scan.records import MeanFieldAt
from vqe_cli.schema import RunSpec
from vqe_cli.schema.records import RunRecord
from vqe_cli.variational.observers import Observer, Observers

LOG = package_logger(__name__)

LOWER = 1e-5
"""Least energy by which the continued solution must be lower to be kept, Hartree."""

SAME_FIELD = 1e-7
"""Difference of mean fields that are degenerate components of one state, Hartree."""

SIGMAS = 4.0
"""The same for sampled energies, in standard errors."""


LONGEST = 100_000
"""Largest number of determinants of states that are followed by overlap."""


@dataclass(frozen=True, eq=False)
class Solved:
    """The run at a point.

    Args:
        record: Its record.
        encoding: The encoded problem.
        solution: The solution as a start for other points; None without a molecule.
        mean_field: Which mean field the orbitals come from.
        states: Vectors of its states in ascending order of energy; None without any.
    """

    record: RunRecord
    encoding: Encoding
    solution: Keeper
    mean_field: MeanFieldAt = "lowest"
    states: StateVectors | None = None


def solved(spec: RunSpec, neighbour: Neighbour | None) -> Solved:
    """Run a point from the solution at the one before.

    The orbitals are those of the lowest mean field. Where that is another state than at the point
    before, the run is repeated over the mean field that continues the state there, and the lower
    energy of the two is kept; of degenerate components the one that continues, so that curves of
    states keep their irreps.

    Args:
        spec: The input at the point.
        neighbour: The solution at the point before; None for none.
    """
    first = _run(spec, Context(neighbour=neighbour))
    selection = first.solution.selection
    if neighbour is None or selection is None or not _changes(spec, selection, neighbour):
        return first
    field = _continued(spec, selection, neighbour)
    if field is None:
        return replace(first, mean_field="changed")
    second = _run(spec, Context(neighbour=neighbour, mean_fields=_known(spec, field)))
    if abs(field.report.energy - selection.field.report.energy) < SAME_FIELD:
        return first if _is_better(first.record, second.record) else second
    if _is_better(second.record, first.record):
        return replace(second, mean_field="continued")
    return replace(first, mean_field="changed")


def _changes(spec: RunSpec, selection: OrbitalSelection, neighbour: Neighbour) -> bool:
    """Whether the mean field is another state than at the point before."""
    if spec.molecule is None or spec.orbitals.name == "optimised":
        return False
    return fits(selection, neighbour) and not continues(selection.field, neighbour)


def _continued(
    spec: RunSpec, selection: OrbitalSelection, neighbour: Neighbour
) -> MeanField | None:
    """The mean field that continues the state at the point before; None if none converges."""
    assert spec.molecule is not None
    try:
        return continued(selection.field, neighbour, spec.molecule.scf)
    except NotConvergedError as error:
        LOG.warning("%s: the lowest mean field is kept", error)
        return None


def _known(spec: RunSpec, field: MeanField) -> MeanFields:
    """Mean fields of which that of the molecule is known."""
    assert spec.molecule is not None
    fields = MeanFields()
    fields.keep(spec.molecule, field, spec.surroundings)
    return fields


def _run(spec: RunSpec, context: Context) -> Solved:
    solution, kept = Keeper(), _ProblemKeeper()
    record = run(spec, observer=Observers([solution, kept]), context=context)
    assert kept.encoding is not None
    states = _vectors(record, solution.selection, kept)
    return Solved(record, kept.encoding, solution, states=states)


def _vectors(
    record: RunRecord, selection: OrbitalSelection | None, kept: _ProblemKeeper
) -> StateVectors | None:
    """The vectors of the states, unless they are too long to be kept."""
    if selection is None or not kept.vectors or kept.vectors[0].size > LONGEST:
        return None
    assert record.problem.electrons is not None
    states = record.result.states or ()
    order = sorted(range(len(states)), key=lambda place: states[place].energy)
    vectors = tuple(kept.vectors[place] for place in order)
    alpha, beta = record.problem.electrons
    return StateVectors(over_orthogonal_functions(selection), (alpha, beta), vectors)


def _is_better(one: RunRecord, other: RunRecord) -> bool:
    """Whether the verdict of a run is better, or its energy lower by more than its uncertainty."""
    if (one.verdict == "fail") != (other.verdict == "fail"):
        return other.verdict == "fail"
    bars = math.hypot(*(record.result.standard_error or 0.0 for record in (one, other)))
    return other.result.energy - one.result.energy > max(LOWER, SIGMAS * bars)


class _ProblemKeeper(Observer):
    """An observer that keeps the encoded problem for classical methods, and vectors of states."""

    def __init__(self) -> None:
        self.encoding: Encoding | None = None
        self.vectors: tuple[FloatArray, ...] = ()

    def on_problem(self, encoding: Encoding) -> None:
        """Keep the problem."""
        self.encoding = encoding

    def on_states(self, vectors: Sequence[FloatArray]) -> None:
        """Keep the vectors."""
        self.vectors = tuple(vectors)
