"""Orbitals optimised together with the parameters, from the input to the record."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyscf import ao2mo, gto, mcscf, scf
from scipy.linalg import expm

import vqe_cli
from tests.families import slow
from vqe_cli.errors import InputError, InterruptedRunError

N2 = "N 0 0 0; N 0 0 1.1"


def run(geometry: str, **keys: Any) -> vqe_cli.RunRecord:
    basis = keys.pop("basis", "sto-3g")
    multiplicity = keys.pop("multiplicity", 1)
    molecule = {"geometry": geometry, "basis": basis, "multiplicity": multiplicity}
    keys = {"molecule": molecule, "orbitals": "optimised", **keys}
    return vqe_cli.run(vqe_cli.spec_from_data(keys))


def frontier(electrons: int, orbitals: int) -> dict[str, Any]:
    return {"name": "frontier", "electrons": electrons, "orbitals": orbitals}


def doci(h1: Any, h2: Any, pairs: int) -> float:
    """The exact energy of doubly occupied orbitals, by hand (Weinhold and Wilson, 1967)."""
    norb = len(h1)
    states = list(combinations(range(norb), pairs))
    place = {state: index for index, state in enumerate(states)}
    coulomb, exchange = np.einsum("ppqq->pq", h2), np.einsum("pqpq->pq", h2)
    matrix = np.zeros((len(states), len(states)))
    for state, index in place.items():
        matrix[index, index] = sum(2 * h1[p, p] + coulomb[p, p] for p in state)
        pair_energies = (4 * coulomb[p, q] - 2 * exchange[p, q] for p, q in combinations(state, 2))
        matrix[index, index] += sum(pair_energies)
        for p in state:
            for q in set(range(norb)) - set(state):
                moved = tuple(sorted({*state, q} - {p}))
                matrix[place[moved], index] = exchange[p, q]
    return float(np.linalg.eigvalsh(matrix)[0])


def chain(count: int, spacing: float) -> str:
    return "; ".join(f"H 0 0 {number * spacing}" for number in range(count))


@pytest.mark.parametrize(
    ("ansatz", "most_mha"), [slow("uccsd", 0.4), slow("adapt", 0.5), slow("uccgsd", 0.01)]
)
def test_nitrogen_against_casscf(ansatz: str, most_mha: float) -> None:
    field = scf.RHF(gto.M(atom=N2, basis="6-31g", verbose=0)).run()
    expected = mcscf.CASSCF(field, 6, 6).run()
    found = run(N2, basis="6-31g", active_space=frontier(6, 6), ansatz=ansatz)
    orbitals = found.result.orbital_optimisation
    assert orbitals is not None
    assert orbitals.method == "CASSCF"
    assert orbitals.converged
    assert -1e-4 < 1e3 * (found.result.energy - expected.e_tot) < most_mha
    assert found.reference is not None
    assert 1e3 * (found.reference.energy - expected.e_tot) == pytest.approx(0.0, abs=0.01)
    assert orbitals.energy_before > found.result.energy + 0.05
    assert found.verdict == "pass"
    assert found.problem.hartree_fock_energy == pytest.approx(field.e_tot, abs=1e-8)


def test_two_electrons_are_exact() -> None:
    field = scf.RHF(gto.M(atom="Li 0 0 0; H 0 0 1.6", basis="6-31g", verbose=0)).run()
    expected = mcscf.CASSCF(field, 2, 2).run(conv_tol=1e-11)
    found = run("Li 0 0 0; H 0 0 1.6", basis="6-31g", active_space=frontier(2, 2))
    assert found.result.energy == pytest.approx(expected.e_tot, abs=1e-8)


def test_a_radical_keeps_its_unpaired_electron() -> None:
    """Hydroxyl, whose orbitals gain 25 mHa."""
    field = scf.ROHF(gto.M(atom="O 0 0 0; H 0 0 0.97", basis="sto-3g", spin=1, verbose=0)).run()
    expected = mcscf.CASSCF(field, 4, 5).run()
    found = run("O 0 0 0; H 0 0 0.97", multiplicity=2, active_space=frontier(5, 4))
    assert 1e3 * (found.result.energy - expected.e_tot) == pytest.approx(0.0, abs=1.0)
    assert found.check("s-squared").status == "pass"


@pytest.mark.parametrize(
    ("count", "spacing", "published"),
    [(4, 0.75, -2.128804508), (6, 0.75, -3.119094151), slow(8, 1.0, -4.209106154)],
)
def test_pairs_in_optimised_orbitals_lie_below_published_doci(
    count: int, spacing: float, published: float
) -> None:
    """DOCI over Hartree-Fock orbitals: QED-C benchmarks, hydrogen lattice."""
    field = scf.RHF(gto.M(atom=chain(count, spacing), basis="sto-3g", verbose=0)).run()
    orbitals = field.mo_coeff
    h1 = orbitals.T @ field.get_hcore() @ orbitals
    h2 = ao2mo.restore(1, ao2mo.kernel(field.mol, orbitals), count)
    canonical = doci(h1, h2, count // 2) + field.mol.energy_nuc()
    assert canonical == pytest.approx(published, abs=2e-8)

    found = run(chain(count, spacing), ansatz="puccd")
    before = found.result.orbital_optimisation
    assert before is not None
    assert before.method == "rotations of active orbitals"
    assert before.energy_before == pytest.approx(published, abs=5e-5)
    assert found.result.energy < published - 1e-4


@pytest.mark.slow  # tests/variational/test_pyscf_solver.py has the solver's by default
def test_tiled_products_have_their_published_quality() -> None:
    """Burton, arXiv:2312.09761: linear H6 at 1 Å within 1.6 mHa with 60 parameters."""
    found = run(chain(6, 1.0), ansatz={"name": "tups", "layers": 4})
    assert len(found.result.parameters) == 60
    assert found.error_mha is not None
    assert 0.0 < found.error_mha < 1.6


WATER = "O 0 0 0; H 0 0.757 0.587; H 0 -0.757 0.587"


def test_further_starts_leave_a_poor_minimum() -> None:
    field = scf.RHF(gto.M(atom=WATER, basis="6-31g", verbose=0)).run()
    expected = mcscf.CASSCF(field, 4, 4).run(conv_tol=1e-9)
    found = run(WATER, basis="6-31g", active_space=frontier(4, 4), ansatz="puccd")
    record = found.result.orbital_optimisation
    assert record is not None
    assert record.casscf_energy == pytest.approx(expected.e_tot, abs=1e-7)
    names = [start.name for start in record.starts]
    assert names == ["active space", "CASSCF", "CASSCF, rotated"]
    assert found.result.energy == pytest.approx(min(start.energy for start in record.starts))
    assert found.result.energy < max(start.energy for start in record.starts) - 0.01
    assert found.result.properties is not None
    atoms = found.result.properties.atoms
    assert atoms is not None
    oxygen, *hydrogens = (atom.lowdin_charge for atom in atoms)
    assert hydrogens[0] == pytest.approx(hydrogens[1], abs=1e-3)
    assert oxygen == pytest.approx(-2 * hydrogens[0], abs=1e-3)
    check = found.check("orbitals-lowest")  # pairs alone lack more than 1.6 mHa in any orbitals
    assert check.value == pytest.approx(1e3 * (found.result.energy - expected.e_tot), abs=1e-3)
    assert (check.status, found.verdict) == ("warn", "warn")


@pytest.mark.slow
@pytest.mark.parametrize("ansatz", ["puccd", "adapt"])
def test_a_poor_minimum_of_one_start_is_told(ansatz: str) -> None:
    orbitals = {"name": "optimised", "starts": 1}
    space = frontier(4, 4)
    found = run(WATER, basis="6-31g", active_space=space, ansatz=ansatz, orbitals=orbitals)
    check = found.check("orbitals-lowest")
    assert isinstance(check.value, float)
    assert check.value > 20.0
    assert (check.status, found.verdict) == ("warn", "warn")
    assert "orbitals.starts" in check.detail


def test_a_saddle_point_of_symmetric_orbitals_is_left() -> None:
    """From Hartree-Fock's π* and σ* PySCF's CASSCF stops 77 mHa above the minimum of σ and σ*."""
    field = scf.RHF(gto.M(atom="F 0 0 0; F 0 0 1.41", basis="6-31g", verbose=0)).run()
    expected = mcscf.CASSCF(field, 2, 2)
    expected.run(expected.sort_mo([7, 10]), conv_tol=1e-9)  # σ and σ*
    space = frontier(2, 2)
    record = run("F 0 0 0; F 0 0 1.41", basis="6-31g", active_space=space)
    energies = record.result.orbital_optimisation
    assert energies is not None
    assert energies.casscf_energy == pytest.approx(expected.e_tot, abs=1e-7)
    assert record.result.energy == pytest.approx(expected.e_tot, abs=1e-7)
    assert energies.starts[0].energy > expected.e_tot + 0.07


@pytest.mark.slow
def test_casscf_is_found_again_where_the_ansatz_finds_better_orbitals() -> None:
    """From the orbitals of Hartree-Fock PySCF's CASSCF stops 80 mHa above its lowest minimum."""
    mole = gto.M(atom="C 0 0 0; C 0 0 1.25", basis="6-31g", verbose=0)
    field = scf.RHF(mole).run()
    noise = 0.1 * np.random.default_rng(1).normal(size=field.mo_coeff.shape)
    expected = mcscf.CASSCF(field, 4, 4)
    expected.fix_spin_(ss=0)
    expected.run(field.mo_coeff @ expm(noise - noise.T), conv_tol=1e-9, max_cycle_macro=100)
    assert expected.converged
    keys: dict[str, Any] = {"basis": "6-31g", "active_space": frontier(4, 4)}
    record = run("C 0 0 0; C 0 0 1.25", orbitals={"name": "optimised", "starts": 2}, **keys)
    energies = record.result.orbital_optimisation
    assert energies is not None
    assert energies.casscf_energy == pytest.approx(expected.e_tot, abs=1e-6)
    assert 0 <= energies.energy - expected.e_tot < 1.6e-3


