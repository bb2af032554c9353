"""The action of excitations on states, against dense matrices."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from tests.problems import DenseFermions
from vqe_cli.fermions.determinants.action import excited
from vqe_cli.fermions.determinants.strings import Strings
from vqe_cli.fermions.excitations import Excitation, generalized

pytestmark = pytest.mark.quick


@pytest.mark.parametrize("qubit", [False, True])
def test_every_generalised_excitation_acts_as_its_matrix(qubit: bool) -> None:
    norb, nelec = 3, (2, 1)
    dense, places = DenseFermions(norb), DenseFermions(norb).sector(nelec)
    strings = Strings(norb, nelec[0]), Strings(norb, nelec[1])
    state = np.random.default_rng(1).normal(size=places.shape)
    whole = np.zeros(4**norb)
    whole[places] = state
    for upward in islice(generalized(norb), 0, None, 3):
        for create, annihilate in (
            (upward.create, upward.annihilate),
            (upward.annihilate, upward.create),
        ):
            excitation = Excitation(create, annihilate, qubit)
            expected = (dense.excitation(excitation) @ whole)[places]
            np.testing.assert_allclose(excited(excitation, strings, state), expected, atol=1e-12)
