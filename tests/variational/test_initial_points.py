"""Starting points of optimisers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.problems import (
    CH2,
    H2,
    H2O,
    H4,
    LIH,
    N2,
    TWO_PARAMETERS,
    TWO_QUBIT_MODEL,
    encoding_of,
    frontier,
    problem_of,
    pyscf_mean_field,
    spec_of,
)
from vqe_cli import load, run
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends import BACKENDS
from vqe_cli.chemistry.correlation.amplitudes import amplitudes
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.errors import InputError
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct, Rotation
from vqe_cli.parts import look_up_parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec, spec_from_data
from vqe_cli.variational.initial_points import Starts, product_point, starting_points


def starts_of(spec: RunSpec) -> tuple[Starts, Any]:
    """The starting points and the objective of a run."""
    parts = look_up_parts(spec)
    state = parts.ansatz.state(Encoding(build_problem(spec, parts.active_space), parts.mapper))
    objective = parts.backend.prepare(state, spec.seed)
    return starting_points(spec, state, objective.traits, parts.optimizer.name), objective


def first_energy(molecule: Mapping[str, Any], initial: str, **parts: Any) -> float:
    starts, objective = starts_of(spec_of(molecule, initial=initial, **parts))
    return float(objective.energy(starts.points[0], 0).value)


CASES = [(H2, "full"), (LIH, "full"), (H2O, frontier(4, 4)), (H4, "full"), (CH2, frontier(4, 4))]
every_case = pytest.mark.parametrize(
    ("molecule", "space"), CASES, ids=["h2", "lih", "h2o", "h4", "ch2"]
)


@every_case
def test_zeros_are_hartree_fock(molecule: Mapping[str, Any], space: Any) -> None:
    problem = problem_of(molecule, active_space=space)
    found = first_energy(molecule, "zeros", active_space=space)
    assert found == pytest.approx(problem.hartree_fock_energy, abs=1e-9)


@every_case
def test_amplitudes_begin_between_hartree_fock_and_exact(
    molecule: Mapping[str, Any], space: Any
) -> None:
    """A wrong sign would raise the first energy above Hartree-Fock."""
    encoding = encoding_of(problem_of(molecule, active_space=space))
    upper = encoding.problem.hartree_fock_energy
    exact = CLASSICAL_METHODS.create("fci").solve(encoding).energy
    by_mp2 = first_energy(molecule, "mp2", active_space=space)
    by_ccsd = first_energy(molecule, "ccsd", active_space=space)
    for found in (by_mp2, by_ccsd):
        assert exact - 1e-9 <= found < upper - 0.3 * (upper - exact)
    assert by_ccsd <= by_mp2 + 1e-4


def test_coupled_cluster_start_of_hydrogen_is_the_exact_angle() -> None:
    """For two electrons in two orbitals tan θ is the CCSD amplitude."""
    from pyscf import cc

    solver = cc.CCSD(pyscf_mean_field(H2))
    solver.conv_tol = 1e-12
    solver.run(verbose=0)
    amplitude = float(solver.t2[0, 0, 0, 0])
    starts, objective = starts_of(spec_of(H2, initial="ccsd"))
    (point,) = starts.points
    assert np.abs(point).max() == pytest.approx(abs(amplitude), abs=1e-6)
    best = np.where(np.abs(point) > 1e-4, np.arctan(point), 0.0)
    exact = CLASSICAL_METHODS.create("fci").solve(encoding_of("h2")).energy
    assert objective.energy(best, 0).value == pytest.approx(exact, abs=1e-9)


def test_parameter_gets_the_mean_of_what_its_excitations_ask_for() -> None:
    problem = problem_of(H4)
    found = amplitudes(problem, "mp2")
    first = Excitation(((2, 0), (2, 1)), ((0, 0), (0, 1)))
    second = Excitation(((3, 0), (3, 1)), ((1, 0), (1, 1)))
    rotations = (Rotation(first, 0, 2.0), Rotation(second, 0, -1.0), Rotation(second, 1))
    point = product_point(ExcitationProduct(4, (2, 2), rotations, 3), found)
    one, two = (found.of(e.create, e.annihilate) for e in (first, second))
    np.testing.assert_allclose(point, [(one / 2 - two) / 2, two, 0.0])


def test_default_is_mp2_for_excitations_and_random_for_circuits() -> None:
    assert starts_of(spec_of(H2))[0].name == "mp2"
    circuit, _ = starts_of(spec_of(H2, ansatz="two-local"))
    assert circuit.name == "random"
    assert circuit.random
    assert len(circuit.points) == 4


def test_random_points_follow_seed_and_scale() -> None:
    def points(seed: int, scale: float) -> tuple[np.ndarray, ...]:
        initial = {"name": "random", "scale": scale}
        return starts_of(spec_of(LIH, initial=initial, seed=seed, restarts=2))[0].points

    first, again, other = points(1, 0.5), points(1, 0.5), points(2, 0.5)
    assert len(first) == 3
    assert all(a.tobytes() == b.tobytes() for a, b in zip(first, again, strict=True))
    assert first[0].tobytes() != other[0].tobytes()
    together = np.concatenate(first)
    assert np.unique(together).size == together.size
    assert np.abs(together).max() <= 0.5
    assert np.abs(together).max() > 0.4
    assert np.abs(np.concatenate(points(1, 3.0))).max() > 2.0


def test_restarts_of_a_known_start_are_scattered_around_it() -> None:
    starts, _ = starts_of(spec_of(LIH, initial="mp2", restarts=3))
    assert len(starts.points) == 4
    for point in starts.points[1:]:
        assert 0 < np.abs(point - starts.points[0]).max() <= 0.3
    assert not starts.random


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"ansatz": "two-local"}, 4),
        ({"ansatz": "two-local", "restarts": 0}, 1),
        ({"ansatz": "two-local", "optimizer": "none"}, 1),
        ({"ansatz": "two-local", "backend": {"name": "aer", "shots": 100}}, 1),
        ({"ansatz": {"name": "two-local", "reps": 40}}, 1),
        ({"ansatz": "uccsd"}, 1),
        ({"ansatz": "uccsd", "restarts": 2}, 3),
    ],
)
def test_number_of_starts(parts: dict[str, Any], expected: int) -> None:
    assert len(starts_of(spec_of(H2, **parts))[0].points) == expected


STRETCHED_H2 = {"geometry": "H 0 0 0\nH 0 0 2.0"}
STRETCHED_H2O = {"geometry": "O 0 0 0\nH 0 1.518 1.176\nH 0 -1.518 1.176"}
STRETCHED_N2 = {"geometry": "N 0 0 0\nN 0 0 2.0", "scf": {"symmetry": "break"}}
"""Stretched N2: broken-symmetry orbitals give UCCSD 21 + (21² + 21) / 2 + 63 = 315 parameters."""

CHAIN = {"geometry": "\n".join(f"H 0 0 {2.0 * k}" for k in range(10))}
"""Ten electrons in ten orbitals: 252² = 63,504 determinants, too many for restarts by default."""


@pytest.mark.parametrize(
    ("molecule", "parts", "expected"),
    [
        pytest.param(STRETCHED_H2, {}, 3, id="h2"),
        pytest.param(STRETCHED_H2O, {}, 3, id="h2o"),
        pytest.param(STRETCHED_H2O, {"restarts": 0}, 1, id="h2o-asked-for-none"),
        pytest.param(STRETCHED_H2O, {"optimizer": "none"}, 1, id="h2o-not-optimised"),
        pytest.param(STRETCHED_N2, {}, 1, id="n2-has-many-parameters"),
        pytest.param(STRETCHED_H2, {"initial": [0.1]}, 1, id="h2-given"),
        pytest.param(STRETCHED_H2, {"initial": "random"}, 4, id="h2-random"),
        pytest.param(STRETCHED_H2, {"backend": {"name": "aer", "shots": 100}}, 1, id="h2-sampled"),
        pytest.param(H2, {}, 1, id="h2-equilibrium"),
        pytest.param(N2, {}, 1, id="n2-equilibrium"),
        pytest.param(H2O, {}, 1, id="h2o-equilibrium"),
        pytest.param(LIH, {}, 1, id="lih-equilibrium"),
        pytest.param(CHAIN, {"ansatz": "puccd"}, 1, id="large-sector"),
        pytest.param(CHAIN, {"ansatz": "puccd", "restarts": 2}, 3, id="large-sector-asked-for"),
    ],
)
def test_stretched_bonds_of_small_molecules_get_two_more_starts(
    molecule: Mapping[str, Any], parts: dict[str, Any], expected: int
) -> None:
    """In stretched molecules, an unrestricted determinant lies below the restricted one (PySCF)."""
    starts, objective = starts_of(spec_of(molecule, **parts))
    assert len(starts.points) == expected
    assert (objective.traits.num_parameters > 200) == (molecule is STRETCHED_N2)
    for point in starts.points[1:]:
        if not starts.random:
            assert 0 < np.abs(point - starts.points[0]).max() <= 0.3


@pytest.mark.parametrize(
    ("molecule", "below"),
    [(H2, False), (N2, False), (H2O, False), (STRETCHED_H2, True), (STRETCHED_H2O, True)],
    ids=["h2", "n2", "h2o", "h2-stretched", "h2o-stretched"],
)
def test_stretched_is_where_an_unrestricted_determinant_lies_lower(
    molecule: Mapping[str, Any], below: bool
) -> None:
    problem = problem_of(molecule)
    restricted = pyscf_mean_field(molecule)
    unrestricted = restricted.to_uhf()
    unrestricted.chkfile = None
    alpha, beta = (coefficients.copy() for coefficients in unrestricted.mo_coeff)
    homo = restricted.mol.nelec[0] - 1
    turned = np.array([[1.0, 1.0], [-1.0, 1.0]]) / np.sqrt(2)
    alpha[:, homo : homo + 2] = alpha[:, homo : homo + 2] @ turned
    beta[:, homo : homo + 2] = beta[:, homo : homo + 2] @ turned.T
    density = unrestricted.make_rdm1((alpha, beta), unrestricted.mo_occ)
    unrestricted.kernel(density)
    assert problem.scf is not None
    assert problem.scf.externally_stable is not below
    assert (unrestricted.e_tot < problem.scf.energy - 1e-4) == below


def test_given_values_are_taken_as_they_are() -> None:
    starts, _ = starts_of(spec_of(H2, ansatz=TWO_PARAMETERS, initial=[0.1, -0.2]))
    assert starts.points[0].tolist() == [0.1, -0.2]
    assert starts.name == "given"


def test_values_of_the_wrong_number_are_an_input_error() -> None:
    with pytest.raises(InputError, match="3 parameters are given, the ansatz has 2") as caught:
        starts_of(spec_of(H2, ansatz=TWO_PARAMETERS, initial=[0.1, 0.2, 0.3]))
    assert caught.value.path == ("initial",)


@pytest.mark.parametrize("name", ["mp2", "ccsd"])
def test_amplitudes_for_a_circuit_are_an_input_error(name: str) -> None:
    with pytest.raises(InputError, match="amplitudes belong to excitations") as caught:
        starts_of(spec_of(H2, ansatz="two-local", initial=name))
    assert caught.value.hint
    model = {"hamiltonian": TWO_QUBIT_MODEL, "initial": name}
    with pytest.raises(InputError, match="amplitudes belong to excitations"):
        starts_of(spec_from_data(model))


def test_result_of_one_run_starts_another(tmp_path: Path) -> None:
    first = run(spec_of(LIH))
    parameters = tmp_path / "parameters.json"
    parameters.write_text(json.dumps(first.result.parameters))
    molecule = "\n    ".join(str(LIH["geometry"]).splitlines())
    file = tmp_path / "lih.yaml"
    file.write_text(
        f"molecule:\n  geometry: |\n    {molecule}\n"
        "initial: {file: parameters.json}\noptimizer: none\n"
    )
    again = run(load(file))
    assert again.result.energy == pytest.approx(first.result.energy, abs=1e-12)
    assert again.result.parameters == first.result.parameters


def test_amplitudes_are_the_same_for_the_circuit_of_the_excitations() -> None:
    encoding = encoding_of("h2")
    state = ANSATZE.create("uccsd").state(encoding)
    spec = spec_of(H2, backend="aer")
    by_circuit = BACKENDS.create("aer").prepare(state, 7)
    starts = starting_points(spec, state, by_circuit.traits, "auto")
    assert starts.name == "mp2"
    exact, _ = starts_of(spec_of(H2))
    np.testing.assert_array_equal(starts.points[0], exact.points[0])
