"""From files and flags to one spec: who wins, what reaches where, and which line is at fault."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import RunVqe, WriteFile
from vqe_cli.cli.flag_values import overrides
from vqe_cli.errors import InputError
from vqe_cli.parts import fingerprint_of, resolved_spec
from vqe_cli.schema import load

pytestmark = pytest.mark.quick

H2 = """\
molecule:
  geometry: |
    H 0 0 0
    H 0 0 0.735
"""
XYZ = "2\nhydrogen\nH 0 0 0\nH 0 0 0.735\n"
MODEL = "hamiltonian:\n  paulis: {ZZ: -1.0, XX: 0.2}\n"
RHF_H2 = -1.116998996754004
"""PySCF 2.14, RHF/STO-3G at 0.735 Å, Hartree."""


def resolved(file: Path, *assignments: str, **flags: Any) -> dict[str, Any]:
    """The spec with all defaults, as the command line with these flags would make it."""
    return resolved_spec(load(file, overrides(flags, assignments)))


@pytest.mark.parametrize(
    ("text", "line", "unknown", "meant"),
    [
        (H2 + "mapperr: parity\n", 5, "mapperr", "mapper"),
        (H2 + "seed: 1\nactive-space: full\n", 6, "active-space", "active_space"),
        (H2 + "  chrage: 1\n", 5, "chrage", "charge"),
        ("molecule:\n  geometry: {smile: O}\n", 2, "smile", "smiles"),
        (H2 + "initial: {name: random,\n  scal: 1}\n", 6, "scal", "scale"),
        (H2 + "optimizer:\n  name: slsqp\n  maxitr: 3\n", 7, "maxitr", "maxiter"),
        ("seed: 1\nhamiltonian:\n  pauli: {Z: 1.0}\n", 3, "pauli", "paulis"),
    ],
    ids=["top", "top-with-hyphen", "molecule", "geometry", "initial", "optimizer", "paulis"],
)
def test_an_unknown_key_is_an_error_with_its_line_and_the_nearest_known_key(
    write_file: WriteFile, text: str, line: int, unknown: str, meant: str
) -> None:
    file = write_file("in.yaml", text)
    with pytest.raises(InputError, match=f"'{unknown}'") as error:
        fingerprint_of(load(file))
    assert error.value.where == f"in.yaml:{line}"
    assert error.value.hint == f"did you mean '{meant}'?"


def test_a_flag_wins_over_the_file_and_the_file_over_the_default(write_file: WriteFile) -> None:
    bare, full = write_file("bare.yaml", H2), write_file("full.yaml", H2 + "  basis: 6-31g\n")
    assert resolved(bare)["molecule"]["basis"] == "sto-3g"
    assert resolved(full)["molecule"]["basis"] == "6-31g"
    assert resolved(full, basis="cc-pvdz")["molecule"]["basis"] == "cc-pvdz"
    assert resolved(full, "molecule.basis=3-21g", basis="cc-pvdz")["molecule"]["basis"] == "3-21g"


@pytest.mark.parametrize(
    ("parts", "assignment", "place", "value"),
    [
        ("", "seed=11", ("seed",), 11),
        ("", "molecule.charge=-1", ("molecule", "charge"), -1),
        ("", "molecule.name=no", ("molecule", "name"), "no"),
        ("", "molecule.symmetry=false", ("molecule", "symmetry"), False),
        ("", "optimizer.maxiter=3", ("optimizer", "maxiter"), 3),
        ("optimizer: slsqp\n", "optimizer.tolerance=1e-3", ("optimizer", "tolerance"), 1e-3),
        ("optimizer: slsqp\n", "optimizer.maxiter=3", ("optimizer", "name"), "slsqp"),
        ("ansatz: efficient-su2\n", "ansatz.reps=1", ("ansatz", "reps"), 1),
        ("initial: random\n", "initial.scale=0.5", ("initial", "scale"), 0.5),
        ("backend: aer\n", "backend.measurement.name=qubit-wise", ("backend", "name"), "aer"),
        ("", "mapper={name: parity, two_qubit_reduction: false}", ("mapper", "name"), "parity"),
        ("", "molecule.geometry=H 0 0 0; H 0 0 1", ("molecule", "geometry"), None),
        ("", "molecule.geometry.smiles=O", ("molecule", "geometry", "smiles"), "O"),
        ("", "molecule.basis={H: 6-31g}", ("molecule", "basis", "H"), "6-31g"),
    ],
)
def test_set_reaches_any_field(
    write_file: WriteFile, parts: str, assignment: str, place: tuple[str, ...], value: object
) -> None:
    found: Any = resolved(write_file("in.yaml", H2 + parts), assignment)
    for key in place:
        found = found[key]
    assert found == ({"cartesian": "H 0 0 0; H 0 0 1"} if value is None else value)


def test_set_changes_one_coefficient_of_a_hamiltonian(write_file: WriteFile) -> None:
    found = resolved(write_file("in.yaml", MODEL), "hamiltonian.paulis.XX=0.3")
    assert found["hamiltonian"]["paulis"] == {"ZZ": -1.0, "XX": 0.3}


@pytest.mark.parametrize(
    ("assignments", "flags", "culprit"),
    [
        ((), {"basis": "sto-3gg"}, "--basis"),
        ((), {"charge": 9}, "--charge"),
        ((), {"multiplicity": 2}, "--multiplicity"),
        ((), {"noise": "fake_manila"}, "--noise"),
        ((), {"maxiter": 0}, "--maxiter"),
        ((), {"ansatz": "ucsd"}, "--ansatz"),
        ((), {"optimizer": "{name: slsqp, maxiter: many}"}, "--optimizer"),
        ((), {"mapper": "{name: parity"}, "--mapper"),
        ((), {"initial": "zeroes"}, "--initial"),
        (("optimizer.maxitr=2",), {}, "--set optimizer.maxitr"),
        (("molecule.chrg=2",), {}, "--set molecule.chrg"),
        (("seed.x=2",), {}, "--set seed.x"),
        (("optimizer=*a",), {}, "--set optimizer"),
        (("optimizer.maxiter",), {}, "--set"),
        (("=2",), {}, "--set"),
        (("optimizer..maxiter=2",), {}, "--set"),
    ],
)
def test_a_fault_that_came_with_a_flag_names_the_flag(
    write_file: WriteFile,
    run_vqe: RunVqe,
    assignments: tuple[str, ...],
    flags: dict[str, Any],
    culprit: str,
) -> None:
    file = write_file("in.yaml", H2)
    arguments = [part for key, value in flags.items() for part in (f"--{key}", value)]
    arguments += [part for text in assignments for part in ("--set", text)]
    outcome = run_vqe("run", file, *arguments)
    assert outcome.code == 2
    assert outcome.err.startswith(f"error: {culprit}: ")


def test_a_flag_for_molecules_is_not_blamed_on_a_file_that_has_none(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    outcome = run_vqe("run", write_file("in.yaml", MODEL), "--charge", 1)
    assert outcome.code == 2
    assert outcome.err.startswith("error: --charge: ")


SLSQP = H2 + "optimizer: {name: slsqp, maxiter: 5}\n"


@pytest.mark.parametrize(
    ("flags", "name", "maxiter"),
    [
        ({"optimizer": "slsqp"}, "slsqp", 5),
        ({"maxiter": 9}, "slsqp", 9),
        ({"optimizer": "cobyla"}, "cobyla", 5000),
        ({"optimizer": "cobyla", "maxiter": 9}, "cobyla", 9),
        ({"maxiter": 9, "optimizer": "cobyla"}, "cobyla", 9),
        ({"optimizer": "{name: slsqp, tolerance: 1e-3}"}, "slsqp", 1000),
    ],
)
def test_a_name_keeps_the_options_of_the_same_entry_and_drops_those_of_another(
    write_file: WriteFile, flags: dict[str, Any], name: str, maxiter: int
) -> None:
    found = resolved(write_file("in.yaml", SLSQP), **flags)["optimizer"]
    assert (found["name"], found["maxiter"]) == (name, maxiter)


def test_options_without_a_name_belong_to_the_default_entry(write_file: WriteFile) -> None:
    assert resolved(write_file("a.yaml", H2 + "ansatz: {spin_adapted: false}\n"))["ansatz"] == {
        "name": "uccsd",
        "spin_adapted": False,
        "point_group": True,
    }
    assert resolved(write_file("b.yaml", MODEL + "ansatz: {reps: 1}\n"))["ansatz"]["reps"] == 1


@pytest.mark.parametrize(
    ("name", "content", "flags"),
    [
        pytest.param("in.yaml", H2, (), id="yaml"),
        pytest.param("in.yaml", H2.replace("\n", "\r\n"), (), id="line-ends-of-windows"),
        pytest.param("in.yaml", b"\xef\xbb\xbf" + H2.encode(), (), id="byte-order-mark"),
        pytest.param("in.xyz", XYZ, (), id="xyz"),
        pytest.param("in.XYZ", XYZ + "\n\n", (), id="xyz-with-blank-lines"),
        pytest.param("in", XYZ, (), id="xyz-without-ending"),
        pytest.param("in.yaml", "molecule: {geometry: {file: sub/h2.xyz}}\n", (), id="file"),
        pytest.param("sub/in.yaml", "molecule: {geometry: {file: h2.xyz}}\n", (), id="beside"),
        pytest.param(
            "in.yaml",
            "molecule: {units: bohr, geometry: H 0 0 0; H 0 0 1.3889487015553204}\n",
            (),
            id="bohr",
        ),
        pytest.param(
            "in.yaml", 'molecule: {geometry: {zmatrix: "H\\nH 1 0.735"}}\n', (), id="zmatrix"
        ),
    ],
)
def test_one_molecule_has_one_energy_in_whatever_notation(
    write_file: WriteFile,
    run_vqe: RunVqe,
    name: str,
    content: str | bytes,
    flags: tuple[str, ...],
) -> None:
    """RHF by PySCF; 0.735 Å / 0.529177210903 Å = 1.38894870... bohr."""
    write_file("sub/h2.xyz", XYZ)
    file = write_file(name, content)
    arguments = ("--optimizer", "none", "--initial", "zeros", "--reference", "none", "--json")
    outcome = run_vqe("run", file, "--quiet", *arguments, *flags)
    assert outcome.code == 0
    assert outcome.record["result"]["energy"] == pytest.approx(RHF_H2, abs=1e-8)


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("", None, "empty"),
        (XYZ.replace("2\n", "3\n", 1), 1, "says 3 atoms, but 2 follow"),
        (XYZ.replace("2\n", "1\n", 1), 1, "says 1 atom, but 2 follow"),
        ("0\nnothing\n", 1, "0 atoms"),
        ("H 0 0 0\nH 0 0 1\n", 1, "number of atoms"),
        ("9" * 5000 + "\n\nH 0 0 0\n", 1, "atoms"),
        (XYZ.replace("0.735", "abc"), 4, "not a number"),
        (XYZ.replace("0.735", "nan"), 4, "not finite"),
        (XYZ.replace("H 0 0 0\n", "Xx 0 0 0\n"), 3, "not an element"),
        (XYZ.replace("0.735", "0.0"), 4, "atom 2"),
    ],
    ids=["empty", "few", "many", "none", "no-count", "huge", "text", "nan", "element", "same"],
)
@pytest.mark.parametrize("through_yaml", [False, True], ids=["direct", "through-yaml"])
def test_a_fault_in_an_xyz_file_has_its_file_and_line(
    write_file: WriteFile,
    run_vqe: RunVqe,
    content: str,
    line: int | None,
    words: str,
    through_yaml: bool,
) -> None:
    file = write_file("bad.xyz", content)
    if through_yaml:
        file = write_file("in.yaml", "molecule: {geometry: {file: bad.xyz}}\n")
    outcome = run_vqe("run", file)
    where = "bad.xyz" if line is None else f"bad.xyz:{line}"
    assert outcome.code == 2
    assert outcome.err.startswith(f"error: {where}: ")
    assert words in outcome.err


@pytest.mark.parametrize("units", ["Bohr", "BOHR", "Angstrom"])
def test_units_are_read_in_any_case(write_file: WriteFile, units: str) -> None:
    spec = load(write_file("in.yaml", f"molecule: {{units: {units}, geometry: He 0 0 0}}\n"))
    assert spec.molecule is not None
    assert spec.molecule.units == units.lower()
    write_file("h2.xyz", XYZ.replace("hydrogen", "units=bohr"))
    file = write_file("other.yaml", f"molecule: {{units: {units}, geometry: {{file: h2.xyz}}}}\n")
    with nullcontext() if units.lower() == "bohr" else pytest.raises(InputError, match="in bohr"):
        load(file)


def test_an_xyz_file_is_in_angstrom_and_says_so(write_file: WriteFile, run_vqe: RunVqe) -> None:
    write_file("h2.xyz", XYZ)
    file = write_file("in.yaml", "molecule: {units: bohr, geometry: {file: h2.xyz}}\n")
    outcome = run_vqe("run", file)
    assert outcome.code == 2
    assert "ngström" in outcome.err


@pytest.mark.parametrize(
    ("comment", "stated"),
    [
        ("charge=1 multiplicity=2", (1, 2)),
        ('Properties=species:S:1:pos:R:3 Charge = "-1" multiplicity=2.0', (-1, 2)),
        ("charge=+1", (1, None)),
        ("water, no charge", (None, None)),
        ("total_charge=1 charges=[0.5, 0.5]", (1, None)),
        ("", (None, None)),
    ],
)
def test_the_comment_of_an_xyz_file_may_state_charge_and_multiplicity(
    write_file: WriteFile, comment: str, stated: tuple[int | None, int | None]
) -> None:
    direct = write_file("ion.xyz", f"2\n{comment}\nH 0 0 0\nH 0 0 1.06\n")
    named = write_file("in.yaml", "molecule: {geometry: {file: ion.xyz}}\n")
    for file in (direct, named):
        molecule = load(file).molecule
        assert molecule is not None
        found = {"charge": molecule.charge, "multiplicity": molecule.multiplicity}
        told = {key: found[key] if key in molecule.model_fields_set else None for key in found}
        assert tuple(told.values()) == stated


def test_what_the_user_says_wins_over_the_comment_of_an_xyz_file(write_file: WriteFile) -> None:
    write_file("ion.xyz", "2\ncharge=1 multiplicity=2\nH 0 0 0\nH 0 0 1.06\n")
    section = "molecule: {geometry: {file: ion.xyz}, charge: 0, multiplicity: 1}\n"
    flags = [
        (("molecule", key), value, "--set") for key, value in (("charge", 0), ("multiplicity", 1))
    ]
    for spec in (load(write_file("in.yaml", section)), load("ion.xyz", flags)):
        assert spec.molecule is not None
        assert (spec.molecule.charge, spec.molecule.multiplicity) == (0, 1)


def test_a_wrong_charge_in_a_comment_has_its_line(write_file: WriteFile, run_vqe: RunVqe) -> None:
    file = write_file("ion.xyz", "2\ncharge=1 multiplicity=1\nH 0 0 0\nH 0 0 1.06\n")
    outcome = run_vqe("run", file)
    assert outcome.code == 2
    assert outcome.err.startswith("error: ion.xyz:2: multiplicity 1 is impossible with 1 electron")


HELIUM_MOLFILE = """\
helium
     by hand        3D

  1  0  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.0000 He  0  0
