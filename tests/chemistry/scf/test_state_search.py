"""Mean fields of open shells and ions against the lowest that PySCF finds from any guess."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pyscf import gto, scf

from tests.chemistry.scf.test_mean_field import solved
from tests.families import slow
from tests.problems import H2O, LIH, pyscf_mean_field, spec_of
from vqe_cli.chemistry.geometry.structures import with_coordinates
from vqe_cli.chemistry.molecule import build_molecule
from vqe_cli.chemistry.scf.hartree_fock import HartreeFock
from vqe_cli.chemistry.scf.mean_field import solve_mean_field
from vqe_cli.chemistry.scf.state_search import AGREED, most_guesses
from vqe_cli.chemistry.scf.trials import Trials
from vqe_cli.schema import MoleculeSpec

pytestmark = pytest.mark.filterwarnings("ignore:remove_linear_dep_ is deprecated")
"""PySCF's Hückel guess says so of itself."""

OZONE = "O 0 0 0; O 0 1.0885 0.6697; O 0 -1.0885 0.6697"
N2_CATION = {"geometry": "N 0 0 0\nN 0 0 1.1", "charge": 1, "multiplicity": 2, "basis": "6-31g"}
C2_ANION = {"geometry": "C 0 0 0\nC 0 0 1.26", "charge": -1, "multiplicity": 2, "basis": "6-31g"}
HYDROXYL = {"geometry": "O 0 0 0\nH 0 0 0.97", "multiplicity": 2}
STRETCHED_WATER = {
    "geometry": "O 0 0 0\nH 0 1.9 1.3\nH 0 -1.9 1.3",
    "multiplicity": 3,
    "basis": "6-31g",
}


def cation_of(smiles: str) -> dict[str, Any]:
    neutral = with_coordinates(MoleculeSpec.model_validate({"geometry": {"smiles": smiles}}))
    return {"geometry": neutral.molecule.geometry.cartesian, "charge": 1, "multiplicity": 2}


def by_pyscf(molecule: Mapping[str, Any], **options: Any) -> float:
    """PySCF's energy by a guess (`guess`) or for occupied irreps (`irrep_nelec`)."""
    spec = spec_of(molecule).molecule
    assert spec is not None
    method = scf.ROHF(build_molecule(with_coordinates(spec)))
    method.conv_tol, method.verbose = 1e-10, 0
    method.irrep_nelec = options.get("irrep_nelec", {})
    method.kernel(dm0=method.get_init_guess(key=options.get("guess", "minao")))
    assert method.converged
    return float(method.e_tot)


def test_the_cation_of_formamide_is_not_in_an_excited_state() -> None:
    """STO-3G at the geometry of ETKDG and MMFF94; the first guess ends 1.3 eV too high."""
    molecule = cation_of("C(=O)N")
    field = solved(molecule)
    assert by_pyscf(molecule) == pytest.approx(-166.418375, abs=1e-5)
    assert by_pyscf(molecule, guess="huckel") == pytest.approx(-166.465242, abs=1e-5)
    assert field.report.energy == pytest.approx(by_pyscf(molecule, guess="huckel"), abs=1e-7)
    assert field.report.stable
    assert field.report.guesses > 4
    assert field.report.chosen != "minao"
    (note,) = field.notes
    assert f"{field.report.guesses} guesses, lowest kept: {field.report.chosen}" in note
    assert "46.867 mHa" in note


@pytest.mark.slow
def test_ozone_in_triplet_state_is_the_lowest_of_pyscfs_guesses() -> None:
    molecule = {"geometry": OZONE.replace("; ", "\n"), "multiplicity": 3, "basis": "6-31g"}
    energies = [by_pyscf(molecule, guess=name) for name in ("minao", "atom", "1e")]
    assert max(energies) - min(energies) > 0.1
    assert solved(molecule).report.energy == pytest.approx(min(energies), abs=1e-7)


@pytest.mark.parametrize(
    ("molecule", "irreps"),
    [
        (N2_CATION, {"Ag": (3, 2), "B1u": (2, 2), "B2u": (1, 1), "B3u": (1, 1)}),
        slow(
            {**N2_CATION, "basis": "aug-cc-pvdz"},
            {"Ag": (3, 2), "B1u": (2, 2), "B2u": (1, 1), "B3u": (1, 1)},
        ),
        slow(C2_ANION, {"Ag": (3, 2), "B1u": (2, 2), "B2u": (1, 1), "B3u": (1, 1)}),
        (STRETCHED_WATER, {"A1": (3, 3), "B1": (1, 1), "B2": (2, 0)}),
    ],
    ids=["n2-cation", "n2-cation-in-part", "c2-anion", "water"],
)
def test_other_occupations_of_irreps_are_looked_at(
    molecule: Mapping[str, Any], irreps: dict[str, tuple[int, int]]
) -> None:
    """PySCF's `irrep_nelec` finds them; its aufbau from the usual guess does not."""
    report = solved(molecule).report
    assert report.energy <= by_pyscf(molecule, irrep_nelec=irreps) + 1e-7
    assert report.energy < by_pyscf(molecule) - 1e-3


