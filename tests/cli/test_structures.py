"""``--smiles``, molfiles and what the terminal says of them."""

from __future__ import annotations

import json

import pytest
from pyscf import gto, scf
from rdkit import Chem
from rdkit.Chem import AllChem

from tests.chemistry.geometry.structures.test_reading import IN_WATER, METHYLENE, WATER, drawn
from tests.conftest import RunVqe, WriteFile

SMALL = ("--active-space", "{name: frontier, electrons: 2, orbitals: 2}", "-q")


def block_of(smiles: str, *, in_space: bool = True) -> str:
    molecule = Chem.MolFromSmiles(smiles)
    if in_space:
        molecule = Chem.AddHs(molecule)
        AllChem.EmbedMolecule(molecule, randomSeed=3)
    else:
        AllChem.Compute2DCoords(molecule)
    return Chem.MolToMolBlock(molecule)


def hartree_fock(lines: str, spin: int = 0) -> float:
    """By PySCF alone."""
    mole = gto.M(atom=lines, spin=spin, basis="sto-3g", verbose=0)
    method = scf.RHF(mole)
    method._chkfile.close()
    method.chkfile = None
    return float(method.run(conv_tol=1e-11).e_tot)


def test_a_smiles_stands_in_place_of_a_file(run_vqe: RunVqe) -> None:
    record = run_vqe("run", "--smiles", "[H][H]", "--json", "-q").record
    structure = record["problem"]["structure"]
    assert record["name"] == "[H][H]"
    assert record["verdict"] == "pass"
    energy = hartree_fock(structure["geometry"])
    assert record["problem"]["hartree_fock_energy"] == pytest.approx(energy, abs=1e-8)


def test_the_structure_tells_the_charge_and_the_terminal_says_so(run_vqe: RunVqe) -> None:
    outcome = run_vqe("run", "--smiles", "[OH-]", *SMALL)
    assert outcome.code == 0
    assert "charge -1 and multiplicity 1 from the SMILES" in outcome.out
    assert "assumed: basis STO-3G\n" in outcome.out
    assert "ETKDGv3, MMFF94" in outcome.out
    assert "about the origin of the coordinates" in outcome.out


