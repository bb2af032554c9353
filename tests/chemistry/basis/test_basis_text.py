"""Basis sets as text, written here in each format from PySCF's own data."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pyscf.gto import basis as pyscf_basis

from tests.conftest import RunVqe, WriteFile
from tests.problems import pyscf_mean_field, spec_of
from vqe_cli.chemistry.basis.basis_sets import basis_notes
from vqe_cli.chemistry.basis.basis_text import read_basis_text
from vqe_cli.chemistry.basis.core_potentials import potentials_of
from vqe_cli.chemistry.scf.mean_fields import mean_field_of
from vqe_cli.errors import InputError
from vqe_cli.parts import resolved_spec

LETTERS = "SPDFGHI"
HI = "H 0 0 0\nI 0 0 1.609"

STO_3G_HE = """He     0
S    3   1.00
      0.6362421394D+01       0.1543289673D+00
      0.1158922999D+01       0.5353281423D+00
      0.3136497915D+00       0.4446345422D+00
****
"""
"""Hehre, Stewart and Pople, J. Chem. Phys. 51, 2657 (1969)."""


def as_nwchem(names: dict[str, str]) -> str:
    lines = ['# comment\nBASIS "ao basis" SPHERICAL PRINT']
    for symbol, name in names.items():
        for momentum, *rows in pyscf_basis.load(name, symbol):
            lines.append(f"{symbol}    {LETTERS[momentum]}")
            lines += ["  ".join(f"{value:.10E}" for value in row) for row in rows]
    lines += ["END", "", "ECP"]
    for symbol, name in names.items():
        for electrons, parts in [found] if (found := pyscf_basis.load_ecp(name, symbol)) else []:
            lines.append(f"{symbol} nelec {electrons}")
            for momentum, powers in parts:
                lines.append(f"{symbol} {'ul' if momentum < 0 else LETTERS[momentum]}")
                lines += _terms(powers)
    return "\n".join([*lines, "END", ""])


def as_gaussian(names: dict[str, str], header: str = "! comment") -> str:
    lines = [header, "****"]
    for symbol, name in names.items():
        lines.append(f"{symbol}     0")
        for momentum, *rows in pyscf_basis.load(name, symbol):
            for column in range(1, len(rows[0])):
                lines.append(f"{LETTERS[momentum]}    {len(rows)}   1.00")
                lines += [f"  {row[0]:.10E}  {row[column]:.10E}".replace("E", "D") for row in rows]
        lines.append("****")
    lines.append("")
    for symbol, name in names.items():
        for electrons, parts in [found] if (found := pyscf_basis.load_ecp(name, symbol)) else []:
            lines += [
                f"{symbol.upper()}     0",
                f"{symbol.upper()}-ECP  {len(parts) - 1} {electrons}",
            ]
            for _, powers in parts:
                terms = _terms(powers)
                lines += ["s-f potential", f"  {len(terms)}", *terms]
    return "\n".join([*lines, ""])


def _terms(powers: list[list[list[float]]]) -> list[str]:
    return [f"{n}  {row[0]:.8f}  {row[1]:.8f}" for n, rows in enumerate(powers) for row in rows]


def as_psi4(names: dict[str, str]) -> str:
    return as_gaussian(names, "spherical\n")


WRITERS = {"nwchem": as_nwchem, "gaussian": as_gaussian, "psi4": as_psi4}


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("basis", ["def2-svp", "sbkjc"])
def test_a_text_means_the_same_as_the_name(form: str, basis: str) -> None:
    text = WRITERS[form]({"H": basis, "I": basis})
    data: dict[str, Any] = {"geometry": HI, "basis": basis, "ecp": {"I": basis}}
    molecule = spec_of({"geometry": HI, "basis": text}).molecule
    assert molecule is not None
    field = mean_field_of(molecule)
    assert field.report.energy == pytest.approx(float(pyscf_mean_field(data).e_tot), abs=1e-7)
    assert field.assumed == {"ecp": "the one written out for I"}
    assert field.checks == ()


def test_shared_exponents_and_scale_factors() -> None:
    """SP shells; a factor scales exponents by its square."""
    text = "Li 0\nSP 2 1.00\n 2.0 0.5 0.1\n 1.0 0.25 0.2\nS 1 2.0\n 0.1 1.0\n"
    assert read_basis_text(text, ()).shells["Li"] == [
        [0, [2.0, 0.5], [1.0, 0.25]],
        [1, [2.0, 0.1], [1.0, 0.2]],
        [0, [0.4, 1.0]],
    ]


def test_the_potential_of_a_text_can_be_left_out() -> None:
    """Then the basis has no functions for the core, and that is said."""
    text = as_gaussian({"H": "sto-3g", "I": "lanl2dz"}).split("I-ECP")[0].rsplit("\n", 2)[0]
    bare = spec_of({"geometry": HI, "basis": text}).molecule
    assert bare is not None
    with pytest.raises(InputError, match="no functions for the core"):
        potentials_of(bare)
    (check,) = potentials_of(bare.model_copy(update={"ecp": "none"})).checks
    assert check.name == "core-potential"
    assert potentials_of(bare.model_copy(update={"ecp": "lanl2dz"})).replaced("I") == 46


def test_cartesian_functions_are_spoken_of() -> None:
    text = f"cartesian\n{as_gaussian({'C': '6-31g*'})}"
    molecule = spec_of({"geometry": "C 0 0 0", "basis": {"C": {"text": text}}}).molecule
    assert molecule is not None
    (note,) = basis_notes(molecule.basis, {"C"})
    assert "spherical" in note


RUN = "molecule:\n  geometry: He 0 0 0\n  basis: {basis}\n"


@pytest.mark.parametrize(
    "basis",
    [
        "{file: sets/he.gbs}",
        "{he: {file: sets/he.gbs}, default: sto-3g}",
        "{HE: sto-3g}",
        "|\n    " + STO_3G_HE.replace("\n", "\n    "),
        "\n    He:\n      text: |\n        " + STO_3G_HE.replace("\n", "\n        "),
    ],
    ids=["file", "file-of-element", "capitals", "text", "text-of-element"],
)
def test_where_a_text_may_stand(write_file: WriteFile, run_vqe: RunVqe, basis: str) -> None:
    """Helium in STO-3G: -2.8077839 Ha (Szabo and Ostlund give -2.807784)."""
    write_file("sub/sets/he.gbs", STO_3G_HE)
    file = write_file("sub/in.yaml", RUN.format(basis=basis))
    outcome = run_vqe("run", file, "--json", "--quiet")
    assert outcome.record["result"]["energy"] == pytest.approx(-2.807784, abs=1e-6)


def test_the_record_alone_suffices(write_file: WriteFile, run_vqe: RunVqe) -> None:
    """What stood in the file is in the record and in the fingerprint."""
    where = write_file("he.gbs", STO_3G_HE)
    file = write_file("in.yaml", RUN.format(basis="{file: he.gbs}"))
    first = run_vqe("run", file, "--json", "--quiet").record
    assert first["spec"]["molecule"]["basis"] == {"text": STO_3G_HE}
    again = resolved_spec(spec_of(first["spec"]["molecule"]))
    assert again["molecule"] == first["spec"]["molecule"]
    where.write_text(STO_3G_HE.replace("0.4446345422", "0.4446345423"))
    assert run_vqe("run", file, "--json", "--quiet").record["fingerprint"] != first["fingerprint"]


def test_names_of_files_and_folders_do_not_stand_in_the_way(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    """PySCF would read a file called sto-3g, and evaluate what stands in it."""
    write_file("6-31g/notes.txt", "a folder")
    write_file("sto-3g", "He S\n 1.0 __import__('os').mkdir('made')\nEND\n")
    for name, energy in (("sto-3g", -2.807784), ("6-31g", -2.855160)):
        file = write_file("in.yaml", RUN.format(basis=name))
        record = run_vqe("run", file, "--json", "--quiet").record
        assert record["problem"]["hartree_fock_energy"] == pytest.approx(energy, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (STO_3G_HE.replace("0.53532", "__import__('os')"), 4, "line of numbers"),
        (STO_3G_HE.replace("S    3", "S    4"), 6, "line of numbers"),
        (STO_3G_HE.replace("S    3", "Z    3"), 5, "angular momentum"),
        (STO_3G_HE.replace("He  ", "Hx  "), 1, "not an element"),
        (STO_3G_HE.replace("+01", "+999"), 5, "finite"),
        (STO_3G_HE.replace(" 0.63", "-0.63"), 5, "positive"),
        (STO_3G_HE + STO_3G_HE, 11, "are repeated"),
        (STO_3G_HE + "He nelec 2\n", 7, "replace 2 electrons"),
        (STO_3G_HE.replace("1.00", "one"), 2, "scale factor"),
        ("hello world, this is no basis\n", 1, "not a line of a basis"),
        ("# nothing\n****\n", 1, "no basis functions"),
        (STO_3G_HE.replace("He", "Li"), None, "no functions of He"),
    ],
)
def test_what_is_no_basis_is_refused_with_its_line(
    write_file: WriteFile, run_vqe: RunVqe, text: str, line: int | None, words: str
) -> None:
    write_file("he.gbs", text)
    file = write_file("in.yaml", RUN.format(basis="{file: he.gbs}"))
    outcome = run_vqe("run", file)
    assert outcome.code == 2
    assert " ".join(words.split()) in " ".join(outcome.err.split())
    assert ("he.gbs:" + str(line) if line else "in.yaml:3") in outcome.err


def test_a_missing_file_is_named(write_file: WriteFile, run_vqe: RunVqe) -> None:
    outcome = run_vqe("run", write_file("in.yaml", RUN.format(basis="{file: none.gbs}")))
    assert outcome.code == 2
    assert "none.gbs" in outcome.err


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        ("cc-pvdzz", "did you mean 'cc-pvdz'"),
        ("def2-universal-jkfit", "is an auxiliary basis"),
        ("aug-cc-pVDZ-RI", "is an auxiliary basis"),
        ("weigend", "is an auxiliary basis"),
        ("he.gbs", "basis: {file: he.gbs}"),
        ("{He: }", "in.yaml:3"),
        ("{file: he.gbs, text: He}", "exactly one of text and file"),
    ],
)
def test_hints(write_file: WriteFile, run_vqe: RunVqe, basis: str, words: str) -> None:
    write_file("he.gbs", STO_3G_HE)
    outcome = run_vqe("run", write_file("in.yaml", RUN.format(basis=basis)))
    assert outcome.code == 2
    assert words in " ".join(outcome.err.split())


@pytest.mark.parametrize("basis", ["6-31+g*", "cc-pvdz", "nonsense"])
def test_hints_name_what_there_is_for_the_element(
    write_file: WriteFile, run_vqe: RunVqe, basis: str
) -> None:
    """6-31G and cc-pVDZ end before iodine, and so do most of their relatives."""
    text = RUN.format(basis=basis).replace("He 0 0 0", "I 0 0 0\n  multiplicity: 2")
    outcome = run_vqe("run", write_file("in.yaml", text), "--json")
    hint = outcome.record["error"]["hint"]
    close, there = re.findall(r"mean '(.+)'", hint), re.findall(r"there are (.+) and others", hint)
    names = close or there[0].split(", ")
    assert outcome.code == 2
    assert all(pyscf_basis.load(name, "I") for name in names)
