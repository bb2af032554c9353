"""Which core potential goes with a basis, against plain PySCF with the potential named."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from pyscf import gto, scf

from tests.conftest import RunVqe, WriteFile
from tests.families import slow
from tests.problems import pyscf_mean_field, spec_of
from vqe_cli.chemistry.basis.basis_sets import COMMON_BASES, holds_core, named_shells
from vqe_cli.chemistry.basis.core_potentials import Potentials, potentials_of
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.mean_fields import mean_field_of
from vqe_cli.errors import InputError
from vqe_cli.parts import resolved_spec
from vqe_cli.schema import MoleculeSpec

CH3CL = """C 0 0 0
Cl 0 0 1.78
H 1.03 0 -0.35
H -0.515 0.892 -0.35
H -0.515 -0.892 -0.35"""
HI = "H 0 0 0\nI 0 0 1.609"
AUH = "Au 0 0 0\nH 0 0 1.52"
CUH = "Cu 0 0 0\nH 0 0 1.46"
HF = "H 0 0 0\nF 0 0 0.917"


def molecule_of(geometry: str, basis: Any, **more: Any) -> MoleculeSpec:
    found = spec_of({"geometry": geometry, "basis": basis, **more}).molecule
    assert found is not None
    return found


def field_of(geometry: str, basis: Any, **more: Any) -> MeanField:
    return mean_field_of(molecule_of(geometry, basis, **more))


def found_for(geometry: str, basis: Any, **more: Any) -> Potentials:
    return potentials_of(molecule_of(geometry, basis, **more))


@pytest.mark.parametrize(
    ("geometry", "basis", "by_pyscf"),
    [
        (CH3CL, "lanl2dz", {"Cl": "lanl2dz"}),
        (HI, "def2-svp", {"I": "def2-svp"}),
        (HI, {"H": "sto-3g", "I": "sbkjc"}, {"I": "sbkjc"}),
        (HI, {"H": "6-31g", "I": "crenbl"}, {"I": "crenbl"}),
        pytest.param(
            CUH,
            {"Cu": "cc-pwcvdz-pp", "H": "sto-3g"},
            {"Cu": "cc-pvdz-pp"},
            marks=pytest.mark.slow,
        ),
        slow(AUH, {"Au": "stuttgart_rsc", "H": "sto-3g"}, {"Au": "stuttgart_rsc"}),
        (HF, "ccecp-cc-pvdz", "ccecp"),
        (HF, "bfd-vdz", "bfd"),
    ],
)
def test_a_basis_gets_the_potential_that_it_is_made_for(
    geometry: str, basis: Any, by_pyscf: Any
) -> None:
    data = {"geometry": geometry, "basis": basis, "ecp": by_pyscf}
    expected = float(pyscf_mean_field(data).e_tot)
    field = field_of(geometry, basis)
    assert field.report.energy == pytest.approx(expected, abs=1e-7)
    assert " for " in str(field.assumed["ecp"])
    assert field.checks == ()


def test_elements_in_any_spelling() -> None:
    named = found_for(HI, {"i": "lanl2dz", "default": "6-31g"})
    assert named.assumptions == {"ecp": "lanl2dz for I"}
    with pytest.raises(InputError, match="I a second time"):
        found_for(HI, {"i": "lanl2dz", "I": "sto-3g", "H": "sto-3g"})


@pytest.mark.parametrize(
    ("geometry", "basis", "energy"), [(CH3CL, "lanl2dz", -54.296945), (HI, "def2-svp", -297.231532)]
)
def test_energies_that_were_reported_wrong(geometry: str, basis: str, energy: float) -> None:
    """By PySCF with its potential; without one -145.77 and -1996.90."""
    assert field_of(geometry, basis).report.energy == pytest.approx(energy, abs=1e-6)


def test_gth_bases_get_the_potential_made_for_hartree_fock() -> None:
    mole = gto.M(atom="N 0 0 0; N 0 0 1.1", basis="gth-dzvp", pseudo="gth-hf-rev", verbose=0)
    method = scf.RHF(mole)
    method._chkfile.close()
    method.chkfile = None
    field = field_of("N 0 0 0\nN 0 0 1.1", "gth-dzvp")
    assert field.report.energy == pytest.approx(method.run(conv_tol=1e-12).e_tot, abs=1e-8)
    assert field.assumed == {"ecp": "gth-hf-rev for N"}


def test_a_gth_basis_made_for_other_electrons_than_the_potential_leaves() -> None:
    """Copper has 11 in GTH bases and 19 in the potentials for Hartree-Fock."""
    with pytest.raises(InputError, match="another potential") as failure:
        found_for("Cu 0 0 0", "gth-dzvp-molopt-sr", multiplicity=2)
    assert "gth-pade" in str(failure.value.hint)
    named = found_for("Cu 0 0 0", "gth-dzvp-molopt-sr", multiplicity=2, ecp="gth-pade")
    assert named.replaced("Cu") == 29 - 11


@pytest.mark.parametrize(
    ("symbol", "basis"),
    [
        ("I", "sto-3g"), ("I", "ano-rcc"), ("I", "dzp"), ("I", "dyall-dz"), ("Br", "def2-svp"),
        ("Br", "cc-pvdz"), ("Kr", "def2-qzvp"), ("C", "lanl2dz"), ("C", "def2-mtzvp"),
    ],
)  # fmt: skip
def test_bases_for_all_electrons_stay_without(symbol: str, basis: str) -> None:
    assert found_for(f"{symbol} 0 0 0", basis).by_element == {}


@pytest.mark.parametrize("basis", [name for name in COMMON_BASES if name != "minao"])
def test_what_has_no_potential_has_functions_for_the_core(basis: str) -> None:
    """For every element up to radon."""
    from pyscf.data.elements import ELEMENTS

    for number, symbol in enumerate(ELEMENTS[:87]):
        shells = named_shells(basis, symbol) if number > 2 else None
        if shells is not None and not found_for(f"{symbol} 0 0 0", basis).by_element:
            assert holds_core(shells, number)


def test_none_is_the_way_out_and_lowers_the_verdict() -> None:
    field = field_of(HI, "def2-svp", ecp="none")
    assert field.report.energy == pytest.approx(-1996.902106, abs=1e-5)
    (check,) = field.checks
    assert (check.name, check.status, check.hard) == ("core-potential", "warn", False)
    assert "28 electrons" in check.detail
    assert field.assumed == {}


@pytest.mark.parametrize(
    ("basis", "ecp", "words"),
    [
        ("sto-3g", "lanl2dz", "made for all electrons; lanl2dz replaces 46"),
        ("def2-svp", "lanl2dz", "replaces 28 electrons; lanl2dz replaces 46"),
        ("def2-svp", {"I": "none"}, "no core potential"),
    ],
)
def test_a_potential_that_does_not_fit_the_basis(basis: str, ecp: Any, words: str) -> None:
    (check,) = found_for(HI, basis, ecp=ecp).checks
    assert words in check.detail


@pytest.mark.parametrize("ecp", ["def2-svp", {"I": "def2-tzvp"}, {"i": "auto"}, {"H": "none"}])
def test_a_potential_by_name_or_element_that_fits(ecp: Any) -> None:
    field = field_of(HI, "def2-svp", ecp=ecp)
    assert field.report.energy == pytest.approx(-297.231532, abs=1e-6)
    assert field.checks == ()


def test_elements_that_a_name_does_not_cover_go_by_their_basis() -> None:
    """lanl2dz has none for carbon, whose basis here is made for one all the same."""
    molecule = {"basis": {"C": "sbkjc", "default": "lanl2dz"}, "ecp": "lanl2dz"}
    found = found_for(CH3CL, **molecule)
    assert {key: it.label for key, it in found.by_element.items()} == {
        "C": "sbkjc",
        "Cl": "lanl2dz",
    }
    assert found.assumed == ("C",)


def test_a_ghost_has_the_basis_and_no_potential() -> None:
    field = field_of("@I 0 0 1.6\nH 0 0 0", "def2-svp", multiplicity=2)
    assert not field.mole.has_ecp()
    assert field.mole.nao == field_of(HI, "def2-svp").mole.nao
    assert field.assumed == {}


def test_a_basis_whose_potential_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="no functions for the core") as failure:
        found_for("Au 0 0 0", "minao", multiplicity=2)
    assert "none" in str(failure.value.hint)


@pytest.mark.parametrize("ecp", ["auto", "none", "lanl2dz", {"I": "def2-svp"}, {"I": "none"}])
def test_the_record_says_the_same_when_it_is_read_again(ecp: Any) -> None:
    spec = spec_of({"geometry": HI, "basis": "def2-svp", "ecp": ecp})
    once = resolved_spec(spec)
    again = resolved_spec(spec_of(once["molecule"]))
    assert again["molecule"] == once["molecule"]
    assert once["molecule"]["ecp"] == {
        "auto": {"I": "def2-svp"}, "none": "none", "lanl2dz": {"I": "lanl2dz"}
    }.get(str(ecp), ecp)  # fmt: skip


def test_too_few_functions_name_the_potential() -> None:
    geometry = "I 0 0 0\nI 0 0 2.67"
    with pytest.raises(InputError, match="53 alpha electrons") as failure:
        field_of(geometry, "lanl2dz", ecp="none")
    assert "no core potential is used" in str(failure.value.hint)
    assert field_of(geometry, "lanl2dz").mole.nelectron == 14


def test_a_charge_that_the_potential_leaves_no_electrons_for() -> None:
    with pytest.raises(InputError, match=r"lanl2dz for I.* replace 46"):
        field_of("I 0 0 0", "lanl2dz", charge=7)


CH3CL_YAML = f"""molecule:
  geometry: |
    {CH3CL.replace(chr(10), chr(10) + "    ")}
  basis: lanl2dz
