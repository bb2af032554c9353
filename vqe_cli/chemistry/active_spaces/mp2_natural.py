"""The orbitals that are correlated according to second-order perturbation theory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field, model_validator

from vqe_cli._core.validation import SpecError
from vqe_cli.chemistry.active_spaces._optional_size import OptionalSize
from vqe_cli.chemistry.active_spaces._ranking import Ranking
from vqe_cli.chemistry.active_spaces._sizes import (
    AT_MOST,
    Size,
    fitted,
    size_in,
)
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection, refuse_too_many
from vqe_cli.chemistry.basis.cores import core_orbitals
from vqe_cli.chemistry.correlation.mp2_density import mp2_density, refuse_large_mp2
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.errors import InputError

if TYPE_CHECKING:
    from pyscf.gto import Mole

    from vqe_cli._core.resources import Memory

THRESHOLD = 0.02


class Mp2Natural(OptionalSize):
    """MP2 natural orbitals whose occupation numbers deviate most from two and zero.

    The unrelaxed density does not mix occupied with empty orbitals, so that the Hartree-Fock
    determinant is kept; core orbitals are not correlated. In open shells the density is that of
    unrestricted MP2 over semicanonical ROHF orbitals, and singly occupied orbitals are always
    active. Active orbitals are made semicanonical: they have orbital energies.

    Reference:
        Jensen, Jørgensen, Ågren and Olsen, J. Chem. Phys. 88, 3834 (1988), for MP2 natural
        orbitals as the start of a complete active space; Lauderdale et al., Chem. Phys. Lett.
        187, 21 (1991), for open shells.
    """

    electrons: int | None = Field(
        default=None,
        ge=1,
        description="Number of active electrons, with orbitals, instead of a threshold.",
    )
    orbitals: int | None = Field(
        default=None,
        ge=1,
        description="Number of active spatial orbitals, the most correlated ones.",
    )
    at_most: bool = Field(
        default=False, description=f"{AT_MOST} Only electrons outside the cores count."
    )
    threshold: float | None = Field(
        default=None,
        gt=0,
        lt=1,
        description="Occupations n with threshold < n < 2 - threshold are active. "
        "Default: 0.02, if electrons and orbitals are not given.",
    )

    @model_validator(mode="after")
    def _one_way(self) -> Mp2Natural:
        if self.electrons is not None and self.threshold is not None:
            raise SpecError("a threshold and numbers of electrons and orbitals exclude each other")
        if self.electrons is None and self.at_most:
            raise SpecError("at_most needs electrons and orbitals", "give both")
        return self

    def extent(self, mole: Mole) -> tuple[int, int] | None:
        """The numbers in the options, which the molecule must have unless they are limits."""
        return self.size if self.at_most else super().extent(mole)

    def check(self, mole: Mole, memory: Memory) -> None:
        """Refuse MP2 that does not fit into memory, and too many orbitals."""
        if self.orbitals is not None:
            refuse_too_many(self.orbitals)
        refuse_large_mp2(mole, memory)

    def select(self, field: MeanField) -> OrbitalSelection:
        """Rotate to natural orbitals, and select the most correlated.

        Returns:
            The selected orbitals and the reason for the choice.
        """
        if self.size is not None:
            self._wanted(field)
        density = mp2_density(field)
        ranking = Ranking.of(field, 2 * np.eye(field.num_orbitals) - density, density)
        size, reason = self._size(field, ranking)
        return ranking.select(
            size,
            method=self.name,
            reason=reason,
            criterion="MP2 natural occupation",
            matrix=density,
        )

    def _wanted(self, field: MeanField) -> Size:
        """The numbers of active orbitals by occupation that the options give for this molecule."""
        assert self.size is not None
        electrons, orbitals = self.size
        if self.at_most:
            # MP2 does not correlate cores: none of their orbitals is more natural than another.
            valence = field.mole.nelectron - 2 * core_orbitals(field.mole)
            nelec = field.mole.nelec
            fewer = min(electrons, valence)
            electrons, orbitals = fitted(nelec, field.num_orbitals, fewer, orbitals)
        return size_in(field, electrons, orbitals)

    def _size(self, field: MeanField, ranking: Ranking) -> tuple[Size, str]:
        if self.size is not None:
            return self._wanted(field), "the most correlated natural orbitals of MP2"
        threshold = self.threshold or THRESHOLD
        size = Size(ranking.doubly.above(threshold), ranking.empty.above(threshold))
        if size.doubly + field.mole.spin == 0 or size.empty + field.mole.spin == 0:
            most = max(ranking.doubly.scores.max(initial=0), ranking.empty.scores.max(initial=0))
            raise InputError(
                f"no natural orbital of MP2 is correlated by more than {threshold:g} of an"
                f" electron; the most is {most:.4f}",
                path=("active_space",),
                hint="lower the threshold, or give electrons and orbitals",
            )
        refuse_too_many(size.doubly + field.mole.spin + size.empty)
        window = f"between {threshold:g} and {2 - threshold:g}"
        return size, f"natural orbitals of MP2 with occupations {window}"
