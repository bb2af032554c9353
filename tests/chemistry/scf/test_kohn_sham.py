"""Restricted Kohn-Sham orbitals as starting orbitals."""

from __future__ import annotations

import pytest

from tests.problems import problem_of, spec_of
from tests.unrestricted import H3, OH, molecule_of
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends.exact.sector import SectorObjective
from vqe_cli.chemistry.correlation.amplitudes import amplitudes
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.parts import fingerprint_of
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.mappers import MAPPERS
from vqe_cli.variational.initial_points import product_point

WATER = ("O 0 0 0; H 0 0.757 0.587; H 0 -0.757 0.587", 0)


def fci(molecule: tuple[str, int], **scf: str | bool) -> float:
    """The exact energy over all orbitals."""
    problem = problem_of(molecule_of(*molecule, **scf))
    encoding = Encoding(problem, MAPPERS.create("jordan-wigner"))
    return CLASSICAL_METHODS.create("fci").solve(encoding).energy


@pytest.mark.parametrize("functional", ["pbe0", "lda,vwn"])
@pytest.mark.parametrize("molecule", [WATER, H3], ids=["RKS", "ROKS"])
def test_the_exact_energy_does_not_depend_on_the_orbitals(
    molecule: tuple[str, int], functional: str
) -> None:
    assert fci(molecule, functional=functional) == pytest.approx(fci(molecule), abs=1e-9)


@pytest.mark.parametrize(("molecule", "name"), [(WATER, "RKS"), (H3, "ROKS")])
def test_the_field_is_that_of_pyscf(molecule: tuple[str, int], name: str) -> None:
    from pyscf import dft, gto

    mole = gto.M(atom=molecule[0], spin=molecule[1], basis="sto-3g", verbose=0)
    expected = getattr(dft, name)(mole, xc="b3lyp")
    expected.conv_tol = 1e-10
    expected.kernel()
    problem = problem_of(molecule_of(*molecule, functional="B3LYP"))
    assert problem.scf is not None
    assert (problem.scf.method, problem.scf.functional) == (name, "b3lyp")
    assert problem.scf.energy == pytest.approx(expected.e_tot, abs=1e-7)


def test_the_reference_determinant_is_hartree_focks_energy_in_these_orbitals() -> None:
    from pyscf import dft, gto

    mole = gto.M(atom=WATER[0], basis="sto-3g", verbose=0)
    field = dft.RKS(mole, xc="pbe0")
    field.conv_tol = 1e-11
    field.kernel()
    problem = problem_of(molecule_of(*WATER, functional="pbe0"))
    expected = field.to_hf().energy_tot(field.make_rdm1())
    assert problem.hartree_fock_energy == pytest.approx(expected, abs=1e-7)
    assert problem.reference_determinant == "not-stationary"


def test_a_determinant_is_not_hartree_focks_if_other_orbitals_are_frozen() -> None:
    """In triplet O2 symmetry alone makes the active orbitals stationary."""
    oxygen = molecule_of("O 0 0 0; O 0 0 1.20752", 2, functional="lda,vwn")
    space = {"name": "frontier", "electrons": 8, "orbitals": 6}
    problem = problem_of(oxygen, active_space=space)
    assert problem.brillouin_violation < 1e-5
    assert problem.reference_determinant == "not-stationary"


@pytest.mark.parametrize("method", ["mp2", "ccsd"])
def test_amplitudes_have_singles_and_lower_the_energy(method: str) -> None:
    problem = problem_of(molecule_of(*H3, functional="lda,vwn"))
    found = amplitudes(problem, "mp2" if method == "mp2" else "ccsd")
    assert abs(found.t1).max() > 1e-3
    product = ANSATZE.create("uccsd").excitations(problem)
    start = SectorObjective(problem, product).energy(product_point(product, found)).value
    assert start < problem.hartree_fock_energy - 1e-3


def test_new_keys_change_the_fingerprint_only_where_they_are_set() -> None:
    plain, scf = spec_of(molecule_of(*OH)), {"symmetry": "keep", "guesses": "auto"}
    assert plain.molecule is not None
    assert plain.molecule.model_dump()["scf"] == scf
    changed = [
        spec_of(molecule_of(*OH, functional="pbe")),
        spec_of(molecule_of(*OH, unrestricted=True)),
    ]
    assert len({fingerprint_of(spec) for spec in (plain, *changed)}) == 3
    assert fingerprint_of(spec_of(molecule_of(*OH, functional=" PBE "))) == fingerprint_of(
        changed[0]
    )
