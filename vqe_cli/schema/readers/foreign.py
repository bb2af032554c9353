"""Recognition of unsupported formats, so that errors can name them."""

from __future__ import annotations

import re

_HEAD = 4000
"""Number of characters of a file that are searched."""

_TO_XYZ = "write the geometry as an .xyz file; Open Babel converts most formats"

_NUMBER = r"[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?"
_THREE = rf"[ \t]*{_NUMBER}[ \t]+{_NUMBER}[ \t]+{_NUMBER}"
_LINKS = r"(?:\s*%\S+[^\n]*\n)*\s*"
_TITLE = r"[ \t]*\n(?:[^\n]+\n)+[ \t]*\n[ \t]*-?[0-9]+[ \t,]+[0-9]+"
"""A blank line, a title, and charge and multiplicity."""

_FORMATS: tuple[tuple[str, str, str], ...] = (
    ("a Turbomole file", r"\$(?:coord|title|atoms|symmetry)\b", "its coordinates are in bohr: "),
    ("a Q-Chem input", r"\s*\$(?:molecule|rem|comment)\b", ""),
    ("a Gaussian input", rf"{_LINKS}#[pnt]?[ \t]*[a-z][^\n]*\n(?:[^\n]+\n)*{_TITLE}", ""),
    ("an ORCA input", r"(?:\s*#[^\n]*\n)*\s*![ \t]*[A-Za-z]", ""),
    ("a Psi4 input", r"(?:[^\n]*\n){0,20}?\s*molecule\s*\w*\s*\{\s*\n", ""),
    ("an NWChem input", r"(?:\s*(?:start|title|echo|memory)\b[^\n]*\n)*\s*geometry\b(?!\s*:)", ""),
    ("a MOPAC input", r"\s*(?:PM[367]|AM1|MNDO|RM1)\b", ""),
    ("a PDB file", r"(?:HEADER|TITLE |REMARK|CRYST1|COMPND|AUTHOR|MODEL |ATOM  |HETATM)", ""),
    ("an XML file", r"\s*<\?xml|\s*<(?:molecule|cml)\b", ""),
    ("a CIF", r"(?:\s*#[^\n]*\n|\s*\n)*data_", "it describes a crystal: "),
    ("a mol2 file", r"(?:\s*#[^\n]*\n|\s*\n)*@<TRIPOS>", ""),
    (
        "a POSCAR of VASP",
        rf"[^\n]*\n[ \t]*{_NUMBER}[ \t]*\n(?:{_THREE}[^\n]*\n){{3}}",
        "it describes a crystal: ",
    ),
)
_OTHERS: tuple[tuple[str, str, str], ...] = (
    (
        "a list of atoms without the number of atoms above it",
        rf"(?:\s*[A-Z][a-z]?{_THREE.replace('*', '+', 1)}[ \t]*(?:\n|$))+",
        "add the number of atoms and a comment line above them",
    ),
    ("a Python script", r"(?:\s*#[^\n]*\n|\s*\n)*(?:import|from)[ \t]+\w+", "run it by python"),
    ("a web page", r"\s*<(?:!doctype|html)", "download the file itself"),
    ("a PDF", r"%PDF-", "give a text file"),
    ("a file with marks of a merge conflict", r"<{7} ", "resolve the conflict"),
    (
        "the text of a Python object",
        r"\s*(?:SparsePauliOp\(|\[\(|\{\()",
        "write a Hamiltonian as JSON: json.dump([[label, str(c)] for label, c in op.to_list()], f)",
    ),
)


def foreign_format(text: str) -> tuple[str, str] | None:
    """The format of a text that is not a valid input.

    Args:
        text: Content of a file that could not be read.

    Returns:
        A noun with its article, and a hint; None if the format is not known.
    """
    head = text[:_HEAD].replace("\r\n", "\n")
    formats = [(name, pattern, more + _TO_XYZ) for name, pattern, more in _FORMATS]
    for name, pattern, hint in (*formats, *_OTHERS):
        flags = 0 if name == _OTHERS[0][0] else re.IGNORECASE
        if re.match(pattern, head, flags):
            return name, hint
    return None
