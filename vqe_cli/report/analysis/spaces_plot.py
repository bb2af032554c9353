"""Active spaces of growing size as a picture: energies above, left-out entropies beneath."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli.analysis.spaces import SpaceComparison, SpaceRow
from vqe_cli.chemistry.active_spaces.entropy import SINGLE_REFERENCE
from vqe_cli.report.figures import (
    COLOURS,
    DASHES,
    GUIDE,
    INCHES,
    MARKED,
    FigureWidth,
    content_of,
    legend_below,
    new_figure,
    set_title,
    styled,
    wrapped,
)

if TYPE_CHECKING:
    from vqe_cli.report.notebook_figure import NotebookFigure

HEIGHTS: dict[FigureWidth, float] = {"single": 3.6, "double": 4.6}
"""Heights of figures, inches."""

NAME = 0.62
"""Width that the name of a space takes, inches."""

ROOM = 0.15
"""Room above the points, as a share of their range."""


def spaces_plot(found: SpaceComparison, file_format: str, width: FigureWidth = "double") -> bytes:
    """Draw energies and left-out entropies of active spaces against their size.

    Args:
        found: The comparison.
        file_format: ``"png"``, ``"svg"`` or ``"pdf"``.
        width: Width of the figure.

    Returns:
        The file's content.
    """
    return content_of(spaces_figure(found, width), file_format)


@styled
def spaces_figure(found: SpaceComparison, width: FigureWidth) -> NotebookFigure:
    """The figure of active spaces.

    Args:
        found: The comparison.
        width: Width of the figure.
    """
    figure = new_figure(width, HEIGHTS[width])
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    _draw_energies(above, found)
    _draw_entropies(below, found)
    every = -(-NAME * len(found.rows) // INCHES[width])
    named = range(0, len(found.rows), int(max(every, 1)))
    below.set_xticks(named, [_label(found.rows[place]) for place in named])
    below.set_xlim(-0.6, len(found.rows) - 0.4)
    below.set_xlabel("active space, qubits")
    for axes, share in ((above, 0.45), (below, 0.36)):
        axes.set_ylabel(wrapped(axes.get_ylabel(), share * HEIGHTS[width], 8.0))
    set_title(above, found.spec.title, INCHES[width])
    entries = [axes.get_legend_handles_labels() for axes in (above, below)]
    by_label = {
        label: handle
        for handles, labels in entries
        for handle, label in zip(handles, labels, strict=True)
    }
    legend_below(figure, list(by_label.values()), list(by_label))
    figure.align_ylabels()
    return figure


def _label(row: SpaceRow) -> str:
    """The size of a space, and its qubits."""
    return f"({row.electrons}e,{row.orbitals}o)\n{row.qubits}"


def _draw_energies(axes: Any, found: SpaceComparison) -> None:
    """Correlation energies of full CI in the spaces."""
    field = found.hartree_fock_energy
    axes.axhline(0.0, color=GUIDE, linestyle=DASHES[2], label="Hartree-Fock")
    _draw_points(
        axes, found, [HARTREE_IN_MILLIHARTREE * (row.energy - field) for row in found.rows]
    )
    axes.set_ylabel("full CI − Hartree-Fock / mHa")


def _draw_entropies(axes: Any, found: SpaceComparison) -> None:
    """The largest entropy that each space leaves out; none of the space of all orbitals."""
    label = f"correlated above {SINGLE_REFERENCE:g}"
    axes.axhline(SINGLE_REFERENCE, color=GUIDE, linestyle=DASHES[1], linewidth=1, label=label)
    _draw_points(axes, found, [row.left_out_entropy for row in found.rows])
    axes.margins(y=ROOM)
    axes.set_ylim(bottom=0.0)
    axes.set_ylabel("largest entropy left out")


def _draw_points(axes: Any, found: SpaceComparison, values: Sequence[float | None]) -> None:
    """Values of the spaces that have one, that of the recommended space marked."""
    pairs = [(place, value) for place, value in enumerate(values) if value is not None]
    if not pairs:
        return
    axes.plot(*zip(*pairs, strict=True), "-o", color=COLOURS[0], linewidth=1)
    for place, value in pairs:
        if found.rows[place].recommended:
            axes.plot(
                place, value, "*", color=MARKED, markersize=12, linestyle="", label="recommended"
            )