@pytest.mark.slow
def test_a_low_start_that_did_not_converge_is_followed_by_another() -> None:
    """CASSCF's energy is that of PySCF."""
    keys: dict[str, Any] = {"basis": "6-31g", "active_space": frontier(5, 4)}
    record = run("O 0 0 0; H 0 0 0.97", multiplicity=2, forces=True, **keys)
    energies = record.result.orbital_optimisation
    assert energies is not None
    assert energies.casscf_energy == pytest.approx(-75.3879897684, abs=1e-8)
    assert [start.converged for start in energies.starts] == [False, True]
    assert record.verdict == "pass"


def test_another_seed_rotates_otherwise_and_the_same_seed_alike() -> None:
    keys: dict[str, Any] = {"ansatz": "puccd", "orbitals": {"name": "optimised", "starts": 2}}
    ends = []
    for seed in (7, 7, 8):
        record = run(chain(4, 1.3), seed=seed, **keys).result.orbital_optimisation
        assert record is not None
        assert [start.name for start in record.starts] == ["active space", "active space, rotated"]
        ends.append(record.starts[1])
    assert ends[0] == ends[1]
    assert ends[2] != ends[0]


def test_integrals_of_a_file_are_rotated(tmp_path: Path) -> None:
    from pyscf.tools import fcidump

    field = scf.RHF(gto.M(atom=chain(4, 1.0), basis="sto-3g", verbose=0)).run()
    fcidump.from_scf(field, str(tmp_path / "h4.fcidump"))
    spec = {"fcidump": {"file": str(tmp_path / "h4.fcidump")}, "ansatz": "puccd"}
    found = vqe_cli.run(vqe_cli.spec_from_data({**spec, "orbitals": "optimised"}))
    same = run(chain(4, 1.0), ansatz="puccd")
    assert found.result.energy == pytest.approx(same.result.energy, abs=1e-7)


