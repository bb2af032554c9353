"""Excited states, against PySCF's FCI of the same molecule and published values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest
from pyscf import fci, mcscf

import vqe_cli
from tests.problems import CH2, H2, H2O, H3, LIH, N2, frontier, pyscf_mean_field
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.schema import RunSpec, spec_from_data
from vqe_cli.schema.records import RunRecord
from vqe_cli.schema.state_records import StateRecord
from vqe_cli.variational.state_methods import STATE_METHODS

GENERALISED = {"name": "qse", "excitations": "generalised"}
MEASURED = {"number": 3, "method": "q-sc-eom"}
MITIGATED = {"name": "aer", "shots": 100, "noise": "fake_manila", "mitigation": {"readout": True}}
FROZEN_CORE = {"name": "frozen-core"}
every_method = pytest.mark.parametrize("method", STATE_METHODS.names())


def spec_of(molecule: Mapping[str, Any], **keys: Any) -> RunSpec:
    return spec_from_data({"molecule": dict(molecule), **keys})


def record_of(
    molecule: Mapping[str, Any], number: int, method: Any = "qse", **keys: Any
) -> RunRecord:
    states = {"number": number, "method": method, **keys.pop("states", {})}
    return vqe_cli.run(spec_of(molecule, states=states, **keys))


def states_of(record: RunRecord) -> tuple[StateRecord, ...]:
    assert record.result.states is not None
    return record.result.states


@cache
def casci(molecule: str, core: int, orbitals: int, electrons: int, number: int) -> Any:
    """FCI by PySCF alone: full diagonalisation in its active space.

    Returns:
        Total energies, and the oscillator strengths from the lowest state.
    """
    field = pyscf_mean_field({"lih": LIH, "h2o": H2O}[molecule])
    space = mcscf.CASCI(field, orbitals, electrons)
    space.ncore = core
    h1, core_energy = space.get_h1eff()
    h2 = space.get_h2eff()
    half = (electrons // 2, electrons // 2)
    size = fci.cistring.num_strings(orbitals, electrons // 2)
    hamiltonian = fci.direct_spin1.pspace(h1, h2, orbitals, half, np=size**2)[1]
    values, vectors = np.linalg.eigh(hamiltonian)
    states = [vector.reshape(size, size) for vector in vectors.T[:number]]
    active = field.mo_coeff[:, core : core + orbitals]
    dipoles = np.einsum("xij,ip,jq->xpq", field.mol.intor("int1e_r"), active, active)
    moments = [
        np.einsum("xpq,pq->x", dipoles, fci.direct_spin1.trans_rdm1(states[0], one, orbitals, half))
        for one in states
    ]
    gaps = values[:number] - values[0]
    strengths = [2 / 3 * gap * moment @ moment for gap, moment in zip(gaps, moments, strict=True)]
    return values[:number] + core_energy, np.array(strengths)


@every_method
def test_hydrogen_has_its_published_excitations(method: str) -> None:
    """SlowQuant's tests of linear response: 0.974553 and 1.632364 Hartree, f 0.8706."""
    record = record_of(H2, 4, method)
    ground, triplet, singlet, double = states_of(record)
    assert singlet.energy - ground.energy == pytest.approx(0.974553, abs=2e-6)
    assert double.energy - ground.energy == pytest.approx(1.632364, abs=2e-6)
    assert singlet.oscillator_strength == pytest.approx(0.8706, abs=1e-4)
    assert double.oscillator_strength == pytest.approx(0.0, abs=1e-10)
    assert [one.multiplicity for one in states_of(record)] == [1, 3, 1, 1]
    assert [one.irrep for one in states_of(record)] == ["Ag", "B1u", "B1u", "Ag"]
    assert triplet.excitation_ev > 0
    assert record.verdict == "pass"


