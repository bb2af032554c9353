"""Input files for a question in every format, valid ones and spoilt ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.linalg import expm

from truth.answers import Integrals
from truth.questions import Question

BOHR = 0.529177210903
"""Å; CODATA 2018."""


@dataclass(frozen=True)
class Way:
    """An input file with its command-line flags.

    Args:
        name: Name of the format.
        file: Path of the file.
        flags: Flags of the command line.
        spoilt: Whether the file is spoilt, so that the right answer is a refusal or a warning.
    """

    name: str
    file: Path
    flags: tuple[str, ...] = ()
    spoilt: bool = field(default=False)


def of_molecule(question: Question, folder: Path) -> Iterator[Way]:
    """Write the same molecule in every notation.

    Args:
        question: The question.
        folder: Folder for the files.

    Yields:
        The input files.
    """
    basis = json.dumps(question.basis)
    electrons, orbitals = question.space
    space = f"{{name: frontier, electrons: {electrons}, orbitals: {orbitals}}}"
    where = ("--active-space", space)
    who = ("--charge", str(question.charge), "--multiplicity", str(question.multiplicity))
    flags = (*who, "--set", f"molecule.basis={basis}", *where)

    def yaml(name: str, geometry: str, more: str = "", spoilt: bool = False) -> Way:
        file = folder / f"{name}.yaml"
        file.write_text(
            f"molecule:\n  geometry: {geometry}\n  charge: {question.charge}\n"
            f"  multiplicity: {question.multiplicity}\n  basis: {basis}\n{more}"
            f"active_space: {space}\n"
        )
        return Way(name, file, spoilt=spoilt)

    def xyz(name: str, comment: str, lines: list[str], flags: Any, spoilt: bool = False) -> Way:
        file = folder / f"{name}.xyz"
        file.write_text("\n".join([str(len(lines)), comment, *lines]) + "\n")
        return Way(name, file, tuple(flags), spoilt)

    rows = [(symbol, *place) for symbol, place in question.atoms]
    plain = [f"{s} {x:.10f} {y:.10f} {z:.10f}" for s, x, y, z in rows]
    yield yaml("yaml", _block(plain))
    bohr = [f"{s} {x / BOHR:.12f} {y / BOHR:.12f} {z / BOHR:.12f}" for s, x, y, z in rows]
    yield yaml("yaml-bohr", _block(bohr), "  units: bohr\n")
    commas = [f"{s}, {x:.10f}, {y:.10f}, {z:.10f}" for s, x, y, z in rows]
    yield yaml("yaml-separators", _block(commas))
    decimal = [line.replace(".", ",") for line in plain]
    yield yaml("yaml-decimal-commas", _block(decimal), spoilt=True)
    yield yaml("yaml-fifth-field", _block([f"{line} 0.5" for line in plain]), spoilt=True)
    yield yaml("zmatrix", "{zmatrix: " + json.dumps(_zmatrix(question)) + "}")
    yield xyz("xyz", "a molecule", plain, flags)
    exponents = [f"{s} {x:.12E} {y:.12E} {z:.12E}".replace("E", "D") for s, x, y, z in rows]
    yield xyz("xyz-fortran", "", exponents, flags)
    yield xyz("xyz-charges-behind", "", [f"{line} -0.25" for line in plain], flags)
    yield xyz("xyz-decimal-commas", "", decimal, flags, spoilt=True)
    columns = "Properties=forces:R:3:species:S:1:id:I:1:pos:R:3"
    shuffled = [
        f"0.1 0.2 0.3 {line.split()[0]} {number} {' '.join(line.split()[1:])}"
        for number, line in enumerate(plain, 1)
    ]
    yield xyz("extended-xyz", columns, shuffled, flags)
    told = f"charge={question.charge} multiplicity={question.multiplicity}"
    yield xyz("xyz-comment", told, plain, flags[4:])
    periodic = 'Lattice="9 0 0 0 9 0 0 0 9" pbc="T T T" Properties=species:S:1:pos:R:3'
    yield xyz("periodic-xyz", periodic, plain, flags, spoilt=True)
    schema = folder / "qcschema.json"
    schema.write_text(json.dumps(_qcschema(question)))
    yield Way("qcschema", schema, (*flags[4:],))


def of_integrals(
    found: Integrals, folder: Path, random: np.random.Generator
) -> Iterator[tuple[Way, Integrals]]:
    """Write the same integrals as FCIDUMP files: rotated, reordered, truncated, contradictory.

    Args:
        found: The integrals.
        folder: Folder for the files.
        random: Random number generator.

    Yields:
        The input files, each with the integrals.
    """
    norb = len(found.h1)
    skew = random.normal(size=(norb, norb))
    rotations = {
        "fcidump": np.eye(norb),
        "fcidump-rotated": expm(skew - skew.T),
        "fcidump-reordered": np.eye(norb)[:, random.permutation(norb)],
        "fcidump-signs": np.diag(random.choice([-1.0, 1.0], norb)),
    }
    texts = {}
    for name, rotation in rotations.items():
        h1 = rotation.T @ found.h1 @ rotation
        h2 = np.einsum("pqrs,pi,qj,rk,sl->ijkl", found.h2, *[rotation] * 4, optimize=True)
        texts[name] = _fcidump(h1, h2, found)
        yield _written(folder, name, texts[name]), found
    lines = texts["fcidump"].splitlines()
    head = next(index for index, line in enumerate(lines) if "&END" in line) + 1
    spoilers: dict[str, Callable[[], list[str]]] = {
        "fcidump-cut": lambda: lines[: int(random.integers(head, len(lines) - 1))],
        "fcidump-cut-in-line": lambda: ["\n".join(lines)[: -int(random.integers(20, 200))]],
        "fcidump-twice": lambda: _contradicted(lines, head),
        "fcidump-two-cores": lambda: [*lines, "0.5 0 0 0 0"],
        "fcidump-unrestricted": lambda: [
            line.replace("&END", "UHF=.TRUE.,\n&END") for line in lines
        ],
    }
    for name, spoil in spoilers.items():
        yield _written(folder, name, "\n".join(spoil()) + "\n", spoilt=True), found


def _block(lines: list[str]) -> str:
    return "|\n" + "\n".join(f"    {line}" for line in lines)


def _zmatrix(question: Question) -> str:
    """The Z-matrix: lengths, angles and dihedrals to three earlier atoms."""
    places = [np.array(place) for _, place in question.atoms]
    lines = []
    for index, (symbol, _) in enumerate(question.atoms):
        parts = [symbol]
        known = _frame(places, index)
        if index > 0:
            parts += [f"{known[0] + 1}", f"{np.linalg.norm(places[index] - places[known[0]]):.12f}"]
        if index > 1:
            angle = _angle(places[index], places[known[0]], places[known[1]])
            parts += [f"{known[1] + 1}", f"{angle:.12f}"]
        if index > 2:
            others = (places[atom] for atom in known)
            parts += [f"{known[2] + 1}", f"{_dihedral(places[index], *others):.12f}"]
        lines.append(" ".join(parts))
    return "\n".join(lines) + "\n"


def _frame(places: list[Any], index: int) -> list[int]:
    """Three earlier atoms that are not collinear, if there are such."""
    earlier = list(range(index))
    for a in earlier:
        for b in earlier:
            for c in earlier:
                if len({a, b, c}) == 3 and 5 < _angle(places[a], places[b], places[c]) < 175:
                    return [a, b, c]
    return earlier[:3]


def _angle(a: Any, b: Any, c: Any) -> float:
    cosine = (a - b) @ (c - b) / np.linalg.norm(a - b) / np.linalg.norm(c - b)
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def _dihedral(a: Any, b: Any, c: Any, d: Any) -> float:
    """The dihedral in degrees with IUPAC's sign: clockwise is positive."""
    b1, b2, b3 = b - a, c - b, d - c
    n1, n2 = np.cross(b1, b2), np.cross(b2, b3)
    if np.linalg.norm(n1) < 1e-10 or np.linalg.norm(n2) < 1e-10:
        return 0.0
    return float(np.degrees(np.arctan2(np.cross(n1, n2) @ b2 / np.linalg.norm(b2), n1 @ n2)))


