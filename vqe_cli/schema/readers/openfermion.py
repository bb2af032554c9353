"""Qubit Hamiltonians in OpenFermion's text form: ``(-1+0j) [Z0 Z1] +``."""

from __future__ import annotations

import re
from pathlib import Path

from vqe_cli.errors import Path as KeyPath
from vqe_cli.schema.numbers import NumberError, complex_number, is_real
from vqe_cli.schema.readers.content import about
from vqe_cli.schema.readers.reading import Reading
from vqe_cli.schema.readers.shown_paths import shown
from vqe_cli.schema.source import Origin

_TERM = re.compile(r"\s*([^\s\[\]]+)\s*\[([^\[\]]*)\]\s*(\+?)\s*")
_FACTOR = re.compile(r"([XYZ])([0-9]{1,3})")
_LADDER = re.compile(r"[0-9]+\^?")


def is_openfermion(text: str) -> bool:
    """Whether a text begins with a coefficient and a product in brackets."""
    begins = re.match(r"\s*\(?[-+]?[0-9.][^\s\[\]]*\s*\[([^\[\]\n,:]*)\]", text)
    return begins is not None and _TERM.match(text) is not None


def read_openfermion(path: Path, text: str) -> Reading:
    """The Hamiltonian in the text of a ``QubitOperator``.

    Args:
        path: Path of the file.
        text: Content of the file.

    Raises:
        InputError: A line is not a term of a ``QubitOperator``.
    """
    terms, line = [], 1
    end, joined = 0, True
    while end < len(text):
        found = _TERM.match(text, end)
        line += text.count("\n", end, end if found is None else found.start(1))
        if found is None or not joined:
            hint = "write terms such as '0.5 [X0 Z1]', joined by +"
            raise about(path, "is not a term of a QubitOperator", hint, line)
        terms.append((_factors(path, found[2], line), _coefficient(path, found[1], line)))
        line += text.count("\n", found.start(1), found.end())
        end, joined = found.end(), bool(found[3])
    width = 1 + max((qubit for factors, _ in terms for qubit in factors), default=0)
    pairs = [[_label(factors, width), coefficient] for factors, coefficient in terms]
    origins: dict[KeyPath, Origin] = {(): Origin(shown(path))}
    return Reading({"hamiltonian": {"paulis": pairs}}, origins)


def _coefficient(path: Path, text: str, line: int) -> float | str:
    """The value of a coefficient; its text if it is not real, which the spec refuses."""
    try:
        value = complex_number(text)
    except NumberError as error:
        raise about(path, error.message, error.hint, line) from None
    return value.real if is_real(value) else text


def _factors(path: Path, product: str, line: int) -> dict[int, str]:
    """The letter on each qubit of a product such as ``X0 Z1``."""
    factors: dict[int, str] = {}
    for word in product.split():
        found = _FACTOR.fullmatch(word)
        if found is None:
            what = "a FermionOperator" if _LADDER.fullmatch(word) else f"'{word[:40]}'"
            hint = "write a QubitOperator, as `openfermion.jordan_wigner` makes it"
            raise about(path, f"{what} is not made of X, Y and Z on qubits", hint, line)
        if int(found[2]) in factors:
            raise about(path, f"qubit {found[2]} appears twice in one term", None, line)
        factors[int(found[2])] = found[1]
    return factors


def _label(factors: dict[int, str], width: int) -> str:
    """The Pauli string, whose rightmost letter acts on qubit 0."""
    return "".join(factors.get(qubit, "I") for qubit in reversed(range(width)))
