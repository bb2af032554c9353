"""ADAPT-VQE: its pools, their derivatives, its choices, and that it finds full CI."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyscf import fci

from tests.families import slow, slow_but
from tests.functions import central_differences
from tests.problems import (
    CH2,
    EXACT_H2,
    H2,
    H4,
    HE2,
    LIH,
    DenseFermions,
    encoding_of,
    frontier,
    named_problem,
    problem_of,
    pyscf_mean_field,
    random_problem,
    spec_of,
)
from vqe_cli import run
from vqe_cli._core.arrays import Vector
from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA
from vqe_cli.ansatz.adapt import Adapt
from vqe_cli.backends.exact import sector
from vqe_cli.backends.exact.sector import Sector, SectorObjective
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct, Rotation, shared_product
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.schema.records import RunRecord, to_json

POOLS = ("singles-doubles", "generalized", "qubit-excitations")
every_pool = pytest.mark.parametrize("pool", POOLS)
every_pool_of_excitations = pytest.mark.parametrize("pool", [*POOLS, "ovp-ceo", "ceo"])

Pool = tuple[tuple[Excitation, ...], ...]


def pool_of(problem: ElectronicProblem, pool: str, **options: Any) -> Pool:
    found = Adapt(pool=pool, **options).adaptive(encoding_of(problem)).pool
    return tuple(tuple(part for part in one if isinstance(part, Excitation)) for one in found)


def from_reference(norb: int, nelec: tuple[int, int]) -> int:
    """Spin-orbital excitations from occupied to empty orbitals."""
    a, b = nelec
    singles = a * (norb - a) + b * (norb - b)
    same = comb(a, 2) * comb(norb - a, 2) + comb(b, 2) * comb(norb - b, 2)
    return singles + same + a * (norb - a) * b * (norb - b)


def from_closed_shells(norb: int, pairs: int) -> int:
    """Half of all, but that doubles of one pair are their own spin flips."""
    own = pairs * (norb - pairs)
    return (from_reference(norb, (pairs, pairs)) + own) // 2


@pytest.mark.parametrize(
    ("pool", "norb", "nelec", "size"),
    [
        ("singles-doubles", 4, (2, 2), from_closed_shells(4, 2)),
        ("singles-doubles", 7, (5, 5), from_closed_shells(7, 5)),
        ("singles-doubles", 4, (2, 2), 4 + (16 + 4) // 2 + 1),
        ("singles-doubles", 4, (3, 1), from_reference(4, (3, 1))),
        ("singles-doubles", 3, (2, 0), 2),
        ("singles-doubles", 3, (3, 3), 0),
        # Closed shells: pairs of orbitals; of the pairs of αβ places every second, since those
        # that are dropped, exchanges, are as many as those that are their own flips; for equal
        # spins pairs of pairs.
        ("generalized", 4, (2, 2), comb(4, 2) + comb(16, 2) // 2 + comb(6, 2)),
        ("generalized", 6, (3, 3), comb(6, 2) + comb(36, 2) // 2 + comb(15, 2)),
        # Of one kind of electrons there are three and one hole: with a spectator only.
        ("generalized", 4, (3, 2), 2 * comb(4, 2) + comb(16, 2) + (comb(6, 2) - 3) + comb(6, 2)),
        # One electron of each spin: no double of equal spins.
        ("generalized", 3, (1, 1), comb(3, 2) + comb(9, 2) // 2),
        # One beta electron, which has no partner.
        ("generalized", 3, (2, 1), 2 * 3 + comb(9, 2) + 3),
        # All four orbitals of a double are different, so that for equal spins there are three
        # ways to pair them.
        ("qubit-excitations", 4, (2, 2), 2 * comb(4, 2) + (4 * 3) ** 2 // 2 + 2 * 3),
        ("qubit-excitations", 6, (3, 3), 2 * comb(6, 2) + (6 * 5) ** 2 // 2 + 2 * 3 * comb(6, 4)),
        ("qubit-excitations", 5, (3, 1), 2 * comb(5, 2) + (5 * 4) ** 2 // 2 + 3 * comb(5, 4)),
    ],
)
def test_size_of_the_pool(pool: str, norb: int, nelec: tuple[int, int], size: int) -> None:
    found = pool_of(random_problem(norb, nelec, 1), pool)
    assert len(found) == len(set(found)) == size


def test_point_group_leaves_what_keeps_the_irrep() -> None:
    """LiH: 1σ² 2σ², and 3σ, πx, πy, 4σ empty. Two σ for each of two electrons make 4 singles.

    Doubles of opposite spin end in σσ (4 ways), πxπx or πyπy: 4 · 6 of them, of which 2 · 4 are
    their own spin flips; of equal spins one, 1σ 2σ → 3σ 4σ.
    """
    problem = problem_of(LIH)
    assert len(pool_of(problem, "singles-doubles")) == 4 + (24 + 8) // 2 + 1
    everything = pool_of(problem, "singles-doubles", point_group=False)
    assert len(everything) == from_closed_shells(6, 2)


def test_qubit_excitations_of_the_pool_are_marked_and_stand_alone() -> None:
    found = pool_of(random_problem(4, (2, 2), 1), "qubit-excitations")
    assert all(len(group) == 1 and group[0].qubit for group in found)
    for pool in ("singles-doubles", "generalized"):
        other = pool_of(random_problem(4, (2, 2), 1), pool)
        assert not any(part.qubit for group in other for part in group)


PROBLEMS = ("lih-3-orbitals", "h4", "ch2-triplet", "random-3-2-1", "random-3-3-1", "random-4-2-2")


def appended(problem: ElectronicProblem, pool: Pool, chosen: list[int], x: Vector) -> Vector:
    """Slopes of the energy when one operator more acts last, by finite differences."""
    every = [excitation for group in pool for excitation in group]
    prepared = Sector(problem, every)
    found = []
    for operator in pool:
        groups = [*(pool[k] for k in chosen), operator]
        product = shared_product(problem.norb, problem.nelec, groups)
        objective = SectorObjective(problem, product, prepared)
        found.append(
            central_differences(
                lambda angle, energy=objective.energy: energy(np.append(x, angle)).value,
                np.zeros(1),
            )[0]
        )
    return np.array(found)


def _kernels_in_turn() -> Iterator[Any]:
    """Every pool by both kernels, with irreps by one and without by the other; slowly the rest."""
    for (i, pool), flat, point_group in product(
        enumerate((*POOLS, "ovp-ceo", "ceo")), (True, False), (True, False)
    ):
        case = (pool, flat, point_group)
        yield case if (i + flat + point_group) % 2 == 0 else slow(*case)


@pytest.mark.parametrize(("pool", "flat", "point_group"), list(_kernels_in_turn()))
@settings(max_examples=5, deadline=None, derandomize=True)
@given(name=st.sampled_from(PROBLEMS), seed=st.integers(0, 99))
def test_pool_gradient_is_that_of_appended_operators(
    pool: str, point_group: bool, flat: bool, name: str, seed: int
) -> None:
    problem, rng = named_problem(name), np.random.default_rng(seed)
    operators = pool_of(problem, pool, point_group=point_group)
    chosen = rng.integers(0, len(operators), size=rng.integers(0, 5)).tolist()
    x = rng.uniform(-2, 2, len(chosen))
    with pytest.MonkeyPatch.context() as patch:
        if not flat:
            patch.setattr(sector, "FLAT_UP_TO", 0)
        prepared = Sector(problem, [part for group in operators for part in group])
        product = shared_product(problem.norb, problem.nelec, [operators[k] for k in chosen])
        objective = SectorObjective(problem, product, prepared)
        energy, slopes = objective.pool_gradient(x, operators)
        assert energy == pytest.approx(objective.energy(x).value, abs=1e-12)
    np.testing.assert_allclose(slopes, appended(problem, operators, chosen, x), atol=1e-8)


@every_pool_of_excitations
def test_pool_gradient_is_the_expectation_value_of_the_commutator(pool: str) -> None:
    """``⟨ψ|[H, T − T†]|ψ⟩`` by dense matrices in all of Fock space."""
    problem, dense = random_problem(3, (2, 1), 5), DenseFermions(3)
    operators = pool_of(problem, pool)
    product = shared_product(3, (2, 1), operators[:4])
    x = np.random.default_rng(3).uniform(-2, 2, 4)
    state, hamiltonian = dense.state(product, x), dense.hamiltonian(problem)
    expected = []
    for group in operators:
        excite = sum(dense.excitation(part) for part in group)
        generator = excite - excite.T
        expected.append(state @ (hamiltonian @ generator - generator @ hamiltonian) @ state)
    objective = SectorObjective(
        problem, product, Sector(problem, [part for group in operators for part in group])
    )
    _, slopes = objective.pool_gradient(x, operators)
    np.testing.assert_allclose(slopes, expected, atol=1e-11)


MOLECULES: dict[str, tuple[Mapping[str, Any], dict[str, Any]]] = {
    "h4": (H4, {}),
    "lih": (LIH, {}),
    "ch2-triplet": (CH2, {}),
}


def full_ci(molecule: Mapping[str, Any]) -> float:
    """By PySCF alone."""
    method = pyscf_mean_field(molecule)
    solver = fci.FCI(method)
    solver.conv_tol = 1e-12
    solver.nroots = 4
    energies, vectors = solver.kernel()
    spin = method.mol.spin / 2
    right = [
        energy
        for energy, vector in zip(energies, vectors, strict=True)
        if abs(solver.spin_square(vector, solver.norb, method.mol.nelec)[0] - spin * (spin + 1))
        < 1e-3
    ]
    return float(min(right))


@every_pool
@pytest.mark.parametrize("name", slow_but(("h4", "lih"), MOLECULES))
def test_full_ci_is_reached_from_above(name: str, pool: str) -> None:
    molecule, parts = MOLECULES[name]
    record = run(spec_of(molecule, ansatz={"name": "adapt", "pool": pool}, **parts))
    error = 1000 * (record.result.energy - full_ci(molecule))
    assert -1e-5 < error < CHEMICAL_ACCURACY_MHA
    assert record.verdict == "pass"
    assert record.result.cycles is not None
    energies = [cycle.energy for cycle in record.result.cycles]
    assert np.diff(energies).max() <= 1e-10
    assert energies[0] == pytest.approx(pyscf_mean_field(molecule).e_tot, abs=1e-8)
    assert energies[-1] == record.result.energy


@every_pool
def test_hydrogen_takes_one_operator(pool: str) -> None:
    record = run(spec_of(H2, ansatz={"name": "adapt", "pool": pool}))
    assert record.result.energy == pytest.approx(EXACT_H2, abs=1e-6)
    assert record.result.operators is not None
    (operator,) = record.result.operators
    assert operator.label.startswith("1α 1β → 2α 2β")
    assert operator.qubit == (pool == "qubit-excitations")
    assert record.verdict == "pass"


def test_nothing_to_choose_from_is_hartree_fock() -> None:
    """Two helium atoms in a minimal basis have no empty orbital."""
    record = run(spec_of(HE2, ansatz="adapt"))
    assert record.result.operators == ()
    assert record.result.energy == pytest.approx(pyscf_mean_field(HE2).e_tot, abs=1e-8)
    assert record.result.converged
    assert [check.name for check in record.checks if check.status != "pass"] == [
        "correlation-possible"
    ]


@every_pool
@pytest.mark.parametrize("name", [slow("h4"), "ch2-triplet"])
def test_every_cycle_appends_the_steepest_operator(
    name: str, pool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Vector] = []
    method = SectorObjective.pool_gradient

    def remembered(self: SectorObjective, x: Vector, operators: Any) -> tuple[float, Vector]:
        looks.append(x.copy())
        return method(self, x, operators)

    monkeypatch.setattr(SectorObjective, "pool_gradient", remembered)
    molecule, parts = (H4, {}) if name == "h4" else (CH2, {"active_space": frontier(4, 4)})
    ansatz = {"name": "adapt", "pool": pool, "max_operators": 6}
    record = run(spec_of(molecule, ansatz=ansatz, reference="none", **parts))
    assert record.result.operators is not None
    assert record.result.cycles is not None
    problem = named_problem(name)
    operators = pool_of(problem, pool)
    identities = [
        (tuple(part.create for part in group), tuple(part.annihilate for part in group))
        for group in operators
    ]
    chosen = [identities.index((o.create, o.annihilate)) for o in record.result.operators]
    assert len(looks) == len(chosen) + 1 == len(record.result.cycles)
    for size, (x, cycle) in enumerate(zip(looks, record.result.cycles, strict=True)):
        slopes = appended(problem, operators, chosen[:size], x)
        assert cycle.operators == size
        assert cycle.pool_gradient_norm == pytest.approx(np.linalg.norm(slopes), abs=1e-7)
        if size < len(chosen):
            steepest = np.abs(slopes).max()
            assert abs(slopes[chosen[size]]) == pytest.approx(steepest, rel=1e-6, abs=1e-8)
            assert record.result.cycles[size + 1].added == operators[chosen[size]][0].label()


@every_pool
def test_record_holds_the_state(pool: str) -> None:
    """Operators and parameters as they are written down give the energy, and survive JSON."""
    record = run(spec_of(LIH, active_space=frontier(2, 3), ansatz={"name": "adapt", "pool": pool}))
    again = RunRecord.model_validate_json(to_json(record))
    assert again == record
    assert again.result.operators is not None
    assert again.result.cycles is not None
    assert len(again.result.parameters) == len(again.result.operators)
    assert [cycle.operators for cycle in again.result.cycles] == list(
        range(len(again.result.operators) + 1)
    )
    labels = [operator.label for operator in again.result.operators]
    assert [cycle.added for cycle in again.result.cycles] == [None, *labels]
    counts = [cycle.evaluations for cycle in again.result.cycles]
    assert counts == sorted(set(counts))
    assert counts[-1] == again.result.evaluations.energy
    rotations = tuple(
        Rotation(Excitation(create, annihilate, operator.qubit), index)
        for index, operator in enumerate(again.result.operators)
        for create, annihilate in zip(operator.create, operator.annihilate, strict=True)
    )
    problem, dense = named_problem("lih-3-orbitals"), DenseFermions(3)
    product = ExcitationProduct(3, problem.nelec, rotations, len(labels))
    state = dense.state(product, np.array(again.result.parameters))
    energy = state @ dense.hamiltonian(problem) @ state
    assert again.result.energy == pytest.approx(energy, abs=1e-9)
