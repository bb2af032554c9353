"""Frozen natural orbitals: a large basis with the empty orbitals that matter most."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field, model_validator

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.validation import SpecError
from vqe_cli._core.wording import counted
from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.active_spaces._ranking import Ranking
from vqe_cli.chemistry.active_spaces._sizes import Size
from vqe_cli.chemistry.active_spaces.selection import MAX_ACTIVE_ORBITALS, OrbitalSelection
from vqe_cli.chemistry.basis.cores import core_orbitals
from vqe_cli.chemistry.correlation.mp2_density import mp2_density, refuse_large_mp2
from vqe_cli.chemistry.correlation.mp2_energy import mp2_correlation_energy
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.errors import InputError, ResourceLimitError

if TYPE_CHECKING:
    from pyscf.gto import Mole

    from vqe_cli._core.resources import Memory

SHARE = 0.9


class Fno(ActiveSpace):
    """All electrons but the core in their own orbitals and the most occupied empty ones of MP2.

    The natural orbitals of MP2 among the empty orbitals are ordered by occupation, and the last
    ones are left out. MP2 estimates what they would add: `mp2_correction` in the record, a total
    energy's correction that is included nowhere. The occupied orbitals stay those of Hartree-Fock.

    Reference:
        Sosa, Geertsen, Trucks, Bartlett and Franz, Chem. Phys. Lett. 159, 148 (1989); Taube and
        Bartlett, Collect. Czech. Chem. Commun. 70, 837 (2005); DePrince and Sherrill, J. Chem.
        Theory Comput. 9, 2687 (2013).
    """

    virtuals: int | None = Field(
        default=None, ge=1, description="Number of empty natural orbitals that are active."
    )
    threshold: float | None = Field(
        default=None, gt=0, lt=1, description="Empty orbitals with a larger occupation are active."
    )
    share: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="Least share of the correlation energy of MP2 that the active orbitals have. "
        "Default: 0.9, if neither virtuals nor threshold is given.",
    )

    @model_validator(mode="after")
    def _one_way(self) -> Fno:
        given = [key for key in ("virtuals", "threshold", "share") if getattr(self, key)]
        if len(given) > 1:
            raise SpecError(f"{' and '.join(given)} exclude each other", "give one of them")
        return self

    def extent(self, mole: Mole) -> tuple[int, int] | None:
        """Numbers of active electrons and orbitals; None unless the number of orbitals is given."""
        if self.virtuals is None:
            return None
        core, alpha = core_orbitals(mole), max(mole.nelec)
        _refuse_missing(self.virtuals, mole.nao - alpha)
        self._refuse_too_many(alpha - core, self.virtuals)
        return mole.nelectron - 2 * core, alpha - core + self.virtuals

    def check(self, mole: Mole, memory: Memory) -> None:
        """Refuse MP2 that does not fit into memory."""
        refuse_large_mp2(mole, memory)

    def _refuse_too_many(self, occupied: int, empty: int) -> None:
        """Refuse more active orbitals than integrals can be held for."""
        count, most = occupied + empty, MAX_ACTIVE_ORBITALS - occupied
        if count <= MAX_ACTIVE_ORBITALS:
            return
        keys = {"virtuals": self.virtuals, "threshold": self.threshold}
        key = next((key for key, value in keys.items() if value is not None), "share")
        message = f"{empty} empty orbitals beside {occupied} occupied ones, as '{key}' asks for,"
        raise ResourceLimitError(
            f"fno: {message} are {count} active orbitals ({2 * count} qubits), more than"
            f" {MAX_ACTIVE_ORBITALS}",
            hint=f"active_space: {{name: fno, virtuals: {most}}} or fewer"
            if most > 0
            else "choose frontier or another space in which not all valence electrons are active",
        )

    def select(self, field: MeanField) -> OrbitalSelection:
        """Rotate the empty orbitals to natural ones, and leave out the least occupied.

        Returns:
            The selected orbitals, and the correction of MP2 for the others.
        """
        density = mp2_density(field)
        natural = _Natural(Ranking.of(field, _valence(field), density), density)
        whole = mp2_correlation_energy(field)
        count = self._count(natural, whole)
        found = natural.selected(count, self.name)
        self._refuse_too_many(len(found.active) - count, count)
        part = natural.energy(count)
        share = f", {100 * part / whole:.2f} % of its correlation energy" if whole < 0 else ""
        return replace(found, reason=found.reason + share, mp2_correction=whole - part)

    def _count(self, natural: _Natural, whole: float) -> int:
        """The number of empty orbitals that are active."""
        occupations = natural.ranking.empty.scores
        if self.virtuals is not None:
            _refuse_missing(self.virtuals, len(occupations))
            return self.virtuals
        if self.threshold is None:
            return natural.with_energy((self.share or SHARE) * whole)
        count = natural.ranking.empty.above(self.threshold)
        if count == 0:
            raise InputError(
                f"no empty natural orbital of MP2 has an occupation above {self.threshold:g}; the"
                f" largest is {max(occupations, default=0.0):.5f}",
                path=("active_space", "threshold"),
                hint="lower the threshold, or give virtuals",
            )
        return count


def _refuse_missing(virtuals: int, empty: int) -> None:
    """Refuse more empty orbitals than the molecule has."""
    if virtuals > empty:
        raise InputError(
            f"there are {counted(empty, 'empty orbital')}, not {virtuals}",
            path=("active_space", "virtuals"),
            hint=f"virtuals: {empty} or fewer, or a larger basis set",
        )


@dataclass(frozen=True, eq=False)
class _Natural:
    """The orbitals of a mean field, the empty ones ordered by their occupation in MP2.

    Args:
        ranking: Ranked occupied and empty orbitals.
        density: Density of MP2 over the orbitals of the mean field, shape (nmo, nmo).
    """

    ranking: Ranking
    density: FloatArray

    def selected(self, count: int, method: str = "") -> OrbitalSelection:
        """The active space with some of the empty orbitals."""
        field = self.ranking.field
        return self.ranking.select(
            Size(field.num_doubly_occupied - _num_core(field), count),
            method=method,
            reason=f"{count} of {len(self.ranking.empty.scores)} empty natural orbitals of MP2",
            criterion="MP2 natural occupation",
            matrix=self.density,
        )

    def energy(self, count: int) -> float:
        """The correlation energy of MP2 with some of the empty orbitals, Hartree."""
        found = self.selected(count)
        return mp2_correlation_energy(found.field, len(found.inactive) + len(found.active))

    def with_energy(self, wanted: float) -> int:
        """The smallest number of empty orbitals with a correlation energy, by bisection."""
        low, high = 0, len(self.ranking.empty.scores)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.energy(middle) <= wanted else (middle, high)
        return high


def _num_core(field: MeanField) -> int:
    return min(core_orbitals(field.mole), field.num_doubly_occupied)


def _valence(field: MeanField) -> FloatArray:
    """The projector onto all orbitals but the core, shape (nmo, nmo)."""
    return np.diag((np.arange(field.num_orbitals) >= _num_core(field)).astype(float))
