"""FCIDUMP files (Knowles and Handy, Comput. Phys. Commun. 54, 75 (1989)), read and written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vqe_cli.chemistry.integrals import MAX_ACTIVE_ORBITALS
from vqe_cli.chemistry.problem import ElectronicProblem
from vqe_cli.errors import InputError, RefusedError
from vqe_cli.spec.readers.content import MAX_FCIDUMP_BYTES, read_text

HEADER_LINES = 1000
"""ORBSYM of many orbitals may take many lines; a header longer than this is none."""


@dataclass(frozen=True)
class Header:
    """What an FCIDUMP file says of its size, and the line (from 1) of its first integral."""

    norb: int
    electrons: int
    spin: int
    first_line: int


def read_fcidump(path: Path) -> ElectronicProblem:
    """Read integrals over restricted orbitals.

    The first ``(NELEC + MS2) / 2`` orbitals are the occupied ones, as the format means them.
    ORBSYM is left aside: its numbering differs between programs.

    Args:
        path: The file.

    Raises:
        InputError: With the line, whatever is wrong with the file.
        RefusedError: It has more orbitals than can be held.
    """
    lines = read_text(path, MAX_FCIDUMP_BYTES, latin=True).splitlines()
    header = _header(path, lines)
    if header.norb > MAX_ACTIVE_ORBITALS:
        count = f"{header.norb} orbitals ({2 * header.norb} qubits)"
        raise RefusedError(f"{count} are more than {MAX_ACTIVE_ORBITALS}")
    h1 = np.zeros((header.norb,) * 2)
    h2 = np.zeros((header.norb,) * 4)
    core = 0.0
    for number, line in enumerate(lines[header.first_line - 1 :], start=header.first_line):
        if not line.strip():
            continue
        value, (i, j, k, m) = _integral(path, line, number, header.norb)
        if i and j and k and m:
            _set_two_electron(h2, value, (i - 1, j - 1, k - 1, m - 1))
        elif i and j and not (k or m):
            h1[i - 1, j - 1] = h1[j - 1, i - 1] = value
        elif not (i or j or k or m):
            core = value
        elif not (i and not (j or k or m)):  # i 0 0 0 is an orbital energy, which is not needed
            raise _fault(path, f"the indices {i} {j} {k} {m} mean nothing", number)
    if not (h1.any() or h2.any()):
        raise _fault(path, "there are no integrals", header.first_line)
    return _problem(header, h1, h2, core)


def write_fcidump(problem: ElectronicProblem, path: Path) -> None:
    """Write the active-space integrals.

    Args:
        problem: The problem; its irreps are left out, since numberings differ between programs.
        path: The file to write.
    """
    from pyscf.tools import fcidump

    fcidump.from_integrals(
        str(path),
        problem.h1,
        problem.h2,
        problem.norb,
        sum(problem.nelec),
        nuc=problem.core_energy,
        ms=problem.nelec[0] - problem.nelec[1],
        tol=1e-14,
        float_format=" %.17g",
    )


def _header(path: Path, lines: list[str]) -> Header:
    """Read the namelist, which ends with a slash, &END or $END."""
    text = ""
    for number, line in enumerate(lines[:HEADER_LINES], start=1):
        before, end, _ = _split_at_end(line)
        text += " " + before.upper()
        if end:
            return _checked_header(path, text, number + 1)
    raise _fault(path, "the header has no end", 1, "it ends with &END or a slash")


def _split_at_end(line: str) -> tuple[str, str, str]:
    found = re.search(r"[&$]END|/", line, re.IGNORECASE)
    if found is None:
        return line, "", ""
    return line[: found.start()], found.group(), line[found.end() :]


def _checked_header(path: Path, text: str, first_line: int) -> Header:
    if re.search(r"\bI?UHF\s*=\s*(1|\.TRUE\.)", text):
        hint = "export it over restricted orbitals"
        raise _fault(path, "the file holds unrestricted orbitals", 1, hint)
    numbers = {"MS2": 0}
    for key in ("NORB", "NELEC", "MS2"):
        match = re.search(rf"\b{key}\s*=\s*([-+]?\d{{1,18}})\b", text)
        if match is not None:
            numbers[key] = int(match.group(1))
        elif key not in numbers:
            raise _fault(path, f"there is no {key}", 1, "a header begins &FCI NORB=..,NELEC=..")
    header = Header(numbers["NORB"], numbers["NELEC"], numbers["MS2"], first_line)
    fits = header.spin >= 0 and (header.electrons + header.spin) % 2 == 0
    most = (header.electrons + header.spin) // 2
    if not fits or header.electrons < 1 or header.spin > header.electrons or most > header.norb:
        numbers_of_file = f"NELEC={header.electrons} and MS2={header.spin}"
        message = f"{numbers_of_file} do not fit into NORB={header.norb}"
        hint = "MS2 is twice Sz, the highest of the multiplet"
        raise _fault(path, message, 1, hint)
    return header


def _integral(
    path: Path, line: str, number: int, norb: int
) -> tuple[float, tuple[int, int, int, int]]:
    """A value and its four indices."""
    fields = line.replace(",", " ").split()
    try:
        value = float(fields[0].lower().replace("d", "e"))
        i, j, k, m = (int(field) for field in fields[1:])
    except (ValueError, IndexError):
        hint = "a real number and four indices"
        raise _fault(path, f"'{line.strip()[:60]}' is not an integral", number, hint) from None
    if not all(0 <= index <= norb for index in (i, j, k, m)):
        raise _fault(path, f"an index of '{line.strip()}' is not within 0 and {norb}", number)
    if not np.isfinite(value):
        raise _fault(path, f"the integral {fields[0]} is not finite", number)
    return value, (i, j, k, m)


def _set_two_electron(
    h2: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    value: float,
    indices: tuple[int, int, int, int],
) -> None:
    """Set (pq|rs) and the seven integrals that equal it for real orbitals."""
    p, q, r, s = indices
    for a, b in ((p, q), (q, p)):
        for c, d in ((r, s), (s, r)):
            h2[a, b, c, d] = h2[c, d, a, b] = value


def _problem(
    header: Header,
    h1: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    h2: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    core: float,
) -> ElectronicProblem:
    alpha = (header.electrons + header.spin) // 2
    return ElectronicProblem(
        h1=h1,
        h2=h2,
        core_energy=core,
        nelec=(alpha, header.electrons - alpha),
        multiplicity=header.spin + 1,
        orbital_labels=tuple(f"orbital {index + 1}" for index in range(header.norb)),
    )


def _fault(path: Path, message: str, line: int, hint: str | None = None) -> InputError:
    error = InputError(message, hint=hint)
    error.where = f"{path}:{line}"
    return error
