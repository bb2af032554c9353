"""The number-preserving fabric against its published gates."""

from __future__ import annotations

import numpy as np
import pytest

from tests.problems import (
    H4,
    DenseFermions,
    random_problem,
    spec_of,
)
from vqe_cli import run
from vqe_cli.ansatz.qnp import Qnp


def givens(angle: float, one: int, other: int, size: int) -> np.ndarray:
    """A rotation by half the angle of two basis states, the others untouched."""
    matrix = np.eye(size)
    cosine, sine = np.cos(angle / 2), np.sin(angle / 2)
    matrix[[one, one, other, other], [one, other, one, other]] = cosine, -sine, sine, cosine
    return matrix


def test_block_is_the_published_pair_of_gates() -> None:
    """On orbitals p and q: QNP_PX turns |pp⟩ and |qq⟩, QNP_OR is a Givens gate for each spin.

    Qubits pα, qα, pβ, qβ are bits 0 to 3; the paper's angles are twice ours.
    """
    theta, phi = 0.7, -1.1
    product = Qnp(layers=1).excitations(random_problem(2, (1, 1), 1))
    one_spin = givens(2 * phi, 0b01, 0b10, 4)
    orbital_rotation = np.kron(one_spin, one_spin)
    pair_exchange = givens(2 * theta, 0b0101, 0b1010, 16)
    dense = DenseFermions(2)
    expected = orbital_rotation @ pair_exchange @ dense.reference((1, 1))
    assert dense.state(product, np.array([theta, phi])) == pytest.approx(expected, abs=1e-12)


def test_enough_layers_reach_chemical_accuracy_for_h4() -> None:
    errors = []
    for layers in (1, None):
        record = run(spec_of(H4, ansatz={"name": "qnp", "layers": layers}))
        assert record.error_mha is not None
        errors.append(record.error_mha)
    assert errors[0] > 1.6 > errors[1]
