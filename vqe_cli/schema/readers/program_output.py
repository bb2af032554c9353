"""Outputs of other programs, parsed by cclib: the last geometry, charge and multiplicity.

O'Boyle, Tenderholt and Langner, J. Comput. Chem. 29, 839 (2008).
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vqe_cli._core.wording import counted
from vqe_cli.errors import InputError, UnavailableError
from vqe_cli.errors import Path as KeyPath
from vqe_cli.schema.elements import ELEMENTS
from vqe_cli.schema.readers.content import about
from vqe_cli.schema.readers.reading import Reading
from vqe_cli.schema.readers.shown_paths import shown
from vqe_cli.schema.source import Origin, Remark

MAX_OUTPUT_BYTES = 50_000_000
"""Largest size of an output or of a qubit Hamiltonian of another program, bytes."""

_HEAD = 100_000
"""Number of characters in which programs name themselves."""

_PROGRAMS = {
    "Gaussian": "Gaussian, Inc.",
    "ORCA": "* O   R   C   A *",
    "Psi4": "Psi4: An Open-Source Ab Initio Electronic Structure Package",
    "Q-Chem": "A Quantum Leap Into The Future Of Chemistry",
    "NWChem": "Northwest Computational Chemistry Package",
    "GAMESS": "GAMESS VERSION =",
    "Molpro": "PROGRAM SYSTEM MOLPRO",
    "Jaguar": "Jaguar version",
    "DALTON": "Dalton - An Electronic Structure Program",
    "ADF": "Amsterdam Density Functional",
    "xtb": "|                           x T B                           |",
}
"""Words by which outputs of programs are known, those of cclib."""

_STATED: dict[str, tuple[str, ...]] = {
    "Gaussian": (r"^ Charge = +(?P<charge>[-+]?\d+) +Multiplicity = +(?P<multiplicity>\d+)",),
    "ORCA": (
        r"^ *Total Charge +Charge +\.+ +(?P<charge>[-+]?\d+)",
        r"^ *Multiplicity +Mult +\.+ +(?P<multiplicity>\d+)",
    ),
    "Q-Chem": (r"^\$molecule\s+(?P<charge>[-+]?\d+)[ \t]+(?P<multiplicity>\d+)[ \t]*$",),
    "NWChem": (r"^ *Charge +: +(?P<charge>[-+]?\d+)[ \t]*$",),
    "Psi4": (
        r"^ *Geometry .*, charge = +(?P<charge>[-+]?\d+), multiplicity = +(?P<multiplicity>\d+)",
    ),
}
"""Lines of charge and multiplicity, by which two jobs on different species are told apart."""


def program_of(text: str) -> str | None:
    """The program that wrote an output; None for other texts.

    Args:
        text: Content of a file.
    """
    head = text[:_HEAD]
    return next((name for name, words in _PROGRAMS.items() if words in head), None)


def read_program_output(path: Path, text: str) -> Reading:
    """The last geometry of an output, with charge and multiplicity where it tells them.

    Args:
        path: Path of the file.
        text: Content of the file.

    Raises:
        InputError: The output cannot be parsed, or has jobs on different species.
        UnavailableError: cclib is not installed.
    """
    program = program_of(text)
    assert program is not None
    places = _stated(path, text, program)
    found = _parsed(path, text, program)
    lines = [
        f"{_symbol(path, int(number))} {x!r} {y!r} {z!r}"
        for number, (x, y, z) in zip(found.atomnos, found.atomcoords[-1].tolist(), strict=True)
    ]
    molecule: dict[str, Any] = {"geometry": {"cartesian": "\n".join(lines)}, "units": "angstrom"}
    for key, name in (("charge", "charge"), ("multiplicity", "mult")):
        if hasattr(found, name):
            molecule[key] = int(getattr(found, name))
    origins: dict[KeyPath, Origin] = {(): Origin(shown(path))}
    origins |= {("molecule", key): Origin(shown(path), line) for key, line in places.items()}
    return Reading({"molecule": molecule}, origins, tuple(_remarks(found, program)))


def _symbol(path: Path, number: int) -> str:
    """The element of a nucleus; outputs name ghosts and dummies by numbers below one."""
    if not 1 <= number <= len(ELEMENTS):
        hint = "write the geometry as an .xyz file; '@H' is a ghost atom"
        raise about(path, f"has an atom of nuclear charge {number}: a ghost or a dummy", hint)
    return ELEMENTS[number - 1]


def _stated(path: Path, text: str, program: str) -> dict[str, int]:
    """The lines that state charge and multiplicity; different statements are refused."""
    found: dict[str, tuple[int, str]] = {}
    for pattern in _STATED.get(program, ()):
        for match in re.finditer(pattern, text, re.MULTILINE):
            line = text.count("\n", 0, match.start()) + 1
            for key, value in match.groupdict().items():
                first, before = found.setdefault(key, (line, value))
                if int(value) != int(before):
                    message = f"states {key} {before} in line {first}, but {value} in line {line}"
                    hint = "it has several jobs: write the geometry that is meant as an .xyz file"
                    raise about(path, message, hint, line)
    return {key: line for key, (line, _) in found.items()}


def _parsed(path: Path, text: str, program: str) -> Any:
    """What cclib finds in the output.

    Raises:
        InputError: It has no geometry, or its format is not known to cclib.
    """
    try:
        with warnings.catch_warnings():
            # When its modules are compiled, escape sequences in their strings are warned of.
            warnings.simplefilter("ignore")
            import cclib
    except ImportError:
        hint = "pip install 'vqe-cli[cclib]', or write the geometry as an .xyz file"
        raise UnavailableError(f"outputs of {program} are read by cclib", hint=hint) from None
    hint = "write the geometry as an .xyz file; Open Babel converts most formats"
    try:
        log = cclib.io.ccopen(io.StringIO(text), loglevel=logging.CRITICAL)
        found = log.parse()
    except Exception as error:  # its parsers raise whatever unexpected lines lead to
        why = f"{type(error).__name__}: {error}".removesuffix(": ")
        message = f"is an output of {program} that cclib cannot read: {why}"
        raise about(path, message, hint) from error
    if not (hasattr(found, "atomnos") and hasattr(found, "atomcoords")):
        raise about(path, f"is an output of {program} without a geometry", hint)
    if len(found.atomnos) != len(found.atomcoords[-1]):
        raise _several(path, program)
    return found


def _several(path: Path, program: str) -> InputError:
    message = f"is an output of {program} on molecules of different sizes"
    return about(path, message, "write the geometry that is meant as an .xyz file")


def _remarks(found: Any, program: str) -> Iterator[Remark]:
    """What is used of the output, and what is doubtful about it."""
    metadata, count = found.metadata, len(found.atomcoords)
    asked = [f"method {', '.join(dict.fromkeys(metadata.get('methods', ())))}"]
    asked += [f"basis {metadata['basis_set']}"] if metadata.get("basis_set") else []
    which = f"the last of {counted(count, 'geometry', 'geometries')}" if count > 1 else "geometry"
    used = " and ".join(name for name in ("charge", "mult") if hasattr(found, name))
    used = used.replace("mult", "multiplicity")
    text = f"of the {program} output {which}{', ' + used if used else ''} are used"
    yield Remark(f"{text}, not {'; '.join(one for one in asked if one != 'method ')}")
    if getattr(found, "optdone", count == 1) is False:
        optimises = hasattr(found, "optstatus") or hasattr(found, "optdone")
        text = (
            f"an optimisation in the {program} output did not converge: its last geometry is used"
            if optimises
            else f"the {program} output has {count} geometries that are not steps of an"
            " optimisation: the last one is used"
        )
        yield Remark(text, doubtful=True)
    if metadata.get("success") is False:
        text = f"the {program} output ends without a normal termination"
        yield Remark(text, doubtful=True)
    if "solvent_model" in metadata:
        model = metadata["solvent_model"]
        text = (
            f"the {program} output is that of a molecule in a solvent ({model}); here it is"
            " computed by itself: set 'solvent' if that is meant"
        )
        yield Remark(text, doubtful=True)