@pytest.mark.slow
def test_an_iron_atom_is_in_its_quintet_ground_state_of_hartree_fock() -> None:
    """The usual guess ends a third of a Hartree higher."""
    molecule = {"geometry": "Fe 0 0 0", "multiplicity": 5}
    assert by_pyscf(molecule) > -1248.5
    assert solved(molecule).report.energy < -1248.83


@pytest.mark.parametrize("molecule", [H2O, LIH], ids=["h2o", "lih"])
def test_a_plain_closed_shell_takes_one_guess(molecule: Mapping[str, Any]) -> None:
    field = solved(molecule)
    assert (field.report.guesses, field.report.chosen, field.notes) == (1, "minao", ())
    many = solved(molecule, guesses="many").report
    assert many.guesses > 4
    assert many.energy == pytest.approx(field.report.energy, abs=1e-8)


def test_one_guess_is_what_is_done_where_one_is_asked_for_and_the_verdict_says_so() -> None:
    field = solved(cation_of("C(=O)N"), guesses="one")
    assert field.report.guesses == 1
    assert field.report.energy == pytest.approx(-166.418375, abs=1e-5)
    assert field.report.search_end == "only one guess was asked for"
    assert [(check.name, check.status) for check in field.checks] == [
        ("mean-field-searched", "warn")
    ]


@pytest.mark.parametrize("guesses", ["auto", "one"])
def test_a_plain_closed_shell_needs_no_search(guesses: str) -> None:
    assert solved(LIH, guesses=guesses).checks == ()


def test_a_search_ends_when_guesses_of_three_kinds_agree() -> None:
    """The hydroxyl radical has one Π state that all guesses find."""
    field = solved(HYDROXYL)
    trials = Trials.of(HartreeFock(), HartreeFock().new(field.mole))
    assert field.report.guesses < most_guesses(trials.new().mol, thorough=True)
    assert field.report.search_end == AGREED
    assert field.report.guesses_of_chosen is not None
    assert 3 <= field.report.guesses_of_chosen <= field.report.guesses
    (note,) = field.notes
    assert f"{field.report.guesses_of_chosen} led to it, {AGREED}" in note
    assert field.report.energy == pytest.approx(pyscf_mean_field(HYDROXYL).e_tot, abs=1e-8)


def test_every_guess_is_told_with_the_lowest_energy_so_far() -> None:
    told: list[tuple[int, int, float]] = []
    mole = gto.M(atom="O 0 0 0; H 0 0 0.97", basis="sto-3g", spin=1, symmetry=True, verbose=0)
    field = solve_mean_field(mole, on_guess=lambda *guess: told.append(guess))
    numbers, most, energies = zip(*told, strict=True)
    assert numbers == tuple(range(2, field.report.guesses + 1))
    assert len(set(most)) == 1
    assert max(numbers) <= most[0]
    assert list(energies) == sorted(energies, reverse=True)
    assert energies[-1] == pytest.approx(field.report.energy, abs=1e-6)


def test_a_closed_shell_ion_takes_the_atomic_guesses() -> None:
    molecule = {"geometry": "O 0 0 0\nH 0 0 0.97", "charge": -1, "basis": "6-31g"}
    report = solved(molecule).report
    assert 1 < report.guesses <= 4
    assert report.energy == pytest.approx(pyscf_mean_field(molecule).e_tot, abs=1e-8)


@pytest.mark.slow
def test_a_basis_that_cannot_hold_its_free_atoms_costs_only_a_guess() -> None:
    """Iodine in def2-SVP has too few d shells for its core; PySCF's atoms assert that it fits."""
    cation = {"geometry": "H 0 0 0\nI 0 0 1.609", "charge": 1, "multiplicity": 2}
    molecule = {**cation, "basis": "def2-svp", "ecp": "none"}
    lowest = min(by_pyscf(molecule, guess=guess) for guess in ("minao", "1e"))
    assert solved(molecule).report.energy < lowest + 1e-6
