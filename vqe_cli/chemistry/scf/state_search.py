"""Search for the lowest self-consistent field from several guesses.

Iterations from one guess end in one solution, which for open shells, ions and stretched bonds often
is an excited one, with the hole in the wrong orbital. Further guesses are PySCF's densities of free
atoms, and determinants over converged orbitals, of a related molecule or of the molecule itself,
with holes and electrons in other frontier orbitals. The molecule's orbitals, perturbed so that no
symmetry is left, show whether a solution that breaks the point group is lower. The search ends
early where guesses of three kinds have led to the lowest solution.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vqe_cli._core.log import package_logger
from vqe_cli._core.seeds import guesses
from vqe_cli.chemistry.scf.determinants import Parent, lowest_determinants
from vqe_cli.chemistry.scf.states import (
    ATOMS,
    DISTURBED,
    OWN,
    RELATIVE,
    State,
    agreeing,
    lowest_of,
)
from vqe_cli.chemistry.scf.trials import Trials

LOG = package_logger(__name__)

FIRST = "minao"
"""PySCF's default guess."""

ATOMIC = ("atom", "huckel", "1e")
"""PySCF's other guesses that are made of the atoms alone."""

DETERMINANTS = ((60, 8), (150, 6), (400, 3))
"""Pairs (basis functions, determinants): numbers of determinants tried for each set of orbitals
in bases up to that size; one in larger bases."""

DISTURBED_STARTS = ((150, 2), (400, 1))
"""Pairs (basis functions, starts): numbers of perturbed starts in bases up to that size."""

DISTURBANCE = 0.6
"""Length by which each orbital is rotated in a perturbed start, radians."""

KINDS = 3
"""Number of kinds of guesses that must agree on the lowest solution to end the search."""

AGREED = "guesses of three kinds agree on it"
ALL_TRIED = "all guesses were tried"
ATOMS_TRIED = "densities of atoms were tried"

OnGuess = Callable[[int, int, float], None]
"""Callback of a search: the number of the guess, the largest number of guesses, and the lowest
energy so far, Hartree, which in a large basis is estimated."""


def unheard(number: int, most: int, lowest: float) -> None:
    """Ignore a guess."""


@dataclass(frozen=True, eq=False)
class Found:
    """The solutions that a search found.

    Args:
        states: One for each guess that converged, the default guess first.
        end: Why no more guesses were tried.
    """

    states: tuple[State, ...]
    end: str


@dataclass(frozen=True, eq=False)
class Search:
    """A search among guesses.

    Args:
        trials: The way in which guesses are tried.
        parents: Function that returns orbitals of related molecules.
        on_guess: Callback after each guess.
        offset: Energy to add to that of a trial for an estimate in the whole basis, Hartree.
    """

    trials: Trials
    parents: Callable[[], Sequence[Parent]]
    on_guess: OnGuess
    offset: float = 0.0

    def run(self, first: State, *, thorough: bool) -> Found:
        """Solutions from several guesses, including the first.

        Args:
            first: The solution from the first guess.
            thorough: Whether to try other occupations of frontier orbitals and perturbed starts.
        """
        states, most = [first], most_guesses(first.scf.mol, thorough=thorough)
        stages = self._stages(states) if thorough else iter([atomic_states(self.trials)])
        for stage in stages:
            for state in stage:
                states.append(state)
                energy = state.energy + self.offset
                LOG.info("from %s: %.8f Hartree", state.guess, energy)
                lowest = lowest_of(states).energy + self.offset
                self.on_guess(len(states), max(most, len(states)), lowest)
            if thorough and self._is_agreed(states):
                return Found(tuple(states), AGREED)
        return Found(tuple(states), ALL_TRIED if thorough else ATOMS_TRIED)

    def _stages(self, states: Sequence[State]) -> Iterator[Iterator[State]]:
        """The guesses by kind, each made when the states before are known."""
        yield atomic_states(self.trials)
        for parent in self.parents():
            yield determinant_states(self.trials, parent, RELATIVE)
        before = lowest_of(states)
        yield disturbed_states(self.trials, before)
        symmetric = lowest_of([state for state in states if state.kind != DISTURBED])
        yield determinant_states(self.trials, Parent("own orbitals", symmetric.scf), OWN)
        own = lowest_of([state for state in states if state.kind != DISTURBED])
        if own.kind == OWN and own not in agreeing(states, before):
            yield disturbed_states(self.trials, own)

    def _is_agreed(self, states: Sequence[State]) -> bool:
        """Whether enough kinds of guesses led to the lowest state."""
        return len({state.kind for state in agreeing(states, lowest_of(states))}) >= KINDS


def most_guesses(mole: Any, *, thorough: bool) -> int:
    """The largest number of guesses of a search, including the first.

    Args:
        mole: The molecule in the basis of the trials.
        thorough: As for `Search.run`.
    """
    few, size = 1 + len(ATOMIC), mole.nao_nr()
    if not thorough:
        return few
    sets = 1 if mole.charge == 0 and mole.spin == 0 else 2
    determinants = sets * up_to(DETERMINANTS, size, 1)
    return few + determinants + up_to(DISTURBED_STARTS, size, 0)


def up_to(counts: Sequence[tuple[int, int]], size: int, otherwise: int) -> int:
    """The number of pairs (largest size, number) that applies to a size."""
    return next((count for largest, count in counts if size <= largest), otherwise)


def atomic_states(trials: Trials) -> Iterator[State]:
    """States from PySCF's guesses, except the default one.

    Args:
        trials: The way in which guesses are tried.
    """
    for name in ATOMIC:
        scf = trials.from_guess(name)
        if scf is not None:
            yield State(name, scf, ATOMS)


def determinant_states(trials: Trials, parent: Parent, kind: str) -> Iterator[State]:
    """States from the lowest determinants over some orbitals.

    Args:
        trials: The way in which guesses are tried.
        parent: The orbitals of the determinants.
        kind: What the orbitals are.
    """
    mole = trials.new().mol
    most = up_to(DETERMINANTS, mole.nao_nr(), 1)
    for determinant in lowest_determinants(mole, parent, most):
        scf = trials.from_determinant(parent.scf.mo_coeff, determinant.occupations)
        if scf is not None:
            yield State(determinant.name, scf, kind)


def disturbed_states(trials: Trials, state: State) -> Iterator[State]:
    """States without a point group from randomly rotated orbitals of a state.

    Args:
        trials: The way in which guesses are tried.
        state: The state whose orbitals are rotated.
    """
    from scipy.linalg import expm

    orbitals, occupations = state.scf.mo_coeff, state.scf.mo_occ
    random = guesses()
    across = occupations[:, None] != occupations
    for number in range(up_to(DISTURBED_STARTS, orbitals.shape[0], 0)):
        turns = np.where(across, random.normal(size=across.shape), 0.0)
        turns = (turns - turns.T) / np.linalg.norm(turns, axis=0).clip(min=1.0).max()
        scf = trials.from_disturbed(orbitals @ expm(DISTURBANCE * turns), occupations)
        if scf is not None:
            yield State(f"disturbed orbitals {number + 1}", scf, DISTURBED)
