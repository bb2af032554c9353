"""QCSchema molecules and inputs of single calculations, versions 1 and 2.

Smith et al., WIREs Comput. Mol. Sci. 11, e1491 (2021).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from vqe_cli._core.wording import counted
from vqe_cli.schema.elements import ELEMENTS
from vqe_cli.schema.faults import TextError
from vqe_cli.schema.readers.qcschema_keys import unknown_version
from vqe_cli.schema.source import Remark

_PREFIX = "qcschema_"
_MOLECULE = "qcschema_molecule"
_INPUTS = (
    "qcschema_input",
    "qc_schema_input",
    "qcschema_atomic_input",
    "qcschema_output",
    "qc_schema_output",
    "qcschema_atomic_result",
)

_MISNAMED = {
    "charge": "call it 'molecular_charge'",
    "multiplicity": "call it 'molecular_multiplicity'",
    "units": "coordinates are always in bohr: leave it out, or write an .xyz file",
    "unit": "coordinates are always in bohr: leave it out, or write an .xyz file",
}

_HARMLESS = re.compile(
    r"(?:[a-z0-9]+_)*(?:convergence|conv|conv_tol|conv_tol_grad|tol|tole|tolerance|maxiter"
    r"|max_iter|max_cycle|cycles|thresh|threshold|screening)"
    r"|(?:scf|mp|mp2|cc|ci)_type|df_basis_[a-z0-9]+|direct|print(?:_[a-z]+)?|verbos(?:e|ity)"
    r"|(?:max_)?memory|nthreads|ncores|(?:init_)?guess|diis|soscf|damping(?:_percentage)?"
    r"|level_shift|stability_analysis|freeze_core|frozen_core|num_frozen_docc|qc_module"
    r"|scf_properties|wcombine|title"
)
"""Keywords of Psi4, PySCF, NWChem and others that do not change the Hamiltonian."""

_REFERENCES = ("rhf", "uhf", "rohf", "cuhf")
_PROTOCOLS = ("wavefunction", "stdout", "error_correction", "native_files", "trajectory")


class QcschemaError(TextError):
    """A QCSchema document that cannot be used."""


def is_qcschema(data: object) -> bool:
    """Whether data name a QCSchema, or have the parts of a molecule or an input."""
    if not isinstance(data, dict):
        return False
    named = str(data.get("schema_name", "")).startswith(_PREFIX)
    is_molecule = {"symbols", "geometry"} <= data.keys()
    inner = data.get("molecule")
    return (
        named
        or is_molecule
        or (isinstance(inner, dict) and {"symbols", "geometry"} <= inner.keys())
    )


def molecule_of(data: dict[str, Any]) -> dict[str, Any]:
    """The section ``molecule`` of an input.

    Args:
        data: The QCSchema document.

    Raises:
        QcschemaError: The document has another schema, or symbols and geometry do not agree.
    """
    named = data.get("schema_name")
    if named is not None and named not in (_MOLECULE, *_INPUTS):
        raise QcschemaError(f"'{named}' is not a molecule", "give a Molecule or an AtomicInput")
    inner = data.get("molecule", data)
    if not isinstance(inner, dict):
        raise QcschemaError("'molecule' is not a QCSchema molecule")
    _refuse_later_versions(data, inner)
    _refuse_misnamed(inner)
    symbols, positions = _symbols(inner), _positions(inner)
    real = inner.get("real") or [True] * len(symbols)
    if not isinstance(real, list) or any(mark not in (True, False) for mark in real):
        raise QcschemaError("'real' is not a list of true and false", "false marks a ghost atom")
    if not len(symbols) == len(positions) == len(real):
        counts = (
            f"{counted(len(symbols), 'symbol')}, {counted(len(positions), 'position')}"
            f" and {len(real)} marks 'real'"
        )
        raise QcschemaError(f"the molecule has {counts}", "one of each for every atom")
    _refuse_contradictions(inner, symbols)
    lines = [
        f"{'' if is_real else '@'}{symbol} {x!r} {y!r} {z!r}"
        for symbol, (x, y, z), is_real in zip(symbols, positions, real, strict=True)
    ]
    molecule: dict[str, Any] = {"geometry": {"cartesian": "\n".join(lines)}, "units": "bohr"}
    if isinstance(inner.get("name"), str) and inner["name"].strip():
        molecule["name"] = inner["name"]
    for key in ("charge", "multiplicity"):
        value = inner.get(f"molecular_{key}")
        if value is not None:
            whole = isinstance(value, float) and value.is_integer()
            molecule[key] = int(value) if whole else value
    basis = model_of(data).get("basis")
    if basis is not None and not isinstance(basis, str):
        hint = "name the basis, or give --basis"
        raise QcschemaError("the model's basis is written out, not named", hint)
    return molecule if not basis else {**molecule, "basis": basis}


def remarks_of(data: dict[str, Any]) -> tuple[Remark, ...]:
    """Remarks on the parts of the document that are not used.

    Method, driver and harmless keywords give notes. Any other keyword may add a field, a solvent
    or point charges to the Hamiltonian and gives a doubt.
    """
    specification = specification_of(data)
    driver, keywords = specification.get("driver", "energy"), mapping_in(specification, "keywords")
    strange = [name for name, value in keywords.items() if not _is_harmless(name, value)]
    strange += [
        name for name in mapping_in(specification, "protocols") if name.lower() not in _PROTOCOLS
    ]
    asked = [f"method {model_of(data)['method']}"] if model_of(data).get("method") else []
    asked += [] if driver == "energy" else [f"driver {driver}"]
    usual = [name for name in keywords if name not in strange]
    asked += [f"keywords {', '.join(usual)}"] if usual else []
    remarks = []
    if asked:
        text = f"of the QCSchema input only molecule and basis are used, not {'; '.join(asked)}"
        remarks.append(Remark(text))
    if strange:
        text = (
            "keywords of the QCSchema input that may change the Hamiltonian were not used:"
            f" {', '.join(strange)}; take them out where the molecule by itself is meant"
        )
        remarks.append(Remark(text, doubtful=True))
    return tuple(remarks)


def _is_harmless(name: str, value: object) -> bool:
    """Whether a keyword, with or without a prefix as in scf__maxiter, leaves the Hamiltonian."""
    bare = re.split(r"__|[. %]", name.lower())[-1]
    if bare == "reference":
        return str(value).lower() in _REFERENCES
    return _HARMLESS.fullmatch(bare) is not None


def _refuse_later_versions(data: dict[str, Any], molecule: dict[str, Any]) -> None:
    """Refuse versions whose layout is not known."""
    for document in (molecule,) if molecule is data else (molecule, data):
        version = unknown_version(document, of_molecule=document is molecule)
        if version is not None:
            hint = "versions 1 and 2 of QCSchema are read, whose molecules have up to 3"
            raise QcschemaError(f"'schema_version' {version!r} is not known", hint)


def _refuse_misnamed(molecule: dict[str, Any]) -> None:
    """Refuse names of charge, spin and unit in other formats, which would be ignored."""
    for key, meant in _MISNAMED.items():
        if key in molecule:
            raise QcschemaError(f"'{key}' is not a key of a QCSchema molecule", meant)


def _refuse_contradictions(molecule: dict[str, Any], symbols: Sequence[str]) -> None:
    """Refuse atomic numbers or fragment charges that contradict symbols or total charge."""
    numbers = molecule.get("atomic_numbers")
    of_symbols = {symbol: number for number, symbol in enumerate(ELEMENTS, start=1)}
    if numbers and numbers != [of_symbols.get(symbol.capitalize()) for symbol in symbols]:
        raise QcschemaError("'atomic_numbers' are not those of 'symbols'", "remove one of the two")
    parts, charge = molecule.get("fragment_charges"), molecule.get("molecular_charge", 0)
    if not (isinstance(parts, list) and parts and all(map(_is_number, [*parts, charge]))):
        return
    if abs(sum(parts) - charge) > 1e-6:
        message = f"'fragment_charges' add up to {sum(parts):g}, the molecule has {charge:g}"
        raise QcschemaError(message, "make 'molecular_charge' their sum")


def model_of(data: dict[str, Any]) -> dict[str, Any]:
    """Method and basis of an input.

    Args:
        data: The QCSchema document.

    Raises:
        QcschemaError: They are no mapping.
    """
    specification = specification_of(data)
    if not isinstance(specification.get("model", {}), dict | None):
        raise QcschemaError("'model' is not a mapping", "as in {method: vqe, basis: sto-3g}")
    return mapping_in(specification, "model")


def specification_of(data: dict[str, Any]) -> dict[str, Any]:
    """What is to be computed, which is a separate mapping in version 2.

    Args:
        data: The QCSchema document: an input, or a result with its input.
    """
    asked = mapping_in(data, "input_data") or data
    return mapping_in(asked, "specification") if "specification" in asked else asked


def mapping_in(data: dict[str, Any], key: str) -> dict[str, Any]:
    """The mapping of a key; an empty one for other values.

    Args:
        data: A part of the QCSchema document.
        key: The key.
    """
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _symbols(molecule: dict[str, Any]) -> Sequence[str]:
    symbols = molecule.get("symbols")
    if not isinstance(symbols, list) or not all(isinstance(one, str) for one in symbols):
        raise QcschemaError("'symbols' is not a list of elements")
    for symbol in symbols:
        if not symbol.isalpha():
            raise QcschemaError(f"'{symbol[:40]}' is not an element")
    return symbols


def _positions(molecule: dict[str, Any]) -> list[tuple[float, float, float]]:
    """Coordinates in bohr from a flat list or a list of triples."""
    geometry = molecule.get("geometry")
    if not isinstance(geometry, list):
        raise QcschemaError("'geometry' is not a list of numbers")
    rows = [row for row in geometry if isinstance(row, list)]
    if rows and (len(rows) < len(geometry) or any(len(row) != 3 for row in rows)):
        raise QcschemaError("'geometry' is not a list of three numbers for each atom")
    nested = [value for row in geometry for value in (row if isinstance(row, list) else [row])]
    numbers = [float(value) for value in nested if _is_number(value)]
    if len(numbers) != len(nested) or len(numbers) % 3:
        raise QcschemaError("'geometry' is not a list of three numbers for each atom")
    return list(zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True))


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) < 1e300 and math.isfinite(value)
