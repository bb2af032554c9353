"""AVAS and MP2 natural orbitals against PySCF, and what rotated orbitals keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from pyscf import mcscf, mp
from pyscf.mcscf import avas

from tests.chemistry.active_spaces.test_active_spaces import full_ci
from tests.problems import CH2, H2O, H3, LIH, N2, frontier, problem_of, pyscf_mean_field
from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.active_spaces import ACTIVE_SPACES, ActiveSpace
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.integrals import electronic_problem
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.mean_fields import mean_field_of
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.schema import MoleculeSpec

BUTADIENE = """
C  0.6099  0.4055 0
C -0.6099 -0.4055 0
C  1.8504 -0.1138 0
C -1.8504  0.1138 0
H  0.4707  1.4896 0
H -0.4707 -1.4896 0
H  2.7394  0.5170 0
H  2.0275 -1.1910 0
H -2.7394 -0.5170 0
H -2.0275  1.1910 0
"""
SPLIT = {"basis": "6-31g"}


def field_of(molecule: Mapping[str, Any]) -> MeanField:
    return mean_field_of(MoleculeSpec.model_validate({**SPLIT, **molecule}))


def space_of(name: str, **options: Any) -> ActiveSpace:
    return ACTIVE_SPACES.create({"name": name, **options})


def select(molecule: Mapping[str, Any], name: str, **options: Any) -> OrbitalSelection:
    return space_of(name, **options).select(field_of(molecule))


@pytest.mark.parametrize(
    ("molecule", "labels"),
    [
        (N2, ["N 2p"]),
        (H2O, ["O 2p", "H 1s"]),
        (CH2, ["C 2p", "C 2s"]),
        (LIH, ["Li 2s", "H 1s"]),
        (H3, ["H 1s"]),
    ],
    ids=["n2", "h2o", "ch2", "lih", "h3"],
)
def test_full_ci_in_the_avas_space_is_pyscfs(
    molecule: Mapping[str, Any], labels: list[str]
) -> None:
    method = pyscf_mean_field({**molecule, **SPLIT})
    own = avas.AVAS(method, labels, openshell_option=3, canonicalize=False)
    with threads_for(1):
        norb, electrons, orbitals = own.kernel()
    selection = select(molecule, "avas", orbitals=labels)
    assert (len(selection.active), sum(selection.nelec)) == (norb, electrons)
    spin = method.mol.spin / 2
    with threads_for(1):
        solver = mcscf.CASCI(method, norb, int(electrons))
        solver.verbose, solver.fcisolver.conv_tol = 0, 1e-12
        solver.fix_spin_(shift=0.5, ss=spin * (spin + 1))
        expected = solver.kernel(orbitals)[0]
        assert full_ci(electronic_problem(selection)) == pytest.approx(expected, abs=1e-7)


def test_avas_of_pi_orbitals_takes_the_pi_orbitals() -> None:
    """Butadiene has four electrons in four of them, bg and au in C2h."""
    selection = select({"geometry": BUTADIENE, "basis": "sto-3g"}, "avas", orbitals=["C 2pz"])
    assert (sum(selection.nelec), len(selection.active)) == (4, 4)
    record = electronic_problem(selection).active_space
    assert record is not None
    assert {orbital.irrep for orbital in record.orbitals} == {"Au", "Bg"}
    for orbital in record.orbitals:
        assert orbital.criterion is not None
        assert orbital.criterion > 0.9
        names = [name for name, _ in orbital.composition]
        assert all(name.startswith("C") and name.endswith("2pz") for name in names)
        assert sum(share for _, share in orbital.composition) > 0.6


def test_limits_keep_what_overlaps_most() -> None:
    options = {"orbitals": ["O 2p", "H 1s"]}
    whole = select(H2O, "avas", **options)
    capped = select(H2O, "avas", **options, max_electrons=5, max_orbitals=3)
    assert (sum(whole.nelec), len(whole.active)) > (4, 3)
    assert (sum(capped.nelec), len(capped.active)) == (4, 3)
    assert "largest of" in capped.reason
    assert capped.criterion is not None
    occupied = capped.criterion.values[: capped.field.num_occupied]
    assert occupied[list(capped.inactive)].max() < occupied[-2:].min()


def test_mp2_natural_orbitals_have_pyscfs_occupations() -> None:
    density = mp.MP2(pyscf_mean_field({**N2, **SPLIT}), frozen=2).run(verbose=0).make_rdm1()
    occupations = np.linalg.eigvalsh(density)
    expected = occupations[(occupations > 0.02) & (occupations < 1.98)]
    selection = select(N2, "mp2-natural", threshold=0.02)
    assert len(selection.active) == len(expected)
    assert selection.criterion is not None
    # Orbitals of one irrep are mixed again by being made semicanonical; here each has its own.
    found = np.sort(selection.criterion.values[list(selection.active)])
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_unrelaxed_mp2_density_does_not_mix_occupied_with_empty_orbitals() -> None:
    for molecule in (H2O, N2):
        field = field_of(molecule)
        selection = space_of("mp2-natural", electrons=4, orbitals=4).select(field)
        overlap = field.mole.intor("int1e_ovlp")
        rotation = field.mo_coeff.T @ overlap @ selection.field.mo_coeff
        mixed = rotation[: field.num_occupied, field.num_occupied :]
        assert np.abs(mixed).max() < 1e-12


@pytest.mark.parametrize("molecule", [N2, H2O, CH2, H3], ids=["n2", "h2o", "ch2", "h3"])
def test_rotated_orbitals_are_semicanonical_and_keep_their_irreps(
    molecule: Mapping[str, Any],
) -> None:
    electrons = 3 if molecule is H3 else 4
    problem = electronic_problem(
        select(molecule, "mp2-natural", electrons=electrons, orbitals=electrons)
    )
    assert problem.orbsym is not None
    mean = 0.5 * (problem.fock[0] + problem.fock[1])
    assert problem.orbital_energies is not None
    np.testing.assert_allclose(np.diag(mean), problem.orbital_energies, atol=1e-6)
    beta, alpha = min(problem.nelec), max(problem.nelec)
    for block in (slice(0, beta), slice(beta, alpha), slice(alpha, None)):
        inside = mean[block, block]
        np.testing.assert_allclose(inside, np.diag(np.diag(inside)), atol=1e-6)
    irreps = np.array(problem.orbsym)
    across = problem.h1[irreps[:, None] != irreps[None, :]]
    assert np.abs(across).max(initial=0.0) < 1e-9


def test_labels_that_break_the_point_group_drop_irreps() -> None:
    problem = electronic_problem(select(H2O, "avas", orbitals=["O 2p", "H2 1s"]))
    assert problem.orbsym is None
    assert problem.point_group is None
    symmetric = electronic_problem(select(H2O, "avas", orbitals=["O 2p", "H 1s"]))
    assert symmetric.point_group == "C2v"


def test_natural_orbitals_recover_more_correlation_than_canonical_ones() -> None:
    molecule = {**H2O, "basis": "6-31g"}
    energies = {
        name: full_ci(problem_of(molecule, active_space={**frontier(4, 4), "name": name}))
        for name in ("frontier", "mp2-natural")
    }
    assert energies["mp2-natural"] < energies["frontier"] - 1e-3


@pytest.mark.parametrize(
    ("space", "message"),
    [
        ({"name": "avas", "orbitals": ["N 2p"]}, "no atomic orbital is called 'N 2p'"),
        ({"name": "avas", "orbitals": ["O2 2p"]}, "no atomic orbital is called 'O2 2p'"),
        ({"name": "avas", "orbitals": ["O [2p"]}, "is not a pattern"),
        ({"name": "avas", "orbitals": ["(O+)+ 2p"]}, "is not a label"),
        ({"name": "avas", "orbitals": [".*.*.*.*x"]}, "is not a label"),
        ({"name": "avas", "orbitals": [7]}, "is not a label"),
        ({"name": "avas", "orbitals": []}, "is empty"),
        ({"name": "avas", "orbitals": ["O 2p"], "max_electrons": 1}, "no electrons are left"),
        ({"name": "mp2-natural", "electrons": 4}, "go together"),
        (
            {"name": "mp2-natural", "electrons": 4, "orbitals": 4, "threshold": 0.1},
            "exclude each other",
        ),
        ({"name": "mp2-natural", "threshold": 0.5}, "no natural orbital of MP2"),
        ({"name": "mp2-natural", "electrons": 12, "orbitals": 6}, "12 of 10 electrons"),
    ],
)
def test_impossible_spaces_are_input_errors(space: Any, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        problem_of(H2O, active_space=space)
    assert caught.value.path[0] == "active_space"
    if "no atomic orbital" in message:
        assert "O 1s, O 2s, O 2p, H 1s" in (caught.value.hint or "")


@pytest.mark.parametrize(
    "space",
    [
        frontier(4, 41),
        {"name": "mp2-natural", "electrons": 4, "orbitals": 41},
        {"name": "avas", "orbitals": ["H 1s"]},
    ],
)
def test_too_many_orbitals_are_refused_before_the_mean_field(space: Any) -> None:
    chain = "\n".join(f"H 0 0 {0.9 * k}" for k in range(42))
    with pytest.raises(ResourceLimitError, match=r"4[12] active orbitals"):
        problem_of({"geometry": chain, "basis": "6-31g"}, active_space=space)


def test_records_say_what_orbitals_are_made_of() -> None:
    record = problem_of(LIH, active_space="frozen-core").active_space
    assert record is not None
    assert (record.method, record.reason) == ("frozen-core", "all but the chemical core")
    bond, _, px = record.orbitals[0], record.orbitals[1], record.orbitals[2]
    assert bond.composition[0][0] == "H2 1s"
    assert [orbital.number for orbital in record.orbitals] == [2, 3, 4, 5, 6]
    assert bond.occupation == 2
    assert px.composition in ((("Li1 2px", 1.0),), (("Li1 2py", 1.0),))


def test_populations_are_loewdins() -> None:
    """By hand: the bonding orbital of hydrogen is half of each atom's 1s."""
    record = problem_of({"geometry": "H 0 0 0; H 0 0 0.74; @H 0 0 9"}).active_space
    assert record is not None
    assert record.orbitals[0].composition == (("H1 1s", 0.5), ("H2 1s", 0.5))
    assert (("ghost-H3 1s", 1.0),) in [orbital.composition for orbital in record.orbitals]