def test_shots_are_taken_in_the_optimised_orbitals() -> None:
    backend = {"name": "exact", "shots": 20_000, "optimize_on_device": False}
    keys: dict[str, Any] = {"basis": "6-31g", "active_space": frontier(2, 2)}
    exact = run("Li 0 0 0; H 0 0 1.6", **keys)
    found = run("Li 0 0 0; H 0 0 1.6", backend=backend, **keys)
    error = found.result.standard_error
    assert error is not None
    assert abs(found.result.energy - exact.result.energy) < 5 * error


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"ansatz": "efficient-su2"}, "circuit"),
        ({"optimizer": "none"}, "together with the parameters"),
        ({"orbitals": "optimal"}, "orbitals"),
        ({"orbitals": {"name": "optimised", "max_cycles": 0}}, "max_cycles"),
        ({"orbitals": {"name": "optimised", "cycles": 3}}, "cycles"),
        ({"orbitals": {"name": "optimised", "starts": 0}}, "starts"),
    ],
)
def test_what_cannot_be_optimised_is_refused(keys: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        run("H 0 0 0; H 0 0 0.74", **keys)


def test_a_qubit_hamiltonian_has_no_orbitals() -> None:
    spec = {"hamiltonian": {"paulis": {"ZZ": 1.0}}, "orbitals": "optimised"}
    with pytest.raises(InputError, match="no orbitals"):
        vqe_cli.run(vqe_cli.spec_from_data(spec))


def test_too_few_steps_fail_the_verdict() -> None:
    orbitals = {"name": "optimised", "max_cycles": 1}
    found = run(N2, basis="6-31g", active_space=frontier(4, 4), orbitals=orbitals)
    assert found.check("orbitals-converged").status == "fail"
    assert found.verdict == "fail"


def test_the_american_spelling_is_understood() -> None:
    found = run("H 0 0 0; H 0 0 0.74", orbitals="optimized")
    assert found.spec["orbitals"]["name"] == "optimised"


def test_an_interrupt_between_energies_says_that_orbitals_start_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(mcscf.mc1step.CASSCF, "update_jk_in_ah", interrupted)
    with pytest.raises(InterruptedRunError) as caught:
        run("Li 0 0 0; H 0 0 1.6", active_space=frontier(2, 2))
    assert "from the start" in str(caught.value.hint)
