"""The keys and versions of QCSchema documents; others are typing errors or a later layout.

Smith et al., WIREs Comput. Mol. Sci. 11, e1491 (2021); layouts of MolSSI's QCElemental 0.51.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vqe_cli.schema.source import Remark

VERSION = "schema_version"

LATEST_MOLECULE, LATEST_INPUT = 3, 2
"""Latest versions of a molecule and of an input."""

_ANYWHERE = {"schema_name", VERSION, "id", "extras", "provenance"}

_OF_MOLECULE = _ANYWHERE | {
    "symbols",
    "geometry",
    "name",
    "identifiers",
    "comment",
    "molecular_charge",
    "molecular_multiplicity",
    "masses",
    "mass_numbers",
    "real",
    "atom_labels",
    "atomic_numbers",
    "connectivity",
    "fragments",
    "fragment_charges",
    "fragment_multiplicities",
    "fix_com",
    "fix_orientation",
    "fix_symmetry",
    "validated",
    "hash",
    "molecule_hash",
    "molecular_formula",
}

_OF_INPUT = _ANYWHERE | {
    "molecule",
    "driver",
    "model",
    "keywords",
    "protocols",
    "specification",
    "input_data",
    "properties",
    "wavefunction",
    "return_result",
    "stdout",
    "stderr",
    "native_files",
    "success",
    "error",
}


def unknown_version(document: Mapping[str, Any], *, of_molecule: bool) -> object:
    """The version of a document if it is none that is known; None otherwise.

    Args:
        document: A molecule, or an input or a result.
        of_molecule: Whether it is a molecule.
    """
    version = document.get(VERSION, 1)
    latest = LATEST_MOLECULE if of_molecule else LATEST_INPUT
    return None if version in range(1, latest + 1) else version


def remarks_on_keys(data: Mapping[str, Any]) -> tuple[Remark, ...]:
    """A doubt about keys that QCSchema does not have, such as misspelt ones.

    Args:
        data: The QCSchema document: a molecule, an input or a result.
    """
    molecule = data.get("molecule", data)
    strange = [name for name in molecule if name not in _OF_MOLECULE]
    strange += [name for name in data if molecule is not data and name not in _OF_INPUT]
    if not strange:
        return ()
    text = f"keys that QCSchema does not have were not used: {', '.join(strange)}"
    return (Remark(text, doubtful=True),)
