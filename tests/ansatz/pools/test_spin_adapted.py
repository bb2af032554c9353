"""The pool that conserves the total spin."""

from __future__ import annotations

import numpy as np
import pytest
from pyscf import fci

from tests.problems import (
    CH2,
    H4,
    DenseFermions,
    encoding_of,
    frontier,
    pyscf_mean_field,
    random_problem,
    spec_of,
)
from vqe_cli import run
from vqe_cli.ansatz.adapt import Adapt


@pytest.mark.parametrize("nelec", [(2, 2), (2, 1), (3, 1)])
def test_spin_of_the_reference_is_kept_at_any_parameters(nelec: tuple[int, int]) -> None:
    """S² by PySCF's own spin operator on the state of dense matrix exponentials."""
    norb, dense = 4, DenseFermions(4)
    encoding = encoding_of(random_problem(norb, nelec, 3))
    operators = Adapt(pool="spin-adapted").adaptive(encoding).pool
    assert len(operators) == norb * (norb - 1)
    state = Adapt(pool="spin-adapted").state(encoding).with_operators(operators)
    assert state.product is not None
    x = np.random.default_rng(1).uniform(-2, 2, len(operators))
    vector = dense.state(state.product, x)[dense.sector(nelec)]
    spin = abs(nelec[0] - nelec[1]) / 2
    found, _ = fci.spin_op.spin_square(vector, norb, nelec)
    assert found == pytest.approx(spin * (spin + 1), abs=1e-10)


def test_growth_by_several_operators_finds_full_ci() -> None:
    ansatz = {"name": "adapt", "pool": "spin-adapted", "operators_per_cycle": 3}
    record = run(spec_of(H4, ansatz=ansatz))
    exact = fci.FCI(pyscf_mean_field(H4)).kernel()[0]
    assert 1000 * (record.result.energy - exact) == pytest.approx(0.0, abs=0.1)
    assert record.verdict == "pass"


def test_triplet_stays_a_triplet_while_it_grows() -> None:
    ansatz = {"name": "adapt", "pool": "spin-adapted", "max_operators": 3}
    record = run(spec_of(CH2, active_space=frontier(4, 4), ansatz=ansatz))
    assert record.check("s-squared").value == pytest.approx(2.0, abs=1e-9)
