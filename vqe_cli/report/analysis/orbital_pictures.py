"""Orbitals as pictures: lobes around the molecule, with numbers beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.density.orbital_surfaces import (
    SHARE,
    OrbitalSurfaces,
    Skeleton,
    orbital_surfaces,
    skeleton_of,
)
from vqe_cli.chemistry.unrestricted import UnrestrictedSelection
from vqe_cli.report.figures import (
    COLOURS,
    INCHES,
    STYLE,
    FigureWidth,
    content_of,
    legend_below,
    new_figure,
    styled,
    wrapped,
)
from vqe_cli.schema.problem_records import OrbitalRecord

if TYPE_CHECKING:
    from vqe_cli.report.notebook_figure import NotebookFigure

COLUMNS: dict[FigureWidth, int] = {"single": 2, "double": 4}
"""Maximum number of pictures in a row."""

LABEL, HEADER = 0.62, 0.5
"""Height of the label of a picture, and of the title, inches."""

ROOM = 0.06
"""Room around a picture, as a share of its size."""

POSITIVE, NEGATIVE = COLOURS[1], COLOURS[0]
"""Colours of the lobes."""

OPACITY = 0.75

ELEMENTS = {
    "H": "#e8e8e8", "Li": "#a56fd0", "Be": "#93c94a", "B": "#e8a0a0", "C": "#505050",
    "N": "#3050c8", "O": "#c83020", "F": "#60a040", "Na": "#8a5cd6", "Mg": "#5f9a2f",
    "Al": "#b0a0a0", "Si": "#c8a870", "P": "#e07b20", "S": "#d8c030", "Cl": "#30b040",
    "Fe": "#b85a28", "Cu": "#b87340", "Zn": "#7d80b0", "Br": "#8a3020", "I": "#702090",
}  # fmt: skip
OTHER = "#8a6fa8"
"""Colours of the elements."""

BALL, SMALL_BALL, STICK = 0.22, 0.15, 0.07
"""Radii of atoms, of hydrogen and of bonds, Ångström."""

TILT, TURN = 50.0, 20.0
"""Angles by which the molecule is tipped towards the reader and turned, degrees."""

LIGHT = np.array([0.3, 0.5, 0.8])
"""Direction of the light."""

AMBIENT = 0.45
"""Brightness of faces that the light does not reach."""


@dataclass(frozen=True, eq=False)
class _Faces:
    """Coloured triangles: corners (n, 3, 3), unit normals (n, 3), and colours (n, 4)."""

    triangles: FloatArray
    normals: FloatArray
    colours: FloatArray


def orbital_pictures(
    selection: OrbitalSelection | UnrestrictedSelection,
    orbitals: Sequence[OrbitalRecord],
    title: str,
    file_format: str,
    width: FigureWidth = "double",
) -> bytes:
    """Draw orbitals, each with its number, irrep, energy, electrons and criterion.

    Args:
        selection: The orbitals and their molecule.
        orbitals: The records of those to draw, in this order.
        title: Title of the picture.
        file_format: ``"png"``, ``"svg"`` or ``"pdf"``.
        width: Width of the figure.

    Returns:
        The file's content.
    """
    return content_of(orbital_figure(selection, orbitals, title, width), file_format)


@styled
def orbital_figure(
    selection: OrbitalSelection | UnrestrictedSelection,
    orbitals: Sequence[OrbitalRecord],
    title: str,
    width: FigureWidth,
) -> NotebookFigure:
    """The figure of orbitals.

    Args:
        selection: The orbitals and their molecule.
        orbitals: The records of those to draw, in this order.
        title: Title of the picture.
        width: Width of the figure.
    """
    mole = selection.field.mole
    skeleton = skeleton_of(mole)
    view = _view(skeleton.positions)
    surfaces = orbital_surfaces(mole, _coefficients(selection, orbitals))
    scenes = [_seen(_scene(surface, skeleton), view) for surface in surfaces]
    low, high = _extent(scenes)
    across = min(COLUMNS[width], len(orbitals))
    down = ceil(len(orbitals) / across)
    # A few pictures are no larger than many.
    height = LABEL + INCHES[width] / COLUMNS[width] * (high - low)[1] / (high - low)[0]
    figure = new_figure(width, height * down + HEADER)
    axes = figure.subplots(down, across, squeeze=False).ravel()
    name = _criterion(selection)
    size = float(STYLE["figure.titlesize"])
    lines = (title, f"surfaces around {SHARE:.0%} of each orbital's density")
    figure.suptitle("\n".join(wrapped(line, INCHES[width], size) for line in lines))
    elements = _elements(skeleton.symbols)
    legend_below(figure, elements, [element.get_label() for element in elements])
    for place, orbital, scene in zip(axes, orbitals, scenes, strict=False):
        _draw(place, scene)
        place.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")
        place.set_title(_label(orbital, name), fontsize=7, linespacing=1.3, y=-0.02, va="top")
    for place in axes:
        place.set_axis_off()
    return figure


def _elements(symbols: Sequence[str]) -> list[Any]:
    """Entries of a legend with the colours of the elements."""
    from matplotlib.lines import Line2D

    return [
        Line2D([], [], marker="o", linestyle="", color=_colour(symbol), label=symbol)
        for symbol in dict.fromkeys(symbols)
    ]


def _colour(symbol: str) -> str:
    return ELEMENTS.get(symbol, OTHER)


def _coefficients(
    selection: OrbitalSelection | UnrestrictedSelection, orbitals: Sequence[OrbitalRecord]
) -> FloatArray:
    """Coefficients of the orbitals over atomic ones, shape (nao, number of orbitals)."""
    columns = [orbital.number - 1 for orbital in orbitals]
    if isinstance(selection, UnrestrictedSelection):
        spins = [int(orbital.spin == "beta") for orbital in orbitals]
        return selection.field.mo_coeff[spins, :, columns].T
    return selection.field.mo_coeff[:, columns]


def _criterion(selection: OrbitalSelection | UnrestrictedSelection) -> str:
    """The name of the number by which orbitals were chosen; empty without one."""
    if isinstance(selection, UnrestrictedSelection) or selection.criterion is None:
        return ""
    return selection.criterion.name


def _label(orbital: OrbitalRecord, criterion: str) -> str:
    """Number, irrep and part; electrons and energy; criterion."""
    name = orbital.spin or orbital.irrep
    irrep = f", {name}" if name else ""
    electrons = "electron" if orbital.occupation == 1 else "electrons"
    lines = [
        f"orbital {orbital.number}{irrep}, {orbital.part}",
        f"{orbital.occupation:g} {electrons}, {orbital.energy:.4f} Ha",
    ]
    if orbital.criterion is not None:
        lines.append(f"{criterion} {orbital.criterion:.3f}")
    return "\n".join(lines)


def _view(positions: FloatArray) -> FloatArray:
    """The rotation of coordinates to the page: right, up, and towards the reader, shape (3, 3).

    The longest axis of the molecule lies nearly along the page, and its plane is seen at an angle.
    """
    centred = positions - positions.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1].T
    axes[2] = np.cross(axes[0], axes[1])
    tilt, turn = np.radians([TILT, TURN])
    about_x = np.array(
        [[1, 0, 0], [0, np.cos(tilt), np.sin(tilt)], [0, -np.sin(tilt), np.cos(tilt)]]
    )
    about_y = np.array(
        [[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]]
    )
    return np.asarray(about_x @ about_y @ axes)


def _scene(surface: OrbitalSurfaces, skeleton: Skeleton) -> list[_Faces]:
    """The lobes, atoms and bonds."""
    lobes = [
        _Faces(lobe.triangles, lobe.normals, _coloured(len(lobe.triangles), colour, OPACITY))
        for lobe, colour in ((surface.positive, POSITIVE), (surface.negative, NEGATIVE))
    ]
    atoms = [
        _ball(position, SMALL_BALL if symbol == "H" else BALL, _colour(symbol))
        for symbol, position in zip(skeleton.symbols, skeleton.positions, strict=True)
    ]
    bonds = [
        _stick(skeleton.positions[first], skeleton.positions[second])
        for first, second in skeleton.bonds
    ]
    return [*lobes, *atoms, *bonds]


def _coloured(count: int, colour: str, opacity: float = 1.0) -> FloatArray:
    from matplotlib.colors import to_rgba

    return np.tile(to_rgba(colour, opacity), (count, 1))


def _ball(centre: FloatArray, radius: float, colour: str) -> _Faces:
    """A sphere."""
    polar, around = np.meshgrid(np.linspace(0, np.pi, 9), np.linspace(0, 2 * np.pi, 13))
    ring = np.sin(polar)
    unit = np.stack([ring * np.cos(around), ring * np.sin(around), np.cos(polar)], axis=-1)
    triangles = _triangles(unit)
    normals = triangles.mean(axis=1)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return _Faces(centre + radius * triangles, normals, _coloured(len(triangles), colour))


def _stick(start: FloatArray, end: FloatArray) -> _Faces:
    """A cylinder."""
    axis = (end - start) / np.linalg.norm(end - start)
    first = np.cross(axis, np.eye(3)[np.argmin(np.abs(axis))])
    first /= np.linalg.norm(first)
    second = np.cross(axis, first)
    angles = np.linspace(0, 2 * np.pi, 9)[:, None, None]
    rim = np.cos(angles) * first + np.sin(angles) * second
    along = np.linspace(0, 1, 7)[None, :, None] * (end - start)
    sides = start + STICK * rim + along
    triangles = _triangles(sides)
    normals = _triangles(np.broadcast_to(rim, sides.shape)).mean(axis=1)
    normals = normals / np.linalg.norm(normals, axis=1, keepdims=True)
    return _Faces(triangles, normals, _coloured(len(triangles), "#9a9a9a"))


def _triangles(mesh: FloatArray) -> FloatArray:
    """Two triangles for each cell of a mesh of shape (m, n, 3)."""
    a, b, c, d = mesh[:-1, :-1], mesh[1:, :-1], mesh[1:, 1:], mesh[:-1, 1:]
    pairs = [np.stack(corners, axis=2).reshape(-1, 3, 3) for corners in ((a, b, c), (a, c, d))]
    return np.concatenate(pairs)


def _seen(faces: Sequence[_Faces], view: FloatArray) -> _Faces:
    """All triangles in the coordinates of the page, the farthest first."""
    triangles = np.concatenate([part.triangles for part in faces]) @ view.T
    normals = np.concatenate([part.normals for part in faces]) @ view.T
    colours = np.concatenate([part.colours for part in faces])
    order = np.argsort(triangles[:, :, 2].mean(axis=1), kind="stable")
    return _Faces(triangles[order], normals[order], colours[order])


def _extent(scenes: Sequence[_Faces]) -> tuple[FloatArray, FloatArray]:
    """Lower and upper limits of x and y over all pictures, each of shape (2,)."""
    corners = np.concatenate([scene.triangles.reshape(-1, 3)[:, :2] for scene in scenes])
    low, high = corners.min(axis=0), corners.max(axis=0)
    room = ROOM * (high - low)
    return low - room, high + room


def _draw(place: Any, scene: _Faces) -> None:
    """Draw triangles in their order, shaded by their direction."""
    from matplotlib.collections import PolyCollection

    lit = np.abs(scene.normals @ (LIGHT / np.linalg.norm(LIGHT)))
    colours = scene.colours.copy()
    colours[:, :3] *= (AMBIENT + (1 - AMBIENT) * lit)[:, None]
    corners = scene.triangles[:, :, :2]
    place.add_collection(
        PolyCollection(
            list(corners), facecolors=colours, linewidths=0, antialiased=False, rasterized=True
        )
    )
