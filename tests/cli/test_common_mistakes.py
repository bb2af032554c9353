"""Common mistakes of new users, and the answer that each gets: exit code, and what helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import RunVqe

pytestmark = pytest.mark.quick

XYZ = "2\n\nH 0 0 0\nH 0 0 0.74\n"
YAML = "molecule:\n  geometry: |\n    H 0 0 0\n    H 0 0 0.74\n"
WATER = "3\n\nO 0 0 0\nH 0 0.757 0.587\nH 0 -0.757 0.587\n"
SLSQP = "optimizer:\n  name: slsqp\n  tolerance: "
TO_XYZ = "write the geometry as an .xyz file"
COMPOUND = '{"PC_Compounds":[{"id":{"id":{"cid":783}},"atoms":{"aid":[1,2],"element":[1,1]}}]}'

FILES: dict[str, tuple[str | bytes, str, str]] = {
    "empty file": ("", "a.xyz", "`vqe init NAME` writes a file to start from"),
    "YAML called .xyz": (YAML, "a.xyz", "name it .yaml"),
    "xyz called .yaml": (XYZ, "a.yaml", "name it .xyz"),
    "UTF-16": (XYZ.encode("utf-16"), "a.xyz", "save it as UTF-8"),
    "Office document": (b"PK\3\4\x14" + bytes(40), "a.docx", "save it as text"),
    "PDF": (b"%PDF-1.7\n1 0 obj", "a.pdf", "give a text file"),
    "web page": ("<!DOCTYPE html><html></html>", "a.xyz", "download the file itself"),
    "tabs": ("molecule:\n\tgeometry: H 0 0 0\n", "a.yaml", "indent by blanks, not by tabs"),
    "decimal commas": ("2\n\nH 0,0 0,0 0,0\nH 0 0 0,74\n", "a.xyz", "write decimal points"),
    "decimal comma in YAML": (YAML.replace(".", ","), "a.yaml", "write decimal points"),
    "atoms in one place": ("2\n\nH 0 0 0\nH 0 0 0\n", "a.xyz", "at least 0.1 Å apart"),
    "unit nm": (f"{YAML}  units: nm\n", "a.yaml", "it can be 'angstrom' or 'bohr'"),
    "wrong number of atoms": (f"3{XYZ[1:]}", "a.xyz", "a.xyz:1: line 1 says 3 atoms, but 2 follow"),
    "no comment line": ("2\nH 0 0 0\nH 0 0 1\n", "a.xyz", "line 1 says 2 atoms, but 1 follow"),
    "unknown element": (XYZ.replace("H 0 0 0\n", "Hx 0 0 0\n"), "a.xyz", "'Hx' is not an element"),
    "letter O for zero": ("1\n\nH O 0 0\n", "a.xyz", "a.xyz:3: 'H O 0 0': 'O' is not a number"),
    "missing coordinate": ("1\n\nH 0 0\n", "a.xyz", "is not 'symbol x y z'"),
    "CIF": ("data_quartz\n_cell_length_a 4.9\n", "a.cif", "it describes a crystal"),
    "POSCAR": ("H2\n1.0\n5 0 0\n0 5 0\n0 0 5\nH\n2\nDirect\n", "POSCAR", "it describes a crystal"),
    "Gaussian input": ("#p hf/sto-3g\n\ntitle\n\n0 1\nH 0 0 0\n\n", "a.gjf", TO_XYZ),
    "ORCA input": ("! HF STO-3G\n* xyz 0 1\nH 0 0 0\n*\n", "a.inp", TO_XYZ),
    "Psi4 input": ("molecule {\n0 1\nH 0 0 0\n}\nenergy('scf')\n", "a.dat", TO_XYZ),
    "Python script": ("from pyscf import gto\nmol = gto.M()\n", "a.py", "run it by python"),
    "PDB": ("HETATM    1  H   H2  A   1       0.0   0.0   0.0\nEND\n", "a.pdb", TO_XYZ),
    "mol2": ("@<TRIPOS>MOLECULE\nh2\n", "a.mol2", TO_XYZ),
    "PubChem's JSON": (COMPOUND, "a.json", "download its 3D conformer as SDF"),
    "list of SMILES": ("CCO ethanol\n", "a.smi", "vqe screen run a.smi"),
    "table": ("name,smiles\nethanol,CCO\n", "a.csv", "vqe screen run a.csv"),
    "circuit": ("OPENQASM 3.0;\nqubit[2] q;\n", "a.qasm", "give the molecule or the Hamiltonian"),
    "spin for multiplicity": (f"{YAML}  spin: 0\n", "a.yaml", "'multiplicity', which is 2S+1"),
    "atoms for geometry": ("molecule:\n  atoms: H 0 0 0\n", "a.yaml", "write 'geometry'"),
    "misspelt key": (YAML.replace("ecul", "ecl"), "a.yaml", "did you mean 'molecule'?"),
    "key at the top": (f"{YAML}basis: 6-31g\n", "a.yaml", "write it below 'molecule'"),
    "no blank after the colon": (f"{YAML}ansatz:uccsd\n", "a.yaml", "ansatz: uccsd"),
    "key twice": (f"{YAML}seed: 1\nseed: 2\n", "a.yaml", "a.yaml:6: duplicate key 'seed'"),
    "UTF-16 without its mark": (YAML.encode("utf-16-le"), "a.yaml", "save it as UTF-8"),
    "Latin-1": (f"{YAML}  name: Käse\n".encode("latin-1"), "a.yaml", "save it as UTF-8"),
    "Unicode minus": (XYZ.replace("0.74", "−0.74"), "a.xyz", "write the minus sign as -"),
    "Unicode minus in YAML": (f"{YAML}  charge: −1\n", "a.yaml", "a.yaml:5: "),
    "sign behind the charge": (f"{YAML}  charge: 1+\n", "a.yaml", "write the sign first: +1"),
    "multiplicity as a word": (f"{YAML}  multiplicity: triplet\n", "a.yaml", "write 3"),
    "tab behind a colon": (f"{YAML}seed:\t7\n", "a.yaml", "write blanks in place of tabs"),
    "number as a name": (f"{YAML}  name: 123\n", "a.yaml", "write it in quotes"),
    "quoted number": (f"{YAML}{SLSQP}'1e-3'\n", "a.yaml", "write it without quotes: 1e-3"),
    "decimal comma in an option": (f"{YAML}{SLSQP}1,5\n", "a.yaml", "write a decimal point"),
    "decimal comma in braces": (
        f"{YAML}optimizer: {{name: slsqp, tolerance: 1,5}}\n",
        "a.yaml",
        "write a decimal point",
    ),
    "power of ten": (f"{YAML}{SLSQP}10^-3\n", "a.yaml", "write 1e-3"),
    "Fortran's exponent": (f"{YAML}{SLSQP}1d-3\n", "a.yaml", "write 1e-3"),
    "number with a unit": (f"{YAML}{SLSQP}0.1 mHa\n", "a.yaml", "write the number alone: 0.1"),
    "sexagesimal": (f"{YAML}seed: 12:30\n", "a.yaml", "a.yaml:5: 'seed' must be a whole number"),
    "anchor": (f"{YAML}seed: &x 1\n", "a.yaml", "repeat the value"),
    "merge key": (f"{YAML}  <<: {{charge: 0}}\n", "a.yaml", "merge keys are not read"),
    "tag": (f"{YAML}seed: !!int 7\n", "a.yaml", "write the value alone"),
    "TOML": ("[molecule]\ngeometry = 'H 0 0 0'\n", "a.toml", "sections in brackets are TOML"),
    "comments of C": ('// H\n{"molecule": {"geometry": "H 0 0 0"}}', "a.json", "begin with #"),
    "XML": ("<?xml version='1.0'?>\n<molecule/>\n", "a.cml", "is an XML file"),
    "Gaussian's short route": ("#hf\n\nt\n\n0 1\nH 0 0 0\n\n", "a.com", "is a Gaussian input"),
    "list of atoms": ("molecule:\n  geometry: [[H, 0, 0, 0]]\n", "a.yaml", "write 'geometry: |'"),
    "lines without |": (YAML.replace(" |", ""), "a.yaml", "below 'geometry: |'"),
    "file as geometry": ("molecule: {geometry: a.xyz}\n", "a.yaml", "geometry: {file: a.xyz}"),
    "file as molecule": ("molecule: a.xyz\n", "a.yaml", "molecule: {geometry: {file: a.xyz}}"),
    "SMILES as geometry": ("molecule: {geometry: CCO}\n", "a.yaml", "geometry: {smiles: CCO}"),
    "SMILES beside geometry": ("molecule: {smiles: CCO}\n", "a.yaml", "geometry: {smiles: ...}"),
    "type for name": (f"{YAML}ansatz: {{type: UCCSD}}\n", "a.yaml", "write 'name: uccsd'"),
    "kind for name": (f"{YAML}mapper: {{kind: parity}}\n", "a.yaml", "write 'name: parity'"),
    "method for name": (f"{YAML}optimizer: {{method: SLSQP}}\n", "a.yaml", "'name: slsqp'"),
    "name as key": (f"{YAML}ansatz: {{uccsd: {{}}}}\n", "a.yaml", "write 'name: uccsd'"),
    "type in a list": (f"{YAML}correction: {{type: nevpt2}}\n", "a.yaml", "write 'name' for"),
    "type of initial parameters": (f"{YAML}initial: {{type: zeros}}\n", "a.yaml", "write 'name'"),
    "tol": (f"{YAML}optimizer: {{name: slsqp, tol: 1e-6}}\n", "a.yaml", "write 'tolerance'"),
    "odd electrons": ("1\n\nH 0 0 0\n", "a.xyz", "with an odd number it is 2, 4, ..."),
}  # fmt: skip
"""What the file holds, how it is called, and what helps, by the mistake."""

COMMANDS: dict[str, tuple[str, str]] = {
    "no such file": ("h2o.xyz", "h2o.xyz: no such file"),
    "misspelt extension": ("a.xzy", "did you mean a.xyz?"),
    "no extension": ("a", "did you mean a.xyz?"),
    "other case": ("A.XYZ", "did you mean a.xyz?"),
    "folder": ("molecules", "name the files in it: molecules/*.xyz"),
    "blank in a name": ("my molecule.xyz", "quote names that contain blanks: 'my molecule.xyz'"),
    "Windows path": (r"molecules\h2.xyz", "write slashes: molecules/h2.xyz"),
    "no match": ("*.sdf", "matches"),
    "SMILES as FILE": ("CCO", "vqe run --smiles CCO"),
    "name as FILE": ("ammonia", "`vqe init ammonia` writes ammonia.yaml"),
    "wrong SMILES": ("--smiles C1CC", "'C1CC' is not a SMILES"),
    "wrong multiplicity": ("a.xyz --multiplicity 2", "with an even number it is 1, 3, ..."),
    "S for 2S+1": ("a.xyz --multiplicity 0", "it is 2S+1: 1 for a singlet"),
    "too high a charge": ("a.xyz --charge 3", "at most +1"),
    "charge as a word": ("a.xyz --charge +1e", "'--charge': '+1e' is not a whole number"),
    "sign behind a charge": ("a.xyz --charge 1+", "write the sign first: +1"),
    "multiplicity as a word": ("a.xyz --multiplicity Triplet", "write 3"),
    "multiplicity as a fraction": ("a.xyz --multiplicity 1/2", "it is 2S+1"),
    "misspelt basis": ("a.xyz --basis sto3", "did you mean 'sto-3g'?"),
    "functional as basis": ("a.xyz --basis b3lyp", "for H there are sto-3g"),
    "misspelt ansatz": ("a.xyz --ansatz ucsd", "did you mean 'uccsd'?"),
    "short name": ("a.xyz --ansatz HEA", "known: adapt, efficient-su2"),
    "unknown optimiser": ("a.xyz --optimizer gradient-descent", "known: adam, auto"),
    "option of another entry": ("a.xyz --set optimizer.shots=3", "known: maxiter, tolerance"),
    "no shots": ("a.xyz --backend aer --shots 0", "greater than or equal to 2"),
    "device as noise": ("a.xyz --backend aer --noise ibm_manila", "did you mean 'fake_manila'?"),
    "too many electrons": (
        "a.xyz --active-space cas(4,4)",
        "with 4 of 2 electrons",
    ),
    "odd active electrons": ("water.xyz --active-space 3,4", "frozen ones must be even"),
    "words for a space": ("a.xyz --active-space valence", "cas(4,4) for 4 electrons in 4 orbitals"),
    "unquoted braces": ("a.xyz --active-space {name: frontier}", "quote what is in braces"),
    "no blank in braces": ("a.xyz --active-space {name:pi}", "a blank follows a colon"),
    "--set without =": ("a.xyz --set seed 1", "write --set optimizer.maxiter=200"),
    "British --set": ("a.xyz --set optimiser.maxiter=9", "did you mean 'optimizer'?"),
    "one hyphen": ("a.xyz -basis 6-31g", "write --basis"),
    "long dash": ("a.xyz –basis 6-31g", "options begin with two hyphens: --basis"),
    "no folder for output": ("a.xyz -o out/r.json", "mkdir -p out"),
    "type of a figure": ("a.xyz --plot r.docx", "one of .png, .svg, .pdf"),
    "output over input": ("a.xyz -o a.xyz", "give each a file name"),
    "memory without unit": ("a.xyz --max-memory 4", "write 500 MB or 4 GB"),
    "no charges": ("a.xyz --charges w.pqr", "w.pqr: no such file"),
    "nothing": ("", "give a FILE, - for standard input, or --smiles"),
}
"""The words after `vqe run`, and what helps, by the mistake."""

TAKEN: dict[str, tuple[str | bytes, str]] = {
    "xyz called .txt": (XYZ, "a.txt"),
    "Windows line ends": (XYZ.replace("\n", "\r\n"), "a.xyz"),
    "Windows line ends in YAML": (YAML.replace("\n", "\r\n"), "a.yaml"),
    "byte order mark": (f"\ufeff{XYZ}", "a.xyz"),
    "tabs between columns": (XYZ.replace(" ", "\t"), "a.xyz"),
    "small letters": (XYZ.replace("H", "h"), "a.xyz"),
    "blank lines at the end": (f"{XYZ}\n\n", "a.xyz"),
    "Macintosh line ends": (XYZ.replace("\n", "\r"), "a.xyz"),
    "byte order mark in YAML": (f"\ufeff{YAML}", "a.yml"),
    "JSON": ('{"molecule": {"geometry": "H 0 0 0; H 0 0 0.74"}}', "a.json"),
    "charges behind coordinates": ("2\n\nH 0 0 0 0.1\nH 0 0 .74 -0.1\n", "a.xyz"),
    "names of units": (f"{YAML}  units: Å\n", "a.yaml"),
    "no blank in a name of YAML 1.1": (f"{YAML}  name: NO\n", "a.yaml"),
    "empty keys": (f"{YAML}active_space:\nansatz: null\nstates: ~\n", "a.yaml"),
    "none for keys": (f"{YAML}active_space: none\nstates: none\nproperties: none\n", "a.yaml"),
    "empty option": (f"{YAML}  basis:\noptimizer: {{name: slsqp, maxiter: }}\n", "a.yaml"),
}
"""What the file holds and how it is called, where the mistake does no harm."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of a new user."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "molecules").mkdir()
    for name in ("a.xyz", "my molecule.xyz", "molecules/h2.xyz"):
        (tmp_path / name).write_text(XYZ)
    (tmp_path / "water.xyz").write_text(WATER)
    return tmp_path


