"""Atoms that are put together and taken apart."""

from __future__ import annotations

import numpy as np
import pytest

from vqe_cli.fermions.atoms import Atoms

WATER = Atoms(("O", "H", "H"), np.array([[0.0, 0.0, 0.1], [0.0, 0.8, -0.5], [0.0, -0.8, -0.5]]))


def test_a_part_beside_the_ghosts_of_the_others() -> None:
    found = WATER.at([0]) + WATER.at([2, 1]).as_ghosts()
    assert found.labels == ("O", "ghost-H", "ghost-H")
    assert found.positions[:, 1].tolist() == [0.0, -0.8, 0.8]
    assert found.elements == {"O"}
    assert found.with_nuclei().positions.tolist() == [[0.0, 0.0, 0.1]]


def test_no_atoms_are_a_part_as_well() -> None:
    found = WATER.at([]) + WATER
    assert (len(WATER.at([])), found.symbols) == (0, WATER.symbols)


@pytest.mark.parametrize(
    ("shape", "ghosts"), [((2, 3), ()), ((3, 2), ()), ((9,), ()), ((3, 3), (True,))]
)
def test_every_atom_has_one_place(shape: tuple[int, ...], ghosts: tuple[bool, ...]) -> None:
    with pytest.raises(ValueError, match="should have"):
        Atoms(WATER.symbols, np.zeros(shape), ghosts)