def test_the_record_can_be_run_again_and_has_the_same_fingerprint(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    first = run_vqe("run", "--smiles", "[OH-]", "--json", *SMALL).record
    assert "charge" not in first["spec"]["molecule"]
    assert first["spec"]["molecule"]["structure"]["conformers"] == 10
    again = run_vqe("run", write_file("again.yaml", json.dumps(first["spec"])), "--json", "-q")
    assert again.record["fingerprint"] == first["fingerprint"]
    assert again.record["result"]["energy"] == first["result"]["energy"]


def test_a_file_gives_the_options_for_a_smiles(run_vqe: RunVqe, write_file: WriteFile) -> None:
    text = "molecule: {name: other, geometry: H 0 0 0; H 0 0 1, units: bohr, basis: 6-31g}\n"
    outcome = run_vqe("run", write_file("in.yaml", text), "--smiles", "[H][H]", "--json", "-q")
    record = outcome.record
    assert (record["name"], record["problem"]["orbitals"]) == ("[H][H]", 4)


@pytest.mark.parametrize("command", ["inspect", "reference", "estimate", "diagnose"])
def test_other_commands_take_a_smiles_too(run_vqe: RunVqe, command: str) -> None:
    study = ("--study", "shots") if command == "diagnose" else ()
    outcome = run_vqe(command, "--smiles", "[H][H]", *study, "--json")
    assert outcome.code == 0
    assert outcome.record["name"] == "[H][H]"


@pytest.mark.parametrize("command", ["run", "inspect", "reference", "estimate", "diagnose"])
def test_without_a_file_and_a_smiles_there_is_nothing_to_do(run_vqe: RunVqe, command: str) -> None:
    outcome = run_vqe(command)
    assert outcome.code == 2
    assert "--smiles" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--smiles", "C(("), ("--smiles: ", "C((")),
        (("--smiles", ""), ("--smiles: ", "no atoms")),
        (("--smiles", "\x1b[31m"), ("--smiles: ", "not a SMILES")),
        (("--smiles", "[OH-]", "--charge", "0"), ("--charge: ", "charge: -1")),
        (("--smiles", "C", "--multiplicity", "2"), ("--multiplicity: ", "10 electrons")),
        (("--smiles", "C", "--set", "molecule.structure.conformers=0"), ("conformers",)),
        (("--smiles", "C", "--set", "molecule.structure.optimize=am1"), ("mmff94",)),
    ],
)
def test_a_fault_is_found_at_its_flag(
    run_vqe: RunVqe, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    outcome = run_vqe("run", *arguments)
    assert outcome.code == 2
    assert all(word in outcome.err for word in words)
    assert "\x1b" not in outcome.err


def test_a_smiles_that_is_too_long_is_refused(run_vqe: RunVqe) -> None:
    outcome = run_vqe("run", "--smiles", "C" * 5000)
    assert outcome.code == 3
    assert "5,000 characters" in outcome.err


@pytest.mark.parametrize("name", ["water.sdf", "water.mol"])
def test_coordinates_of_a_molfile_are_used_as_they_are(
    run_vqe: RunVqe, write_file: WriteFile, name: str
) -> None:
    block = block_of("O")
    path = write_file(name, block + "$$$$\n" if name.endswith("sdf") else block)
    record = run_vqe("run", path, "--json", *SMALL).record
    lines = "\n".join(
        " ".join([line.split()[3], *line.split()[:3]])
        for line in block.splitlines()
        if len(line.split()) == 16
    )
    assert record["name"] == "water"
    energy = record["problem"]["hartree_fock_energy"]
    assert energy == pytest.approx(hartree_fock(lines), abs=1e-7)


@pytest.mark.parametrize(
    ("name", "lines", "flags"),
    [
        ("n2", "N 0 0 0; N 0 0 1.1", ()),
        ("co", "C 0 0 0; O 0 0 1.13", ()),
        ("he2", "He 0 0 0; He 0 0 3", ()),
        ("ch2", METHYLENE, ("--multiplicity", 3)),
        ("dimer", f"{WATER.format(0)}; {WATER.format(2.9)}", ()),
    ],
)
def test_the_energy_is_that_of_the_atoms_in_the_file(
    run_vqe: RunVqe, write_file: WriteFile, name: str, lines: str, flags: tuple[object, ...]
) -> None:
    bonds = {
        "co": [(1, 2, 1)],
        "ch2": IN_WATER,
        "dimer": [*IN_WATER, (4, 5, 1), (4, 6, 1)],
    }.get(name, [])
    path = write_file(f"{name}.mol", drawn(lines, bonds))
    space = "{name: frontier, electrons: 2, orbitals: 2, at_most: true}"
    record = run_vqe("run", path, "--active-space", space, "--json", "-q", *flags).record
    energy = hartree_fock(lines, spin=2 if flags else 0)
    assert record["problem"]["hartree_fock_energy"] == pytest.approx(energy, abs=1e-7)
    doubted = name in ("co", "ch2")
    assert ("valences-open" in {check["name"] for check in record["checks"]}) == doubted
    assert record["verdict"] == "warn" or not doubted


def test_a_drawing_is_embedded(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file("hydroxide.sdf", block_of("[OH-]", in_space=False))
    structure = run_vqe("run", path, "--json", *SMALL).record["problem"]["structure"]
    assert (structure["origin"], structure["charge"]) == ("molfile", -1)
    assert structure["method"].startswith("ETKDGv3")


def test_an_input_names_an_sdf_file(run_vqe: RunVqe, write_file: WriteFile) -> None:
    write_file("water.sdf", block_of("O"))
    path = write_file("in.yaml", "molecule: {geometry: {file: water.sdf}}\n")
    record = run_vqe("run", path, "--json", *SMALL).record
    assert record["problem"]["structure"]["origin"] == "molfile"


def test_several_molecules_are_for_a_campaign(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file("two.sdf", block_of("O") + "$$$$\n" + block_of("C") + "$$$$\n")
    outcome = run_vqe("run", path)
    assert outcome.code == 2
    assert outcome.err.startswith("error: two.sdf: has 2 molecules")
    assert "vqe screen run" in outcome.err


def test_coordinates_are_relaxed_where_asked_for(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file("h2.xyz", "2\n\nH 0 0 0\nH 0 0 0.9\n")
    outcome = run_vqe("run", path, "--set", "molecule.structure.optimize=gfn2-xtb", "-q")
    assert "geometry: coordinates of the input, GFN2-xTB" in outcome.out
