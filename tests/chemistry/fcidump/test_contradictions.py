"""FCIDUMP files that contradict themselves, are cut short, or hold other orbitals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from tests.chemistry.fcidump.files import FloatArray, over_canonical, solved
from tests.conftest import RunVqe, WriteFile
from vqe_cli.chemistry.fcidump import read_fcidump

HEADER = "&FCI NORB=2,NELEC=2,MS2=0,\n ORBSYM=1,1,\n ISYM=1,\n&END\n"
EXACT_H2 = -1.137306
"""Full CI of hydrogen at 0.735 Å in STO-3G, Hartree (O'Malley et al., Phys. Rev. X 6, 031007)."""


def entries(h2: FloatArray, norb: int) -> Iterator[str]:
    """Every two-electron integral that does not vanish, without use of any symmetry."""
    for indices in product(range(norb), repeat=4):
        if abs(h2[indices]) > 1e-12:
            yield f"{h2[indices]:.15f} " + " ".join(str(index + 1) for index in indices)


def hydrogen(header: str = HEADER, *, physicists: bool = False) -> str:
    """Hydrogen with all integrals listed."""
    h1, h2 = over_canonical("h2")
    two = list(entries(h2.transpose(0, 2, 1, 3) if physicists else h2, 2))
    one = [f"{h1[p, p]:.15f} {p + 1} {p + 1} 0 0" for p in range(2)]
    return header + "\n".join([*two, *one, f"{solved('h2').mol.energy_nuc():.15f} 0 0 0 0"]) + "\n"


def test_every_integral_may_be_listed_more_than_once(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    record = run_vqe("run", write_file("full.fcidump", hydrogen()), "--json").record
    assert record["verdict"] == "pass"
    assert record["result"]["energy"] == pytest.approx(EXACT_H2, abs=1e-6)


def spin_orbitals() -> str:
    """As NECI counts: odd numbers for alpha, even ones for beta."""
    h1, h2 = over_canonical("h2")
    two = np.zeros((4,) * 4)
    one = np.zeros((4, 4))
    for p, q in product(range(4), repeat=2):
        if p % 2 == q % 2:
            one[p, q] = h1[p // 2, q // 2]
            for r, s in product(range(4), repeat=2):
                if r % 2 == s % 2:
                    two[p, q, r, s] = h2[p // 2, q // 2, r // 2, s // 2]
    lines = [*entries(two, 4), *(f"{one[p, p]:.15f} {p + 1} {p + 1} 0 0" for p in range(4))]
    return "&FCI NORB=4,NELEC=2,MS2=0 &END\n" + "\n".join([*lines, "0.72 0 0 0 0"]) + "\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(lambda: hydrogen(physicists=True), "lines 7 and 8", id="physicists-order"),
        pytest.param(lambda: hydrogen() + "0.1 2 1 0 0\n0.2 1 2 0 0\n", "lines 16 and 17", id="h"),
        pytest.param(lambda: hydrogen() + "0.5 0 0 0 0\n", "lines 15 and 16", id="two-cores"),
        pytest.param(lambda: hydrogen() + "-0.6 1 0 0 0\n-0.5 1 0 0 0\n", "16 and 17", id="levels"),
        pytest.param(
            lambda: hydrogen(HEADER.replace(" ISYM=1,", " ISYM=1,\n NORB=2,")),
            "NORB is set in lines 1 and 4",
            id="repeated-key",
        ),
        pytest.param(
            lambda: hydrogen(HEADER.replace("ORBSYM=1,1", "ORBSYM=1,1,1")), "ORBSYM", id="orbsym"
        ),
        pytest.param(lambda: hydrogen()[:-14], "is not an integral", id="cut-in-a-line"),
        pytest.param(
            lambda: "".join(hydrogen().splitlines(True)[:8]), "one-electron", id="cut-in-a-block"
        ),
        pytest.param(lambda: 2 * hydrogen(), "is not an integral", id="two-files"),
        pytest.param(
            lambda: hydrogen(HEADER.replace("&END", "&END 0.5 1 1 1 1")), "follows", id="after-end"
        ),
        pytest.param(spin_orbitals, "spin orbitals", id="spin-orbitals"),
        pytest.param(
            lambda: spin_orbitals().replace("NORB=4", "NORB=2"), "above NORB=2", id="spin-indices"
        ),
        *(
            pytest.param(lambda flag=flag: hydrogen(HEADER.replace("ISYM=1", flag)), word, id=flag)
            for flag, word in {
                "UHF=T": "unrestricted",
                "UHF=.TRUE.": "unrestricted",
                "IUHF=.T.": "unrestricted",
                "IUHF = 1": "unrestricted",
                "UHF=maybe": "neither",
                "TREL=.TRUE.": "spinors",
                "SYMLZ=1,-1": "complex",
                "IGENERAL=1": "general spin orbitals",
                "COMPLEX=T": "complex",
            }.items()
        ),
        pytest.param(
            lambda: HEADER + "(0.5,0.1) 1 1 1 1\n-1.0 1 1 0 0\n", "complex", id="complex-values"
        ),
        pytest.param(
            lambda: hydrogen() + "0.3 1 2 1 1\n0.4 1 1 2 1\n", "16 and 17", id="not-symmetric"
        ),
        pytest.param(lambda: hydrogen().replace("0.6", "0,6"), "is not", id="decimal-comma"),
        pytest.param(lambda: hydrogen().replace("0.6", "0_6"), "is not", id="underscore"),
        pytest.param(
            lambda: hydrogen() + "1e308 2 1 1 1\n", "too large for an energy", id="absurd-value"
        ),
        pytest.param(
            lambda: hydrogen() + "1e999 2 1 1 1\n", "too large for an energy", id="beyond-floats"
        ),
        pytest.param(lambda: hydrogen() + "**** 2 1 1 1\n", "not finite", id="overflow"),
        pytest.param(lambda: "&FCI NORB=2," + 10**6 * " ", "longer than", id="endless-line"),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_line(
    write_file: WriteFile, run_vqe: RunVqe, text: Callable[[], str], words: str
) -> None:
    outcome = run_vqe("run", write_file("bad.fcidump", text()))
    assert outcome.code == 2
    assert outcome.err.startswith("error: bad.fcidump:")
    assert words in " ".join(outcome.err.split())


def test_a_complex_file_with_half_of_its_symmetry_is_refused(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    """(12|12) beside (12|21), but (13|13) alone: fourfold symmetry, over complex orbitals."""
    lines = ["0.5 1 1 1 1", "0.5 2 2 2 2", "0.5 3 3 3 3", "0.4 1 1 2 2", "0.4 1 1 3 3"]
    lines += ["0.1 1 2 1 2", "0.1 1 2 2 1", "0.1 1 3 1 3"]
    lines += [f"-1.0 {i} {i} 0 0" for i in (1, 2, 3)] + ["0.0 0 0 0 0"]
    file = write_file("in.fcidump", "&FCI NORB=3,NELEC=2 &END\n" + "\n".join(lines))
    outcome = run_vqe("run", file)
    assert outcome.code == 2
    assert "in.fcidump:9" in outcome.err


@pytest.fixture
def unrestricted(tmp_path: Path) -> Path:
    """OH over unrestricted orbitals: six blocks with zeros between them and no flag."""
    from pyscf import ao2mo, scf

    mole = solved("oh").mol.copy()
    mole.symmetry = False
    field = scf.UHF(mole.build()).run(verbose=0)
    alpha, beta = field.mo_coeff
    lines: list[str] = []
    for one, other in ((alpha, alpha), (beta, beta), (alpha, beta)):
        block = ao2mo.kernel(mole, (one, one, other, other), compact=False).reshape((6,) * 4)
        lines += [*entries(block, 6), "0.0 0 0 0 0"]
    for orbitals in (alpha, beta):
        h1 = orbitals.T @ field.get_hcore() @ orbitals
        pairs = product(range(6), repeat=2)
        lines += [f"{h1[p, q]:.15f} {p + 1} {q + 1} 0 0" for p, q in pairs] + ["0.0 0 0 0 0"]
    lines.append(f"{mole.energy_nuc():.15f} 0 0 0 0")
    path = tmp_path / "oh.fcidump"
    path.write_text("&FCI NORB=6,NELEC=9,MS2=1 &END\n" + "\n".join(lines))
    return path


def test_blocks_of_unrestricted_orbitals_are_never_read_as_one(
    unrestricted: Path, run_vqe: RunVqe
) -> None:
    outcome = run_vqe("run", unrestricted)
    assert outcome.code == 2
    assert "unrestricted" in outcome.err


def without(text: str, ending: str) -> str:
    """A file without the lines of an ending."""
    return "".join(line for line in text.splitlines(True) if not line.rstrip().endswith(ending))


@pytest.mark.parametrize(
    ("text", "check"),
    [
        pytest.param(lambda: without(hydrogen(), " 0 0 0 0"), "core-energy", id="no-core"),
        pytest.param(
            lambda: without(hydrogen(), " 2 2 0 0"), "diagonal-integrals", id="no-diagonal"
        ),
        pytest.param(
            lambda: without(hydrogen(), " 2 2 2 2"), "coulomb-repulsion", id="no-repulsion"
        ),
        pytest.param(
            lambda: hydrogen(HEADER.replace("ISYM=1", "ISYM=2")), "state-symmetry", id="isym"
        ),
        pytest.param(
            lambda: hydrogen(HEADER.replace("ISYM=1", "NALPHA=2")), "header-keys", id="unknown-key"
        ),
        pytest.param(
            lambda: hydrogen(HEADER.replace("=1,1", "=1,2")) + "0.1 1 2 0 0\n",
            "orbsym",
            id="irreps",
        ),
    ],
)
def test_what_is_doubtful_lowers_the_verdict(
    write_file: WriteFile, run_vqe: RunVqe, text: Callable[[], str], check: str
) -> None:
    outcome = run_vqe("run", write_file("in.fcidump", text()), "--json")
    assert outcome.code == 0
    assert outcome.record["verdict"] == "warn"
    assert check in {c["name"] for c in outcome.record["checks"] if c["status"] == "warn"}


def test_physicists_order_without_repetition_lowers_the_verdict(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    """Exchange cannot be larger than repulsion: (12|12) = 0.66 and (11|22) = 0.18."""
    text = "".join(
        line
        for line in hydrogen(physicists=True).splitlines(True)
        if line.split()[1:]
        not in (["1", "2", "1", "2"], ["1", "2", "2", "1"], ["2", "1", "1", "2"])
    )
    record = run_vqe("run", write_file("in.fcidump", text), "--json").record
    assert record["verdict"] == "warn"
    assert "physicists' order" in str(record["checks"])


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "! from a colleague\n# by mail\n\n" + text.replace("&END", "! no\n&END"),
        lambda text: text.replace("ORBSYM=1,1,", "ORBSYM=2*1,"),
        lambda text: text.replace("ISYM=1", "ISYM=1, UHF=.FALSE., IUHF=0, TREL=F, SYMLZ=0,0"),
        lambda text: text.replace("ISYM=1", "TITLE='H2 1/2, R=0.7'"),
        lambda text: text.replace(" ", "\t"),
        lambda text: "\ufeff" + text,
        lambda text: (
            text + "".join(f"{e:.6f} {p} 0 0 0\n" for p, e in enumerate(solved("h2").mo_energy, 1))
        ),
        lambda text: text + text.splitlines(True)[-1],
        lambda text: text + "1.0-103 2 1 1 1\n",
    ],
    ids=[
        "comments",
        "repeated-values",
        "flags-that-are-off",
        "title",
        "tabs",
        "byte-order-mark",
        "levels",
        "core-twice",
        "tiny",
    ],
)
def test_ordinary_files_of_other_programs_are_read(
    write_file: WriteFile, run_vqe: RunVqe, change: Callable[[str], str]
) -> None:
    record = run_vqe("run", write_file("in.fcidump", change(hydrogen())), "--json").record
    assert record["verdict"] == "pass"
    assert record["result"]["energy"] == pytest.approx(EXACT_H2, abs=1e-6)


def test_negative_ms2_is_read_as_positive(write_file: WriteFile, run_vqe: RunVqe) -> None:
    up, down = (
        run_vqe("run", write_file("in.fcidump", hydrogen(HEADER.replace("=0", spin))), "--json")
        for spin in ("=2", "=-2")
    )
    assert down.record["result"]["energy"] == up.record["result"]["energy"]
    assert "MS2=-2" in down.record["problem"]["notes"][0]


def test_ms2_that_is_left_out_follows_from_the_electrons(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    header = HEADER.replace("NELEC=2,MS2=0", "NELEC=3")
    record = run_vqe("run", write_file("in.fcidump", hydrogen(header)), "--json").record
    assert record["problem"]["electrons"] == [2, 1]
    assert record["problem"]["assumed"] == {"MS2": 1}


def test_an_absurd_number_of_orbitals_is_refused_at_once(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    header = HEADER.replace("NORB=2", "NORB=1000000").replace(" ORBSYM=1,1,\n", "")
    file = write_file("in.fcidump", hydrogen(header))
    space = ("--active-space", "{name: frontier, electrons: 2, orbitals: 2}")
    for arguments in ((), space):
        assert run_vqe("run", file, *arguments).code == 3


def test_bytes_that_are_no_text_are_refused(tmp_path: Path, run_vqe: RunVqe) -> None:
    path = tmp_path / "in.fcidump"
    path.write_bytes(HEADER.encode() + bytes(range(256)) * 50)
    outcome = run_vqe("run", path)
    assert outcome.code == 2
    assert outcome.err.isascii()
    assert "\x1b" not in outcome.err


def test_integrals_are_those_of_the_file(write_file: WriteFile) -> None:
    h1, h2 = over_canonical("h2")
    found = read_fcidump(write_file("in.fcidump", hydrogen()))
    np.testing.assert_allclose(found.h1, h1, atol=1e-12)
    np.testing.assert_allclose(found.h2, h2, atol=1e-12)


def test_a_hubbard_model_is_no_file_that_was_cut_short(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    """Two sites at half filling: (U - sqrt(U² + 16 t²)) / 2."""
    text = HEADER + "1.0 1 1 1 1\n1.0 2 2 2 2\n-1.0 2 1 0 0\n0.0 0 0 0 0\n"
    record = run_vqe("run", write_file("hubbard.fcidump", text), "--json").record
    assert record["verdict"] == "pass"
    assert record["problem"]["assumed"] == {"one-electron diagonal": 0}
    assert record["result"]["energy"] == pytest.approx((1 - 17**0.5) / 2, abs=1e-6)
