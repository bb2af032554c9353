"""The active orbitals of a mean field, and the reason for their choice."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vqe_cli._core.arrays import FloatArray
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.errors import ResourceLimitError
from vqe_cli.schema.check_records import Check

MAX_ACTIVE_ORBITALS = 40


@dataclass(frozen=True, eq=False)
class Criterion:
    """The quantity by which the active orbitals of a mean field were chosen.

    Args:
        name: Name of the quantity, such as ``"MP2 natural occupation"``.
        values: Its value for each orbital, shape (nmo,); NaN where it was not computed.
    """

    name: str
    values: FloatArray

    def of(self, index: int) -> float | None:
        """Its value for an orbital; None where it was not computed.

        Args:
            index: Index of the orbital, from 0.
        """
        value = float(self.values[index])
        return None if math.isnan(value) else value


@dataclass(frozen=True, eq=False)
class OrbitalSelection:
    """The active orbitals of a mean field, and the reason for their choice.

    Args:
        field: The mean field, whose orbitals may have been rotated among those of equal occupation.
        active: Indices of the active orbitals (from 0), occupied before empty ones.
        inactive: Indices of the doubly occupied orbitals that are frozen.
        method: Name of the active space's entry.
        reason: The reason for the choice, in a few words.
        criterion: The quantity that decided the choice; None for a choice by number or energy.
        compared: Indices of the orbitals among which the active ones were chosen; empty for all.
        checks: Checks of the choice, for the verdict.
        optimised: Whether the orbitals were optimised for an ansatz since they were chosen.
        shared: Whether the orbitals are those of another molecule, and not of the mean field.
        mp2_correction: Correlation energy of MP2 in all orbitals minus that in the active ones,
            Hartree; None if it was not computed.
    """

    field: MeanField
    active: tuple[int, ...]
    inactive: tuple[int, ...]
    method: str
    reason: str
    criterion: Criterion | None = None
    compared: tuple[int, ...] = ()
    checks: tuple[Check, ...] = ()
    optimised: bool = False
    shared: bool = False
    mp2_correction: float | None = None

    @property
    def nelec(self) -> tuple[int, int]:
        """Numbers of active alpha and beta electrons."""
        alpha, beta = self.field.mole.nelec
        return alpha - len(self.inactive), beta - len(self.inactive)

    @property
    def order(self) -> list[int]:
        """Indices of all orbitals: frozen, active, empty."""
        used = {*self.inactive, *self.active}
        empty = [index for index in range(self.field.num_orbitals) if index not in used]
        return [*self.inactive, *self.active, *empty]

    @property
    def is_whole(self) -> bool:
        """Whether all orbitals are active."""
        return len(self.active) == self.field.num_orbitals


def refuse_too_many(norb: int) -> None:
    """Refuse more active orbitals than integrals can be held for.

    Args:
        norb: Number of active spatial orbitals.

    Raises:
        ResourceLimitError: There are too many.
    """
    if norb > MAX_ACTIVE_ORBITALS:
        raise ResourceLimitError(
            f"{norb} active orbitals ({2 * norb} qubits) are more than {MAX_ACTIVE_ORBITALS}",
            hint="choose a smaller active space: --active-space '{name: frontier, ...}'",
        )
