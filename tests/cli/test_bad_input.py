"""Whatever is wrong with the input: exit code 2, at once, with what, where and how to mend it."""

from __future__ import annotations

import pytest
from pyscf.scf.hf import SCF

from tests.conftest import RunVqe, WriteFile
from vqe_cli.variational.adaptive import AdaptiveSearch
from vqe_cli.variational.minimise import Minimisation

H2 = """\
molecule:
  geometry: |
    H 0 0 0
    H 0 0 0.735
"""
MODEL = "hamiltonian:\n  paulis: {ZZ: -1.0, XX: 0.2}\n"


@pytest.fixture(autouse=True)
def _before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """No parameters are optimised for an input that is refused."""
    for strategy in (Minimisation, AdaptiveSearch):
        monkeypatch.setattr(strategy, "find", lambda _: pytest.fail("the optimiser was started"))


@pytest.fixture
def no_orbitals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the molecule does not matter, not even its orbitals are computed."""
    monkeypatch.setattr(SCF, "kernel", lambda *_, **__: pytest.fail("orbitals were computed"))


without_orbitals = pytest.mark.usefixtures("no_orbitals")


def check_refusal(
    run_vqe: RunVqe, arguments: tuple[object, ...], where: str, words: tuple[str, ...]
) -> None:
    """The same refusal for people on standard error, and as one JSON object."""
    plain = run_vqe("run", *arguments)
    as_json = run_vqe("run", *arguments, "--json")
    error = as_json.record["error"]
    assert plain.code == as_json.code == 2
    assert plain.out == ""
    assert "Traceback" not in plain.err
    assert "Warning" not in plain.err
    assert f"error: {where}" in plain.err
    assert as_json.record["schema"] == "vqe-error/1"
    assert error["kind"] == "input"
    assert error["message"].startswith(where)
    for word in words:
        assert word in plain.err
        assert word in f"{error['message']}\n{error['hint']}"


def with_part(text: str) -> str:
    """Hydrogen with one more line, which is then line 5."""
    return f"{H2}{text}\n"


@without_orbitals
@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param(with_part("  multiplicity: 2"), 5, ("2 electrons", "1, 3"), id="parity"),
        pytest.param(with_part("  multiplicity: 5"), 5, ("4 unpaired",), id="too-many-unpaired"),
        pytest.param(with_part("  multiplicity: 0"), 5, ("multiplicity", "1"), id="no-spin"),
        pytest.param(with_part("  charge: 2"), 5, ("0 electrons", "+1"), id="no-electrons"),
        pytest.param(with_part("  charge: -4"), 5, ("charge",), id="too-many-electrons"),
        pytest.param(with_part("  charge: 0.5"), 5, ("whole number",), id="half-a-charge"),
        pytest.param(
            with_part('  charge: "+1"'), 5, ("write a whole number: 1",), id="quoted-charge"
        ),
        pytest.param(
            with_part("  charge: -1.0"), 5, ("write a whole number: -1",), id="charge-1.0"
        ),
        pytest.param(
            with_part("  multiplicity: 3.0"), 5, ("write a whole number: 3",), id="spin-3.0"
        ),
        pytest.param(with_part("  basis: {H1: sto-3g}"), 5, ("by element", "atom: H"), id="atom"),
        pytest.param(with_part("  charge: true"), 5, ("whole number",), id="charge-true"),
        pytest.param(with_part("  basis: sto-3gg"), 5, ("'sto-3g'",), id="basis"),
        pytest.param(with_part("  basis: {H: cc-pvdzz}"), 5, ("'cc-pvdz'",), id="basis-of-h"),
        pytest.param(with_part("  basis: {O: sto-3g}"), 5, ("for H",), id="no-basis-for-h"),
        pytest.param(
            with_part("  basis: {H: sto-3g, Xq: sto-3g}"), 5, ("Xq",), id="basis-of-nothing"
        ),
        pytest.param(with_part("  basis: sto-3g@9s"), 5, ("sto-3g@9s",), id="contraction"),
        pytest.param(with_part("  basis: 3"), 5, ("'molecule.basis' ",), id="basis-number"),
        pytest.param(with_part("  ecp: nonsense"), 5, ("core potential",), id="ecp"),
        pytest.param(with_part("  ecp: 6-31g**"), 5, ("core potential",), id="ecp-of-a-basis"),
        pytest.param(with_part("  ecp: {H: lanl2dz}"), 5, ("lanl2dz",), id="ecp-of-h"),
        pytest.param(with_part("  units: nm"), 5, ("angstrom", "bohr"), id="units"),
        pytest.param(H2.replace("0.735", "nan"), 4, ("finite",), id="nan"),
        pytest.param(H2.replace("0.735", "-inf"), 4, ("finite",), id="inf"),
        pytest.param(H2.replace("0.735", "1e99"), 4, ("10000",), id="far-away"),
        pytest.param(H2.replace("0.735", "abc"), 4, ("not a number",), id="text"),
        pytest.param(H2.replace(" 0.735", ""), 4, ("symbol x y z",), id="two-coordinates"),
        pytest.param(H2.replace("0.735", "0"), 4, ("atom 2", "atom 1"), id="on-top"),
        pytest.param(H2.replace("H 0 0 0.735", "Hx 0 0 1"), 4, ("'Hx'",), id="element"),
        pytest.param(H2.replace("H 0 0 0.735", "119 0 0 1"), 4, ("'119'",), id="number"),
        pytest.param("molecule:\n  geometry: ''\n", 2, ("no atoms",), id="no-atoms"),
        pytest.param("molecule:\n  geometry:\n", 2, ("geometry",), id="no-geometry"),
        pytest.param("molecule:\n  geometry: {}\n", 2, ("smiles",), id="empty-geometry"),
        pytest.param(
            "molecule:\n  geometry: {smiles: O, zmatrix: H}\n", 2, ("one",), id="two-geometries"
        ),
        pytest.param('molecule:\n  geometry: {smiles: "C(("}\n', 2, ("C((",), id="smiles"),
        pytest.param('molecule:\n  geometry: {smiles: ""}\n', 2, ("SMILES",), id="no-smiles"),
        pytest.param('molecule:\n  geometry: {smiles: "*C"}\n', 2, ("*",), id="dummy-smiles"),
        pytest.param(
            'molecule:\n  charge: 0\n  geometry: {smiles: "[OH-]"}\n',
            2,
            ("-1", "charge: -1"),
            id="smiles-ion",
        ),
        pytest.param("molecule:\n  geometry: {zmatrix: ''}\n", 2, ("atoms",), id="no-zmatrix"),
        pytest.param(
            "molecule:\n  geometry: {zmatrix: H; H 1 abc}\n", 2, ("Z-matrix",), id="zmatrix-text"
        ),
        pytest.param(
            "molecule:\n  geometry: {zmatrix: H; Xx 1 1.0}\n", 2, ("'Xx'",), id="zmatrix-element"
        ),
        pytest.param(
            "molecule:\n  geometry: {zmatrix: H; H 1 nan}\n", 2, ("finite",), id="zmatrix-nan"
        ),
        pytest.param("molecule: H2\n", 1, ("mapping",), id="molecule-text"),
        pytest.param("seed: 7\nmolecule:\n", 2, ("molecule",), id="molecule-empty"),
        pytest.param("seed: 7\n", 1, ("molecule", "vqe init"), id="no-problem"),
        pytest.param(MODEL + H2, 1, ("molecule", "hamiltonian"), id="two-problems"),
    ],
)
def test_an_impossible_molecule(
    write_file: WriteFile, run_vqe: RunVqe, text: str, line: int, words: tuple[str, ...]
) -> None:
    check_refusal(run_vqe, (write_file("in.yaml", text),), f"in.yaml:{line}: ", words)


@without_orbitals
@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("a: 1\nb: 2\na: 3\n", (":3: ", "'a'", "line 1"), id="duplicate-key"),
        pytest.param("a: &a [x, x]\nb: &b [*a, *a]\n", (":1: ", "alias"), id="alias-bomb"),
        pytest.param("a: !!python/name:os.system\n", (":1: ", "tag"), id="python-object"),
        pytest.param("a: {b: 1\n", ("YAML",), id="broken-yaml"),
        pytest.param("[" * 100_000, ("32 levels",), id="nested"),
        pytest.param("", ("empty", "vqe init"), id="empty"),
        pytest.param(" \n\n", ("empty", "vqe init"), id="blank"),
        pytest.param("# nothing\n", ("not an input file", "vqe init"), id="comment-only"),
        pytest.param("- 1\n", ("not an input file", "vqe init"), id="list"),
        pytest.param("hello\n", ("not an input file", "vqe init"), id="word"),
        pytest.param(bytes(range(256)), ("not a text file",), id="binary"),
        pytest.param(b"molecule: \0", ("not a text file",), id="nul"),
        pytest.param(H2.encode("utf-16"), ("not a text file",), id="utf-16"),
        pytest.param(b"#" * 1_000_001, ("1000 kB",), id="large"),
    ],
)
def test_a_file_that_is_no_input(
    write_file: WriteFile, run_vqe: RunVqe, text: str | bytes, words: tuple[str, ...]
) -> None:
    check_refusal(run_vqe, (write_file("in.yaml", text),), "in.yaml:", words)


@without_orbitals
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere.yaml", "no such file"),
        ("folder", "directory"),
        ("in.yaml/x", ""),
        (300 * "a", "too long"),
    ],
)
def test_a_path_that_is_no_file(
    write_file: WriteFile, run_vqe: RunVqe, name: str, words: str
) -> None:
    write_file("folder/in.yaml", H2)
    write_file("in.yaml", H2)
    check_refusal(run_vqe, (name,), f"{name}: ", (words,))


@without_orbitals
@pytest.mark.parametrize(
    ("coefficient", "words"),
    [
        ("abc", ("real number", "'abc'")),
        ("true", ("real number",)),
        ("no", ("real number",)),
        ("null", ("real number",)),
        ("[1.0]", ("real number",)),
        ("{a: 1.0}", ("real number",)),
        ("1+2j", ("real number", "Hermitian")),
        ("2i", ("real number", "Hermitian")),
        ("'1.0'", ("real number",)),
        (".nan", ("finite",)),
        (".NaN", ("finite",)),
        (".inf", ("finite",)),
        ("-.inf", ("finite",)),
        ("1e400", ("finite",)),
        ("1e13", ("1e+12",)),
        ("9" * 350, ("1e+12",)),
        ("9" * 5000, ("1e+12",)),
    ],
    ids=lambda value: value[:8] if isinstance(value, str) else "",
)
def test_a_coefficient_that_is_no_real_number(
    write_file: WriteFile, run_vqe: RunVqe, coefficient: str, words: tuple[str, ...]
) -> None:
    text = f"hamiltonian:\n  paulis:\n    ZZ: 1.0\n    XX: {coefficient}\n"
    check_refusal(run_vqe, (write_file("in.yaml", text),), "in.yaml:4: ", ("XX", *words))


@without_orbitals
@pytest.mark.parametrize(
    ("paulis", "words"),
    [
        ("{ZQ: 1.0}", ("'ZQ'", "I, X, Y and Z")),
        ("{zz: 1.0}", ("'zz'", "I, X, Y and Z")),
        ("{ZZ: 1.0, X: 1.0}", ("'X'", "1", "2")),
        ("{ZZ: 1.0, ZZ: 2.0}", ("'ZZ'", "duplicate key")),
        ("{'': 1.0}", ("Pauli",)),
        ("{1: 1.0}", ("'1'",)),
        ("{}", ("at least one",)),
        ("", ("at least one",)),
        ("[ZZ, XX]", ("{ZZ: -1.0",)),
        ("-1.0 ZZ", ("{ZZ: -1.0",)),
        (f"{{{65 * 'Z'}: 1.0}}", ("65 qubits", "64")),
    ],
)
def test_pauli_strings_that_are_none(
    write_file: WriteFile, run_vqe: RunVqe, paulis: str, words: tuple[str, ...]
) -> None:
    file = write_file("in.yaml", f"hamiltonian:\n  paulis: {paulis}\n")
    check_refusal(run_vqe, (file,), "in.yaml:2: ", words)


@without_orbitals
@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("ansatz: ucsd", ("'ucsd'", "'uccsd'")),
        ("ansatz: UCCST", ("'uccsd'",)),
        ("optimizer: cobila", ("'cobila'", "'cobyla'")),
        ("optimizer: lbfgs-bb", ("'l-bfgs-b'",)),
        ("backend: aerr", ("'aerr'", "'aer'")),
        ("mapper: jordan_wiegner", ("'jordan-wigner'",)),
        ("mapper: qee", ("bravyi-kitaev, jordan-wigner, parity",)),
        ("reference: fcii", ("'fci'",)),
        ("active_space: frontie", ("'frontier'",)),
        ("optimizer: {name: slsqp, maxitr: 3}", ("'maxitr'", "'maxiter'")),
        ("optimizer: {name: slsqp, learning_rate: 3.0}", ("'learning_rate'", "'adam'")),
        ("optimizer: {name: slsqp, maxiter: -1}", ("'optimizer.maxiter'", "1")),
        ("optimizer: {name: slsqp, maxiter: true}", ("whole number",)),
        ("optimizer: {name: slsqp, maxiter: 1.5}", ("whole number",)),
        ("optimizer: {name: slsqp, tolerance: .nan}", ("finite",)),
        ("optimizer: [slsqp]", ("name",)),
        ("optimizer: {name: 3}", ("text",)),
        ("ansatz: {name: two-local, reps: 1000}", ("100",)),
        ("ansatz: {name: two-local, rotation_blocks: [foo]}", ("'ry'",)),
        ("backend: {name: exact, noise: fake_manila}", ("'noise'", "'aer'")),
        ("backend: {name: aer, shots: 0}", ("shots",)),
        ("backend: {name: aer, method: qpu}", ("statevector",)),
        ("backend: {name: aer, noise: fake_manilla}", ("'fake_manila'",)),
        ("backend: {name: aer, shots: 9, measurement: qubitwyse}", ("'qubit-wise'",)),
        ("initial: zeroes", ("zeros",)),
        ("initial: [0.1, .nan]", ("finite",)),
        ("initial: [a, b]", ("a number",)),
        ("restarts: -1", ("restarts",)),
        ("seed: -1", ("seed",)),
        ("seed: 1e3", ("whole number",)),
    ],
)
def test_a_name_or_option_that_there_is_not(
    write_file: WriteFile, run_vqe: RunVqe, part: str, words: tuple[str, ...]
) -> None:
    check_refusal(run_vqe, (write_file("in.yaml", with_part(part)),), "in.yaml:5: ", words)


def test_a_starting_point_of_another_ansatz(write_file: WriteFile, run_vqe: RunVqe) -> None:
    """How many parameters there are is known from the orbitals."""
    file = write_file("in.yaml", with_part("initial: [0.1, 0.2]"))
    check_refusal(run_vqe, (file,), "in.yaml:5: ", ("2 parameters", "has 1"))


@pytest.mark.parametrize(
    ("problem", "parts", "words"),
    [
        pytest.param(
            H2, "optimizer: slsqp\nbackend: {name: aer, shots: 99}", ("spsa",), id="slsqp-shots"
        ),
        pytest.param(MODEL, "ansatz: uccsd", ("two-local",), id="uccsd-on-qubits"),
        pytest.param(MODEL, "active_space: frozen-core", ("orbitals",), id="space-on-qubits"),
        pytest.param(MODEL, "initial: mp2", ("zeros",), id="mp2-on-qubits"),
        pytest.param(MODEL, "reference: fci", ("numpy",), id="fci-on-qubits"),
        pytest.param(H2, "ansatz: efficient-su2\ninitial: mp2", ("zeros",), id="mp2-for-circuit"),
        pytest.param(H2, "ansatz: efficient-su2\ninitial: ccsd", ("zeros",), id="ccsd-circuit"),
        pytest.param(
            H2,
            "ansatz: excitation-preserving\nmapper: parity",
            ("jordan-wigner",),
            id="excitation-preserving-parity",
        ),
        pytest.param(
            H2,
            "ansatz: {name: excitation-preserving, initial_state: zero}",
            ("reference",),
            id="excitation-preserving-vacuum",
        ),
        pytest.param(
            H2,
            "backend: {name: aer, noise: fake_manila, method: matrix_product_state}",
            ("density_matrix",),
            id="noise-on-product-state",
        ),
        pytest.param(
            H2,
            "backend: {name: aer, noise: fake_manila, method: statevector}",
            ("shots",),
            id="noise-on-statevector",
        ),
    ],
)
def test_parts_that_do_not_go_together(
    write_file: WriteFile, run_vqe: RunVqe, problem: str, parts: str, words: tuple[str, ...]
) -> None:
    check_refusal(run_vqe, (write_file("in.yaml", f"{problem}{parts}\n"),), "in.yaml:", words)


WATER = """\
molecule:
  geometry: O 0 0 0.1173; H 0 0.7572 -0.4692; H 0 -0.7572 -0.4692