def write(path: Path, content: str | bytes) -> None:
    path.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.mark.parametrize("mistake", FILES)
def test_the_answer_to_a_mistake_in_a_file(tmp_path: Path, run_vqe: RunVqe, mistake: str) -> None:
    content, name, help_ = FILES[mistake]
    write(tmp_path / name, content)
    outcome = run_vqe("run", name)
    assert (outcome.code, outcome.out) == (2, "")
    assert help_ in outcome.err


@pytest.mark.parametrize("mistake", COMMANDS)
def test_the_answer_to_a_mistake_on_the_command_line(run_vqe: RunVqe, mistake: str) -> None:
    words, help_ = COMMANDS[mistake]
    outcome = run_vqe("run", *words.split())
    assert outcome.code == 2
    assert help_ in outcome.err


@pytest.mark.parametrize("mistake", TAKEN)
def test_what_does_no_harm_is_taken(tmp_path: Path, run_vqe: RunVqe, mistake: str) -> None:
    content, name = TAKEN[mistake]
    write(tmp_path / name, content)
    outcome = run_vqe("inspect", name, "--json")
    assert outcome.code == 0
    assert outcome.record["problem"]["electrons"] == [1, 1]


def test_a_molecule_that_is_too_large_gets_a_line_to_type(run_vqe: RunVqe) -> None:
    outcome = run_vqe("run", "--smiles", "CCCCCCCCCC")
    assert outcome.code == 3
    assert "hint: vqe run --smiles CCCCCCCCCC --active-space '{name: frontier" in outcome.err


