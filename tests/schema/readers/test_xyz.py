""".xyz files of many programs, against coordinates that are known by construction."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import RunVqe, WriteFile
from vqe_cli.chemistry.geometry.coordinates import atoms
from vqe_cli.errors import InputError
from vqe_cli.schema import load, spec_from_data
from vqe_cli.schema.readers.xyz import read_xyz
from vqe_cli.screening.candidates import read_candidates
from vqe_cli.screening.candidates.validation import Caps, validate

RHF_H2 = -1.116998996754004
"""PySCF 2.14, RHF/STO-3G at 0.735 Å, Hartree."""

ATOMS = "H 0 0 0\nH 0 0 0.735\n"
QM9 = (
    "5\ngdb 1\t157.7118\t157.70997\t157.70699\t0.\t13.21\t-0.3877\t0.1171\n"
    "C\t-0.0126981359\t1.0858041578\t0.0080009958\t-0.535689\n"
    "H\t0.002150416\t-0.0060313176\t0.0019761204\t0.133921\n"
    "H\t1.0117308433\t1.4637511618\t2.765799*^-4\t0.133922\n"
    "H\t-0.540815069\t1.4475266138\t-0.8766437152\t0.133923\n"
    "H\t-0.5238136345\t1.4379326443\t0.9063972942\t0.133923\n"
    "1341.307\t1341.3284\t1341.365\t1562.6731\nC\tC\t\nInChI=1S/CH4/h1H4\tInChI=1S/CH4/h1H4\n"
)
EXTENDED = "Properties=species:S:1:{}"


def places(content: str) -> list[tuple[str, tuple[float, ...]]]:
    reading = read_xyz(Path("a.xyz"), content)
    spec = spec_from_data(reading.data)
    assert spec.molecule is not None
    found = atoms(spec.molecule)
    return list(zip(found.symbols, map(tuple, found.positions.tolist()), strict=True))


@pytest.mark.parametrize(
    "content",
    [
        f"2\n\n{ATOMS}",
        f"\n\n2\n\n{ATOMS}\n\n",
        f"2\r\n\r\n{ATOMS}".replace("\n", "\r\n").replace("\r\r", "\r"),
        f"2\n\n{ATOMS}".replace("\n", "\r"),
        f"2\n\n{ATOMS}".replace(" ", "\t"),
        "2\n\nH,0,0,0\nH, 0, 0, 0.735\n",
        "2\n\nH 0 0 0 0.1 0.2 0.3\nH 0 0 0.735 0 0 0\n",
        "2\n\nH 0 0 0 # one\n\nH 0 0 7.35D-1\n",
        f"2\n{EXTENDED.format('Z:I:1:pos:R:3')}\nH 1 0 0 0\nH 1 0 0 0.735\n",
        f"2\n{EXTENDED.format('forces:R:3:pos:R:3')}\nH 9 9 9 0 0 0\nH 9 9 9 0 0 0.735\n",
        "2\nProperties=pos:R:3:Z:I:1\n0 0 0 1\n0 0 0.735 1\n",
        "2 bohr\n\nH 0 0 0\nH 0 0 1.38894870\n",
        "2\nunits=bohr\nH 0 0 0\nH 0 0 1.38894870\n",
    ],
)
def test_hydrogen_in_every_dress(content: str) -> None:
    """0.735 Å are 1.3889487 bohr."""
    (first, at), (second, there) = places(content)
    assert (first, second) == ("H", "H")
    assert (*at, *there) == pytest.approx((0, 0, 0, 0, 0, 0.735), abs=1e-8)


def test_a_file_of_the_qm9_set() -> None:
    """Ramakrishnan et al., Sci. Data 1, 140022 (2014): charges, frequencies, SMILES, InChI."""
    found = places(QM9)
    assert [symbol for symbol, _ in found] == ["C", "H", "H", "H", "H"]
    assert found[2][1] == (1.0117308433, 1.4637511618, 2.765799e-4)


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("3\n\nO 0,5 0,0 0,0\nH 0 0 1\nH 0 1 0\n", 3, "commas"),
        ("2\n\nH 7_4 0 0\nH 0 0 0\n", 3, "not a number"),
        ("2\n\nH ٣ 0 0\nH 0 0 0\n", 3, "not a number"),
        ("2\n\nH 0 0 0 0,5\nH 0,7 0 0 0,5\n", 4, "commas"),
        (f"2\n{EXTENDED.format('forces:R:3')}\n{ATOMS}", 2, "positions"),
        (f"2\n{EXTENDED.format('pos:R:3:m:R:1')}\n{ATOMS}", 3, "4 columns"),
        (f"2\n{EXTENDED.format('pos:R:x')}\n{ATOMS}", 2, "columns"),
        (f"2\nProperties=pos:R:3\n{ATOMS}", 2, "elements"),
        (f"2\npbc=T\n{ATOMS}", 2, "periodic"),
        (f"2\ncharge=2 charge=0\n{ATOMS}", 2, "two values"),
        (f"2.0\n\n{ATOMS}", 1, "number of atoms"),
        (f"٢\n\n{ATOMS}", 1, "number of atoms"),
        (f"2 bohr\nunits=angstrom\n{ATOMS}", 2, "bohr"),
        (f"2\na\n{ATOMS}2\nb\n{ATOMS}", 5, "2 geometries"),
        (f"2\n\n{ATOMS}H 0 0 2\n", 1, "3 follow"),
        (f"\n\n3\n\n{ATOMS}", 3, "says 3"),
        ("2\n\nO 8.0 0.0 0.0 0.0\nH 1.0 0.0 0.0 0.96\n", 3, "column"),
        ("2\n\nO 0 0.0 0.0 0.0\nH -1 0.0 0.0 0.96\n", 3, "column"),
        ("2\n\n1 8 0.0 0.0 0.0\n2 1 0.0 0.0 0.96\n", 3, "column"),
        ("2\n\nH 0 0 0\nTv 0 0 5\n", 4, "element"),
    ],
)
def test_what_cannot_be_read_for_certain_is_refused_with_its_line(
    write_file: WriteFile, run_vqe: RunVqe, content: str, line: int, words: str
) -> None:
    outcome = run_vqe("run", write_file("a.xyz", content))
    assert outcome.code == 2
    assert outcome.err.startswith(f"error: a.xyz:{line}: ")
    assert words in outcome.err


FAST = ("--quiet", "--json", "--optimizer", "none", "--initial", "zeros", "--reference", "none")


def test_what_is_not_understood_is_said_and_lowers_the_verdict(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    file = write_file("a.xyz", f"2\ntriplet\n{ATOMS}")
    record = run_vqe("run", file, *FAST).record
    assert any("multiplicity" in note for note in record["problem"]["notes"])
    assert any(check["name"] == "input-understood" for check in record["checks"])
    shown = " ".join(run_vqe("inspect", file).out.split())
    assert "seems to speak of the multiplicity" in shown
    settled = run_vqe("run", file, *FAST, "--multiplicity", 1).record
    assert settled["problem"]["notes"] == []
    assert not any(check["name"] == "input-understood" for check in settled["checks"])


def test_what_was_read_is_said(write_file: WriteFile, run_vqe: RunVqe) -> None:
    """One electron in the bonding orbital of H2+, by PySCF 2.14: UHF in STO-3G."""
    from pyscf import gto, scf

    file = write_file("a.xyz", f"2\n1 2\n{ATOMS}")
    record = run_vqe("run", file, *FAST).record
    exact = scf.UHF(gto.M(atom="H 0 0 0; H 0 0 0.735", charge=1, spin=1, verbose=0)).kernel()
    assert record["result"]["energy"] == pytest.approx(exact, abs=1e-8)
    assert record["problem"]["notes"][:2] == [
        "charge 1 from the comment of a.xyz",
        "multiplicity 2 from the comment of a.xyz",
    ]


def test_a_charge_that_is_no_whole_number_is_refused(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    outcome = run_vqe("run", write_file("a.xyz", f"2\ncharge=0.5\n{ATOMS}"))
    assert outcome.code == 2
    assert outcome.err.startswith("error: a.xyz:2: 'molecule.charge' must be a whole number")


def test_deuterium_has_the_energy_of_hydrogen(write_file: WriteFile, run_vqe: RunVqe) -> None:
    file = write_file("a.xyz", "2\n\nD 0 0 0\nT 0 0 0.735\n")
    record = run_vqe("run", file, *FAST).record
    assert record["result"]["energy"] == pytest.approx(RHF_H2, abs=1e-8)
    assert any("isotope" in note for note in record["problem"]["notes"])


@pytest.mark.parametrize("comment", [b"W\xe4sser", b"\x85\x85", b"\xc3\xa9"])
def test_a_comment_in_latin_1(write_file: WriteFile, comment: bytes) -> None:
    file = write_file("a.xyz", b"2\n" + comment + b"\n" + ATOMS.encode())
    assert load(file).molecule is not None


def test_a_campaign_is_told_what_was_not_understood(write_file: WriteFile) -> None:
    (candidate,) = read_candidates(write_file("a.xyz", f"2\ncation\n{ATOMS}"))
    assert any("seems to speak of the charge" in note for note in validate(candidate, Caps()).notes)


def test_a_campaign_plans_what_it_was_told_of(write_file: WriteFile, run_vqe: RunVqe) -> None:
    file = write_file("a.xyz", f"2\ncation\n{ATOMS}")
    outcome = run_vqe("screen", "run", file, "--out", "out", "--dry-run")
    assert outcome.code == 0
    assert "1 cases in the plan" in outcome.out or "1 case in the plan" in outcome.out


LINES = st.lists(
    st.one_of(
        st.sampled_from(["2", "", "H 0 0 0", "H 0 0 0.735", "charge=1 mult=2", "X", "O 0,5 0 0"]),
        st.text(max_size=30),
    ),
    max_size=6,
)


@settings(deadline=None)
@given(LINES)
def test_any_text_is_an_xyz_file_or_an_input_error(lines: list[str]) -> None:
    with suppress(InputError):
        assert places("\n".join(lines))


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(
            ["O 0.0 1 0.0 1 0.117 1", "H 0.0 1 0.757 1 -0.469 1", "H 0.0 1 -0.757 1 -0.469 1"],
            id="mopac",
        ),
        pytest.param(
            ["O 1 8 0.0 0.0 0.22", "H 2 1 0.0 1.43 -0.89", "H 3 1 0.0 -1.43 -0.89"], id="molden"
        ),
        pytest.param(
            ["O 0.0 0 0.0 0 0.117 0", "H 0.0 1 0.757 1 -0.469 1", "H 0.0 1 -0.757 1 -0.469 1"],
            id="mopac-fixed-atom",
        ),
    ],
)
def test_marks_between_coordinates_are_none(rows: list[str]) -> None:
    with pytest.raises(InputError, match="ambiguous"):
        read_xyz(Path("m.xyz"), "\n".join(["3", "", *rows]))
