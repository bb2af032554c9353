"""Unrestricted coupled cluster in the sector and as a circuit."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unrestricted import (
    H3,
    OH,
    STRETCHED_H4,
    STRETCHED_LIH,
    exact_energy,
    unrestricted_problem_of,
)
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends.exact.sector import Sector, SectorObjective
from vqe_cli.backends.exact.statevector import StatevectorObjective
from vqe_cli.chemistry.correlation.amplitudes import amplitudes
from vqe_cli.fermions.determinants.hamiltonian import DirectUnrestricted, Sparse
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.mappers import MAPPERS
from vqe_cli.variational.initial_points import product_point


@pytest.mark.parametrize("mapper", ["jordan-wigner", "parity"])
@pytest.mark.parametrize(
    ("molecule", "frozen", "norb"),
    [(H3, 0, None), (STRETCHED_H4, 0, None), (OH, 2, 4)],
    ids=["H3", "H4", "OH"],
)
def test_the_circuit_of_uccsd_equals_the_sector(
    molecule: tuple[str, int], frozen: int, norb: int | None, mapper: str
) -> None:
    problem = unrestricted_problem_of(*molecule, frozen, norb)
    state = ANSATZE.create("uccsd").state(Encoding(problem, MAPPERS.create(mapper)))
    assert state.product is not None
    x = np.random.default_rng(3).uniform(-0.3, 0.3, state.num_parameters)
    sector, circuit = SectorObjective(problem, state.product), StatevectorObjective(state)
    assert sector.energy(x).value == pytest.approx(circuit.energy(x).value, abs=1e-10)
    found, expected = sector.observables(x), circuit.observables(x)
    assert found.keys() == expected.keys()
    for name, one in found.items():
        assert one.value == pytest.approx(expected[name].value, abs=1e-8), name


def test_the_gradient_is_that_of_finite_differences() -> None:
    problem = unrestricted_problem_of(*H3)
    product = ANSATZE.create("uccsd").excitations(problem)
    objective = SectorObjective(problem, product)
    x = np.random.default_rng(5).uniform(-0.4, 0.4, product.num_parameters)
    _, gradient = objective.energy_and_gradient(x)
    for k, step in enumerate(1e-5 * np.eye(x.size)):
        difference = objective.energy(x + step).value - objective.energy(x - step).value
        assert gradient[k] == pytest.approx(difference / 2e-5, abs=1e-8)


def test_every_spin_orbital_has_an_amplitude_of_its_own() -> None:
    problem = unrestricted_problem_of(*STRETCHED_H4)
    product = ANSATZE.create("uccsd").excitations(problem)
    # 2·(2·2) singles, 2·1 doubles of one spin, 4·4 of both
    assert product.num_parameters == len(product.rotations) == 8 + 2 + 16


@pytest.mark.parametrize("molecule", [OH, STRETCHED_LIH], ids=["OH", "LiH"])
def test_sparse_and_direct_hamiltonian_are_equal(molecule: tuple[str, int]) -> None:
    problem = unrestricted_problem_of(*molecule)
    space = Sector(problem, []).space
    psi = np.random.default_rng(1).normal(size=space.dimension)
    one, other = Sparse(problem, space), DirectUnrestricted(problem, space)
    assert one.times(psi) == pytest.approx(other.times(psi), abs=1e-10)


@pytest.mark.parametrize("method", ["mp2", "ccsd"])
def test_amplitudes_are_those_of_pyscf(method: str) -> None:
    from pyscf import cc, mp

    from tests.unrestricted import uhf

    problem = unrestricted_problem_of(*OH)
    solver = (mp.UMP2 if method == "mp2" else cc.UCCSD)(uhf(*OH))
    solver.verbose, solver.conv_tol = 0, 1e-10
    solver.kernel()
    _, doubles = amplitudes(problem, "mp2" if method == "mp2" else "ccsd").blocks(problem.nelec)
    for found, expected in zip(doubles, solver.t2, strict=True):
        assert found == pytest.approx(np.asarray(expected), abs=1e-5)


def test_uccsd_of_three_electrons_in_three_orbitals_is_exact() -> None:
    from scipy.optimize import minimize

    problem = unrestricted_problem_of(*H3)
    product = ANSATZE.create("uccsd").excitations(problem)
    objective = SectorObjective(problem, product)
    start = product_point(product, amplitudes(problem, "mp2"))
    best = minimize(objective.energy_and_gradient, start, jac=True, method="BFGS", tol=1e-9)
    assert best.fun == pytest.approx(exact_energy(problem), abs=1e-8)
