"""What is typed in another form than it is documented: taken, or answered with the line to type."""

from __future__ import annotations

import os
import threading
from math import cos, pi, sin
from pathlib import Path

import pytest
from click.shell_completion import BashComplete, FishComplete, ZshComplete

from tests.cli.hydrogen import H2
from tests.conftest import RunVqe, WriteFile
from vqe_cli._core.kinds import PARTS
from vqe_cli._core.validation import PART_OF_OPTION
from vqe_cli.cli.main import vqe
from vqe_cli.errors import InputError
from vqe_cli.parts import fingerprint_of
from vqe_cli.schema import RunSpec
from vqe_cli.schema.files import spec_from_data
from vqe_cli.schema.numbers import count

pytestmark = pytest.mark.quick

HYDROGEN = {"geometry": "H 0 0 0; H 0 0 0.735"}
XYZ = "2\n\nH 0 0 0\nH 0 0 0.735\n"
FCI = -1.1373060358
"""Full CI of hydrogen at 0.735 Å in STO-3G, by PySCF; Hartree."""


def mark(**keys: object) -> str:
    return fingerprint_of(spec_of(**keys))


def spec_of(**keys: object) -> RunSpec:
    return spec_from_data({"molecule": HYDROGEN, **keys})


@pytest.mark.parametrize(
    ("typed", "listed"),
    [
        ({"ansatz": "UCCSD"}, {"ansatz": "uccsd"}),
        ({"ansatz": "EfficientSU2"}, {"ansatz": "efficient-su2"}),
        ({"optimizer": "COBYLA"}, {"optimizer": "cobyla"}),
        ({"optimizer": {"name": "L_BFGS_B"}}, {"optimizer": "l-bfgs-b"}),
        ({"mapper": "jordan_wigner"}, {"mapper": "jordan-wigner"}),
        ({"reference": "NONE"}, {"reference": "none"}),
        ({"solver": "SQD"}, {"solver": "sqd"}),
        ({"solvent": "Water"}, {"solvent": "water"}),
        ({"correction": ["NEVPT2"]}, {"correction": ["nevpt2"]}),
        ({"initial": "Zeros"}, {"initial": "zeros"}),
        ({"orbitals": "Optimised"}, {"orbitals": "optimised"}),
        ({"states": {"number": 2, "method": "QSE"}}, {"states": {"number": 2, "method": "qse"}}),
        ({"backend": {"name": "AER", "noise": "Fake_Manila"}},
         {"backend": {"name": "aer", "noise": "fake_manila"}}),
    ],
    ids=str,
)  # fmt: skip
def test_a_name_in_another_case_is_the_same_run(
    typed: dict[str, object], listed: dict[str, object]
) -> None:
    assert mark(**typed) == mark(**listed)


@pytest.mark.parametrize(
    "typed", ["cas(2,2)", "CAS(2, 2)", "CASCI(2,2)", "(2,2)", "(2e,2o)", "2,2", [2, 2]], ids=str
)
def test_the_size_of_an_active_space_is_enough(typed: object) -> None:
    spec = spec_of(active_space=typed)
    assert spec.selection("active_space").as_dict() == {
        "name": "frontier", "electrons": 2, "orbitals": 2
    }  # fmt: skip
    assert fingerprint_of(spec) == mark(
        active_space={"name": "frontier", "electrons": 2, "orbitals": 2}
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e4", 10_000), ("10k", 10_000), ("1.5k", 1500), ("2M", 2_000_000), ("2.5E+3", 2500),
     ("1.2345k", None), ("k", None), ("1e-2", None), ("7", None)],
)  # fmt: skip
def test_short_forms_of_counts(text: str, value: int | None) -> None:
    assert count(text) == value


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("rnu h2.yaml", "Did you mean 'vqe run'?"),
        ("optimise h2.yaml", "Did you mean 'vqe optimize'?"),
        ("export h2.yaml", "Did you mean 'vqe inspect FILE --export'?"),
        ("licence", "Known: run, scan"),
        ("scan h2.yaml", "for example --distance 1,2=0.5:3.0:26"),
        ("scan h2.yaml --distance H,H=0.5:1:3", "with numbers of atoms in the order of the input"),
        ("water", "Did you mean 'vqe init water'"),
        ("help", "Did you mean 'vqe --help'?"),
        ("h2.yaml --basis 6-31g", "Did you mean 'vqe run h2.yaml --basis 6-31g'?"),
        ("screen stauts out", "Did you mean 'vqe screen status'?"),
        ("--basis 6-31g h2.yaml", "it goes after the command, as in 'vqe run ... --basis'"),
        ("run -basis 6-31g h2.yaml", "write --basis"),
        ("run –basis 6-31g", "options begin with two hyphens: --basis"),
        ("run H2", "`vqe init H2` writes H2.yaml; then `vqe run H2.yaml`"),
        ("run CCO", "vqe run --smiles CCO"),
        ("run H 0 0 0", "vqe run 'H 0 0 0; H 0 0 0.74'"),
        ("run h2", "did you mean h2.yaml?"),
        ("run h3.yaml", "did you mean h2.yaml?"),
        ("run nowhere/h2.yaml", "there is no folder nowhere"),
        ("run water*.yaml", "matches"),
        ("run .", "name the files in it: ./*.yaml"),
        ("run", "give a FILE, - for standard input, or --smiles"),
        ("list ucsd", "did you mean 'uccsd'?"),
        ("list auto", "vqe list optimizer auto or"),
        ("run h2.yaml --set backend.shots=10k --backend aer", "write a whole number: 10000"),
    ],
)
@pytest.mark.usefixtures("hydrogen")
def test_what_cannot_be_taken_is_answered_with_the_line_to_type(
    run_vqe: RunVqe, line: str, answer: str
) -> None:
    outcome = run_vqe(*line.split())
    assert outcome.code == 2
    assert answer in outcome.err