@pytest.mark.parametrize(
    ("molecule", "core", "electrons", "orbitals", "method", "error"),
    [
        ("lih", 0, 4, 6, GENERALISED, 1e-7),
        ("lih", 0, 4, 6, "qse", 2e-4),
        ("h2o", 1, 8, 6, GENERALISED, 1e-7),
        ("h2o", 1, 8, 6, "q-sc-eom", 1e-3),
    ],
)
def test_energies_and_intensities_are_those_of_fci(
    molecule: str, core: int, electrons: int, orbitals: int, method: Any, error: float
) -> None:
    energies, strengths = casci(molecule, core, orbitals, electrons, 6)
    space = FROZEN_CORE if core else "full"
    record = record_of({"lih": LIH, "h2o": H2O}[molecule], 6, method, active_space=space)
    found = states_of(record)
    assert [one.energy for one in found] == pytest.approx(list(energies), abs=error)
    assert [one.oscillator_strength for one in found[1:]] == pytest.approx(
        list(strengths[1:]), abs=1e-3
    )
    assert [one.reference_energy for one in found] == pytest.approx(list(energies), abs=1e-8)


def test_lithium_hydride_is_near_its_published_linear_response() -> None:
    """SlowQuant's tests: two electrons in two orbitals, with rotations of all orbitals.

    0.129476 Hartree with f 0.049920, and twice 0.178749 with f 0.241184; here is full CI.
    """
    stretched = {"geometry": "Li 0 0 0\nH 0 0 1.671707274"}
    ground, *excited = states_of(record_of(stretched, 4, GENERALISED, states={"multiplicity": 1}))
    energies = [one.energy - ground.energy for one in excited]
    assert energies == pytest.approx([0.129476, 0.178749, 0.178749], abs=2e-3)
    strengths = [one.oscillator_strength for one in excited]
    assert strengths == pytest.approx([0.049920, 0.241184, 0.241184], abs=5e-3)
    assert [one.degeneracy for one in excited] == [1, 2, 2]


@pytest.mark.parametrize(("method", "error"), [("vqd", 1e-5), ("sa-vqe", 1e-3)])
def test_searches_among_generalised_excitations_find_the_states_of_fci(
    method: str, error: float
) -> None:
    energies, strengths = casci("h2o", 1, 6, 8, 6)
    record = record_of(H2O, 6, method, active_space=FROZEN_CORE, ansatz="uccgsd")
    found = states_of(record)
    assert [one.energy for one in found] == pytest.approx(list(energies), abs=error)
    assert [one.oscillator_strength for one in found[1:]] == pytest.approx(
        list(strengths[1:]), abs=1e-3
    )
    assert record.verdict == "pass"


def test_a_search_that_is_cut_short_is_told() -> None:
    record = record_of(H2O, 3, {"name": "vqd", "maxiter": 1}, active_space=frontier(4, 4))
    assert "raise states.method.maxiter" in record.check("states-converged").detail
    assert record.verdict == "warn"


def test_degenerate_states_are_told_as_such() -> None:
    """The lowest triplets of lithium hydride: a Σ and the two components of a Π."""
    found = states_of(record_of(LIH, 5))
    pairs = [one for one in found if one.degeneracy == 2]
    assert [one.multiplicity for one in pairs] == [3, 3]
    assert {one.irrep for one in pairs} == {"B1", "B2"}


def test_a_lower_state_of_other_spin_has_a_negative_energy() -> None:
    """Methylene's ground state is a triplet (Herzberg)."""
    singlet = {**CH2, "multiplicity": 1}
    first, second, *_ = states_of(record_of(singlet, 3, active_space=frontier(4, 4)))
    assert (first.multiplicity, second.multiplicity) == (1, 3)
    assert second.excitation_ev < 0


