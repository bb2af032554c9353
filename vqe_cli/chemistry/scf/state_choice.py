"""The choice of the lowest solution: low trials are converged, and followed to their minima."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli.chemistry.molecule import without_symmetry
from vqe_cli.chemistry.scf.hartree_fock import HartreeFock
from vqe_cli.chemistry.scf.instabilities import New, Settled, second_order, settle
from vqe_cli.chemistry.scf.state_search import Found, up_to
from vqe_cli.chemistry.scf.states import State, agreeing, lowest_of
from vqe_cli.chemistry.scf.trials import Trials, held
from vqe_cli.chemistry.symmetry.point_group import Operations, operations

WORTH_TELLING = 1e-6
"""Least energy by which a symmetry-broken solution that is reported must be lower, Hartree."""

SAME_ENERGY = 1e-6
"""Largest difference between equal energies, Hartree; trials are converged no better."""

CONTENDERS = ((60, 4), (150, 3), (400, 2))
"""Pairs (basis functions, states): numbers of lowest states refined in bases up to that size."""

REORDERED = 0.05
"""Largest energy above the lowest trial, Hartree, from which a state may become the lowest one with
polarisation functions."""

CONTENDERS_IN_PART = 3
"""Number of lowest states that are refined from trials without polarisation functions."""

SAME_ORBITALS = 0.9
"""Least overlap of the occupied orbitals of one state, with and without polarisation functions."""


@dataclass(frozen=True, eq=False)
class GroundState:
    """The lowest solution that was found.

    Args:
        settled: The solution at its minimum.
        first: The solution from the first guess.
        guesses: Number of guesses that led to solutions.
        same: Number of those that led to this one, before instabilities were followed.
        end: Why no more guesses were tried.
        unsearched: Whether other solutions are to be expected and none was searched for.
        broken_mha: Energy by which a known symmetry-broken solution is lower, millihartree; None
            without one.
    """

    settled: Settled
    first: State
    guesses: int
    same: int
    end: str
    unsearched: bool
    broken_mha: float | None


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A low state, converged and followed to its minimum.

    Args:
        trial: The state as the search found it; None for the first one if the search did not.
        settled: What it became.
    """

    trial: State | None
    settled: Settled