def _qcschema(question: Question) -> dict[str, Any]:
    return {
        "schema_name": "qcschema_molecule",
        "schema_version": 2,
        "symbols": [symbol for symbol, _ in question.atoms],
        "geometry": [x / BOHR for _, place in question.atoms for x in place],
        "molecular_charge": question.charge,
        "molecular_multiplicity": question.multiplicity,
    }


def _written(folder: Path, name: str, text: str, spoilt: bool = False) -> Way:
    file = folder / f"{name}.fcidump"
    file.write_text(text)
    return Way(name, file, spoilt=spoilt)


def _fcidump(h1: Any, h2: Any, found: Integrals) -> str:
    """An FCIDUMP file by Knowles and Handy: unique two-electron, one-electron, and core values."""
    norb, (alpha, beta) = len(h1), found.nelec
    pairs = [(p, q) for p in range(norb) for q in range(p + 1)]
    lines = [
        f" &FCI NORB={norb},NELEC={alpha + beta},MS2={alpha - beta},",
        f"  ORBSYM={'1,' * norb}",
        "  ISYM=1,",
        " &END",
    ]
    for number, (p, q) in enumerate(pairs):
        for r, s in pairs[: number + 1]:
            if abs(h2[p, q, r, s]) > 1e-14 or p == q == r == s:
                lines.append(f"{h2[p, q, r, s]: .16E} {p + 1} {q + 1} {r + 1} {s + 1}")
    for p, q in pairs:
        if abs(h1[p, q]) > 1e-14 or p == q:
            lines.append(f"{h1[p, q]: .16E} {p + 1} {q + 1} 0 0")
    lines.append(f"{found.core: .16E} 0 0 0 0")
    return "\n".join(lines) + "\n"


def _contradicted(lines: list[str], head: int) -> list[str]:
    """The lines with one integral repeated with another value."""
    value, *indices = lines[head].split()
    return [*lines[:-1], " ".join([f"{float(value) + 0.1:.10f}", *indices]), lines[-1]]
