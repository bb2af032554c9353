"""Active spaces divided among fragments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vqe_cli.errors import InputError
from vqe_cli.properties._fragments import Room, shared_out

pytestmark = pytest.mark.quick

METHYL, HYDROGEN = Room(unpaired=1, pairs=4, empty=6), Room(unpaired=1, pairs=0, empty=1)
WATER, HELIUM = Room(unpaired=0, pairs=5, empty=8), Room(unpaired=0, pairs=1, empty=1)


@pytest.mark.parametrize(
    ("space", "rooms", "shares"),
    [
        ((2, 2), (METHYL, HYDROGEN), ((1, 1), (1, 1))),
        ((4, 4), (METHYL, HYDROGEN), ((3, 3), (1, 1))),
        ((4, 4), (WATER, WATER), ((2, 2), (2, 2))),
        ((4, 4), (WATER, HELIUM), ((2, 2), (2, 2))),
        ((6, 6), (Room(3, 2, 4), Room(3, 2, 4)), ((3, 3), (3, 3))),
    ],
    ids=["bond", "methane", "water-dimer", "water-helium", "nitrogen"],
)
def test_shares_are_what_one_would_choose(
    space: tuple[int, int], rooms: tuple[Room, ...], shares: object
) -> None:
    assert shared_out(*space, rooms) == shares


ROOMS = st.builds(Room, st.integers(0, 3), st.integers(0, 6), st.integers(0, 6))


@given(st.integers(1, 20), st.integers(1, 20), st.lists(ROOMS, min_size=2, max_size=4))
def test_shares_add_up_and_fit_or_are_refused(
    electrons: int, orbitals: int, rooms: list[Room]
) -> None:
    try:
        shares = shared_out(electrons, orbitals, rooms)
    except InputError:
        return
    assert tuple(map(sum, zip(*shares, strict=True))) == (electrons, orbitals)
    for (count, size), room in zip(shares, rooms, strict=True):
        pairs, odd = divmod(count - room.unpaired, 2)
        assert odd == 0
        assert 0 <= pairs <= room.pairs
        assert room.unpaired + pairs <= size <= room.unpaired + pairs + room.empty
