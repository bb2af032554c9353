"""Descent from saddle points of a mean field along their instabilities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vqe_cli.chemistry.scf.stability import Rotation, internal_instability
from vqe_cli.chemistry.scf.states import State
from vqe_cli.chemistry.symmetry.point_group import Operations

MAX_INSTABILITIES = 4
ROTATIONS = (1.0, 0.3, -0.3, -1.0)
"""Steps along an instability, radians; the two directions may lead to different minima."""

SAME_ENERGY = 1e-7

New = Callable[[], Any]
"""A factory of PySCF objects for RHF or ROHF, not yet run."""


@dataclass(frozen=True, eq=False)
class Settled:
    """A mean field after its instabilities have been followed.

    Args:
        state: The final state.
        stable: Whether no admitted rotation lowers the energy.
        broken_energy: Total energy at the end of rotations that break the point group, Hartree;
            None without such an instability.
        steps: Descriptions of the steps, for the record.
    """

    state: State
    stable: bool
    broken_energy: float | None
    steps: tuple[str, ...]


def settle(state: State, new: New, free: New, group: Operations | None) -> Settled:
    """Follow instabilities within restricted orbitals until there are none.

    Args:
        state: A converged mean field.
        new: Factory of PySCF objects that keep the point group.
        free: Factory of PySCF objects without a point group.
        group: The molecule's symmetry operations, of which rotations must keep those that the
            determinant has; None allows all rotations.

    Returns:
        The final state, and its stability.
    """
    steps: list[str] = []
    for _ in range(MAX_INSTABILITIES):
        descent = state.descent
        if descent is None:
            return Settled(state, True, None, tuple(steps))
        kept = None if group is None else group.kept_by(state.occupied)
        keeping = kept is not None and len(kept.matrices) > 1
        if kept is not None and keeping:
            descent = internal_instability(state.scf, kept.over(state.scf.mo_coeff))
            if descent is None:
                broken = settle(state, free, free, None).state.energy
                return Settled(state, True, broken, tuple(steps))
        lower, back = _descend(state, new if keeping else free, descent)
        if lower is None:
            # PySCF's ROHF Hessian is approximate for open d shells: descent is the proof.
            found = () if back else ("an instability could not be followed",)
            return Settled(state, back, None, (*steps, *found))
        gain = 1e3 * (state.energy - lower.energy)
        steps.append(f"left a saddle point, {gain:.3f} mHa lower")
        state = lower
    return Settled(state, state.descent is None, None, tuple(steps))


def _descend(state: State, new: New, descent: Rotation) -> tuple[State | None, bool]:
    """The lowest state along a direction if it is lower, and whether a step led back."""
    reached = [second_order(new, descent(size), state.scf.mo_occ) for size in ROTATIONS]
    converged = [scf for scf in reached if scf.converged]
    back = any(abs(scf.e_tot - state.energy) < SAME_ENERGY for scf in converged)
    best = min(converged, key=lambda scf: float(scf.e_tot), default=None)
    if best is None or best.e_tot >= state.energy - SAME_ENERGY:
        return None, back
    return State(state.guess, best), back


def second_order(new: New, orbitals: Any, occupations: Any) -> Any:
    """A second-order SCF from given orbitals with fixed occupations.

    Args:
        new: Factory of PySCF objects.
        orbitals: Orbital coefficients, shape (nao, nmo).
        occupations: Numbers of electrons in the orbitals, shape (nmo,).
    """
    newton = new().newton()
    newton.kernel(orbitals, occupations)
    return newton