active_space: {{name: frontier, electrons: 2, orbitals: 2}}
"""


@pytest.mark.parametrize("command", ["run", "reference", "inspect", "estimate"])
def test_every_command_takes_it_and_says_so(
    write_file: WriteFile, run_vqe: RunVqe, command: str
) -> None:
    file = write_file("ch3cl.yaml", CH3CL_YAML)
    plain, as_json = run_vqe(command, file), run_vqe(command, file, "--json")
    assert as_json.record["spec"]["molecule"]["ecp"] == {"Cl": "lanl2dz"}
    assert re.search(r"assumed: .*ecp\s+lanl2dz\s+for\s+Cl", plain.out) or command == "reference"
    if command != "reference":
        problem = as_json.record["problem"]
        assert problem["assumed"]["ecp"] == "lanl2dz for Cl"
        assert problem["scf"]["energy"] == pytest.approx(-54.296945, abs=1e-6)


def test_qcschema_carries_a_basis_with_its_own_potential_only(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    file = write_file("ch3cl.yaml", CH3CL_YAML)
    carried = run_vqe("inspect", file, "--export", "qcschema", "out.json")
    assert carried.code == 0
    refused = run_vqe(
        "inspect", file, "--export", "qcschema", "no.json", "--set", "molecule.ecp=none"
    )
    assert refused.code == 2
    assert "potential" in refused.err


def test_a_missing_value_is_no_choice(write_file: WriteFile, run_vqe: RunVqe) -> None:
    file = write_file("in.yaml", CH3CL_YAML.replace("lanl2dz", "lanl2dz\n  ecp:"))
    outcome = run_vqe("run", file, "--json")
    assert outcome.code == 2
    assert "auto, none" in json.dumps(outcome.record)
