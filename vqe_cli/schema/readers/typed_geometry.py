"""A geometry in the place of a file name: ``'H 0 0 0; H 0 0 0.74'``."""

from __future__ import annotations

import re

from vqe_cli.schema.readers.reading import Reading
from vqe_cli.schema.source import Origin

_NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_SYMBOL = r"@?[A-Za-z]{1,2}[0-9]*"
_ATOM = re.compile(rf"\s*{_SYMBOL}(?:[\s,]+{_NUMBER}){{3}}\s*")
_FIRST_TWO = re.compile(rf"\s*{_SYMBOL}\s*[;\n]\s*{_SYMBOL}\s+1\s+{_NUMBER}\s*")


def is_typed_geometry(text: str) -> bool:
    """Whether a text begins with 'symbol x y z', or with the first two lines of a Z-matrix.

    Args:
        text: What stands in the place of a file name.
    """
    lines = re.split("[;\n]", text, maxsplit=2)
    return _ATOM.fullmatch(lines[0]) is not None or _is_zmatrix(lines)


def read_typed_geometry(text: str) -> Reading:
    """The molecule of a geometry in the place of a file name.

    Args:
        text: Atoms separated by semicolons or line breaks, in Ångström.
    """
    lines = "\n".join(line.strip() for line in re.split("[;\n]", text) if line.strip())
    zmatrix = _is_zmatrix(re.split("[;\n]", text, maxsplit=2))
    geometry = {"zmatrix": lines} if zmatrix else lines
    return Reading({"molecule": {"geometry": geometry}}, {(): Origin("the geometry")})


def _is_zmatrix(lines: list[str]) -> bool:
    return len(lines) > 1 and _FIRST_TWO.fullmatch(";".join(lines[:2])) is not None
