"""Numbers of electrons and orbitals of active spaces."""

from __future__ import annotations

from dataclasses import dataclass

from vqe_cli._core.wording import counted
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.errors import InputError
from vqe_cli.schema.molecule_spec import OF_ELECTRONS


@dataclass(frozen=True)
class Size:
    """Numbers of active orbitals by occupation; singly occupied ones are always active.

    Args:
        doubly: Number of doubly occupied active orbitals.
        empty: Number of empty active orbitals.
    """

    doubly: int
    empty: int


def size_in(field: MeanField, electrons: int, orbitals: int) -> Size:
    """The numbers of active orbitals of a mean field by occupation.

    Args:
        field: The mean field.
        electrons: Number of active electrons.
        orbitals: Number of active orbitals.

    Raises:
        InputError: The molecule has no such active space.
    """
    alpha, beta = field.mole.nelec
    refuse_impossible((alpha, beta), field.num_orbitals, electrons, orbitals)
    core = (alpha + beta - electrons) // 2
    return Size(doubly=beta - core, empty=orbitals - (alpha - core))


def refuse_impossible(
    nelec: tuple[int, int], num_orbitals: int, electrons: int, orbitals: int
) -> None:
    """Refuse numbers of active electrons and orbitals that a molecule does not have.

    Args:
        nelec: Numbers of alpha and beta electrons of the molecule.
        num_orbitals: Number of its orbitals, or of basis functions before they are known.
        electrons: Number of active electrons.
        orbitals: Number of active orbitals.

    Raises:
        InputError: The molecule has no such active space.
    """
    alpha, beta = nelec
    frozen = alpha + beta - electrons
    if frozen < 0:
        raise _impossible(f"{electrons} of {counted(alpha + beta, 'electron')}", "there are fewer")
    if frozen % 2:
        raise _impossible(
            f"{electrons} of {counted(alpha + beta, 'electron')}",
            "the number of frozen ones must be even",
        )
    core = frozen // 2
    if core > beta:
        raise _impossible(counted(electrons, "electron"), f"at least {alpha - beta} are unpaired")
    if core + orbitals > num_orbitals:
        raise _impossible(counted(orbitals, "orbital"), f"there are {num_orbitals - core} left")
    if orbitals < alpha - core:
        raise _impossible(counted(orbitals, "orbital"), f"{alpha - core} are occupied")


AT_MOST = (
    "Use fewer if the molecule has fewer, and an odd number of electrons if it has an odd number: "
    "for campaigns over molecules of all sizes."
)
"""The description of the option `at_most`."""


def fitted(
    nelec: tuple[int, int], num_orbitals: int, electrons: int, orbitals: int
) -> tuple[int, int]:
    """The nearest possible numbers of electrons and orbitals, if possible not above the given ones.

    Args:
        nelec: Numbers of alpha and beta electrons of the molecule.
        num_orbitals: Number of its orbitals, or of basis functions before they are known.
        electrons: Maximum number of active electrons; unpaired ones are always active.
        orbitals: Maximum number of active orbitals.
    """
    alpha, beta = nelec
    fewer = min(electrons, alpha + beta)
    fewer -= (alpha + beta - fewer) % 2
    fewer = max(fewer, alpha - beta, 2 - (alpha + beta) % 2)
    core = (alpha + beta - fewer) // 2
    return fewer, max(min(orbitals, num_orbitals - core), alpha - core)


HINT = "`vqe inspect FILE` lists orbitals; at_most: true takes what the molecule has"


def _impossible(asked: str, reason: str) -> InputError:
    message = f"an active space with {asked} is not possible: {reason}"
    return InputError(message, path=("active_space",), hint=HINT, also=OF_ELECTRONS)