def doublets_and_quartets(molecule: Mapping[str, Any], orbitals: int, nelec: Any) -> Any:
    """Energies and S² by full diagonalisation of PySCF."""
    space = mcscf.CASCI(pyscf_mean_field(molecule), orbitals, nelec)
    h1, core_energy = space.get_h1eff()
    shape = [fci.cistring.num_strings(orbitals, one) for one in nelec]
    size = shape[0] * shape[1]
    matrix = fci.direct_spin1.pspace(h1, space.get_h2eff(), orbitals, nelec, np=size)[1]
    values, vectors = np.linalg.eigh(matrix)
    spins = [fci.spin_square(one.reshape(shape), orbitals, nelec)[0] for one in vectors.T]
    return values + core_energy, np.array(spins)


@pytest.mark.parametrize("method", ["qse", "q-sc-eom", "vqd"])
def test_states_of_an_open_shell_have_one_spin_each(method: str) -> None:
    energies, spins = doublets_and_quartets(H3, 3, (2, 1))
    ansatz = "uccgsd" if method == "vqd" else "uccsd"
    found = states_of(record_of(H3, 6, method, ansatz=ansatz))
    assert [one.energy for one in found] == pytest.approx(list(energies[:6]), abs=1e-5)
    assert [one.s_squared for one in found] == pytest.approx(list(spins[:6]), abs=1e-3)


@pytest.mark.parametrize("method", ["qse", "q-sc-eom"])
def test_a_quartet_among_doublets_is_exact(method: str) -> None:
    """The excitations of hydroxyl alone give 12 mHa more, with an S² of 3.63."""
    hydroxyl = {"geometry": "O 0 0 0\nH 0 0 0.97", "multiplicity": 2}
    energies, spins = doublets_and_quartets(hydroxyl, 5, (4, 3))
    lowest = min(energies[np.abs(spins - 3.75) < 1e-6])
    states = {"multiplicity": 4}
    _, quartet = states_of(record_of(hydroxyl, 2, method, active_space=FROZEN_CORE, states=states))
    assert quartet.energy == pytest.approx(lowest, abs=1e-5)
    assert quartet.s_squared == pytest.approx(3.75, abs=1e-3)


def test_excited_states_of_one_multiplicity_stand_beside_the_state_of_the_run() -> None:
    record = record_of(H2O, 5, states={"multiplicity": 3}, active_space=frontier(4, 4))
    found = states_of(record)
    assert [one.multiplicity for one in found] == [1, 3, 3, 3, 3]
    every = states_of(record_of(H2O, 20, active_space=frontier(4, 4)))
    triplets = [one.energy for one in every if one.multiplicity == 3]
    assert [one.energy for one in found[1:]] == pytest.approx(triplets[:4], abs=1e-9)


def test_inaccurate_states_are_told() -> None:
    """Nitrogen's states need more than two excitations; generalised ones span the whole sector."""
    record = record_of(N2, 12, active_space=frontier(6, 6))
    inaccurate = [one for one in record.checks if one.name.startswith("state-")]
    assert len(inaccurate) == 12
    assert any(one.status == "warn" for one in inaccurate)
    assert record.verdict == "warn"
    generalised = record_of(N2, 12, GENERALISED, active_space=frontier(6, 6))
    assert generalised.check("states-missed").status == "pass"
    assert generalised.verdict == "pass"


def test_a_poor_ground_state_is_improved_by_the_expansion() -> None:
    """One parameter of pairs leaves out singles, which the subspace has."""
    record = record_of(LIH, 2, ansatz="puccd", active_space=frontier(2, 3))
    ground = states_of(record)[0]
    assert record.error_mha is not None
    assert ground.energy <= record.result.energy
    assert abs(ground.error_mha or 0.0) < record.error_mha


def test_more_states_than_there_are() -> None:
    record = record_of(H2, 9)
    assert len(states_of(record)) == 4
    assert "only 4 of 9 states" in record.check("states-number").detail
    assert record.verdict == "warn"


