"""VQE as the solver of PySCF's CASCI and CASSCF."""

from __future__ import annotations

import sys
from io import StringIO
from typing import Any

import numpy as np
import pytest
from pyscf import fci, gto, mcscf, mrpt, scf

from tests.families import slow
from vqe_cli.errors import InputError
from vqe_cli.pyscf import VQESolver

PUBLISHED_TUPS = 1.6
"""Error of pp-tUPS with 60 parameters for linear H6 at 1 Å in STO-3G, mHa, at most: Burton,
arXiv:2312.09761."""


def mean_field(atoms: str, basis: str = "sto-3g", spin: int = 0) -> Any:
    mole = gto.M(atom=atoms, basis=basis, spin=spin, verbose=0)
    return (scf.ROHF(mole) if spin else scf.RHF(mole)).run(conv_tol=1e-11)


@pytest.fixture(scope="module")
def nitrogen() -> Any:
    return mean_field("N 0 0 0; N 0 0 1.1", "6-31g")


def with_solver(method: Any, *of: Any, **options: Any) -> Any:
    method.fcisolver = VQESolver(*of, **options)
    return method.run()


def test_casci_with_an_ansatz_that_is_exact_is_that_of_fci() -> None:
    field = mean_field("Li 0 0 0; H 0 0 1.6", "6-31g")
    expected = mcscf.CASCI(field, 2, 2).run()
    found = with_solver(mcscf.CASCI(field, 2, 2), "uccsd")
    assert found.e_tot == pytest.approx(expected.e_tot, abs=1e-8)
    assert np.abs(found.ci) == pytest.approx(np.abs(expected.ci), abs=1e-4)
    for one, other in zip(found.make_rdm1s(), expected.make_rdm1s(), strict=True):
        assert one == pytest.approx(other, abs=1e-4)


@pytest.mark.parametrize(
    ("ansatz", "error_mha"),
    [("uccsd", 0.4), slow("adapt", 0.5), slow("uccgsd", 0.001)],
)
def test_casscf_of_nitrogen(nitrogen: Any, ansatz: str, error_mha: float) -> None:
    expected = mcscf.CASSCF(nitrogen, 6, 6).run()
    found = with_solver(mcscf.CASSCF(nitrogen, 6, 6), ansatz)
    assert found.converged
    error = 1e3 * (found.e_tot - expected.e_tot)
    assert -1e-5 < error < error_mha
    assert found.fcisolver.spin_square(found.ci, 6, (3, 3))[0] == pytest.approx(0.0, abs=1e-5)


def test_casscf_of_a_radical() -> None:
    field = mean_field("O 0 0 0; H 0 0 0.97", spin=1)
    expected = mcscf.CASSCF(field, 4, 5).run()
    found = with_solver(mcscf.CASSCF(field, 4, 5), "uccsd")
    assert 1e3 * (found.e_tot - expected.e_tot) == pytest.approx(0.0, abs=1.0)
    assert found.fcisolver.spin_square(found.ci, 4, (3, 2))[0] == pytest.approx(0.75, abs=1e-2)


def test_energy_of_the_ci_vector_is_that_of_the_state(nitrogen: Any) -> None:
    found = with_solver(mcscf.CASCI(nitrogen, 6, 6), "uccsd")
    h1, core = found.get_h1eff()
    energy = fci.direct_spin1.energy(h1, found.get_h2eff(), found.ci, 6, (3, 3)) + core
    assert energy == pytest.approx(found.e_tot, abs=1e-9)


def test_perturbation_theory_on_an_exact_state() -> None:
    field = mean_field("Li 0 0 0; H 0 0 1.6", "6-31g")
    expected = mrpt.NEVPT(mcscf.CASSCF(field, 2, 2).run(conv_tol=1e-10)).kernel()
    found = mrpt.NEVPT(with_solver(mcscf.CASSCF(field, 2, 2), "uccsd")).kernel()
    assert found == pytest.approx(expected, abs=1e-6)


