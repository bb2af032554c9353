"""Spin models have the energies of formulas, of publications, and of matrices written out."""

from math import cos, pi, sin, sqrt

import numpy as np
import pytest

import vqe_cli
from scripts.suite.problems import heisenberg, ising
from tests.models.matrices import levels_of, spin_sum
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.classical.reference_energy import solve_reference
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.parts import fingerprint_of, look_up_parts, resolved_spec
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import spec_from_data

pytestmark = pytest.mark.quick

RING_4 = [(0, 1), (1, 2), (2, 3), (0, 3)]


def spec_of(model, **options):
    return spec_from_data({"hamiltonian": {"model": model, **options}})


def problem_of(options):
    spec = spec_from_data({"hamiltonian": options})
    return build_problem(spec, look_up_parts(spec).active_space)


def encoding_of(model, **options):
    spec = spec_of(model, **options)
    parts = look_up_parts(spec)
    return Encoding(build_problem(spec, parts.active_space), parts.mapper)


def exact(model, **options):
    spec = spec_of(model, **options)
    return solve_reference(look_up_parts(spec).reference, encoding_of(model, **options))


@pytest.mark.parametrize(
    ("sites", "energy"),
    [(4, -2.0), (6, -(2 + sqrt(13)) / 2), (8, 8 * -0.4563866)],
    ids=["4", "6", "8"],
)
def test_heisenberg_rings_have_the_energies_of_bonner_and_fisher(sites, energy):
    found = exact("heisenberg", sites=sites, lattice="ring")
    assert found.energy == pytest.approx(energy, abs=1e-6)


def test_the_gap_of_a_ring_of_four_is_that_of_singlet_and_triplet():
    # Total spins of the two sublattices: -2 for the singlet, -1 for the triplet, by hand.
    assert exact("heisenberg", sites=4, lattice="ring").gap == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("sites", [4, 8])
def test_critical_ising_chains_have_pfeutys_energy_and_gap(sites):
    found = exact("ising", sites=sites)
    assert found.energy == pytest.approx(1 - 1 / sin(pi / (4 * sites + 2)), abs=1e-9)
    assert found.gap == pytest.approx(4 * sin(pi / (4 * sites + 2)), abs=1e-9)


@pytest.mark.parametrize("field", [0.3, 1.7])
def test_ising_rings_have_the_energy_of_free_fermions(field):
    # Periodic spins with an even number of flipped ones are antiperiodic fermions (Pfeuty 1970).
    momenta = [(2 * k + 1) * pi / 6 for k in range(6)]
    energy = -sum(sqrt(1 + field**2 + 2 * field * cos(q)) for q in momenta)
    found = exact("ising", sites=6, lattice="ring", transverse=field)
    assert found.energy == pytest.approx(energy, abs=1e-9)


@pytest.mark.parametrize("delta", [-0.4, 0.0, 1.0, 2.5])
def test_the_xxz_ring_of_four_has_the_energy_found_by_hand(delta):
    # The Néel states, and the states with neighbouring flips, couple in a block of two.
    found = exact("xxz", sites=4, lattice="ring", anisotropy=delta)
    assert found.energy == pytest.approx(-(delta + sqrt(delta**2 + 8)) / 2, abs=1e-9)


def test_models_are_the_paulis_of_the_suite():
    for options, paulis in (
        ({"model": "ising", "sites": 5}, ising(5)),
        (
            {"model": "heisenberg", "sites": 5},
            heisenberg(5, [(k, k + 1, 1.0) for k in range(4)]),
        ),
    ):
        assert dict(problem_of(options).paulis) == paulis


def test_components_and_fields_have_their_signs_and_factors():
    found = encoding_of(
        "heisenberg", sites=4, lattice="ring", coupling=[1.0, 0.5, -2.0], field=[0.3, -0.2, 0.7]
    )
    spins = spin_sum(4, RING_4, (0.25, 0.125, -0.5), (-0.15, 0.1, -0.35))
    np.testing.assert_allclose(found.hamiltonian.to_matrix(), spins, atol=1e-14)
    tilted = encoding_of("ising", sites=4, lattice="ring", transverse=0.4, longitudinal=-0.6)
    matrix = spin_sum(4, RING_4, (0, 0, -1), (-0.4, 0, 0.6))
    np.testing.assert_allclose(tilted.hamiltonian.to_matrix(), matrix, atol=1e-14)


def test_a_plane_has_the_bonds_of_its_rows_and_columns():
    bonds = [(0, 1), (2, 3), (4, 5), (0, 2), (2, 4), (1, 3), (3, 5)]
    expected = levels_of(spin_sum(6, bonds, (0.25, 0.25, 0.25)))
    for shape in ("square 2x3", "square 3x2"):
        assert exact("heisenberg", lattice=shape).energy == pytest.approx(expected[0], abs=1e-9)


