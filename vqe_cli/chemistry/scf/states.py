"""Self-consistent fields that a search has found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from vqe_cli._core.arrays import FloatArray
from vqe_cli.chemistry.scf.stability import Rotation, internal_instability, is_externally_stable

ATOMS = "densities of atoms"
RELATIVE = "orbitals of a related molecule"
DISTURBED = "disturbed orbitals"
OWN = "its own orbitals"

AGREEMENT = 1e-5
"""Largest difference of energies of trials in one state, Hartree."""


@dataclass(frozen=True, eq=False)
class State:
    """A self-consistent field, reached from one guess.

    Args:
        guess: Name of the guess.
        scf: The converged PySCF object.
        kind: What the guess was made of.
    """

    guess: str
    scf: Any
    kind: str = ATOMS

    @property
    def energy(self) -> float:
        """The total energy, Hartree."""
        return float(self.scf.e_tot)

    @cached_property
    def descent(self) -> Rotation | None:
        """A direction of descent within restricted orbitals; None at a minimum."""
        return internal_instability(self.scf)

    @cached_property
    def is_externally_stable(self) -> bool:
        """Whether no unrestricted determinant near a closed shell is lower."""
        return is_externally_stable(self.scf)

    @property
    def occupied(self) -> tuple[FloatArray, FloatArray]:
        """Occupied orbitals of alpha and beta spin, each of shape (nao, electrons)."""
        return self.scf.mo_coeff[:, self.scf.mo_occ > 0], self.scf.mo_coeff[:, self.scf.mo_occ == 2]


def lowest_of(states: Sequence[State]) -> State:
    """The state of lowest energy; of equal ones the earliest."""
    return min(states, key=lambda state: state.energy)


def agreeing(states: Sequence[State], with_state: State) -> list[State]:
    """The states that have the energy of one of them."""
    return [one for one in states if abs(one.energy - with_state.energy) < AGREEMENT]