def test_tiled_products_with_rotated_orbitals_have_their_published_quality() -> None:
    field = mean_field("; ".join(f"H 0 0 {place}" for place in range(6)))
    exact = fci.FCI(field).kernel()[0]
    ansatz = {"name": "tups", "layers": 4}
    found = with_solver(mcscf.CASCI(field, 6, 6), ansatz, rotates_orbitals=True)
    solver = found.fcisolver
    assert solver.parameters.shape == (60,)
    assert 0.0 < 1e3 * (found.e_tot - exact) < PUBLISHED_TUPS
    assert solver.first_energy > found.e_tot
    rotation = solver.orbital_rotation
    assert rotation @ rotation.T == pytest.approx(np.eye(6), abs=1e-12)

    again = mcscf.CASCI(field, 6, 6)
    again.fcisolver = VQESolver(ansatz, initial=list(solver.parameters), optimizer="none")
    again.kernel(field.mo_coeff @ rotation)
    assert again.e_tot == pytest.approx(found.e_tot, abs=1e-9)


def test_pairs_prefer_optimised_orbitals(nitrogen: Any) -> None:
    before = with_solver(mcscf.CASCI(nitrogen, 6, 6), "puccd")
    found = with_solver(mcscf.CASSCF(nitrogen, 6, 6), "puccd", rotates_orbitals=True)
    full = mcscf.CASSCF(nitrogen, 6, 6).run()
    assert full.e_tot < found.e_tot < before.e_tot - 1e-3


def test_states_of_two_spins_share_their_orbitals() -> None:
    field = mean_field("C 0 0 0; H 0 0.98 0.5; H 0 -0.98 0.5", "6-31g")
    solvers = [fci.direct_spin1.FCISolver(field.mol), fci.direct_spin1.FCISolver(field.mol)]
    fci.addons.fix_spin_(solvers[0], ss=0)
    solvers[1].spin = 2
    expected = mcscf.state_average_mix_(mcscf.CASSCF(field, 4, 4), solvers, (0.5, 0.5)).run()
    ours = [VQESolver("uccgsd"), VQESolver("uccgsd")]
    ours[1].spin = 2
    found = mcscf.state_average_mix_(mcscf.CASSCF(field, 4, 4), ours, (0.5, 0.5)).run()
    assert found.e_tot == pytest.approx(expected.e_tot, abs=1e-4)


def test_an_energy_with_shots_has_an_error_bar(nitrogen: Any) -> None:
    exact = with_solver(mcscf.CASCI(nitrogen, 2, 2), "uccsd")
    found = with_solver(
        mcscf.CASCI(nitrogen, 2, 2), "uccsd", backend={"name": "exact", "shots": 20_000}
    )
    error = found.fcisolver.standard_error
    assert 0.0 < error < 5e-3
    assert abs(found.e_tot - exact.e_tot) < 5 * error


def test_orbitals_are_not_optimised_with_shots(nitrogen: Any) -> None:
    method = mcscf.CASSCF(nitrogen, 2, 2)
    method.fcisolver = VQESolver("uccsd", backend={"name": "exact", "shots": 1000})
    with pytest.raises(InputError, match="sampled energies"):
        method.kernel()


@pytest.mark.slow
def test_states_of_one_spin_are_averaged() -> None:
    field = mean_field("Li 0 0 0; H 0 0 2.2", "6-31g")
    solver = fci.direct_spin1.FCISolver(field.mol)
    fci.addons.fix_spin_(solver, shift=1.0, ss=0)
    expected = mcscf.CASSCF(field, 4, 2)
    expected.fcisolver = solver
    expected.state_average_([0.5, 0.5]).run()
    found = mcscf.CASSCF(field, 4, 2)
    found.fcisolver = VQESolver("uccgsd")
    found.state_average_([0.5, 0.5]).run()
    assert found.converged
    assert found.e_states == pytest.approx(expected.e_states, abs=1e-4)


