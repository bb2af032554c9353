"""FCIDUMP files (Knowles and Handy, Comput. Phys. Commun. 54, 75 (1989)), read and written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from vqe_cli.chemistry.integrals import MAX_ACTIVE_ORBITALS
from vqe_cli.chemistry.problem import ElectronicProblem
from vqe_cli.errors import InputError, RefusedError


def read_fcidump(path: Path) -> ElectronicProblem:
    """Read integrals over restricted orbitals.

    The first ``(NELEC + MS2) / 2`` orbitals are taken to be the occupied ones, as the format
    means them; ``ORBSYM`` is in Molpro's numbering and is kept only as a count of irreps.

    Args:
        path: The file.

    Raises:
        InputError: It cannot be read, or its numbers contradict one another.
        RefusedError: It has more orbitals than can be held.
    """
    norb, electrons, spin = _header(path)
    if norb > MAX_ACTIVE_ORBITALS:
        message = f"{norb} orbitals ({2 * norb} qubits) are more than {MAX_ACTIVE_ORBITALS}"
        raise RefusedError(message)
    content = _parse(path)
    return _problem(path, content, (norb, electrons, spin))


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
        ms=problem.multiplicity - 1,
        tol=1e-14,
        float_format=" %.17g",
    )


def _parse(path: Path) -> dict[str, Any]:
    from pyscf.tools import fcidump

    try:
        content: dict[str, Any] = fcidump.read(str(path), verbose=False)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise _fault(f"{path} is not an FCIDUMP file that PySCF reads: {error}") from None
    return content


def _header(path: Path) -> tuple[int, int, int]:
    """NORB, NELEC and MS2, read before anything is allocated."""
    import re

    with path.open(errors="replace") as stream:
        text = stream.read(100_000).upper()
    head = re.split(r"&END|\$END|^\s*/", text, maxsplit=1, flags=re.MULTILINE)[0]
    numbers = {}
    for key, default in (("NORB", None), ("NELEC", None), ("MS2", 0)):
        match = re.search(rf"\b{key}\s*=\s*(-?\d+)", head)
        if match is None and default is None:
            raise _fault(f"{path} has no {key}", "its header begins with &FCI NORB=..,NELEC=..")
        numbers[key] = int(match.group(1)) if match else int(default or 0)
    if "IUHF=1" in head.replace(" ", "") or "UHF=.TRUE." in head.replace(" ", ""):
        raise _fault(f"{path} holds unrestricted orbitals", "export it over restricted orbitals")
    return numbers["NORB"], numbers["NELEC"], numbers["MS2"]


def _problem(
    path: Path, content: dict[str, Any], header: tuple[int, int, int]
) -> ElectronicProblem:
    from pyscf import ao2mo

    norb, electrons, spin = header
    alpha, beta = (electrons + spin) // 2, (electrons - spin) // 2
    if (electrons + spin) % 2 or not (0 <= beta <= norb and 0 <= alpha <= norb) or electrons < 1:
        message = f"{path}: NELEC={electrons} and MS2={spin} do not fit into NORB={norb}"
        raise _fault(message)
    if beta > alpha:
        raise _fault(f"{path}: MS2={spin} is negative", "give the state with Sz = +S")
    h1 = np.asarray(content["H1"], dtype=float)
    h2 = ao2mo.restore(1, np.asarray(content["H2"], dtype=float), norb)
    if not (np.isfinite(h1).all() and np.isfinite(h2).all()):
        raise _fault(f"{path} holds an integral that is not finite")
    problem = ElectronicProblem(
        h1=h1,
        h2=np.ascontiguousarray(h2),
        core_energy=float(content["ECORE"]),
        nelec=(alpha, beta),
        multiplicity=spin + 1,
        orbital_labels=tuple(f"orbital {index + 1}" for index in range(norb)),
    )
    return problem


def _fault(message: str, hint: str | None = None) -> InputError:
    return InputError(message, path=("fcidump", "file"), hint=hint)