def test_a_single_row_is_a_chain():
    """And warns of nothing: warnings are errors in tests. Pfeuty's chain, by formula."""
    found = exact("ising", lattice="square 1x5")
    assert found.energy == pytest.approx(1 - 1 / np.sin(np.pi / 22), abs=1e-9)


def test_a_torus_has_two_bonds_for_each_site():
    found = exact("ising", lattice="torus 3x3", transverse=1e-3)
    assert found.energy == pytest.approx(-18, abs=1e-3)  # all spins parallel


@pytest.mark.parametrize(
    ("options", "path", "message"),
    [
        ({"model": "heisenbreg", "sites": 4}, ("hamiltonian", "model"), "heisenbreg"),
        ({"model": "ising"}, ("hamiltonian",), "number of sites"),
        ({"model": "ising", "sites": 2, "lattice": "ring"}, ("hamiltonian", "sites"), "at least 3"),
        ({"model": "ising", "lattice": "cube 2x2"}, ("hamiltonian", "lattice"), "cube 2x2"),
        (
            {"model": "ising", "lattice": "square 2x2", "sites": 5},
            ("hamiltonian", "sites"),
            "not 5",
        ),
        ({"model": "ising", "sites": 65}, ("hamiltonian", "sites"), "65 sites"),
        ({"model": "ising", "lattice": "torus 9x9"}, ("hamiltonian", "lattice"), "81 sites"),
        (
            {"model": "ising", "lattice": "triangular 2x2"},
            ("hamiltonian", "lattice"),
            "at least 2x3",
        ),
        (
            {"model": "ising", "lattice": "triangular 1x6"},
            ("hamiltonian", "lattice"),
            "at least 2x3",
        ),
        ({"model": "ising", "sites": 4, "feild": 1.0}, ("hamiltonian", "feild"), "feild"),
        ({"model": "xxz", "sites": 4, "coupling": 0.0}, ("hamiltonian",), "zero"),
        ({"model": "heisenberg", "sites": 4, "coupling": [1.0, 2.0]}, None, "coupling"),
        ({"model": "ising", "sites": 4, "paulis": {"ZZ": 1.0}}, ("hamiltonian",), "both"),
        ({"name": "nothing"}, ("hamiltonian",), "neither"),
        ({"paulis": {"ZZ": 1.0}, "sites": 4}, ("hamiltonian", "sites"), "unknown key"),
    ],
)
def test_what_is_no_model_is_refused_at_its_key(options, path, message):
    with pytest.raises(InputError, match=message) as caught:
        problem_of(options)
    if path is not None:
        assert caught.value.path == path


def test_the_record_names_all_options_and_reads_back_as_the_same_run():
    spec = spec_of("ising", sites=4)
    resolved = resolved_spec(spec)["hamiltonian"]
    assert resolved["transverse"] == 1.0
    assert resolved["unit"] == "J"
    again = spec_from_data({"hamiltonian": resolved})
    assert fingerprint_of(again) == fingerprint_of(spec)


@pytest.mark.parametrize(
    ("options", "unit"),
    [
        ({"model": "ising", "sites": 3}, "J"),
        ({"model": "ising", "sites": 3, "coupling": 2.5}, "coupling units"),
        ({"model": "ising", "sites": 3, "coupling": -1.0}, "coupling units"),
        ({"model": "heisenberg", "sites": 3, "coupling": [1.0, 0.5, -1.0]}, "J"),
        ({"model": "heisenberg", "sites": 3, "coupling": -1.0}, "coupling units"),
        ({"model": "hubbard", "sites": 3, "hopping": -1.0, "interaction": 4.0}, "coupling units"),
        ({"model": "heisenberg", "sites": 3, "unit": "meV"}, "meV"),
        ({"paulis": {"ZZ": 1.0}}, "Hartree"),
        ({"paulis": {"ZZ": 1.0}, "unit": "K"}, "K"),
    ],
)
def test_energies_are_in_units_of_the_coupling_or_in_the_one_that_is_named(options, unit):
    assert problem_of(options).unit == unit


@pytest.mark.parametrize("backend", ["exact", "aer"])
def test_too_many_spins_have_no_active_space_to_reduce(backend: str) -> None:
    data = {"hamiltonian": {"model": "ising", "sites": 40}, "ansatz": "hva", "backend": backend}
    with pytest.raises(ResourceLimitError) as refused:
        vqe_cli.run(spec_from_data(data))
    assert "fewer qubits" in str(refused.value.hint)
    assert "active space" not in str(refused.value.hint)