def test_two_states_are_singlets_where_those_of_pyscf_have_two_spins() -> None:
    field = mean_field("Li 0 0 0; H 0 0 1.5949", "6-31g")

    def averaged(solver: Any) -> Any:
        method = mcscf.CASSCF(field, 2, 2)
        method.fcisolver = solver
        return method.state_average_([0.5, 0.5]).run()

    plain = averaged(fci.direct_spin1.FCISolver(field.mol))
    assert fci.spin_op.spin_square0(plain.ci[1], 2, (1, 1))[0] == pytest.approx(2.0)
    singlets = averaged(fci.addons.fix_spin_(fci.direct_spin1.FCISolver(field.mol), ss=0))
    found = averaged(VQESolver("uccgsd"))
    assert found.e_states == pytest.approx(singlets.e_states, abs=1e-5)
    assert found.e_tot == pytest.approx(singlets.e_tot, abs=1e-7)


def test_two_states_that_the_ansatz_can_reach_are_those_of_fci() -> None:
    field = mean_field("H 0 0 0; H 0 0 1.2", "6-31g")
    solver = fci.direct_spin1.FCISolver(field.mol)
    fci.addons.fix_spin_(solver, shift=1.0, ss=0)
    solver.nroots = 2
    exact = mcscf.CASCI(field, 2, 2)
    exact.fcisolver = solver
    exact.run()
    found = mcscf.CASCI(field, 2, 2)
    found.fcisolver = VQESolver("uccsd")
    found.fcisolver.nroots = 2
    found.run()
    assert found.e_tot == pytest.approx(exact.e_tot, abs=1e-7)


def averaged_water(solver: Any) -> Any:
    """CASSCF of the two lowest singlets of water, before it is run."""
    field = mean_field("O 0 0 0; H 0 0.757 0.586; H 0 -0.757 0.586", "6-31g")
    method = mcscf.CASSCF(field, 4, 4)
    method.fcisolver = solver
    return method.state_average_([0.5, 0.5])


def test_an_ansatz_of_one_determinant_warns_of_several_states() -> None:
    solver = fci.direct_spin1.FCISolver()
    fci.addons.fix_spin_(solver, shift=1.0, ss=0)
    exact = averaged_water(solver).run()
    found = averaged_water(VQESolver("uccsd"))
    with pytest.warns(UserWarning, match=r"does not reach.*use VQESolver\('uccgsd'\)"):
        found.run()
    assert 1e3 * (found.e_tot - exact.e_tot) > 1.0


def test_an_ansatz_that_reaches_several_states_does_not_warn() -> None:
    """Warnings are errors in tests."""
    assert averaged_water(VQESolver("uccgsd")).run().converged


def test_methods_that_leave_the_ansatz_are_refused(nitrogen: Any) -> None:
    method = mcscf.CASSCF(nitrogen, 2, 2).newton()
    method.fcisolver = VQESolver("uccsd")
    with pytest.raises(InputError, match="leave the ansatz"):
        method.kernel()


def test_circuits_and_several_adapted_states_are_refused(nitrogen: Any) -> None:
    with pytest.raises(InputError, match="circuit"):
        VQESolver("efficient-su2")
    with pytest.raises(InputError, match="no ansatz"):
        VQESolver("uccsdx")
    method = mcscf.CASCI(nitrogen, 2, 2)
    method.fcisolver = VQESolver("adapt")
    method.fcisolver.nroots = 2
    with pytest.raises(InputError, match="several states"):
        method.kernel()


