"""QCSchema inputs whose method is VQE: driver, method and keywords as keys of an input file.

Smith et al., WIREs Comput. Mol. Sci. 11, e1491 (2021).
"""

from __future__ import annotations

from typing import Any

from vqe_cli.schema.readers.qcschema import (
    QcschemaError,
    mapping_in,
    model_of,
    molecule_of,
    specification_of,
)

PROGRAM = "vqe"
"""The program's name, and its method; ``vqe-uccsd`` also names the ansatz."""

DRIVERS = ("energy", "gradient", "properties")

_DECIDED = {
    "molecule": ("geometry", "units", "charge", "multiplicity", "name"),
    "": ("forces", "hamiltonian", "fcidump", "properties"),
}
"""Keys that molecule and driver decide, by the section that they are in."""

_KEPT_FILES = {"wavefunction": "none", "native_files": "none"}
"""Protocols that ask for what this program does not return, with their only possible value."""


def asks_for_vqe(data: dict[str, Any]) -> bool:
    """Whether a document is an input for this program, by its program or method.

    Args:
        data: The QCSchema document.
    """
    return specification_of(data).get("program") == PROGRAM or _is_ours(_method(data))


def input_data(data: dict[str, Any]) -> dict[str, Any]:
    """The data of an input file, whose keys are the keywords.

    Args:
        data: The QCSchema document, an input for this program.

    Raises:
        QcschemaError: Driver, method, a keyword or a protocol has no meaning here.
    """
    specification, method = specification_of(data), _method(data)
    driver = specification.get("driver", "energy")
    if driver not in DRIVERS:
        raise QcschemaError(f"driver '{driver}' is not supported", f"use {', '.join(DRIVERS)}")
    if not _is_ours(method):
        hint = "use 'vqe', or 'vqe-uccsd' with the name of an ansatz"
        raise QcschemaError(f"model.method '{method}' is not VQE", hint)
    _refuse_protocols(mapping_in(specification, "protocols"))
    keywords = specification.get("keywords") or {}
    if not isinstance(keywords, dict):
        raise QcschemaError("'keywords' is not a mapping", "its keys are those of input files")
    _refuse_decided(keywords, "")
    found = {**keywords, "molecule": _molecule(data, keywords)}
    if method != PROGRAM:
        found["ansatz"] = _ansatz(method.removeprefix(f"{PROGRAM}-"), keywords.get("ansatz"))
    return {**found, "forces": True} if driver == "gradient" else found


def _method(data: dict[str, Any]) -> str:
    return str(model_of(data).get("method", "")).lower()


def _is_ours(method: str) -> bool:
    return method == PROGRAM or method.startswith(f"{PROGRAM}-")


def _molecule(data: dict[str, Any], keywords: dict[str, Any]) -> dict[str, Any]:
    """The molecule, with what the keywords say of its mean field."""
    molecule, more = molecule_of(data), keywords.get("molecule", {})
    if not isinstance(more, dict):
        raise QcschemaError("keyword 'molecule' is not a mapping", "as in {ecp: none}")
    _refuse_decided(more, "molecule")
    if "basis" in more and "basis" in molecule:
        raise QcschemaError("the basis is in model.basis and in the keywords", "remove one of them")
    return {**molecule, **more}


def _refuse_decided(keywords: dict[str, Any], section: str) -> None:
    """Refuse keywords that molecule or driver decide."""
    for key in _DECIDED[section]:
        if key in keywords:
            name = f"{section}.{key}" if section else key
            raise QcschemaError(
                f"keyword '{name}' cannot be set in a QCSchema input",
                "driver gradient asks for forces"
                if key == "forces"
                else "the QCSchema molecule decides what is computed; `vqe run FILE` has this key",
            )


def _refuse_protocols(protocols: dict[str, Any]) -> None:
    for key, only in _KEPT_FILES.items():
        if protocols.get(key, only) != only:
            message = f"protocol {key}: '{protocols[key]}' is not supported"
            raise QcschemaError(message, f"{key}: {only}; `--export molden` writes orbitals")


def _ansatz(name: str, keyword: object) -> dict[str, Any]:
    """The ansatz that the method names, with the options of the keywords."""
    options = {"name": keyword} if isinstance(keyword, str) else keyword or {}
    if not isinstance(options, dict):
        raise QcschemaError("keyword 'ansatz' is neither a name nor a mapping")
    if options.get("name", name) != name:
        message = f"the method names ansatz '{name}', the keywords '{options['name']}'"
        raise QcschemaError(message, "remove one of them")
    return {**options, "name": name}
