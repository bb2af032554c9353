"""Overlaps of states over two sets of orbitals."""

from __future__ import annotations

import numpy as np
import pytest
from pyscf.fci import addons, cistring

from vqe_cli.fermions.state_overlaps import StateVectors, squared_overlaps

pytestmark = pytest.mark.quick


@pytest.mark.parametrize("nelec", [(3, 2), (1, 0), (4, 4)])
def test_overlaps_are_those_after_a_change_of_orbitals_by_pyscf(nelec: tuple[int, int]) -> None:
    random, norb = np.random.default_rng(1), 4 + (nelec[0] == 3)
    shape = tuple(cistring.num_strings(norb, count) for count in nelec)
    ours, others = (np.linalg.qr(random.normal(size=(8, norb)))[0] for _ in range(2))
    first, second = ([random.normal(size=shape) for _ in range(count)] for count in (2, 3))
    found = squared_overlaps(
        StateVectors(ours, nelec, tuple(first)), StateVectors(others, nelec, tuple(second))
    )
    moved = [addons.transform_ci(one, nelec, ours.T @ others) for one in first]
    expected = [[np.vdot(one, other) ** 2 for other in second] for one in moved]
    assert found == pytest.approx(np.array(expected), abs=1e-10)
