"""Records of alpha and beta orbitals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from vqe_cli.chemistry.scf.orbital_records import compositions
from vqe_cli.schema.problem_records import OrbitalRecord

if TYPE_CHECKING:
    from vqe_cli.chemistry.unrestricted import UnrestrictedSelection

SPINS: tuple[Literal["alpha"], Literal["beta"]] = ("alpha", "beta")


def unrestricted_orbital_records(
    selection: UnrestrictedSelection, indices: Iterable[int]
) -> tuple[OrbitalRecord, ...]:
    """The records of some orbitals of either spin, the alpha ones first.

    Args:
        selection: The choice of active and frozen orbitals.
        indices: Indices of the orbitals, from 0, the same ones of both spins.
    """
    field, indices = selection.field, list(indices)
    mole = field.mole
    found: list[OrbitalRecord] = []
    for spin, orbitals, energies, count in zip(
        SPINS, field.mo_coeff, field.mo_energy, mole.nelec, strict=True
    ):
        shares = compositions(mole, orbitals[:, indices]) if mole.natm else [()] * len(indices)
        found += [
            OrbitalRecord(
                number=index + 1,
                energy=float(energies[index]),
                occupation=float(index < count),
                irrep="",
                part=_part(index, selection),
                composition=composition,
                spin=spin,
            )
            for index, composition in zip(indices, shares, strict=True)
        ]
    return tuple(found)


def _part(index: int, selection: UnrestrictedSelection) -> str:
    """What becomes of an orbital."""
    if index < selection.frozen:
        return "frozen"
    return "active" if index < selection.frozen + selection.norb else "left out"
