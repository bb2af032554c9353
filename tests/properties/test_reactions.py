"""Reaction energies, compared with PySCF's Hartree-Fock and CASCI of both sides."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.problems import H2O, N2, frontier, pyscf_mean_field
from tests.screening.cases import case_of, compute
from vqe_cli._core.units import HARTREE_IN_KCAL_PER_MOL
from vqe_cli.errors import InputError, ResourceLimitError

DIMER = {
    "geometry": "O -1.551007 -0.114520 0\nH -1.934259 0.762503 0\nH -0.599677 0.040712 0\n"
    "O 1.350625 0.111469 0\nH 1.680398 -0.373741 -0.758561\nH 1.680398 -0.373741 0.758561",
    "basis": "6-31g",
}
"""The geometry of set S22, Jurečka et al., Phys. Chem. Chem. Phys. 8, 1985 (2006)."""

HELIUM = {"geometry": "He 0 0 0\nHe 0 0 2.5", "basis": "6-31g"}
FLUORINE = {"geometry": "F 0 0 0\nF 0 0 1.41", "basis": "6-31g"}
HYDROGEN = {"geometry": "H 0 0 0\nH 0 0 0.7414"}
HYDROGEN_FLUORIDE = {"geometry": "H 0 0 0\nF 0 0 0.92", "basis": "6-31g"}


def energies(molecule: dict[str, Any], electrons: int, orbitals: int) -> tuple[float, float]:
    """Hartree-Fock and CASCI by PySCF alone, the spin held."""
    from pyscf import mcscf

    mean_field = pyscf_mean_field(molecule)
    if electrons == orbitals == 1:
        return mean_field.e_tot, mean_field.e_tot
    solver = mcscf.CASCI(mean_field, orbitals, electrons)
    solver.verbose = 0
    spin = (molecule.get("multiplicity", 1) - 1) / 2
    solver.fix_spin_(ss=spin * (spin + 1))
    return mean_field.e_tot, solver.kernel()[0]


def counterpoise(kept: slice) -> dict[str, Any]:
    """One water with the functions of the other."""
    lines = DIMER["geometry"].splitlines()
    atoms = [line if line in lines[kept] else f"ghost-{line}" for line in lines]
    return {**DIMER, "geometry": "\n".join(atoms)}


@pytest.mark.parametrize(
    ("molecule", "atom", "whole", "half", "spin"),
    [
        pytest.param(FLUORINE, "F", (2, 2), (1, 1), 2, id="F2"),
        pytest.param(
            {**N2, "basis": "6-31g"}, "N", (6, 6), (3, 3), 4, marks=pytest.mark.slow, id="N2"
        ),
    ],
)
def test_a_bond_costs_what_pyscf_says_of_molecule_and_atoms(
    molecule: dict[str, Any],
    atom: str,
    whole: tuple[int, int],
    half: tuple[int, int],
    spin: int,
) -> None:
    case = case_of(molecule, active_space=frontier(*whole))
    found = compute("bond-cleavage", case)
    radical = {"geometry": f"{atom} 0 0 0", "basis": "6-31g", "multiplicity": spin}
    levels = zip(energies(molecule, *whole), energies(radical, *half), strict=True)
    hartree_fock, exact = (HARTREE_IN_KCAL_PER_MOL * (2 * a - ab) for ab, a in levels)
    values = found.values
    assert values["bond_cleavage_hf_kcal_per_mol"] == pytest.approx(hartree_fock, abs=1e-3)
    assert values["bond_cleavage_exact_kcal_per_mol"] == pytest.approx(exact, abs=1e-3)
    assert values["bond_cleavage_site"] == f"{atom}1-{atom}2"
    assert [part["multiplicity"] for part in found.record["species"]] == [spin, spin, 1]


def test_carbon_dioxide_leaves_a_singlet_and_a_triplet() -> None:
    """Triplet CO lies 6 eV higher; Hartree-Fock by PySCF of all three."""
    whole = {"geometry": "O 0 0 -1.16\nC 0 0 0\nO 0 0 1.16"}
    found = compute("bond-cleavage", case_of(whole, active_space=frontier(4, 4)))
    spins = {part["species"]: part["multiplicity"] for part in found.record["species"]}
    assert spins == {"O": 3, "CO": 1, "candidate": 1}
    monoxide = {"geometry": "C 0 0 0\nO 0 0 1.16"}
    oxygen = {"geometry": "O 0 0 0", "multiplicity": 3}
    monoxide, oxygen, whole = (pyscf_mean_field(m).e_tot for m in (monoxide, oxygen, whole))
    expected = HARTREE_IN_KCAL_PER_MOL * (monoxide + oxygen - whole)
    assert found.values["bond_cleavage_hf_kcal_per_mol"] == pytest.approx(expected, abs=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("geometry", "space", "spins"),
    [
        (  # the slow one leaves two atoms
            "C 0 0 0\nH 1.08 0 0\nH -.54 .935 0\nH -.54 -.935 0",
            (3, 3),
            {"CH2": 3, "H": 2, "candidate": 2},
        ),
        pytest.param(
            "N 0 0 0\nO 0 0 1.15",
            (5, 5),
            {"N": 4, "O": 3, "candidate": 2},
            marks=pytest.mark.slow,
        ),
    ],
    ids=["methyl", "nitric-oxide"],
)
def test_radicals_leave_fragments_in_their_ground_states(
    geometry: str, space: tuple[int, int], spins: dict[str, int]
) -> None:
    radical = {"geometry": geometry, "multiplicity": 2}
    found = compute("bond-cleavage", case_of(radical, active_space=frontier(*space)))
    assert {p["species"]: p["multiplicity"] for p in found.record["species"]} == spins


@pytest.mark.slow
def test_multiple_bonds_are_not_taken_for_the_weakest() -> None:
    """C=O, 179 kcal/mol, is the weaker one by Hartree-Fock; C-H, 88 kcal/mol, by experiment
    (Blanksby and Ellison 2003)."""
    formaldehyde = {
        "geometry": "C 0 0 -0.53\nO 0 0 0.675\nH 0 0.937 -1.12\nH 0 -0.937 -1.12",
        "basis": "6-31g",
    }
    found = compute("bond-cleavage", case_of(formaldehyde, active_space=frontier(4, 4)))
    assert set(found.record["hartree_fock_kcal_per_mol"]) == {"C1-H3"}
    named = {"name": "bond-cleavage", "bond": [1, 2]}
    other = compute(named, case_of(formaldehyde, active_space=frontier(4, 4)))
    weaker = other.values["bond_cleavage_hf_kcal_per_mol"]
    assert weaker < found.values["bond_cleavage_hf_kcal_per_mol"]


def test_a_core_potential_stays_with_the_fragment_that_has_it() -> None:
    iodide = {"geometry": "H 0 0 0\nI 0 0 1.609", "basis": "lanl2dz", "ecp": "lanl2dz"}
    hydrogen = {"geometry": "H 0 0 0", "basis": "lanl2dz", "multiplicity": 2}
    iodine = {**iodide, "geometry": "I 0 0 0", "ecp": {"I": "lanl2dz"}, "multiplicity": 2}
    by_pyscf = {**iodide, "ecp": {"I": "lanl2dz"}}
    whole, *halves = (pyscf_mean_field(m).e_tot for m in (by_pyscf, hydrogen, iodine))
    values = compute("bond-cleavage", case_of(iodide, active_space=frontier(2, 2))).values
    expected = HARTREE_IN_KCAL_PER_MOL * (sum(halves) - whole)
    assert values["bond_cleavage_hf_kcal_per_mol"] == pytest.approx(expected, abs=1e-3)


def test_hydrogen_comes_near_its_measured_dissociation_energy() -> None:
    """D_e = 109.5 kcal/mol, Kołos and Wolniewicz, J. Chem. Phys. 49, 404 (1968)."""
    hydrogen = {"geometry": "H 0 0 0\nH 0 0 0.7414", "basis": "cc-pvdz"}
    values = compute("bond-cleavage", case_of(hydrogen)).values
    assert values["bond_cleavage_kcal_per_mol"] == pytest.approx(109.5, abs=7)
    assert values["bond_cleavage_verdict"] == "pass"


def test_water_dimer_is_bound_as_pyscf_says_with_counterpoise() -> None:
    values = compute("binding", case_of(DIMER, active_space=frontier(4, 4))).values
    complex_ = pyscf_mean_field(DIMER)
    parts = [pyscf_mean_field(counterpoise(kept)) for kept in (slice(0, 3), slice(3, 6))]
    hartree_fock = HARTREE_IN_KCAL_PER_MOL * (sum(one.e_tot for one in parts) - complex_.e_tot)
    active = complex_.mo_coeff[:, 8:12]
    exact = sum(casci_of_overlap(one, complex_, own_functions(one.mol, active)) for one in parts)
    exact = HARTREE_IN_KCAL_PER_MOL * (exact - energies(DIMER, 4, 4)[1])
    assert values["binding_hf_kcal_per_mol"] == pytest.approx(hartree_fock, abs=1e-3)
    assert values["binding_exact_kcal_per_mol"] == pytest.approx(exact, abs=1e-3)
    assert values["binding_active_spaces"] == "OH2 (1) (2e,2o); OH2 (2) (2e,2o); complex (4e,4o)"


def own_functions(mole: Any, orbitals: Any) -> Any:
    """Orbitals of the whole complex without their parts on ghosts."""
    kept = orbitals.copy()
    for atom, (*_, start, stop) in enumerate(mole.aoslice_by_atom()):
        if not mole.atom_charge(atom):
            kept[start:stop] = 0
    return kept


def casci_of_overlap(field: Any, whole: Any, orbitals: Any) -> float:
    """CASCI (2e,2o) by PySCF over the orbitals that overlap most with given ones."""
    from pyscf import mcscf

    overlap = field.mo_coeff.T @ whole.get_ovlp() @ orbitals
    square, found = overlap @ overlap.T, field.mo_coeff.copy()
    count = field.mol.nelectron // 2
    found[:, :count] = found[:, :count] @ np.linalg.eigh(square[:count, :count])[1]
    found[:, count:] = found[:, count:] @ np.linalg.eigh(square[count:, count:])[1][:, ::-1]
    solver = mcscf.CASCI(field, 2, 2)
    solver.verbose = 0
    return float(solver.kernel(found)[0])


def test_an_ion_and_a_molecule_keep_their_charges() -> None:
    chloride = f"{H2O['geometry']}\nCl 0 1.9 -2.6"
    case = case_of({"geometry": chloride, "charge": -1}, active_space=frontier(4, 4))
    found = compute("binding", case)
    charges = {part["species"]: part["charge"] for part in found.record["species"]}
    assert charges == {"OH2 (1)": 0, "Cl (2)": -1, "complex": -1}


def test_counterpoise_takes_off_what_the_other_basis_gave() -> None:
    case = case_of(HELIUM, active_space=frontier(4, 4))
    with_it = compute("binding", case).values
    without = compute({"name": "binding", "counterpoise": False}, case).values
    raw, corrected = (v["binding_hf_kcal_per_mol"] for v in (without, with_it))
    assert without["binding_superposition_hf_kcal_per_mol"] is None
    taken_off = with_it["binding_superposition_hf_kcal_per_mol"]
    assert raw - corrected == pytest.approx(taken_off, abs=1e-6)
    assert taken_off > 0.001


def test_counterpoise_does_not_ask_for_the_space_without_it() -> None:
    """Helium alone has one function in STO-3G; in the complex it has two active orbitals."""
    atoms = ("He 0 0 3.4", "H 0 0 0", "F 0 0 0.92")
    whole = {"geometry": "\n".join(atoms)}
    found = compute("binding", case_of(whole, active_space=frontier(4, 3)))
    assert "He (1) (2e,2o)" in found.values["binding_active_spaces"]
    ghostly = [
        [atoms[0], *(f"ghost-{atom}" for atom in atoms[1:])],
        [f"ghost-{atoms[0]}", *atoms[1:]],
    ]
    alone = [atoms[:1], atoms[1:]]
    own, together = (
        sum(pyscf_mean_field({"geometry": "\n".join(part)}).e_tot for part in parts)
        for parts in (alone, ghostly)
    )
    superposition = found.values["binding_superposition_hf_kcal_per_mol"]
    assert superposition == pytest.approx(HARTREE_IN_KCAL_PER_MOL * (own - together), abs=1e-4)


SMALLER = {**frontier(4, 4), "at_most": True}
"""More than small molecules have in STO-3G: they take fewer."""


@pytest.mark.parametrize(
    ("molecule", "selection", "spaces"),
    [
        (HYDROGEN_FLUORIDE, "protonation", "conjugate acid (4e,3o); candidate (4e,3o)"),
        (HYDROGEN, "bond-cleavage", "H (1e,1o); H (1e,1o); candidate (2e,2o)"),
        (
            {**HYDROGEN, "charge": 1, "multiplicity": 2},
            "electron-affinity",
            "anion (2e,2o); candidate (1e,2o)",
        ),
    ],
    ids=["acid", "fragments", "ion"],
)
def test_what_is_smaller_than_asked_for_is_matched(
    molecule: dict[str, Any], selection: str, spaces: str
) -> None:
    small = {**molecule, "basis": "sto-3g"}
    found = compute(selection, case_of(small, active_space=SMALLER))
    name = selection.replace("-", "_")
    assert found.values[f"{name}_active_spaces"] == spaces


def test_a_proton_on_hydrogen_fluoride_equals_pyscf() -> None:
    small = {**HYDROGEN_FLUORIDE, "basis": "sto-3g"}
    found = compute("protonation", case_of(small, active_space="frozen-core"))
    acid = found.record["species"][0]["run"]["spec"]["molecule"]
    assert acid["charge"] == 1
    proton = {"geometry": acid["geometry"]["cartesian"], "charge": 1}
    affinity = energies(small, 8, 5)[1] - energies(proton, 8, 6)[1]
    expected = HARTREE_IN_KCAL_PER_MOL * affinity
    assert found.values["protonation_exact_kcal_per_mol"] == pytest.approx(expected, abs=1e-3)
    assert found.values["protonation_site"] == "F2"


@pytest.mark.slow
def test_formamide_takes_a_proton_at_oxygen() -> None:
    """Not at nitrogen: Lin et al., J. Am. Chem. Soc. 106, 4121 (1984)."""
    formamide = {
        "geometry": "C 0.0 0.4199 0\nO 1.1985 0.2316 0\nN -0.9374 -0.5618 0\n"
        "H -0.4466 1.4253 0\nH -0.6445 -1.5245 0\nH -1.9160 -0.3311 0"
    }
    found = compute("protonation", case_of(formamide, active_space=frontier(2, 2)))
    assert set(found.record["hartree_fock_kcal_per_mol"]) == {"O2", "N3"}
    assert found.values["protonation_site"] == "O2"


def test_water_loses_a_proton_as_pyscf_says() -> None:
    """The base has the active orbitals that overlap most with those of water."""
    from pyscf import gto, mcscf

    water = {**H2O, "basis": "6-31g"}
    found = compute("deprotonation", case_of(water, active_space=frontier(4, 4)))
    oxygen, *_, last = water["geometry"].splitlines()
    base = pyscf_mean_field({**water, "geometry": f"{oxygen}\n{last}", "charge": -1})
    whole = pyscf_mean_field(water)
    active = own_atoms(whole.mol, whole.mo_coeff[:, 3:7], (0, 2))
    cross = gto.intor_cross("int1e_ovlp", base.mol, whole.mol)
    overlap = base.mo_coeff.T @ cross @ active
    square, orbitals = overlap @ overlap.T, base.mo_coeff.copy()
    orbitals[:, :5] = orbitals[:, :5] @ np.linalg.eigh(square[:5, :5])[1]
    orbitals[:, 5:] = orbitals[:, 5:] @ np.linalg.eigh(square[5:, 5:])[1][:, ::-1]
    solver = mcscf.CASCI(base, 4, 4)
    solver.verbose = 0
    exact = float(solver.kernel(orbitals)[0]) - energies(water, 4, 4)[1]
    expected = HARTREE_IN_KCAL_PER_MOL * exact
    assert found.values["deprotonation_exact_kcal_per_mol"] == pytest.approx(expected, abs=1e-3)
    assert found.values["deprotonation_site"] == "H2"


def own_atoms(mole: Any, orbitals: Any, atoms: tuple[int, ...]) -> Any:
    """The parts of orbitals on some atoms."""
    kept = np.zeros_like(orbitals)
    for atom, (*_, start, stop) in enumerate(mole.aoslice_by_atom()):
        if atom in atoms:
            kept[start:stop] = orbitals[start:stop]
    return kept


@pytest.mark.parametrize(
    ("selection", "parts", "error", "message"),
    [
        ("bond-cleavage", {"active_space": frontier(2, 1)}, InputError, "cannot be shared out"),
        ({"name": "bond-cleavage", "bond": [1, 5]}, {}, InputError, "there is no atom 5"),
        ({"name": "bond-cleavage", "bond": [2, 3]}, {}, InputError, "are not bonded"),
        ({"name": "bond-cleavage", "smarts": "[N][H]"}, {}, InputError, "does not match"),
        ("binding", {}, InputError, "not a complex"),
        ({"name": "binding", "fragments": [[1, 2]]}, {}, InputError, "every atom from 1 to 3"),
        (
            {"name": "binding", "fragments": [[1], [2, 3]], "charges": [0, 1]},
            {},
            InputError,
            "add up to",
        ),
        ({"name": "deprotonation", "atom": 1}, {}, InputError, "O1 is not a hydrogen"),
        (
            {"name": "deprotonation", "smarts": "[H]", "max_sites": 1},
            {},
            ResourceLimitError,
            "2 sites are possible",
        ),
    ],
)
def test_what_cannot_be_is_refused(
    selection: Any, parts: dict[str, Any], error: type[Exception], message: str
) -> None:
    case = case_of(H2O, **{"active_space": frontier(2, 2), **parts})
    with pytest.raises(error, match=message):
        compute(selection, case)
