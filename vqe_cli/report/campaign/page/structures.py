"""Structures as compact line drawings, which the page turns into SVG when they come into view.

RDKit's own SVG repeats its styles at every line, some 4 kB per molecule. A drawing keeps lines,
one path per colour, and letters: about a tenth.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

BOND_PIXELS = 20.0
"""Length of a bond, the same in all drawings, so that sizes can be compared."""

LARGEST_PIXELS = 2000
"""Largest size of a drawing; larger ones, which are rare, are left out."""

_SIZE = re.compile(r"viewBox='0 0 (\d+) (\d+)'")
_PATH = re.compile(r"<path [^>]*?d='([^']*)' (?:style='([^']*)'|fill='([^']*)')")
_TEXT = re.compile(
    r"<text x='([^']*)' y='([^']*)'[^>]*?font-size:(\d+)px[^>]*?;fill:([^' ]*)' >([^<]*)</text>"
)
_NUMBER = re.compile(r"-?\d+\.\d+")

Drawing = dict[str, Any]
"""``size``, ``paths`` as (kind, colour, data), ``texts`` as (x, y, size, colour, text); pixels."""


def drawings(smiles: Iterable[str | None]) -> dict[str, Drawing]:
    """One drawing for every structure that RDKit can read.

    Args:
        smiles: SMILES of the candidates; each is drawn once.

    Returns:
        Drawings by SMILES.
    """
    found = {text: _drawing(text) for text in dict.fromkeys(smiles) if text}
    return {text: drawing for text, drawing in found.items() if drawing is not None}


def _drawing(smiles: str) -> Drawing | None:
    from rdkit.Chem import MolFromSmiles
    from rdkit.Chem.Draw import rdMolDraw2D
    from rdkit.rdBase import BlockLogs

    silence = BlockLogs()
    molecule = MolFromSmiles(smiles)
    del silence
    if molecule is None or molecule.GetNumAtoms() == 0:
        return None
    drawer = rdMolDraw2D.MolDraw2DSVG(-1, -1, -1, -1, True)
    options: Any = drawer.drawOptions()
    options.fixedBondLength = BOND_PIXELS
    options.baseFontSize = 0.75  # letters stay legible in the table's small pictures
    options.padding = 0.03
    options.clearBackground = False
    rdMolDraw2D.PrepareAndDrawMolecule(drawer, molecule)
    drawer.FinishDrawing()
    return _compact(drawer.GetDrawingText())


def _compact(svg: str) -> Drawing | None:
    """The lines and areas of an SVG by colour, and its letters; None if it is too large."""
    size = _SIZE.search(svg)
    if size is None or max(map(int, size.groups())) > LARGEST_PIXELS:
        return None
    paths: dict[tuple[str, str], list[str]] = {}
    for data, style, fill in _PATH.findall(svg):
        paths.setdefault(_kind(style, fill), []).append(_shorter(data))
    texts = [
        [round(float(x)), round(float(y)), int(height), _colour(colour), text.strip()]
        for x, y, height, colour, text in _TEXT.findall(svg)
    ]
    return {
        "size": [int(number) for number in size.groups()],
        "paths": [[kind, colour, "".join(data)] for (kind, colour), data in paths.items()],
        "texts": texts,
    }


def _kind(style: str, fill: str) -> tuple[str, str]:
    """The kind of a path (line or area) and its colour."""
    if fill:
        return "fill", _colour(fill)
    values = dict(part.split(":", 1) for part in style.split(";") if ":" in part)
    area = values.get("fill", "none")
    return ("line", _colour(values["stroke"])) if area == "none" else ("fill", _colour(area))


def _colour(value: str) -> str:
    """The colour; empty for black, which becomes the page's text colour."""
    return "" if value in {"#000000", "#191919"} else value.lower()


def _shorter(data: str) -> str:
    """A path without needless spaces, rounded to a fifth of a pixel."""
    rounded = _NUMBER.sub(lambda number: f"{round(5 * float(number[0])) / 5:g}", data)
    return re.sub(r"\s*([MLQCZ,])\s*", r"\1", rounded).strip()
