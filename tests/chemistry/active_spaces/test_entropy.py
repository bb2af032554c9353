"""Single-orbital entropies against PySCF's densities, and the spaces that chemists would choose."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import xor
from typing import Any

import numpy as np
import pytest
from pyscf import fci, gto

from tests.chemistry.active_spaces.test_active_spaces import full_ci
from tests.chemistry.active_spaces.test_rotated_spaces import BUTADIENE
from tests.families import slow
from tests.problems import CH2, H3, N2
from vqe_cli._core.resources import MACHINE
from vqe_cli.chemistry.active_spaces import ACTIVE_SPACES, ActiveSpace
from vqe_cli.chemistry.active_spaces.candidates import Candidates
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.integrals import electronic_problem
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.mean_fields import mean_field_of
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.schema import MoleculeSpec

H4 = {"geometry": "H 0 0 0; H 0 0 1.5; H 0 0 3.0; H 0 0 4.5", "charge": 0, "multiplicity": 1}
STRETCHED_N2 = {"geometry": "N 0 0 0; N 0 0 2.0", "charge": 0, "multiplicity": 1}
ETHYLENE = {
    "geometry": "C 0 0 0.6695; C 0 0 -0.6695; H 0 0.9289 1.2321; H 0 -0.9289 1.2321;"
    " H 0 0.9289 -1.2321; H 0 -0.9289 -1.2321",
    "charge": 0,
    "multiplicity": 1,
}
POLYENE = {"geometry": BUTADIENE, "charge": 0, "multiplicity": 1}
CORNERS = [k * np.pi / 3 for k in range(6)]
BENZENE = {
    "geometry": "; ".join(
        f"{symbol} {radius * np.cos(angle):.8f} {radius * np.sin(angle):.8f} 0"
        for symbol, radius in (("C", 1.3970), ("H", 2.4810))
        for angle in CORNERS
    ),
    "charge": 0,
    "multiplicity": 1,
}
OXYGEN = {"geometry": "O 0 0 0; O 0 0 1.2", "charge": 0, "multiplicity": 3}
SUPEROXIDE = {"geometry": "O 0 0 0; O 0 0 1.35", "charge": -1, "multiplicity": 2}
NITRIC_OXIDE = {"geometry": "N 0 0 0; O 0 0 1.151", "charge": 0, "multiplicity": 2}
HYDROGEN_CYANIDE = {
    "geometry": "H 0 0 -1.064; C 0 0 0; N 0 0 1.156",
    "charge": 0,
    "multiplicity": 1,
}
STRETCHED_HF = {"geometry": "H 0 0 0; F 0 0 2.2", "charge": 0, "multiplicity": 1}
ALLYL = {
    "geometry": "C 0 0 0.444; C 0 1.226 -0.197; C 0 -1.226 -0.197; H 0 0 1.531; H 0 2.153 0.364;"
    " H 0 -2.153 0.364; H 0 1.29 -1.28; H 0 -1.29 -1.28",
    "charge": 0,
    "multiplicity": 2,
}
BORON_NITRIDE = {"geometry": "B 0 0 0; N 0 0 1.329", "charge": 0, "multiplicity": 3}


def field_of(molecule: Mapping[str, Any], basis: str = "sto-3g") -> MeanField:
    return mean_field_of(MoleculeSpec.model_validate({**molecule, "basis": basis}))


def space_of(**options: Any) -> ActiveSpace:
    return ACTIVE_SPACES.create({"name": "entropy", **options})


def selected(molecule: Mapping[str, Any], basis: str = "sto-3g", **options: Any) -> Any:
    return space_of(**options).select(field_of(molecule, basis))


def size_of(selection: OrbitalSelection) -> tuple[int, int]:
    return sum(selection.nelec), len(selection.active)


def entropies_by_pyscf(whole: OrbitalSelection) -> np.ndarray:
    """Entropies from one- and two-body densities of PySCF's full CI, with its own spin penalty.

    It is the lowest state of the reference determinant's irrep.
    """
    problem = electronic_problem(whole)
    norb, nelec = problem.norb, problem.nelec
    irreps = problem.orbital_irreps or (0,) * norb
    solver = fci.addons.fix_spin_(fci.direct_spin1_symm.FCI(), ss=problem.spin_squared)
    solver.orbsym = np.array(irreps)
    solver.wfnsym = reduce(xor, irreps[nelec[1] : nelec[0]], 0)
    solver.conv_tol = 1e-12
    _, state = solver.kernel(problem.h1, problem.h2, norb, nelec)
    (alpha, beta), (_, mixed, _) = fci.direct_spin1.make_rdm12s(state, norb, nelec)
    both = np.einsum("pppp->p", mixed)
    alpha, beta = np.diag(alpha), np.diag(beta)
    shares = np.array([both, alpha - both, beta - both, 1 - alpha - beta + both])
    return -(shares * np.log(np.clip(shares, 1e-99, 1))).sum(axis=0)


@pytest.mark.parametrize(
    "molecule", [H4, SUPEROXIDE, slow(H3), slow(N2), slow(CH2), slow(STRETCHED_N2)]
)
def test_entropies_are_those_of_pyscfs_densities(molecule: Mapping[str, Any]) -> None:
    found = Candidates.of(field_of(molecule), 12)
    expected = entropies_by_pyscf(found.whole)
    np.testing.assert_allclose(found.entropies, expected, atol=1e-5)


def test_dissociated_hydrogen_has_the_largest_entropy_of_two_occupations() -> None:
    # (|20> - |02>)/sqrt(2): each orbital is doubly occupied or empty with probability 1/2.
    apart = {"geometry": "H 0 0 0; H 0 0 20", "charge": 0, "multiplicity": 1}
    found = Candidates.of(field_of(apart), 12)
    np.testing.assert_allclose(found.entropies, np.log(2), atol=1e-4)


@pytest.mark.parametrize(
    ("molecule", "basis", "size", "irreps"),
    [
        pytest.param(STRETCHED_N2, "sto-3g", (6, 6), None, id="n2-at-2"),
        pytest.param(H4, "sto-3g", (4, 4), None, id="h4"),
        slow(OXYGEN, "sto-3g", (8, 6), None),
        pytest.param(SUPEROXIDE, "sto-3g", (9, 6), None, id="superoxide"),
        slow(NITRIC_OXIDE, "sto-3g", (5, 4), None),
        slow(NITRIC_OXIDE, "cc-pvdz", (5, 4), None),
        slow(HYDROGEN_CYANIDE, "sto-3g", (4, 4), None),
        slow(ALLYL, "sto-3g", (3, 3), ["B1", "A2", "B1"]),
        slow(STRETCHED_HF, "sto-3g", (2, 2), ["A1", "A1"]),
        slow(BORON_NITRIDE, "sto-3g", (6, 6), None),
        pytest.param(
            BENZENE,
            "sto-3g",
            (6, 6),
            ["B1u", "B3g", "B2g", "B1u", "Au", "B2g"],
            id="c6h6",
            marks=pytest.mark.slow,
        ),
        slow(POLYENE, "sto-3g", (4, 4), ["Au", "Bg", "Au", "Bg"]),
        slow(STRETCHED_N2, "6-31g", (6, 6), None),
        slow(ETHYLENE, "sto-3g", (2, 2), ["B3u", "B2g"]),
        slow(ETHYLENE, "cc-pvdz", (2, 2), ["B3u", "B2g"]),
    ],
)
def test_spaces_are_those_that_chemists_choose(
    molecule: Mapping[str, Any], basis: str, size: tuple[int, int], irreps: list[str] | None
) -> None:
    found = selected(molecule, basis)
    assert size_of(found) == size
    assert not found.checks
    if irreps is not None:
        assert [found.field.irrep_name(index) for index in found.active] == irreps


def test_water_is_told_to_need_one_determinant_only() -> None:
    water = {
        "geometry": "O 0 0 0.1173; H 0 0.7572 -0.4692; H 0 -0.7572 -0.4692",
        "charge": 0,
        "multiplicity": 1,
    }
    assert "one determinant describes the state" in selected(water).reason
    assert "one determinant" not in selected(STRETCHED_N2).reason


def test_a_size_takes_the_largest_entropies_of_each_occupation() -> None:
    field = field_of(STRETCHED_N2)
    own, given = space_of().select(field), space_of(electrons=6, orbitals=6).select(field)
    assert given.active == own.active
    assert given.inactive == own.inactive
    assert electronic_problem(given).hartree_fock_energy == pytest.approx(field.report.energy)
    assert selected(STRETCHED_N2, electrons=2, orbitals=2).checks, "a pair of pi orbitals is cut"
    with pytest.raises(InputError, match="entropies of"):
        selected(STRETCHED_N2, electrons=14, orbitals=8)


def test_what_cannot_be_compared_is_refused_before_the_orbitals_are_computed() -> None:
    with pytest.raises(InputError, match="14 orbitals are to be chosen among 12") as caught:
        space_of(electrons=14, orbitals=14)
    assert "candidates to 14" in (caught.value.hint or "")
    mole = gto.M(atom="C 0 0 0; C 0 0 1.2425", basis="6-31g", verbose=0)
    with pytest.raises(ResourceLimitError, match="853,776 determinants") as refused:  # 924²
        space_of(electrons=12, orbitals=12).check(mole, MACHINE)
    assert "{name: mp2-natural, electrons: 12, orbitals: 12}" in (refused.value.hint or "")
    space_of(electrons=10, orbitals=10).check(mole, MACHINE)
    with pytest.raises(InputError, match="4 unpaired electrons"):
        space_of(candidates=4).check(gto.M(atom="O 0 0 0; O 0 0 2", spin=4, verbose=0), MACHINE)


def test_full_ci_of_all_candidates_is_their_casci() -> None:
    found = Candidates.of(field_of(STRETCHED_N2), 12)
    assert found.energy == pytest.approx(full_ci(electronic_problem(found.whole)), abs=1e-7)


def test_orbitals_that_were_compared_are_in_the_record() -> None:
    space = electronic_problem(selected(STRETCHED_N2)).active_space
    assert space is not None
    assert space.criterion == "single-orbital entropy"
    assert len(space.left_out) == 2
    inside = min(orbital.criterion or 0 for orbital in space.orbitals)
    assert max(orbital.criterion or 9 for orbital in space.left_out) < 0.1
    assert inside > 0.8


def test_both_of_a_pair_of_pi_orbitals_are_active_where_one_is_half_filled() -> None:
    active = [
        found.field.mo_coeff[:, list(found.active)]
        for found in (selected(NITRIC_OXIDE), selected(SUPEROXIDE))
    ]
    for orbitals, molecule in zip(active, (NITRIC_OXIDE, SUPEROXIDE), strict=True):
        mole = gto.M(atom=molecule["geometry"], charge=molecule["charge"], spin=1)
        along = np.abs(orbitals.T @ mole.intor("int1e_cg_irxp")[2] @ orbitals)
        pi = along.max(axis=1) > 0.1
        assert pi.sum() == 4
        np.testing.assert_allclose(along.max(axis=1)[pi], 1, atol=0.05)  # Lz of p orbitals


def test_what_a_small_basis_leaves_nothing_to_correlate_in_is_refused() -> None:
    with pytest.raises(InputError, match="MP2 correlates no orbital") as caught:
        selected({"geometry": "Ne 0 0 0", "charge": 0, "multiplicity": 1})
    assert "larger basis" in (caught.value.hint or "")


def test_correlated_orbitals_that_are_left_out_are_told() -> None:
    chain = "; ".join(f"H 0 0 {distance}" for distance in range(8))
    found = selected({"geometry": chain, "charge": 0, "multiplicity": 1})
    assert size_of(found) != (8, 8)
    assert "correlated as well" in found.reason
    assert "correlated as well" not in selected(STRETCHED_N2).reason


def test_what_is_not_correlated_is_refused() -> None:
    helium = {"geometry": "He 0 0 0", "charge": 0, "multiplicity": 1}
    with pytest.raises(InputError) as caught:
        selected(helium)
    assert caught.value.path == ("active_space",)
    assert "frontier" in (caught.value.hint or "")
