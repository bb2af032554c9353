"""The orbitals whose single-orbital entropies stand out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field, model_validator

from vqe_cli._core.validation import SpecError
from vqe_cli._core.wording import counted
from vqe_cli.chemistry.active_spaces._entropies import refuse_many_determinants
from vqe_cli.chemistry.active_spaces._optional_size import OptionalSize
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.correlation.mp2_density import refuse_large_mp2
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.errors import InputError

if TYPE_CHECKING:
    from pyscf.gto import Mole

    from vqe_cli._core.resources import Memory
    from vqe_cli.chemistry.active_spaces.candidates import Candidates

MOST_CANDIDATES = 20
"""Largest value of `candidates`."""

WEAK = 0.02
"""Entropy, relative to the largest, below which an orbital is left out if there is no plateau."""

COMPARABLE = 2 / 3
"""Width of a plateau, relative to the widest, from which the larger active space is preferred."""

SINGLE_REFERENCE = 0.14
"""Largest entropy up to which one determinant describes the state."""

ROUND_OFF = 1e-6
"""Largest entropy of an orbital that is not correlated."""


class Entropy(OptionalSize):
    """Orbitals with large single-orbital entropies, up to a plateau (as in autoCAS).

    The orbitals that MP2 correlates most, at most `candidates` and fewer if their full CI would
    have more than 100,000 determinants, are compared by their entropies in that full CI: those of
    an orbital's density matrix, from 0 for one that is always doubly occupied or empty to ln 4.
    A threshold that rises from zero leaves the number of orbitals above it unchanged over plateaus.
    Orbitals above the widest plateau are active, or above a lower one that is at least two thirds
    as wide; if none has a width of `plateau`, those above 2 % of the largest entropy. Orbitals of
    equal energy are active together; singly occupied ones always are. If no entropy exceeds 0.14,
    one determinant describes the state, and the reason for the choice says so.

    Reference:
        Stein and Reiher, J. Chem. Theory Comput. 12, 1760 (2016), with DMRG in place of full CI,
        and the lowest plateau in place of the widest, which among valence orbitals is all of them;
        thresholds of autoCAS: Stein and Reiher, J. Comput. Chem. 40, 2216 (2019).
    """

    candidates: int = Field(
        default=12,
        ge=2,
        le=MOST_CANDIDATES,
        description="Maximum number of orbitals that are compared.",
    )
    plateau: float = Field(
        default=0.1,
        gt=0,
        lt=1,
        description="Least width of a plateau, relative to the largest entropy.",
    )
    electrons: int | None = Field(
        default=None,
        ge=1,
        description="Number of active electrons, with orbitals, instead of a plateau.",
    )
    orbitals: int | None = Field(
        default=None,
        ge=1,
        description="Number of active orbitals, those with the largest entropies.",
    )

    @model_validator(mode="after")
    def _size_is_compared(self) -> Entropy:
        if self.orbitals is not None and self.orbitals > self.candidates:
            raise SpecError(
                f"{self.orbitals} orbitals are to be chosen among {self.candidates} candidates",
                f"set candidates to {self.orbitals}"
                if self.orbitals <= MOST_CANDIDATES
                else f"at most {MOST_CANDIDATES} orbitals are compared",
            )
        return self

    def check(self, mole: Mole, memory: Memory) -> None:
        """Refuse MP2 that does not fit into memory, and orbitals that cannot be compared."""
        refuse_large_mp2(mole, memory)
        if mole.spin >= self.candidates:
            raise InputError(
                f"{counted(mole.spin, 'unpaired electron')} leave no place among"
                f" {self.candidates} candidates",
                path=("active_space",),
                hint=f"raise candidates, up to {MOST_CANDIDATES}, or choose orbitals by energy"
                " (frontier)",
            )
        if self.size is not None:
            electrons, orbitals = self.size
            beta = (electrons - mole.spin) // 2
            refuse_many_determinants(orbitals, (electrons - beta, beta))

    def select(self, field: MeanField) -> OrbitalSelection:
        """Compute entropies of the candidates, and select those that stand out.

        Returns:
            The selected orbitals and the reason for the choice.
        """
        return self.choose(self.compared(field))

    def compared(self, field: MeanField) -> Candidates:
        """The candidates with their entropies.

        Args:
            field: The mean field.
        """
        from vqe_cli.chemistry.active_spaces.candidates import Candidates

        return Candidates.of(field, self.candidates)

    def choose(self, found: Candidates) -> OrbitalSelection:
        """The active orbitals among candidates.

        Args:
            found: The candidates with their entropies.

        Raises:
            InputError: No orbital is correlated, or the candidates have no space of this size.
        """
        if self.size is not None:
            return found.of_size(*self.size)
        if not found.counts or found.levels.max() <= ROUND_OFF:
            raise InputError(
                f"no orbital is correlated in the {found.source}",
                path=("active_space",),
                hint="choose orbitals by energy (frontier)",
            )
        count, is_plateau = self._count(found)
        return found.first(count, self._reason(found, count, is_plateau=is_plateau))

    def _count(self, found: Candidates) -> tuple[int, bool]:
        """The number of active orbitals, and whether a plateau gives it."""
        relative = found.levels / found.levels.max()
        steps = relative - np.append(relative[1:], 0.0)
        widest = max(steps[count - 1] for count in found.counts)
        if widest >= self.plateau:
            wide = [count for count in found.counts if steps[count - 1] >= COMPARABLE * widest]
            return wide[-1], True
        strong = [count for count in found.counts if relative[count - 1] >= WEAK]
        return (strong or found.counts[:1])[-1], False

    def _reason(self, found: Candidates, count: int, *, is_plateau: bool) -> str:
        inside, outside = found.descending[:count], found.descending[count:]
        kind = "" if is_plateau else f", without a plateau; those above {WEAK:.0%} of the largest"
        span = f"{inside.min():.2f} to {inside.max():.2f}"
        left_out = f", of the others up to {outside.max():.2f}" if outside.size else ""
        if not outside.size and not found.has_all:
            left_out = "; all that were compared are active, and others may be needed"
        if outside.size and outside.max() > SINGLE_REFERENCE:
            left_out += ", which are correlated as well: larger spaces may be needed"
        few = inside.max() < SINGLE_REFERENCE
        single = f"; below {SINGLE_REFERENCE:g}: one determinant describes the state" if few else ""
        return f"single-orbital entropies of {span}{left_out}{kind}, in the {found.source}{single}"
