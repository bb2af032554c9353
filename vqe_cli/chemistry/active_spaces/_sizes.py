"""How many electrons and orbitals of each occupation an active space has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.errors import InputError

S = TypeVar("S", bound=ActiveSpace)


@dataclass(frozen=True)
class Size:
    """Active orbitals by their occupation; singly occupied ones are always active.

    Args:
        doubly: Doubly occupied active orbitals.
        empty: Empty active orbitals.
    """

    doubly: int
    empty: int


def resized(space: S, electrons: int, orbitals: int) -> S:
    """A copy of a space with other numbers of electrons and orbitals.

    Args:
        space: With options `electrons` and `orbitals`.
        electrons: How many more electrons.
        orbitals: How many more orbitals.

    Raises:
        InputError: No electrons are left, or they do not fit.
    """
    options = space.model_dump()
    new = {
        "electrons": options["electrons"] + electrons,
        "orbitals": options["orbitals"] + orbitals,
    }
    if not 1 <= new["electrons"] <= 2 * new["orbitals"]:
        message = f"no active space matches with {new['electrons']} electrons"
        raise InputError(
            f"{message} in {new['orbitals']} orbitals",
            path=("active_space",),
            hint="choose more active electrons or orbitals for the molecule itself",
        )
    return space.model_copy(update=new)


def size_in(field: MeanField, electrons: int, orbitals: int) -> Size:
    """How many doubly occupied and empty orbitals of a mean field are active.

    Args:
        field: The mean field.
        electrons: Active electrons.
        orbitals: Active orbitals.

    Raises:
        InputError: The molecule has no such active space.
    """
    alpha, beta = field.mole.nelec
    frozen = alpha + beta - electrons
    if frozen < 0:
        raise _impossible(f"{electrons} of {alpha + beta} electrons", "there are not so many")
    if frozen % 2:
        raise _impossible(f"{electrons} of {alpha + beta} electrons", "an even number is frozen")
    core = frozen // 2
    if core > beta:
        raise _impossible(f"{electrons} electrons", f"at least {alpha - beta} are unpaired")
    if core + orbitals > field.num_orbitals:
        raise _impossible(f"{orbitals} orbitals", f"there are {field.num_orbitals - core} left")
    if orbitals < alpha - core:
        raise _impossible(f"{orbitals} orbitals", f"{alpha - core} are occupied")
    return Size(doubly=beta - core, empty=orbitals - (alpha - core))


AT_MOST = (
    "Take fewer where the molecule has fewer, and an odd number of electrons where it has one: "
    "for campaigns over molecules of all sizes."
)
"""What the option of that name does."""


def fitted(field: MeanField, electrons: int, orbitals: int) -> tuple[int, int]:
    """The nearest numbers that a molecule can have, not above those asked for if possible.

    Args:
        field: The mean field.
        electrons: Active electrons, at most; unpaired ones are always active.
        orbitals: Active orbitals, at most.
    """
    alpha, beta = field.mole.nelec
    fewer = min(electrons, alpha + beta)
    fewer -= (alpha + beta - fewer) % 2
    fewer = max(fewer, alpha - beta, 2 - (alpha + beta) % 2)
    core = (alpha + beta - fewer) // 2
    return fewer, max(min(orbitals, field.num_orbitals - core), alpha - core)


HINT = "`vqe inspect FILE` lists orbitals; at_most: true takes what the molecule has"


def _impossible(asked: str, reason: str) -> InputError:
    message = f"an active space with {asked} is not possible: {reason}"
    return InputError(message, path=("active_space",), hint=HINT)