"""
OXYGEN = "molecule:\n  multiplicity: 3\n  geometry: O 0 0 0; O 0 0 1.2\n"


@pytest.mark.parametrize(
    ("molecule", "space", "words"),
    [
        (WATER, "{name: frontier, electrons: 12, orbitals: 7}", ("12", "10")),
        (WATER, "{name: frontier, electrons: 5, orbitals: 4}", ("even",)),
        (WATER, "{name: frontier, electrons: 4, orbitals: 5}", ("4 left",)),
        (WATER, "{name: frontier, electrons: 8, orbitals: 3}", ("4 are occupied",)),
        (WATER, "{name: frontier, electrons: 0, orbitals: 3}", ("electrons",)),
        (WATER, "frontier", ("electrons",)),
        (OXYGEN, "{name: frontier, electrons: 1, orbitals: 2}", ("even",)),
        (WATER, "{name: explicit, orbitals: [0, 1]}", ("1 to 7",)),
        (WATER, "{name: explicit, orbitals: [5, 8]}", ("1 to 7",)),
        (WATER, "{name: explicit, orbitals: [5, 5]}", ("twice",)),
        (WATER, "{name: explicit, orbitals: [6, 7]}", ("no electrons",)),
        (WATER, "{name: explicit, orbitals: []}", ("orbital",)),
        (WATER, "{name: explicit, orbitals: 5}", ("list",)),
        (WATER, "{name: explicit, orbitals: [5.5]}", ("whole number",)),
        (OXYGEN, "{name: explicit, orbitals: [7, 10]}", ("singly occupied",)),
    ],
)
def test_an_active_space_that_is_not_possible(
    write_file: WriteFile, run_vqe: RunVqe, molecule: str, space: str, words: tuple[str, ...]
) -> None:
    """Water has 10 electrons in 7 orbitals of STO-3G; orbitals 8 and 9 of O2 hold one each."""
    file = write_file("in.yaml", f"{molecule}active_space: {space}\n")
    line = 1 + f"{molecule}".count("\n")
    check_refusal(run_vqe, (file,), f"in.yaml:{line}: ", words)


MAKE_FOLDER = "__import__('os').mkdir('made')"
ATOM = "geometry: Li 0 0 0\n  multiplicity: 2\n"


@pytest.mark.parametrize(
    "part",
    [
        f'geometry: {{zmatrix: "H; H 1 {MAKE_FOLDER}"}}',
        f'{ATOM}  basis: "Li S\\n 1.0 {MAKE_FOLDER}\\n"',
        f'{ATOM}  ecp: {{Li: "Li nelec 2\\nLi ul\\n2 1.0 {MAKE_FOLDER}\\n"}}',
        f"{ATOM}  basis: basis.nw",
    ],
    ids=["zmatrix", "basis", "ecp", "basis-file"],
)
def test_no_part_of_an_input_is_run_as_a_program(
    write_file: WriteFile, run_vqe: RunVqe, part: str
) -> None:
    """PySCF's readers evaluate as Python what is not a number in these places."""
    write_file("basis.nw", f"Li S\n 1.0 {MAKE_FOLDER}\nEND\n")
    file = write_file("in.yaml", f"molecule:\n  {part}\n")
    outcome = run_vqe("run", file, "--quiet")
    assert not (file.resolve().parent / "made").exists()
    assert outcome.code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--maxiter", "many"), "--maxiter"),
        (("--maxitr", "3"), "--maxiter"),
        ((), "FILE"),
    ],
)
def test_usage_that_the_shell_interface_refuses(
    run_vqe: RunVqe, arguments: tuple[str, ...], words: str
) -> None:
    plain, as_json = run_vqe("run", *arguments), run_vqe("run", *arguments, "--json")
    assert plain.code == as_json.code == 2
    assert words in plain.err
    assert as_json.record["schema"] == "vqe-error/1"
    assert set(as_json.record["error"]) == {"kind", "message", "hint"}
    assert words in as_json.record["error"]["message"]


def test_a_file_given_as_a_command_is_told_of_run(run_vqe: RunVqe) -> None:
    outcome = run_vqe("h2.yaml")
    assert outcome.code == 2
    assert "vqe run h2.yaml" in outcome.err


@pytest.mark.parametrize("path", ["nowhere/x.json", "."])
def test_a_place_that_cannot_be_written_is_refused_before_the_run(
    write_file: WriteFile, run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("the run began")

    monkeypatch.setattr("vqe_cli.cli.runner.run", never)
    outcome = run_vqe("run", write_file("in.yaml", H2), "-o", path)
    assert outcome.code == 2
    assert "director" in outcome.err or "folder" in outcome.err


def test_a_plot_of_unknown_kind_is_refused_before_the_run(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    outcome = run_vqe("run", write_file("in.yaml", H2), "--plot", "x.txt")
    assert outcome.code == 2
    assert ".png" in outcome.err