def test_a_run_and_an_inspection_advise_the_same_space(run_vqe: RunVqe) -> None:
    molecule = ("--smiles", "CCCCCCCCCC")
    hints = [
        run_vqe(command, *molecule).err.partition("hint: ")[2] for command in ("run", "inspect")
    ]
    assert hints[1] == hints[0].replace("vqe run", "vqe inspect") != ""


@pytest.mark.parametrize("value", ["null", "none", ""])
def test_a_flag_takes_excited_states_out_of_a_file(
    tmp_path: Path, run_vqe: RunVqe, value: str
) -> None:
    write(tmp_path / "a.yaml", f"{YAML}states: 3\nreference: fci\n")
    outcome = run_vqe("run", "a.yaml", "--set", f"states={value}", "--json")
    assert outcome.code == 0
    assert "states" not in outcome.record["spec"]
    assert outcome.record["result"]["states"] is None


def test_no_reference_is_what_null_means_for_it(tmp_path: Path, run_vqe: RunVqe) -> None:
    write(tmp_path / "a.yaml", YAML)
    outcome = run_vqe("run", "a.yaml", "--set", "reference=null", "--json")
    assert outcome.record["spec"]["reference"] == {"name": "none"}


@pytest.mark.parametrize(
    "words",
    [
        ("--initial", "{file: missing.json}"),
        ("--basis", "{H: {file: missing.json}}"),
        ("--charges", "missing.json"),
        ("--set", "molecule.geometry.file=missing.json"),
    ],
)
def test_a_missing_file_of_a_flag_is_named_as_it_was_typed(
    tmp_path: Path, run_vqe: RunVqe, words: tuple[str, ...]
) -> None:
    write(tmp_path / "molecules" / "a.yaml", YAML)
    outcome = run_vqe("run", "molecules/a.yaml", *words)
    assert (outcome.code, outcome.err.splitlines()[0]) == (2, "error: missing.json: no such file")