M  END
"""


@pytest.mark.parametrize("between", ["$$$$\n", "", "> <ID>\n1\n\n$$$$\n"])
def test_one_of_several_molecules_is_not_chosen(write_file: WriteFile, between: str) -> None:
    """Also where the line between them is missing."""
    file = write_file("two.sdf", HELIUM_MOLFILE + between + HELIUM_MOLFILE + "$$$$\n")
    with pytest.raises(InputError, match="has 2 molecules"):
        load(file)
    assert load(write_file("one.sdf", HELIUM_MOLFILE + between)).molecule is not None


FLOW = "{molecule: {basis: sto-3g, geometry: {cartesian: 'H 0 0 0; H 0 0 0.735'}, charge: 0}}"
BLOCK = "molecule:\n  geometry: H 0 0 0; H 0 0 0.735\n"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(BLOCK, FLOW, id="flow-and-defaults-written-out"),
        pytest.param(BLOCK, "# comment\nseed: 7\n" + BLOCK, id="order-and-comment"),
        pytest.param(BLOCK + "optimizer: slsqp\n", BLOCK + "optimizer: {name: slsqp}\n", id="name"),
        pytest.param(
            BLOCK + "optimizer: {name: slsqp, tolerance: 1}\n",
            BLOCK + "optimizer: {tolerance: 1.0, name: slsqp}\n",
            id="whole-number",
        ),
        pytest.param(MODEL, MODEL.replace("-1.0", "-1").replace("0.2", "2e-1"), id="coefficients"),
        pytest.param(MODEL, MODEL.replace("ZZ: -1.0, XX: 0.2", "XX: 0.2, ZZ: -1.0"), id="terms"),
    ],
)
def test_equal_specs_have_equal_fingerprints(write_file: WriteFile, one: str, other: str) -> None:
    files = [write_file("one.yaml", one), write_file("other.yaml", other)]
    assert len({fingerprint_of(load(file)) for file in files}) == 1


def test_a_flag_and_a_file_that_say_the_same_have_equal_fingerprints(
    write_file: WriteFile,
) -> None:
    written = load(write_file("one.yaml", BLOCK + "seed: 3\nansatz: efficient-su2\n"))
    flags = overrides({"seed": 3, "ansatz": "efficient-su2"}, ())
    assert fingerprint_of(load(write_file("two.yaml", BLOCK), flags)) == fingerprint_of(written)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("0.735", "0.7350001"),
        ("seed: 7", "seed: 8"),
        ("maxiter: 5", "maxiter: 6"),
        ("charge: 0", "charge: 1"),
        ("sto-3g", "6-31g"),
    ],
)
def test_another_number_is_another_fingerprint(
    write_file: WriteFile, before: str, after: str
) -> None:
    text = BLOCK + "  charge: 0\n  basis: sto-3g\nseed: 7\noptimizer: {maxiter: 5}\n"
    assert before in text
    files = [write_file("one.yaml", text), write_file("two.yaml", text.replace(before, after))]
    assert len({fingerprint_of(load(file)) for file in files}) == 2


def test_another_starting_point_in_a_file_is_another_fingerprint(write_file: WriteFile) -> None:
    file = write_file("in.yaml", BLOCK + "initial: {file: x.json}\n")
    write_file("x.json", "[0.0, 0.1]")
    first = fingerprint_of(load(file))
    write_file("x.json", "[0.0, 0.2]")
    assert fingerprint_of(load(file)) != first


NO_PARAMETERS = [
    "", "{}", "[1, x]", '{"result": {}}', '["a"]', "[[1]]", '["0.5"]', "[true]", "[NaN]", "[1e999]",
    "[" * 100_000, '{"result": {"parameters": "12"}}', f"[{'9' * 5000}]", "[1e30]", "null", "3",
]  # fmt: skip


@pytest.mark.parametrize("content", NO_PARAMETERS, ids=lambda content: content[:12])
def test_a_file_without_parameters_is_no_starting_point(
    write_file: WriteFile, run_vqe: RunVqe, content: str
) -> None:
    write_file("x.json", content)
    file = write_file("in.yaml", BLOCK + "initial: {file: x.json}\n")
    outcome = run_vqe("run", file)
    assert outcome.code == 2
    assert "x.json" in outcome.err
