"""Amplitudes of perturbation theory and coupled cluster, signs included."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from pyscf import cc, mp

from tests.problems import (
    CH2,
    H2O,
    H3,
    H4,
    LIH,
    DenseFermions,
    frontier,
    problem_of,
    pyscf_mean_field,
    random_problem,
)
from vqe_cli.chemistry.correlation.amplitudes import (
    Amplitudes,
    amplitudes,
    ccsd_amplitudes,
    mp2_amplitudes,
)
from vqe_cli.fermions.excitations import (
    Excitation,
    opposite_spin_doubles,
    same_spin_doubles,
    singles,
)
from vqe_cli.fermions.problem import ElectronicProblem


def every_excitation(problem: ElectronicProblem) -> list[Excitation]:
    norb, nelec = problem.norb, problem.nelec
    return [
        *(e for spin in (0, 1) for e in singles(norb, nelec, spin)),
        *(e for spin in (0, 1) for e in same_spin_doubles(norb, nelec, spin)),
        *opposite_spin_doubles(norb, nelec),
    ]


def correlation_energy(problem: ElectronicProblem, found: Amplitudes) -> float:
    """``Σ f_ia t_i^a + ¼ Σ <ij||ab> (t_ij^ab + 2 t_i^a t_j^b)`` over spin orbitals."""
    n = problem.norb
    spin, spatial = np.repeat([0, 1], n), np.tile(np.arange(n), 2)
    coulomb = problem.h2[np.ix_(spatial, spatial, spatial, spatial)]
    same = (spin[:, None] == spin[None, :]).astype(float)
    coulomb = coulomb * same[:, :, None, None] * same[None, None, :, :]
    direct = coulomb.transpose(0, 2, 1, 3)
    antisymmetric = direct - direct.transpose(0, 1, 3, 2)
    fock = np.zeros((2 * n, 2 * n))
    fock[:n, :n], fock[n:, n:] = problem.fock
    doubles = found.t2 + 2 * np.einsum("ia,jb->ijab", found.t1, found.t1)
    return float(np.sum(fock * found.t1) + 0.25 * np.sum(antisymmetric * doubles))


@pytest.mark.parametrize("nelec", [(1, 1), (2, 1), (2, 2), (2, 0), (1, 2)])
def test_first_order_amplitudes_are_couplings_over_orbital_energies(
    nelec: tuple[int, int],
) -> None:
    """``t = <Φ|H|Φ0> / Δε`` with ``|Φ> = T|Φ0>`` made from dense ladder operators."""
    problem, dense = random_problem(4, nelec, seed=8), DenseFermions(4)
    # A large gap keeps all denominators away from zero.
    gap = np.diag([0.0] * 2 + [9.0] * 2)
    problem = ElectronicProblem(
        problem.h1 + gap, problem.h2, problem.core_energy, nelec, problem.multiplicity
    )
    found = mp2_amplitudes(problem)
    coupled = dense.hamiltonian(problem) @ dense.reference(nelec)
    energies = [np.diag(fock) for fock in problem.fock]
    for excitation in every_excitation(problem):
        moved = dense.excitation(excitation) @ dense.reference(nelec)
        raised = sum(energies[s][p] for p, s in excitation.create)
        lowered = sum(energies[s][p] for p, s in excitation.annihilate)
        if raised - lowered < 0.1:
            continue
        expected = -(moved @ coupled) / (raised - lowered)
        value = found.of(excitation.create, excitation.annihilate)
        assert value == pytest.approx(expected, abs=1e-12), excitation.label()


@pytest.mark.parametrize("molecule", [LIH, H2O, H4], ids=["lih", "h2o", "h4"])
def test_mp2_amplitudes_of_closed_shells_give_pyscfs_mp2_energy(
    molecule: Mapping[str, Any],
) -> None:
    problem = problem_of(molecule)
    expected = mp.MP2(pyscf_mean_field(molecule)).run(verbose=0).e_corr
    found = mp2_amplitudes(problem)
    assert np.abs(found.t1).max() < 1e-5
    assert correlation_energy(problem, found) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(
    ("molecule", "space"),
    [(LIH, "full"), (H2O, "full"), (H3, "full"), (CH2, "full")],
    ids=["lih", "h2o", "h3", "ch2"],
)
def test_ccsd_amplitudes_give_pyscfs_ccsd_energy(molecule: Mapping[str, Any], space: Any) -> None:
    problem = problem_of(molecule, active_space=space)
    solver = cc.CCSD(pyscf_mean_field(molecule))
    solver.conv_tol = 1e-10
    solver.run(verbose=0)
    found = correlation_energy(problem, ccsd_amplitudes(problem))
    assert found == pytest.approx(solver.e_corr, abs=1e-6)


@pytest.mark.parametrize(
    ("molecule", "space"),
    [(H4, "full"), (H3, "full"), (CH2, frontier(4, 4))],
    ids=["h4", "h3", "ch2"],
)
@pytest.mark.parametrize("method", ["mp2", "ccsd"])
def test_doubles_are_antisymmetric_and_stay_within_occupied_and_empty(
    molecule: Mapping[str, Any], space: Any, method: Any
) -> None:
    problem = problem_of(molecule, active_space=space)
    found, n = amplitudes(problem, method), problem.norb
    np.testing.assert_allclose(found.t2, -found.t2.transpose(1, 0, 2, 3), atol=1e-12)
    np.testing.assert_allclose(found.t2, -found.t2.transpose(0, 1, 3, 2), atol=1e-12)
    occupied = np.concatenate([np.arange(n) < count for count in problem.nelec])
    assert not found.t2[~occupied].any()
    assert not found.t2[:, :, occupied].any()
    assert not found.t1[~occupied].any()
    assert not found.t1[:, occupied].any()


def test_exchanging_operators_changes_the_sign_with_the_excitation() -> None:
    found = mp2_amplitudes(random_problem(4, (2, 2), seed=8))
    for (i, j), (a, b) in [*zip(combinations([0, 1], 2), combinations([2, 3], 2), strict=True)]:
        plain = found.of(((a, 0), (b, 0)), ((i, 0), (j, 0)))
        assert plain != 0
        assert found.of(((b, 0), (a, 0)), ((i, 0), (j, 0))) == -plain
        assert found.of(((b, 0), (a, 0)), ((j, 0), (i, 0))) == plain


def test_excitations_beyond_doubles_have_no_amplitude() -> None:
    found = mp2_amplitudes(random_problem(4, (2, 2), seed=8))
    triple = (((2, 0), (3, 0), (2, 1)), ((0, 0), (1, 0), (0, 1)))
    assert found.of(*triple) == 0.0


def test_degenerate_orbitals_do_not_give_infinite_amplitudes() -> None:
    problem = random_problem(3, (1, 1), seed=8)
    flat = ElectronicProblem(0.0 * problem.h1, problem.h2, 0.0, (1, 1), 1)
    found = mp2_amplitudes(flat)
    assert np.isfinite(found.t1).all()
    assert np.isfinite(found.t2).all()