def test_a_file_of_a_flag_is_found_where_the_input_is_in_a_linked_folder(
    tmp_path: Path, run_vqe: RunVqe
) -> None:
    far = tmp_path / "far" / "away"
    far.mkdir(parents=True)
    write(far / "a.yaml", YAML)
    (tmp_path / "near").symlink_to(far)
    write(tmp_path / "x.json", "[0.1]")
    outcome = run_vqe(
        "run", "near/a.yaml", "--initial", "{file: x.json}", "--optimizer", "none", "--json"
    )
    assert outcome.record["result"]["parameters"] == [0.1]


@pytest.mark.parametrize("method", ["CCSD(T)", "ccsd(t)", "Full CI", "FCI"])
def test_a_claim_names_its_method_as_papers_do(
    tmp_path: Path, run_vqe: RunVqe, method: str
) -> None:
    claim = f"claim: {{energy: -1.137283834, tolerance: 1.0e-5, method: {method}}}\n"
    write(tmp_path / "c.yaml", YAML + claim)
    assert run_vqe("verify", "c.yaml").code == 0


def test_full_triples_are_not_taken_for_perturbative_ones(run_vqe: RunVqe) -> None:
    outcome = run_vqe("reference", "a.xyz", "--methods", "CCSDT")
    assert outcome.code == 2
    assert "there is no reference called 'CCSDT'" in outcome.err


def test_unknown_methods_get_the_names_of_all(run_vqe: RunVqe) -> None:
    hint = run_vqe("compare", "a.xyz", "--methods", "ccsdd", "--json").record["error"]["hint"]
    assert hint.startswith("did you mean 'ccsd'? known: ccsd, ccsd-t, cisd")


def test_an_ansatz_among_the_methods_is_a_value_of_the_grid(run_vqe: RunVqe) -> None:
    outcome = run_vqe("compare", "a.xyz", "--methods", "UCCSD")
    assert "--methods vqe --grid ansatz=uccsd" in outcome.err


@pytest.mark.parametrize(
    ("reaction", "help_"),
    [
        ("2 H2 + O2 -> 2 H2O", "reaction: {reactants: [a.xyz], products: [b.xyz]}"),
        ("{reactants: CCO, products: [COC]}", "write ['CCO']"),
    ],
)
def test_a_reaction_has_lists_on_two_sides(
    tmp_path: Path, run_vqe: RunVqe, reaction: str, help_: str
) -> None:
    write(tmp_path / "r.yaml", f"reaction: {reaction}\n")
    outcome = run_vqe("reaction", "r.yaml")
    assert outcome.code == 2
    assert help_ in outcome.err
