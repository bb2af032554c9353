"""Active spaces of growing size as a picture: energies above, left-out entropies beneath."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli.analysis.spaces import SpaceComparison, SpaceRow
from vqe_cli.chemistry.active_spaces.entropy import SINGLE_REFERENCE

WIDTH, HEIGHT, COLUMN = 6.4, 5.6, 0.75
"""Least width of the picture, its height, and the width that the name of a space takes, inches."""

ROOM = 0.15
"""Room above the points, as a share of their range."""

RECOMMENDED, OTHERS, LINE = "#c77a2c", "#3f7ca3", "0.65"
"""Colours of the recommended space, of the others, and of lines to compare them with."""


def spaces_plot(found: SpaceComparison, file_format: str) -> bytes:
    """Draw energies and left-out entropies of active spaces against their size.

    Args:
        found: The comparison.
        file_format: ``"png"``, ``"svg"`` or ``"pdf"``.

    Returns:
        The file's content.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    width = max(WIDTH, COLUMN * (len(found.rows) + 1))
    figure = Figure(figsize=(width, HEIGHT), layout="constrained")
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    _draw_energies(above, found)
    _draw_entropies(below, found)
    below.set_xticks(range(len(found.rows)), [_label(row) for row in found.rows], fontsize=8)
    below.set_xlim(-0.6, len(found.rows) - 0.4)
    below.set_xlabel("active space, qubits")
    above.set_title(found.spec.title, fontsize=11)
    buffer = io.BytesIO()
    metadata = {"Date": None} if file_format == "svg" else None
    figure.savefig(buffer, format=file_format, dpi=150, metadata=metadata)
    return buffer.getvalue()


def _label(row: SpaceRow) -> str:
    """The size of a space, and its qubits."""
    return f"({row.electrons}e,{row.orbitals}o)\n{row.qubits}"


def _draw_energies(axes: Any, found: SpaceComparison) -> None:
    """Correlation energies of full CI in the spaces."""
    field = found.hartree_fock_energy
    axes.axhline(0.0, color=LINE, linestyle=":", label="Hartree-Fock")
    _draw_points(
        axes, found, [HARTREE_IN_MILLIHARTREE * (row.energy - field) for row in found.rows]
    )
    axes.set_ylabel("full CI − Hartree-Fock / mHa")
    axes.grid(visible=True, alpha=0.3)
    axes.legend(fontsize=8)


def _draw_entropies(axes: Any, found: SpaceComparison) -> None:
    """The largest entropy that each space leaves out; none of the space of all orbitals."""
    axes.axhline(SINGLE_REFERENCE, color=LINE, linestyle="--", linewidth=1)
    axes.annotate(
        f"correlated above {SINGLE_REFERENCE:g}",
        (0.995, SINGLE_REFERENCE),
        xycoords=("axes fraction", "data"), ha="right", va="bottom", fontsize=7, color="0.4",
    )  # fmt: skip
    _draw_points(axes, found, [row.left_out_entropy for row in found.rows])
    axes.margins(y=ROOM)
    axes.set_ylim(bottom=0.0)
    axes.set_ylabel("largest entropy left out")
    axes.grid(visible=True, alpha=0.3)


def _draw_points(axes: Any, found: SpaceComparison, values: Sequence[float | None]) -> None:
    """Values of the spaces that have one, that of the recommended space marked."""
    pairs = [(place, value) for place, value in enumerate(values) if value is not None]
    if not pairs:
        return
    axes.plot(*zip(*pairs, strict=True), "-o", color=OTHERS, markersize=5, linewidth=1)
    for place, value in pairs:
        if found.rows[place].recommended:
            axes.plot(place, value, "*", color=RECOMMENDED, markersize=15, label="recommended")
