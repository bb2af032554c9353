"""Records of molecular orbitals and their composition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.schema.problem_records import ActiveSpaceRecord, OrbitalRecord

if TYPE_CHECKING:
    from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection

LARGEST = 3
"""Maximum number of contributions that are named."""

MAIN = 0.2
"""Share of a split shell from which a function names it; earlier functions are inner ones."""

STRAIGHT = 0.9
"""Share of a shell along one direction from which the direction is named."""

WORTH_NAMING = 0.05
"""Smallest contribution that is named, as a share of the orbital."""


def active_space_record(selection: OrbitalSelection) -> ActiveSpaceRecord:
    """The record of the active orbitals and the reason for their choice.

    Args:
        selection: The choice of orbitals.
    """
    return ActiveSpaceRecord(
        method=selection.method,
        reason=selection.reason,
        criterion=selection.criterion.name if selection.criterion else None,
        orbitals=orbital_records(selection, selection.active),
        left_out=orbital_records(
            selection, sorted(set(selection.compared) - set(selection.active))
        ),
        mp2_correction=None if selection.optimised else selection.mp2_correction,
    )


def orbital_records(
    selection: OrbitalSelection, indices: Iterable[int]
) -> tuple[OrbitalRecord, ...]:
    """The records of some orbitals of a selection's mean field.

    Args:
        selection: The choice of active and frozen orbitals.
        indices: Indices of the orbitals, from 0.
    """
    field, criterion, indices = selection.field, selection.criterion, list(indices)
    known_in_space = field.mole.natm > 0
    parts = {**dict.fromkeys(selection.inactive, "frozen")}
    parts |= dict.fromkeys(selection.active, "active")
    orbitals = field.mo_coeff[:, indices]
    shares = compositions(field.mole, orbitals) if known_in_space else [()] * len(indices)
    return tuple(
        OrbitalRecord(
            number=index + 1,
            energy=float(field.mo_energy[index]),
            occupation=float(field.mo_occ[index]),
            irrep=field.irrep_name(index),
            part=parts.get(index, "left out"),
            composition=composition,
            criterion=None if criterion is None else criterion.of(index),
        )
        for index, composition in zip(indices, shares, strict=True)
    )


def compositions(mole: Any, orbitals: FloatArray) -> list[tuple[tuple[str, float], ...]]:
    """Names and Löwdin populations of the largest atomic shells of each orbital.

    Args:
        mole: The built `pyscf.gto.Mole`.
        orbitals: Coefficients of the orbitals, shape (nao, n).
    """
    shells = _shells(mole)
    return [_composition(column, shells) for column in _populations(mole, orbitals).T]


def atomic_shares(mole: Any, orbitals: FloatArray) -> list[tuple[tuple[str, float], ...]]:
    """Names and Löwdin populations of the atoms with the largest shares of each orbital.

    Args:
        mole: The built `pyscf.gto.Mole`.
        orbitals: Coefficients of the orbitals, shape (nao, n).
    """
    populations = _populations(mole, orbitals)
    atoms: dict[str, list[int]] = {}
    for shell in _shells(mole):
        atoms.setdefault(shell.atom, []).extend(shell.members)
    shares = np.array([populations[members].sum(axis=0) for members in atoms.values()])
    return [_largest(list(atoms), column) for column in shares.T]


def _populations(mole: Any, orbitals: FloatArray) -> FloatArray:
    """Löwdin populations of all basis functions in each orbital, shape (nao, n)."""
    eigenvalues, vectors = np.linalg.eigh(mole.intor_symmetric("int1e_ovlp"))
    root = vectors * np.sqrt(np.maximum(eigenvalues, 0.0)) @ vectors.T
    return np.asarray((root @ orbitals) ** 2)


def _largest(names: list[str], shares: FloatArray) -> tuple[tuple[str, float], ...]:
    """The largest shares that are worth naming."""
    order = np.argsort(-shares.round(6), kind="stable")[:LARGEST]
    found = order[shares[order] >= WORTH_NAMING]
    return tuple((names[index], round(float(shares[index]), 4)) for index in found)


def _composition(populations: FloatArray, shells: list[_Shell]) -> tuple[tuple[str, float], ...]:
    """The shells with the largest populations, the largest first."""
    shares = np.array([populations[shell.members].sum() for shell in shells])
    largest = np.argsort(-shares.round(6), kind="stable")[:LARGEST]
    found = largest[shares[largest] >= WORTH_NAMING]
    return tuple(
        (shells[index].name(populations), round(float(shares[index]), 4)) for index in found
    )


@dataclass(frozen=True)
class _Shell:
    """Basis functions of one atom and one angular momentum.

    Args:
        atom: Name of the atom, counted from 1, such as ``"C1"``.
        members: Indices of the basis functions.
        names: Principal number and angular momentum of each function, such as ``"2p"``.
        directions: Direction of each function, such as ``"z"``.
    """

    atom: str
    members: list[int]
    names: list[str]
    directions: list[str]

    def name(self, populations: FloatArray) -> str:
        """The name of an orbital of the shell: ``"C1 2pz"``, or ``"C1 2p"`` if not along an axis.

        The parts of a split valence shell are one orbital, named by the first with a significant
        share: core functions of the same momentum contribute little to valence orbitals.
        """
        parts = populations[self.members]
        numbers = {name: parts[np.equal(self.names, name)].sum() for name in self.names}
        first = next(name for name, part in numbers.items() if part >= MAIN * parts.sum())
        along = {
            direction: parts[np.equal(self.directions, direction)].sum()
            for direction in self.directions
        }
        main = max(along, key=lambda direction: along[direction])
        straight = along[main] >= STRAIGHT * parts.sum()
        return f"{self.atom} {first}{main if straight else ''}"


def _shells(mole: Any) -> list[_Shell]:
    found: dict[tuple[int, str], _Shell] = {}
    for index, (atom, symbol, name, direction) in enumerate(mole.ao_labels(fmt=None)):
        label = f"{symbol.replace('GHOST', 'ghost')}{atom + 1}"
        shell = found.setdefault((atom, name.lstrip("0123456789")), _Shell(label, [], [], []))
        shell.members.append(index)
        shell.names.append(name)
        shell.directions.append(direction)
    return list(found.values())