def test_an_entry_is_found_whatever_its_kind(run_vqe: RunVqe) -> None:
    assert run_vqe("list", "UCCSD").out == run_vqe("list", "ansatz", "uccsd").out
    assert run_vqe("list", "Optimisers").out == run_vqe("list", "optimizer").out


@pytest.mark.parametrize(
    "line",
    [
        ("run", "H 0 0 0; H 0 0 .735", "--json"),
        ("run", "H; H 1 0.735", "--json"),
        ("--basis", "STO-3G", "--json", "-q", "run", "h2.xyz"),
        ("--ansatz=UCCSD", "run", "h2.xyz", "--json"),
    ],
    ids=" ".join,
)
def test_what_is_taken(write_file: WriteFile, run_vqe: RunVqe, line: tuple[str, ...]) -> None:
    write_file("h2.xyz", XYZ)
    outcome = run_vqe(*line)
    assert outcome.code == 0
    assert outcome.record["result"]["energy"] == pytest.approx(FCI, abs=1e-6)


def test_a_pipe_is_read_by_its_content(tmp_path: Path, run_vqe: RunVqe) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(XYZ,))
    writer.start()
    outcome = run_vqe("run", pipe, "--json")
    writer.join()
    assert outcome.record["result"]["energy"] == pytest.approx(FCI, abs=1e-6)


def test_paths_in_a_pipe_belong_to_the_working_directory(
    write_file: WriteFile, tmp_path: Path, run_vqe: RunVqe
) -> None:
    write_file("h2.xyz", XYZ)
    (tmp_path / "pipes").mkdir()
    pipe = tmp_path / "pipes" / "pipe"
    os.mkfifo(pipe)
    text = "molecule:\n  geometry: {file: h2.xyz}\n"
    writer = threading.Thread(target=pipe.write_text, args=(text,))
    writer.start()
    outcome = run_vqe("inspect", pipe, "--json")
    writer.join()
    assert outcome.code == 0


def test_a_path_in_a_flag_belongs_to_the_working_directory_one_in_a_file_to_the_file(
    write_file: WriteFile, tmp_path: Path, run_vqe: RunVqe
) -> None:
    (tmp_path / "inputs").mkdir()
    write_file("here.json", "[0.1]")
    write_file("inputs/there.json", "[0.2]")
    file = write_file("inputs/h2.yaml", f"{H2}initial: {{file: there.json}}\noptimizer: none\n")
    of_file = run_vqe("run", file, "--json")
    of_flag = run_vqe("run", file, "--initial", "{file: here.json}", "--json")
    of_set = run_vqe("run", file, "--set", "initial.file=here.json", "--json")
    assert of_file.record["result"]["parameters"] == [0.2]
    assert of_flag.record["result"]["parameters"] == [0.1]
    assert of_set.record["result"]["parameters"] == [0.1]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("run h2.yaml --charge 1", "error: --charge: multiplicity 1 is impossible with 1 elec"),
        ("run h2.yaml --multiplicity 2", "error: --multiplicity: "),
        ("run space.yaml --charge 1 --multiplicity 2", "--charge: an active space with 2 of 1"),
        ("run pairs.yaml --multiplicity 3", "error: --multiplicity: puccd moves pairs"),
        ("run space.yaml", "error: space.yaml:4: an active space with 4 of 2 electrons"),
    ],
)  # fmt: skip
def test_the_flag_at_fault_is_named_and_not_a_line_of_the_file(
    hydrogen: Path, write_file: WriteFile, run_vqe: RunVqe, line: str, answer: str
) -> None:
    electrons = 2 if "--charge" in line else 4
    write_file("space.yaml", f"{H2}seed: 1\nactive_space: cas({electrons},2)\n")
    write_file("pairs.yaml", f"{H2}ansatz: puccd\n")
    outcome = run_vqe(*line.split())
    assert outcome.code == 2
    assert answer in outcome.err


