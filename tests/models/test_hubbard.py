"""The Hubbard model is a problem of electrons with the energies of formulas and of PySCF."""

from math import sqrt

import numpy as np
import pytest
from pyscf import fci

import vqe_cli
from vqe_cli.errors import InputError
from vqe_cli.parts import look_up_parts
from vqe_cli.schema import spec_from_data
from vqe_cli.schema.hamiltonian_spec import MODELS_OF_ELECTRONS


def run(model, **data):
    found = {"model": "hubbard", **model}
    return vqe_cli.run(spec_from_data({"hamiltonian": found, **data}))


@pytest.mark.parametrize("repulsion", [0.5, 4.0])
def test_the_dimer_has_the_energy_found_by_hand(repulsion):
    record = run({"sites": 2, "interaction": repulsion})
    expected = (repulsion - sqrt(repulsion**2 + 16)) / 2
    assert record.result.energy == pytest.approx(expected, abs=1e-8)
    assert record.reference.energy == pytest.approx(expected, abs=1e-8)
    # Above the singlet lies the triplet with both sites occupied once, at zero.
    assert record.reference.gap == pytest.approx(-expected, abs=1e-8)
    assert (record.problem.unit, record.verdict) == ("t", "pass")


def test_doped_and_magnetic_fillings_are_pyscfs():
    sites, repulsion = 4, 3.0
    h1 = np.zeros((sites, sites))
    for a, b in ((0, 1), (2, 3), (0, 2), (1, 3)):  # square 2x2
        h1[a, b] = h1[b, a] = -1.0
    h2 = np.zeros((sites,) * 4)
    for site in range(sites):
        h2[site, site, site, site] = repulsion
    expected, _ = fci.direct_spin1.kernel(h1, h2, sites, (2, 1))
    record = run(
        {"lattice": "square 2x2", "electrons": 3, "interaction": repulsion},
        ansatz="k-upccgsd",
        optimizer="none",
    )
    assert record.reference.energy == pytest.approx(expected, abs=1e-8)
    assert (record.problem.electrons, record.problem.multiplicity) == ((2, 1), 2)


def test_mappers_and_circuits_apply_as_for_molecules():
    record = run({"sites": 2}, mapper="parity", backend="aer", optimizer="l-bfgs-b")
    assert record.problem.qubits == 2
    assert record.result.energy == pytest.approx((4 - sqrt(32)) / 2, abs=1e-6)


def test_the_scale_of_energies_does_not_change_the_verdict():
    small = run({"sites": 2, "hopping": 1e-3, "interaction": 4e-3, "unit": "eV"})
    assert small.result.energy == pytest.approx(1e-3 * (4 - sqrt(32)) / 2, abs=1e-10)
    assert (small.verdict, small.problem.unit) == ("pass", "eV")


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ({"sites": 2, "electrons": 5}, ("hamiltonian", "electrons")),
        ({"sites": 3, "multiplicity": 1}, ("hamiltonian", "multiplicity")),
        ({"sites": 2, "electrons": 4, "multiplicity": 3}, ("hamiltonian", "multiplicity")),
        ({"sites": 2, "hopping": 0.0}, ("hamiltonian", "hopping")),
    ],
)
def test_impossible_fillings_are_refused_at_their_key(model, path):
    with pytest.raises(InputError) as caught:
        run(model)
    assert caught.value.path == path


@pytest.mark.parametrize("data", [{"ansatz": "qaoa"}, {"active_space": "avas"}])
def test_what_needs_qubits_or_atoms_is_refused(data):
    with pytest.raises(InputError):
        run({"sites": 2}, **data)


def test_defaults_are_those_of_electrons():
    spec = spec_from_data({"hamiltonian": {"model": "hubbard", "sites": 2}})
    assert look_up_parts(spec).ansatz.name == "uccsd"


def test_the_models_of_electrons_are_known_before_they_are_loaded():
    from vqe_cli.models import MODELS

    found = [name for name in MODELS.names() if MODELS.get(name).of_electrons]
    assert tuple(found) == MODELS_OF_ELECTRONS


def test_strong_repulsion_has_a_mean_field():
    """One electron on each site of a half-filled chain, by hand: −2√5 t + N U/4.

    DIIS meets error vectors that depend on one another on the way.
    """
    record = run({"sites": 4, "interaction": 8.0}, optimizer="none", reference="none")
    assert record.problem.hartree_fock_energy == pytest.approx(8 - 2 * sqrt(5), abs=1e-9)


def test_a_ring_of_4n_electrons_has_a_mean_field():
    """DIIS finds none: one of two degenerate orbitals is occupied, and not always the lower one.

    By hand, with one electron on each site: −4(1 + √2) t + N U/4.
    """
    model = {"sites": 8, "lattice": "ring", "interaction": 8.0}
    record = run(model, optimizer="none", reference="none")
    assert record.problem.hartree_fock_energy == pytest.approx(16 - 4 * (1 + sqrt(2)), abs=1e-8)
    assert record.problem.scf.converged
