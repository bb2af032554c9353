"""States from measured energies, against linear algebra and drawn errors."""

from __future__ import annotations

import numpy as np
import pytest

from tests.problems import named_problem
from tests.variational.state_methods.test_searches import ground_of
from vqe_cli._core.arrays import Vector
from vqe_cli.backends.exact.sector import Sector, SectorObjective
from vqe_cli.fermions.excitations import ExcitationProduct
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.variational.state_methods import Wanted
from vqe_cli.variational.state_methods._measured_matrix import MeasuredMatrix
from vqe_cli.variational.state_methods.q_sc_eom import QScEom

EVERY = Wanted(100)


@pytest.mark.parametrize("name", ["h4", "h3-doublet"])
def test_exact_energies_give_the_eigenstates_of_the_carried_hamiltonian(name: str) -> None:
    """Doubles turn into each other by quadruple excitations, of both signs."""
    ground, problem = ground_of(name, "uccsd"), named_problem(name)

    def energy(product: ExcitationProduct, x: Vector) -> Estimate:
        excitations = [rotation.excitation for rotation in product.rotations]
        objective = SectorObjective(problem, product, Sector(problem, excitations))
        return Estimate(objective.energy_and_gradient(x)[0])

    measured = QScEom().measured_states(ground, energy)
    expected = sorted(one.energy for one in QScEom().states(ground, EVERY))
    assert sorted(one.energy for one in measured) == pytest.approx(expected, abs=1e-9)
    assert {one.standard_error for one in measured} == {None}
    for one in measured:
        assert np.linalg.norm(one.vector) == pytest.approx(1.0)


def matrix_of(energies: np.ndarray, variances: np.ndarray) -> MeasuredMatrix:
    signs = np.ones((4, 4)) - np.eye(4)
    signs[0, 2] = signs[2, 0] = -1.0
    return MeasuredMatrix(energies, variances, signs)


def test_error_bars_and_admixtures_are_those_of_drawn_errors() -> None:
    generator = np.random.default_rng(4)
    energies = np.diag([-1.0, -0.7, -0.3, 0.2]) + 0.15 * generator.normal(size=(4, 4))
    energies = energies + energies.T
    bars = generator.uniform(0.04, 0.08, (4, 4))
    bars = np.triu(bars) + np.triu(bars, 1).T
    exact = matrix_of(energies, bars**2)
    levels = list(exact.levels())
    errors = bars * generator.normal(size=(200_000, 4, 4))
    errors = np.triu(errors) + np.triu(errors, 1).transpose(0, 2, 1)
    own = np.einsum("nkk->nk", energies + errors)
    between = energies + errors - 0.5 * (own[:, :, None] + own[:, None, :])
    found, vectors = np.linalg.eigh(exact.signs * between + np.eye(4) * own[:, None, :])
    assert [one.standard_error for one in levels] == pytest.approx(list(found.std(axis=0)), rel=0.1)
    for place, level in enumerate(levels):
        weight = 1.0 - np.mean((level.vector @ vectors[:, :, place].T) ** 2)
        assert level.admixture == pytest.approx(weight, rel=0.3)
        assert weight > 1e-4
