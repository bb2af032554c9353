"""Candidates for an active space, compared by the entropies of their orbitals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from vqe_cli._core.arrays import BoolArray, FloatArray
from vqe_cli._core.wording import counted
from vqe_cli.chemistry.active_spaces._cuts import (
    DEGENERATE,
    cut_check,
    cut_reason,
    sets_of_equal_energy,
)
from vqe_cli.chemistry.active_spaces._entropies import (
    MAX_DETERMINANTS,
    determinants,
    lowest_state,
    orbital_entropies,
    refuse_large_ci,
)
from vqe_cli.chemistry.active_spaces._ranking import Ranking
from vqe_cli.chemistry.active_spaces._sizes import Size, size_in
from vqe_cli.chemistry.active_spaces.selection import Criterion, OrbitalSelection
from vqe_cli.chemistry.basis.cores import core_orbitals
from vqe_cli.chemistry.correlation.mp2_density import mp2_density
from vqe_cli.chemistry.integrals import electronic_problem
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.symmetry.point_group import partners
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem

CORRELATED = 1e-8
"""Smallest deviation of a natural occupation of MP2 from two or zero that is not round-off."""

NAME = "single-orbital entropy"


@dataclass(frozen=True, eq=False)
class Candidates:
    """The orbitals that MP2 correlates most, with their entropies in full CI over all of them.

    Args:
        whole: All of them as an active space, with semicanonical orbitals.
        energy: Total energy of the full CI, Hartree.
        entropies: Entropy of each orbital of `whole.active`, between 0 and ln 4; the mean for
            orbitals of equal energy, of which a degenerate state may occupy one.
    """

    whole: OrbitalSelection
    energy: float
    entropies: FloatArray

    @classmethod
    def of(cls, field: MeanField, most: int) -> Candidates:
        """Choose orbitals of a mean field, and compute their entropies.

        Args:
            field: The mean field.
            most: Maximum number of orbitals.

        Raises:
            InputError: MP2 correlates no orbitals, or too many electrons are unpaired.
            ResourceLimitError: MP2 or the full CI does not fit into memory.
            NotConvergedError: The full CI did not converge.
        """
        whole = _most_correlated(field, most)
        problem = electronic_problem(whole)
        refuse_large_ci(problem.norb, problem.nelec, field.memory)
        energy, state = lowest_state(problem)
        entropies = orbital_entropies(state, problem.norb, problem.nelec)
        return cls(whole, energy, _averaged(whole, entropies))

    @property
    def determinants(self) -> int:
        """The number of determinants of the full CI."""
        return determinants(len(self.whole.active), self.whole.nelec)

    @property
    def has_all(self) -> bool:
        """Whether all orbitals but the cores are compared."""
        field = self.whole.field
        cores = min(core_orbitals(field.mole), field.num_doubly_occupied)
        return len(self.whole.active) >= field.num_orbitals - cores

    @cached_property
    def ranked(self) -> tuple[int, ...]:
        """Positions in `whole.active` by descending entropy; singly occupied orbitals come first.

        Orbitals of equal energy, and partners in a degenerate irrep, follow one another.
        """
        energies = self.whole.field.mo_energy[list(self.whole.active)]
        with_singly = (self._partners & (self._occupations == 1)).any(axis=1)
        keys = (energies.round(3), -self._largest.round(6), ~with_singly)
        return tuple(int(place) for place in np.lexsort(keys))

    @cached_property
    def _occupations(self) -> FloatArray:
        return self.whole.field.mo_occ[list(self.whole.active)]

    @cached_property
    def _partners(self) -> BoolArray:
        """Whether two orbitals are partners in the full point group, or one, shape (n, n)."""
        field = self.whole.field
        return partners(field.mole, field.mo_coeff[:, list(self.whole.active)])

    @cached_property
    def _largest(self) -> FloatArray:
        """The largest entropy of each orbital and its partners, shape (n,)."""
        return np.asarray(np.where(self._partners, self.entropies, 0.0).max(axis=1))

    @property
    def descending(self) -> FloatArray:
        """The entropies in the order of `ranked`, shape (n,)."""
        return self.entropies[list(self.ranked)]

    @property
    def levels(self) -> FloatArray:
        """The largest entropies of orbitals and their partners, in the order of `ranked`, (n,)."""
        return self._largest[list(self.ranked)]

    @property
    def counts(self) -> tuple[int, ...]:
        """Numbers of the first ranked orbitals that are active spaces.

        Each has all singly occupied orbitals, an electron and an empty place, and cuts through no
        set of orbitals of equal energy, or of partners in a degenerate irrep, such as πx and πy,
        which differ in energy where only one of them is occupied.
        """
        return tuple(count for count in range(1, len(self.ranked) + 1) if self._is_space(count))

    def _is_space(self, count: int) -> bool:
        first, rest = list(self.ranked[:count]), list(self.ranked[count:])
        occupations = self._occupations[first]
        if 1 in self._occupations[rest] or not 0 < occupations.sum() < 2 * count:
            return False
        if self._partners[np.ix_(first, rest)].any():
            return False
        return not sets_of_equal_energy(self.whole.field, self._active(first))

    def first(self, count: int, reason: str) -> OrbitalSelection:
        """The first ranked orbitals as an active space.

        Args:
            count: Their number.
            reason: The reason for the choice.
        """
        return self._selected(list(self.ranked[:count]), reason)

    def of_size(self, electrons: int, orbitals: int) -> OrbitalSelection:
        """The active space of a size with the largest entropies of each occupation.

        Args:
            electrons: Number of active electrons.
            orbitals: Number of active orbitals.

        Raises:
            InputError: The molecule has no such active space, or there are too few candidates.
        """
        size = size_in(self.whole.field, electrons, orbitals)
        chosen = []
        for occupation, count in ((2, size.doubly), (0, size.empty)):
            places = [k for k in self.ranked if self._occupations[k] == occupation]
            if len(places) < count:
                kind = "doubly occupied" if occupation else "empty"
                raise InputError(
                    f"{count} {kind} orbitals are asked for, and entropies of {len(places)} are"
                    " known",
                    path=("active_space",),
                    hint="raise candidates, or choose a smaller active space",
                )
            chosen += places[:count]
        chosen += [k for k in self.ranked if self._occupations[k] == 1]
        reason = f"the {counted(orbitals, 'orbital')} with the largest {NAME} in {self.source}"
        return self._selected(chosen, reason)

    @property
    def source(self) -> str:
        """The full CI that gives the entropies, and its orbitals."""
        electrons, orbitals = sum(self.whole.nelec), len(self.whole.active)
        return (
            f"full CI ({electrons}e,{orbitals}o) over the"
            f" {counted(orbitals, 'orbital')} most correlated by MP2"
        )

    @property
    def criterion(self) -> Criterion:
        """The entropies of all orbitals of the mean field; those that were not compared are NaN."""
        values = np.full(self.whole.field.num_orbitals, np.nan)
        values[list(self.whole.active)] = self.entropies
        return Criterion(NAME, values)

    def _active(self, places: list[int]) -> tuple[int, ...]:
        """Indices of the orbitals at some positions in `whole.active`."""
        return tuple(sorted(self.whole.active[place] for place in places))

    def _selected(self, places: list[int], reason: str) -> OrbitalSelection:
        active = self._active(places)
        left_out = set(self.whole.active) - set(active)
        field = self.whole.field
        doubly = [index for index in sorted(left_out) if field.mo_occ[index] == 2]
        cut = sets_of_equal_energy(field, active)
        return replace(
            self.whole,
            active=active,
            inactive=(*self.whole.inactive, *doubly),
            reason=reason + cut_reason(cut),
            criterion=self.criterion,
            checks=cut_check(cut) or self.whole.checks,
            compared=self.whole.active,
        )


def full_ci_energy(problem: ElectronicProblem) -> float:
    """The energy of the full CI that gives entropies, in a part of the candidates, Hartree.

    Args:
        problem: The problem.

    Raises:
        NotConvergedError: The full CI did not converge.
    """
    return lowest_state(problem)[0]


def _averaged(whole: OrbitalSelection, entropies: FloatArray) -> FloatArray:
    """Entropies with the mean in each set of orbitals of equal energy and occupation."""
    active = list(whole.active)
    energies, occupations = whole.field.mo_energy[active], whole.field.mo_occ[active]
    equal = np.abs(energies[:, None] - energies[None, :]) <= DEGENERATE
    equal &= occupations[:, None] == occupations[None, :]
    return np.asarray(equal @ entropies / equal.sum(axis=1))


def _most_correlated(field: MeanField, most: int) -> OrbitalSelection:
    """The orbitals whose occupations in MP2 deviate most from two and zero, up to a number.

    Fewer are taken if their full CI would have too many determinants, or if they would cut through
    orbitals of equal occupation.
    """
    density = mp2_density(field)
    ranking = Ranking.of(field, 2 * np.eye(field.num_orbitals) - density, density)
    size = _size(ranking, field.mole.spin, most)
    return ranking.select(
        size,
        method="entropy",
        reason="the most correlated natural orbitals of MP2",
        criterion="MP2 natural occupation",
        matrix=density,
    )


def _size(ranking: Ranking, unpaired: int, most: int) -> Size:
    doubly, empty = ranking.doubly.scores, ranking.empty.scores
    scores = np.sort(np.concatenate([doubly, empty]))[::-1]
    if scores.max(initial=0.0) <= CORRELATED:
        raise InputError(
            "MP2 correlates no orbital of this molecule and basis",
            path=("active_space",),
            hint="a larger basis, or orbitals by energy (frontier)",
        )
    for count in range(min(most - unpaired, len(scores)), 0, -1):
        least = max(scores[count - 1], CORRELATED)
        size = Size(int((doubly >= least).sum()), int((empty >= least).sum()))
        norb, paired = unpaired + size.doubly + size.empty, size.doubly
        fits = norb <= most and determinants(norb, (paired + unpaired, paired)) <= MAX_DETERMINANTS
        if fits and _correlates(size, unpaired) and not ranking.is_cut_at(size):
            return size
    raise InputError(
        f"MP2 does not correlate {most} orbitals or fewer with one another, beside"
        f" {counted(unpaired, 'unpaired electron')}",
        path=("active_space",),
        hint="choose orbitals by energy (frontier), or raise candidates",
    )


def _correlates(size: Size, unpaired: int) -> bool:
    """Whether there is an electron, and a place to excite it to."""
    return size.doubly + unpaired > 0 and size.empty + unpaired > 0