def test_states_are_not_chosen_by_symmetry_or_by_another_spin(nitrogen: Any) -> None:
    for label, options in (("wfnsym", {"wfnsym": "B1u"}), ("S² = 2", {"ss_value": 2})):
        method = mcscf.CASCI(nitrogen, 2, 2)
        method.fcisolver = VQESolver("uccsd")
        if "wfnsym" in options:
            method.fcisolver.wfnsym = options["wfnsym"]
        else:
            method.fix_spin_(ss=options["ss_value"])
        with pytest.raises(InputError, match=label):
            method.kernel()
    method = mcscf.CASCI(nitrogen, 2, (2, 0))
    method.fcisolver = VQESolver("uccsd")
    method.fix_spin_(ss=2)
    expected = mcscf.CASCI(nitrogen, 2, (2, 0)).run().e_tot
    assert method.kernel()[0] == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(
    ("atoms", "spin", "active", "states"),
    [
        ("O 0 0 0; H 0 0.757 0.587; H 0 -0.757 0.587", 0, (4, 4), 2),
        ("Li 0 0 0; H 0 0 1.6", 0, (5, 2), 1),
        ("O 0 0 0; H 0 0 0.97", 1, (3, 5), 1),
    ],
)
def test_molecules_with_a_point_group_have_states_of_its_irreps(
    atoms: str, spin: int, active: tuple[int, int], states: int
) -> None:
    """PySCF sets `wfnsym` itself where the molecule has symmetry; its own solver obeys it."""
    mole = gto.M(atom=atoms, basis="sto-3g", spin=spin, symmetry=True, verbose=0)
    mean = scf.ROHF(mole).run(conv_tol=1e-11)
    energies = []
    for solver in (None, VQESolver("uccgsd", mol=mole)):
        method = mcscf.CASCI(mean, *active)
        if solver is None:
            method.fix_spin_(ss=spin / 2 * (spin / 2 + 1))
        else:
            method.fcisolver = solver
        method.fcisolver.nroots = states
        energies.append(method.kernel()[0])
    assert np.allclose(energies[1], energies[0], rtol=0.0, atol=1e-4)


def test_another_irrep_than_that_of_the_reference_is_refused() -> None:
    atoms = "O 0 0 0; H 0 0.757 0.587; H 0 -0.757 0.587"
    mole = gto.M(atom=atoms, basis="sto-3g", symmetry=True, verbose=0)
    method = mcscf.CASCI(scf.RHF(mole).run(), 4, 4)
    method.fcisolver = VQESolver("uccsd", mol=mole)
    method.fcisolver.wfnsym = "B1"
    with pytest.raises(InputError, match=r"wfnsym B1.*A1"):
        method.kernel()


def test_weights_of_states_may_be_an_array_and_energies_those_of_ci_vectors() -> None:
    mean, energies = mean_field("Li 0 0 0; H 0 0 1.6"), []
    for solver in (None, VQESolver("uccgsd")):
        method = mcscf.CASCI(mean, 3, 2)
        method.fcisolver = method.fcisolver if solver is None else solver
        method = method.state_average_(np.array([0.7, 0.3]))
        if solver is None:
            method.fix_spin_(ss=0)
        method.kernel()
        h1, core = method.get_h1eff()
        last = method.fcisolver.energy(h1, method.get_h2eff(), method.ci[1], 3, method.nelecas)
        energies.append((method.e_tot, last + core))
    assert energies[1] == pytest.approx(energies[0], abs=1e-6)