@dataclass(frozen=True, eq=False)
class Choice:
    """The choice of the lowest state among those that a search found.

    Args:
        method: The method.
        first: The solution from the first guess, in the whole basis.
        trials: The way in which guesses were tried.
        group: The molecule's symmetry operations; None to ignore symmetry.
    """

    method: HartreeFock
    first: State
    trials: Trials
    group: Operations | None

    def among(self, found: Found, *, unsearched: bool = False) -> GroundState:
        """The lowest state at its minimum.

        Args:
            found: The states.
            unsearched: Whether other solutions are to be expected and none was searched for.
        """
        kept = keeping_group(found.states, self.group, self.trials)
        candidates = self._candidates(kept)
        best = min(candidates, key=_height)
        trial = best.trial
        return GroundState(
            settled=best.settled,
            first=self.first,
            guesses=len(found.states),
            same=1 if trial is None else len(agreeing(found.states, trial)),
            end=found.end,
            unsearched=unsearched,
            broken_mha=self._lower_broken_symmetry(found, kept, candidates, best),
        )

    def _candidates(self, kept: Sequence[State]) -> list[_Candidate]:
        """The lowest states, converged and at their minima.

        Trials may end at saddle points; the lowest state is known only after following
        instabilities from each of them.
        """
        if self.trials.are_whole:
            most = up_to(CONTENDERS, self.first.scf.mol.nao_nr(), 1)
            return [
                _Candidate(trial, self._settled(self._tightened(trial)))
                for trial in contenders(kept)[:most]
            ]
        own = next((one for one in contenders(kept) if self._is_same(one, self.first)), None)
        starts, states = [own], [self.first]
        for trial in contenders(kept)[:CONTENDERS_IN_PART]:
            near = trial.energy - lowest_of(kept).energy < REORDERED
            if not near or any(self._is_same(trial, state) for state in states):
                continue
            minimum = self._followed(trial)
            if any(self._is_same(minimum, state) for state in states):
                continue
            state = self._over_basis(minimum, self._new)
            if state is not None:
                starts.append(trial)
                states.append(state)
        pairs = zip(starts, states, strict=True)
        return [_Candidate(trial, self._settled(state)) for trial, state in pairs]

    def _new(self) -> Any:
        return self.method.sharing(self.first.scf.mol, self.first.scf)()

    def _free(self) -> Any:
        return self.method.sharing(without_symmetry(self.first.scf.mol), self.first.scf)()

    def _settled(self, state: State) -> Settled:
        """A state after its instabilities have been followed."""
        new = self.method.sharing(state.scf.mol, self.first.scf)
        return settle(state, new, self._free, self.group)

    def _followed(self, trial: State) -> State:
        """A trial in part of the basis after its instabilities have been followed there."""
        group = None if self.group is None else operations(trial.scf.mol)
        return settle(trial, self.trials.new, self.trials.free, group).state

    def _tightened(self, trial: State) -> State:
        """A trial in the whole basis, converged."""
        if trial is self.first:
            return trial
        new = self.method.sharing(trial.scf.mol, self.first.scf)
        tight = second_order(new, trial.scf.mo_coeff, trial.scf.mo_occ)
        return State(trial.guess, tight, trial.kind) if tight.converged else trial

    def _over_basis(self, trial: State, new: New) -> State | None:
        """A trial in part of the basis, converged in the whole; None without convergence."""
        orbitals = self.trials.over_basis(trial.scf.mo_coeff)
        scf = held(new(), orbitals, trial.scf.mo_occ)
        if not scf.converged:
            scf = second_order(new, scf.mo_coeff, scf.mo_occ)
        return State(trial.guess, scf, trial.kind) if scf.converged else None

    def _is_same(self, trial: State, state: State) -> bool:
        """Whether a trial in part of the basis occupies the orbitals of a state in the whole."""
        overlap = state.scf.get_ovlp()
        return all(
            np.linalg.svd(self.trials.over_basis(one).T @ overlap @ other)[1].min(initial=1.0)
            > SAME_ORBITALS
            for one, other in zip(trial.occupied, state.occupied, strict=True)
        )

    def _lower_broken_symmetry(
        self,
        found: Found,
        kept: Sequence[State],
        candidates: Sequence[_Candidate],
        best: _Candidate,
    ) -> float | None:
        """Energy by which a known symmetry-broken solution is lower, millihartree."""
        if self.group is None:
            return None
        broken = (one.settled.broken_energy for one in candidates)
        energies = [one.settled.state.energy for one in candidates]
        energies += [energy for energy in broken if energy is not None]
        energies += self._rejected_energies(found, kept)
        gain = best.settled.state.energy - min(energies)
        return HARTREE_IN_MILLIHARTREE * gain if gain > WORTH_TELLING else None

    def _rejected_energies(self, found: Found, kept: Sequence[State]) -> list[float]:
        """Energies in the whole basis of states that do not keep the point group, Hartree."""
        if self.trials.are_whole:
            return [state.energy for state in found.states]
        lowest = lowest_of(found.states)
        if lowest.energy > lowest_of(kept).energy - WORTH_TELLING:
            return []
        state = self._over_basis(lowest, self._free)
        return [] if state is None else [state.energy]


def contenders(states: Sequence[State]) -> list[State]:
    """The states of different energies from the lowest; of equal ones the earliest.

    Args:
        states: States of a search.
    """
    found: list[State] = []
    for state in states:
        if all(abs(state.energy - other.energy) >= SAME_ENERGY for other in found):
            found.append(state)
    return sorted(found, key=lambda state: state.energy)


def keeping_group(
    states: Sequence[State], group: Operations | None, trials: Trials
) -> Sequence[State]:
    """The states that keep the point group.

    All iterations keep PySCF's abelian group. The molecule's full group may be larger; if the first
    state transforms as one of its irreps, only such states are kept. If it does not, the lowest
    closed shell cannot: in singlet O2 two electrons share a degenerate level.
    """
    if group is None:
        return states
    kept = [state for state in states if state.scf.mol.symmetry]
    if not group.is_pure(_occupied(states[0], trials)):
        return kept
    return [state for state in kept if group.is_pure(_occupied(state, trials))]


def _occupied(state: State, trials: Trials) -> tuple[FloatArray, FloatArray]:
    """Occupied orbitals of both spins over the molecule's basis."""
    alpha, beta = state.occupied
    return trials.over_basis(alpha), trials.over_basis(beta)


def _height(candidate: _Candidate) -> tuple[float, bool]:
    """The energy of a candidate; of equal ones a stable one is lower."""
    return round(candidate.settled.state.energy, 7), not candidate.settled.stable