def test_without_exact_states_the_verdict_says_so() -> None:
    record = record_of(H2, 3, reference="none")
    assert record.check("states-accuracy").status == "skip"
    assert all(one.reference_energy is None for one in states_of(record))


def test_integrals_alone_have_no_intensities(tmp_path: Any) -> None:
    from pyscf.tools import fcidump

    path = tmp_path / "h2.fcidump"
    fcidump.from_scf(pyscf_mean_field(H2), str(path))
    record = vqe_cli.run(vqe_cli.load(path, states=3))
    assert [one.oscillator_strength for one in states_of(record)] == [None] * 3
    assert record.verdict == "pass"


@pytest.mark.parametrize("backend", ["exact", "aer"])
def test_states_are_measured_with_error_bars(backend: str) -> None:
    """SlowQuant's excitation energies of hydrogen, within four error bars of both states."""
    shots = {"name": backend, "shots": 2000, "optimize_on_device": False}
    record = record_of(H2, 4, "q-sc-eom", backend=shots)
    ground, _, singlet, double = states_of(record)
    bars = [one.standard_error or 0.0 for one in states_of(record)]
    assert all(0.0 < bar < 0.02 for bar in bars[:2])
    assert singlet.energy - ground.energy == pytest.approx(0.974553, abs=4 * np.hypot(*bars[::2]))
    assert double.energy - ground.energy == pytest.approx(1.632364, abs=4 * np.hypot(*bars[::3]))
    assert [one.multiplicity for one in states_of(record)] == [1, 3, 1, 1]
    purposes = record.result.shots_by_purpose
    assert purposes["excited states"] > 0
    assert sum(purposes.values()) == record.result.evaluations.shots


def test_noise_raises_the_states_of_a_density_matrix() -> None:
    backend = {"name": "aer", "noise": "fake_manila"}
    keys: dict[str, Any] = {"optimizer": "none", "initial": "mp2"}
    found = states_of(record_of(H2, 2, "q-sc-eom", backend=backend, **keys))
    assert (found[0].error_mha or 0.0) > 10
    assert found[0].standard_error is None


def test_too_few_shots_for_a_gap_are_told() -> None:
    stretched = {"geometry": "H 0 0 0\nH 0 0 4", "symmetry": False}
    shots = {"name": "exact", "shots": 10, "optimize_on_device": False}
    record = record_of(stretched, 4, "q-sc-eom", backend=shots)
    assert "more shots" in record.check("states-noise").detail


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"backend": {"name": "exact", "shots": 100}}, "q-sc-eom"),
        ({"backend": "aer"}, "exact state"),
        ({"backend": "fake_fez", "states": MEASURED}, "simulators without mitigation"),
        ({"backend": MITIGATED, "states": MEASURED}, "simulators without mitigation"),
        ({"ansatz": "efficient-su2"}, "circuit"),
        ({"solver": "sqd", "backend": "exact"}, "solver 'sqd'"),
        ({"states": {"number": 3, "multiplicity": 2}}, "multiplicity 2"),
        ({"states": {"number": 0}}, "greater than or equal to 1"),
        ({"states": {"number": 3, "method": "qes"}}, "qse"),
    ],
)
def test_what_has_no_excited_states_is_refused(keys: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as refused:
        vqe_cli.run(spec_of(H2, **{"states": 3, **keys}))
    assert message in f"{refused.value.message} {refused.value.hint}"


def test_too_many_measured_energies_are_refused() -> None:
    keys = {"backend": {"name": "exact", "shots": 100}, "states": MEASURED}
    with pytest.raises(ResourceLimitError, match="too many"):
        vqe_cli.run(spec_of(N2, active_space=FROZEN_CORE, **keys))


def test_a_subspace_that_does_not_fit_is_refused() -> None:
    keys = {"states": {"number": 3, "method": GENERALISED}, "max_memory": "1 MB"}
    with pytest.raises(ResourceLimitError, match="MB"):
        vqe_cli.run(spec_of(N2, **keys))