@pytest.mark.parametrize("make", [mcscf.UCASCI, mcscf.UCASSCF])
def test_orbitals_of_two_spins_are_refused(make: Any) -> None:
    mole = gto.M(atom="O 0 0 0; H 0 0 0.97", basis="sto-3g", spin=1, verbose=0)
    method = make(scf.UHF(mole).run(), 2, 3)
    method.fcisolver = VQESolver("uccsd")
    with pytest.raises(InputError, match="alpha and beta electrons differ"):
        method.kernel()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"initial": "foo"}, "initial"),
        ({"initial": {"file": "parameters.json"}}, "file"),
        ({"restarts": -1}, "restarts"),
        ({"seed": "x"}, "seed"),
        ({"ansatz": {"layers": 4}}, "ansatz has no name"),
        ({"ansatz": None}, "ansatz has no name"),
        ({"optimizer": {"name": 3}}, "optimizer has no name"),
    ],
)
def test_options_are_checked_as_in_an_input_file(options: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        VQESolver(**options)


def test_tracebacks_have_hints() -> None:
    with pytest.raises(InputError) as caught:
        VQESolver("uccsdx")
    assert "hint: did you mean 'uccsd'?" in caught.value.__notes__


def test_settings_of_fci_that_have_no_effect_are_not_listed(
    nitrogen: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    method = mcscf.CASCI(nitrogen, 2, 2)
    method.fcisolver = VQESolver("uccsd")
    method.fcisolver.stdout, method.fcisolver.verbose = sys.stdout, 4
    method.fcisolver.dump_flags()
    printed = capsys.readouterr().out
    assert "ansatz = uccsd" in printed
    assert "pspace" not in printed


@pytest.mark.parametrize(
    ("atoms", "options", "size", "error_mha"),
    [
        ("O 0 0 0; O 0 0 1.6", {"spin": 2}, (6, 8), 10.0),
        ("C 0 0 0.1; H 0 0.98 -0.3; H 0 -0.98 -0.3", {"spin": 2}, (6, 6), 0.5),
        ("N 0 0 0; N 0 0 1.8", {"spin": 1, "charge": 1}, (6, 5), 6.0),
    ],
)
def test_orbitals_of_uhf_lead_to_the_lowest_state(
    atoms: str, options: dict[str, Any], size: tuple[int, int], error_mha: float
) -> None:
    mole = gto.M(atom=atoms, basis="sto-3g", verbose=0, **options)
    field = scf.UHF(mole).run()
    spin = 0.5 * mole.spin
    empty = mcscf.CASCI(field, *size)
    h1, core = empty.get_h1eff()
    states = fci.direct_spin1.kernel(
        h1, empty.get_h2eff(), size[0], empty.nelecas, nroots=8, pspace_size=2000
    )
    lowest = core + min(
        energy
        for energy, vector in zip(*states, strict=True)
        if abs(fci.spin_op.spin_square(vector, size[0], empty.nelecas)[0] - spin * (spin + 1)) < 0.1
    )
    found = with_solver(mcscf.CASCI(field, *size), "uccsd")
    assert -1e-5 < 1e3 * (found.e_tot - lowest) < error_mha
    squared = found.fcisolver.spin_square(found.ci, size[0], found.nelecas)[0]
    assert squared == pytest.approx(spin * (spin + 1), abs=0.1)


def test_orbitals_in_another_order_are_told_and_known() -> None:
    mole = gto.M(atom="O 0 0 0; O 0 0 1.6", basis="sto-3g", spin=2, verbose=0)
    field = scf.UHF(mole).run()
    told = StringIO()
    found = mcscf.CASCI(field, 6, 8)
    found.fcisolver = VQESolver("uccsd")
    found.fcisolver.verbose, found.fcisolver.stdout = 3, told
    found.kernel()
    assert "in the order 1, 2, 5, 3, 4, 6" in told.getvalue()
    # PySCF's energy of the CI vector, over the orbitals as they were given.
    h1, core = found.get_h1eff()
    energy = fci.direct_spin1.energy(h1, found.get_h2eff(), found.ci, 6, found.nelecas)
    assert energy + core == pytest.approx(found.e_tot, abs=1e-9)
    # The same parameters over the orbitals in the new order.
    coefficients = found.mo_coeff.copy()
    active = slice(found.ncore, found.ncore + 6)
    coefficients[:, active] = coefficients[:, active] @ found.fcisolver.orbital_rotation
    again = mcscf.CASCI(field, 6, 8)
    start = {"values": found.fcisolver.parameters.tolist()}
    again.fcisolver = VQESolver("uccsd", initial=start, optimizer="none", reorders_orbitals=False)
    assert again.kernel(coefficients)[0] == pytest.approx(found.e_tot, abs=1e-9)
