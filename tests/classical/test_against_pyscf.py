"""Every electronic method against PySCF's own, started from the molecule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pyscf import cc, fci, mp

from tests.families import slow
from tests.problems import CH2, H2O, H3, H4, LIH, N2, encoding_of, problem_of, pyscf_mean_field
from vqe_cli.classical import CLASSICAL_METHODS

OH = {"geometry": "O 0 0 0\nH 0 0 0.97", "multiplicity": 2}
CLOSED = {"lih": LIH, "h2o": H2O, "h4": H4, "n2": N2}
OPEN = {"h3": H3, "ch2": CH2, "oh": OH, "h2o-cation": {**H2O, "charge": 1, "multiplicity": 2}}
LARGE = ("n2", "oh", "ch2")
"""Full CI of thousands of determinants; the others have the same kinds of shells."""

closed_shells = pytest.mark.parametrize("molecule", CLOSED.values(), ids=CLOSED)
every_shell = pytest.mark.parametrize(
    "molecule", [*CLOSED.values(), *OPEN.values()], ids=[*CLOSED, *OPEN]
)

every_shell_by_coupled_cluster = pytest.mark.parametrize(
    "molecule",
    [
        # more electrons of each spin than H3 has, in seconds
        pytest.param(molecule, marks=pytest.mark.slow if name in ("ch2", "oh") else (), id=name)
        for name, molecule in {**CLOSED, **OPEN}.items()
    ],
)


def energy(name: str, molecule: Mapping[str, Any]) -> float:
    found = CLASSICAL_METHODS.create(name).solve(encoding_of(problem_of(molecule)))
    assert found.converged
    return found.energy


@every_shell
def test_hartree_fock(molecule: Mapping[str, Any]) -> None:
    assert energy("hf", molecule) == pytest.approx(pyscf_mean_field(molecule).e_tot, abs=1e-8)


@closed_shells
def test_mp2_of_closed_shells(molecule: Mapping[str, Any]) -> None:
    expected = mp.MP2(pyscf_mean_field(molecule)).run(verbose=0).e_tot
    assert energy("mp2", molecule) == pytest.approx(expected, abs=1e-8)


@every_shell_by_coupled_cluster
def test_ccsd(molecule: Mapping[str, Any]) -> None:
    solver = cc.CCSD(pyscf_mean_field(molecule))
    solver.conv_tol = 1e-10
    expected = solver.run(verbose=0).e_tot
    assert energy("ccsd", molecule) == pytest.approx(expected, abs=1e-7)


@closed_shells
def test_ccsd_with_triples_of_closed_shells(molecule: Mapping[str, Any]) -> None:
    solver = cc.CCSD(pyscf_mean_field(molecule))
    solver.conv_tol = 1e-10
    solver.run(verbose=0)
    expected = solver.e_tot + solver.ccsd_t()
    assert energy("ccsd-t", molecule) == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize(
    "molecule",
    [
        pytest.param(molecule, marks=pytest.mark.slow if name in LARGE else (), id=name)
        for name, molecule in {**CLOSED, **OPEN}.items()
    ],
)
def test_full_ci(molecule: Mapping[str, Any]) -> None:
    method = pyscf_mean_field(molecule)
    solver = fci.FCI(method)
    solver.conv_tol = 1e-12
    spin = method.mol.spin / 2
    fci.addons.fix_spin_(solver, shift=0.5, ss=spin * (spin + 1))
    expected = solver.kernel()[0]
    assert energy("fci", molecule) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(
    "molecule",
    [
        H4,
        H3,
        # four electrons in six orbitals
        pytest.param(LIH, marks=pytest.mark.slow),
    ],
    ids=["h4", "h3", "lih"],
)
def test_two_electron_theories_are_ordered_as_they_should_be(molecule: Mapping[str, Any]) -> None:
    exact, upper = energy("fci", molecule), energy("hf", molecule)
    assert exact < energy("ccsd", molecule) + 1e-4
    assert energy("mp2", molecule) < upper
    assert abs(energy("ccsd-t", molecule) - exact) < abs(upper - exact)


def test_ccsd_of_two_electrons_is_exact() -> None:
    molecule = {"geometry": "H 0 0 0\nH 0 0 1.2", "basis": "6-31g"}
    assert energy("ccsd", molecule) == pytest.approx(energy("fci", molecule), abs=1e-8)
    assert energy("ccsd-t", molecule) == pytest.approx(energy("fci", molecule), abs=1e-8)


@pytest.mark.parametrize("name", ["mp2", "ccsd", "ccsd-t"])
@pytest.mark.parametrize(
    "molecule",
    [
        slow({"geometry": "N 0 0 0", "multiplicity": 4}),
        {"geometry": "O 0 0 0", "multiplicity": 3},
        {"geometry": "Ne 0 0 0"},
        {"geometry": "H 0 0 0", "multiplicity": 2},
        {**H3, "multiplicity": 4},
    ],
    ids=["nitrogen", "oxygen", "neon", "hydrogen", "h3-quartet"],
)
def test_atoms_in_a_minimal_basis_have_nothing_to_correlate(
    name: str, molecule: Mapping[str, Any]
) -> None:
    assert energy(name, molecule) == pytest.approx(energy("hf", molecule), abs=1e-10)