@pytest.mark.parametrize("line", [("run", "--smiles", "c1ccc2ccccc2c1"), ("run", "ring.xyz")])
def test_the_hint_for_an_aromatic_molecule_is_a_line_with_its_pi_orbitals(
    write_file: WriteFile, run_vqe: RunVqe, line: tuple[str, ...]
) -> None:
    ring = [("C", 1.397), ("H", 2.481)]
    atoms = [
        f"{symbol} {r * cos(pi * k / 3)} {r * sin(pi * k / 3)} 0"
        for symbol, r in ring
        for k in range(6)
    ]
    write_file("ring.xyz", "\n".join(["12", "benzene", *atoms, ""]))
    outcome = run_vqe(*line, "--basis", "6-31g", "--active-space=full")
    assert outcome.code == 3
    typed = f"hint: vqe {' '.join(line)} --basis 6-31g --active-space pi (or --active-space '"
    assert typed in outcome.err


def test_a_molecule_is_written_from_a_file_of_any_format(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    write_file("salt.xyz", "2\ncharge=1 multiplicity=1\nHe 0 0 0\nH 0 0 0.7743\n")
    assert run_vqe("init", "--from", "salt.xyz").out == "wrote salt.yaml; next: vqe run salt.yaml\n"
    assert run_vqe("run", "salt.yaml", "-o", "record.json", "-q").code == 0
    assert run_vqe("init", "again", "--from", "record.json").code == 0
    text = Path("again.yaml").read_text()
    assert "# The molecule is that of record.json." in text
    assert "charge: 1\n" in text


@pytest.mark.usefixtures("write_file")
def test_a_molecule_is_written_from_smiles(run_vqe: RunVqe) -> None:
    assert run_vqe("init", "ethanol", "--smiles", "CCO").code == 0
    assert 'geometry: {smiles: "CCO"}' in Path("ethanol.yaml").read_text()
    wrong = run_vqe("init", "--smiles", "C1C")
    assert (wrong.code, Path("molecule.yaml").exists()) == (2, False)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (("run", "x", "--basis", "DEF2-S"), "def2-svp"),
        (("run", "x", "--noise", "fake_mani"), "fake_manila"),
        (("run", "x", "--backend", "fake_mani"), "fake_manila"),
        (("run", "x", "--ansatz", "ucc"), "uccsd"),
        (("run", "x", "--set", "optimizer.max"), "optimizer.maxiter="),
        (("run", "x", "--set", "molecule.scf.s"), "molecule.scf.symmetry="),
        (("run", "x", "--set", "ansatz=ucc"), "ansatz=uccsd"),
        (("run", "x", "--set", "molecule.basis=6-3"), "molecule.basis=6-31g"),
        (("list", "ans"), "ansatz"),
        (("list", "ansatz", "ucc"), "uccsd"),
    ],
)
def test_what_the_shell_completes(typed: tuple[str, ...], offered: str) -> None:
    before, incomplete = list(typed[:-1]), typed[-1]
    for shell in (BashComplete, ZshComplete, FishComplete):
        found = shell(vqe, {}, "vqe", "_VQE_COMPLETE").get_completions(before, incomplete)
        assert offered in [one.value for one in found]


@pytest.mark.parametrize("text", ["H 0 0 0 Angstrom; H 0 0 .74", "0 1; H 0 0 0; H 0 0 .74"])
@pytest.mark.usefixtures("write_file")
def test_a_geometry_in_another_form_is_told_the_form(run_vqe: RunVqe, text: str) -> None:
    outcome = run_vqe("run", text)
    assert outcome.code == 2
    assert "'H 0 0 0; H 0 0 0.74', in Å" in outcome.err
    assert "molecule.units=bohr" in outcome.err


def test_inspect_names_a_line_that_is_not_refused(run_vqe: RunVqe) -> None:
    outcome = run_vqe("inspect", "--smiles", "C=CC=C", "--orbitals")
    assert outcome.code == 0
    assert "a run would be refused: " in outcome.out
    assert "instead: vqe run --smiles C=CC=C --active-space pi (or " in outcome.out
    assert "run it: " not in outcome.out


@pytest.mark.parametrize(("key", "part"), PART_OF_OPTION.items())
def test_an_option_at_the_top_is_told_its_part(key: str, part: str) -> None:
    with pytest.raises(InputError) as caught:
        spec_from_data({"molecule": {"geometry": "He 0 0 0"}, key: 1})
    assert caught.value.hint == f"write it below '{part}': {part}.{key}"
    registry = PARTS[part].registry
    assert any(key in registry.get(name).model_fields for name in registry.usable())
