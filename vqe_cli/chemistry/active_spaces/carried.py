"""The active orbitals of a related molecule."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from vqe_cli._core.validation import SpecError
from vqe_cli._core.wording import counted
from vqe_cli.chemistry.active_spaces import ACTIVE_SPACES
from vqe_cli.chemistry.active_spaces._optional_size import OptionalSize
from vqe_cli.chemistry.active_spaces._ranking import Ranking
from vqe_cli.chemistry.active_spaces._sizes import size_in
from vqe_cli.chemistry.active_spaces._transfer import (
    over_orbitals_of,
    overlap_with_active,
    require_same_functions,
)
from vqe_cli.chemistry.active_spaces.selection import Criterion, OrbitalSelection, refuse_too_many
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.errors import InputError
from vqe_cli.schema import MoleculeSpec, Selection
from vqe_cli.schema.check_records import Check, doubt

if TYPE_CHECKING:
    from pyscf.gto import Mole

    from vqe_cli._core.resources import Memory

FOUND_AGAIN = 0.5
"""Least overlap of an active orbital with the other molecule's, halfway to none."""

OUTSIDE = 0.5
"""Most electrons of the Hartree-Fock density that may be elsewhere than in shared orbitals."""


class Carried(OptionalSize):
    """The active orbitals of another molecule: an ion's neutral one, a point of a path.

    They are found again by their overlap: doubly occupied and empty orbitals are rotated among
    themselves so that as many as are active there overlap most with them, atom by atom; singly
    occupied ones are always active. Energies along a path, and differences, then compare the same
    orbitals. The verdict is a warning if they cannot be found.

    Reference:
        Maximum overlap of orbitals: King et al., J. Chem. Phys. 47, 1936 (1967); active spaces
        along a path: Bensberg and Reiher, J. Phys. Chem. Lett. 14, 2112 (2023).
    """

    molecule: MoleculeSpec = Field(
        description="The other molecule: the same elements in the same order, or some atoms in the "
        "same place."
    )
    active_space: Selection = Field(description="The active space of the other molecule.")
    orbitals_of: Literal["molecule", "origin"] = Field(
        default="molecule",
        description="molecule: its own Hartree-Fock orbitals, by overlap. origin: those of the "
        "other molecule themselves, which has the same atoms in the same places.",
    )
    electrons: int | None = Field(
        default=None,
        ge=1,
        description="Number of active electrons. Default: those of the other molecule, with the "
        "difference in all electrons.",
    )
    orbitals: int | None = Field(
        default=None, ge=1, description="Number of active orbitals. Default: as there."
    )

    @model_validator(mode="after")
    def _is_possible(self) -> Carried:
        if self.electrons is not None and self.orbitals_of == "origin":
            raise SpecError("shared orbitals have the numbers of the other molecule")
        try:
            ACTIVE_SPACES.create(self.active_space.as_dict())
        except InputError as error:
            raise SpecError(error.message, error.hint, ("active_space",)) from None
        return self

    def check(self, mole: Mole, memory: Memory) -> None:
        """Refuse too many orbitals, if their number is an option."""
        if self.orbitals is not None:
            refuse_too_many(self.orbitals)

    def select(self, field: MeanField) -> OrbitalSelection:
        """Select the orbitals; the mean field of the other molecule is computed for it.

        Returns:
            The selected orbitals and the reason for the choice.
        """
        return self.select_from(field, MeanFields())

    def select_from(self, field: MeanField, known: MeanFields) -> OrbitalSelection:
        """Select the orbitals of the other molecule, or those that overlap most with them.

        Returns:
            The selected orbitals and the reason for the choice.
        """
        space = ACTIVE_SPACES.create(self.active_space.as_dict(), ("active_space", "active_space"))
        surroundings = field.method.surroundings
        other = known.of(self.molecule, memory=field.memory, surroundings=surroundings)
        origin = space.select_from(other, known)
        if self.orbitals_of == "origin":
            return self._shared(field, origin)
        return self._found_again(field, origin)

    def _shared(self, field: MeanField, origin: OrbitalSelection) -> OrbitalSelection:
        require_same_functions(field, origin.field)
        size_in(field, *self._numbers(field, origin))
        shared, active, populations = over_orbitals_of(field, origin)
        outside = float(populations[len(origin.inactive) + len(active) :].sum())
        frozen = 2.0 * len(origin.inactive) - float(populations[: len(origin.inactive)].sum())
        return OrbitalSelection(
            field=shared,
            active=active,
            inactive=tuple(range(len(origin.inactive))),
            method=self.name,
            reason=f"the orbitals of {_name(self.molecule)}, chosen there as {origin.reason}",
            criterion=Criterion("population in the molecule's own Hartree-Fock", populations),
            checks=_elsewhere(outside + frozen),
            shared=True,
        )

    def _found_again(self, field: MeanField, origin: OrbitalSelection) -> OrbitalSelection:
        size = size_in(field, *(self.size or self._numbers(field, origin)))
        overlap = overlap_with_active(field, origin)
        ranking = Ranking.of(field, overlap, overlap)
        # With fewer orbitals than there, some are parts of them: only the rest can be found.
        expected = size.doubly + field.mole.spin + size.empty >= len(origin.active)
        scores = [*ranking.doubly.scores[: size.doubly], *ranking.empty.scores[: size.empty]]
        chosen = ranking.select(
            size,
            method=self.name,
            reason=f"the orbitals that overlap most with those active in {_name(self.molecule)}",
            criterion="overlap",
            matrix=overlap,
        )
        lost = _lost(min(scores)) if scores and expected else ()
        return replace(chosen, checks=(*chosen.checks, *lost))

    def _numbers(self, field: MeanField, origin: OrbitalSelection) -> tuple[int, int]:
        """The numbers of active electrons and orbitals that correspond to the other molecule's."""
        more = field.mole.nelectron - origin.field.mole.nelectron
        electrons = sum(origin.nelec) + more
        if electrons < 1:
            raise InputError(
                f"no active space matches with {counted(electrons, 'electron')}"
                f" in {counted(len(origin.active), 'orbital')}",
                path=("active_space",),
                hint="choose more active electrons or orbitals for the molecule itself",
            )
        return electrons, len(origin.active)


def _name(molecule: MoleculeSpec) -> str:
    """The other molecule in a sentence."""
    return molecule.name or "the other molecule"


def _lost(score: float) -> tuple[Check, ...]:
    """The failed check of an active orbital that is not found again."""
    if score >= FOUND_AGAIN:
        return ()
    return (
        doubt(
            name="active-space-carried",
            value=score,
            tolerance=FOUND_AGAIN,
            detail="least overlap of an active orbital with those of the other molecule: the two"
            " active spaces are not the same orbitals",
        ),
    )


def _elsewhere(electrons: float) -> tuple[Check, ...]:
    """The failed check of a density that shared orbitals cannot hold."""
    if electrons <= OUTSIDE:
        return ()
    return (
        doubt(
            name="active-space-carried",
            value=electrons,
            tolerance=OUTSIDE,
            detail="electrons that Hartree-Fock has in other orbitals than the frozen and active"
            " ones: the electron that is added or removed is not in the active space",
        ),
    )
