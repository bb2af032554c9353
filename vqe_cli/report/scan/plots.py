"""Curves as a picture: energies above, errors against the exact curve beneath."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from vqe_cli._core.energy_units import units_of
from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE
from vqe_cli.report.figures import (
    BAND,
    COLOURS,
    DASHES,
    INCHES,
    INK,
    MARKERS,
    FigureWidth,
    content_of,
    label_plainly,
    legend_below,
    legend_height,
    new_figure,
    set_title,
    styled,
)
from vqe_cli.scan.records import Scan, ScanPoint
from vqe_cli.variational.accuracy import GAP_ACCURACY

if TYPE_CHECKING:
    from vqe_cli.report.notebook_figure import NotebookFigure

HEIGHTS: dict[FigureWidth, float] = {"single": 3.5, "double": 4.6}
"""Heights of figures with energies and errors, without their legends, inches."""

ENERGIES_ALONE = 0.7
"""Height of the energies without errors beneath, as a share."""

VQE, HARTREE_FOCK = {"color": COLOURS[1], "marker": MARKERS[0]}, "0.6"
"""Looks of VQE and of Hartree-Fock."""

OTHERS = (COLOURS[0], *COLOURS[2:])
"""Colours of classical methods and of states."""

MOST_MARKED = 30
"""Number of points up to which each curve has a marker at each of them."""

FEW_MARKS = 10
"""Number of markers on curves of more points."""

STEEP = 1.5
"""Height above the minimum, in depths of the well, from which the repulsive wall is cut off."""

ROOM = 1.1
"""Room above and below VQE and the exact energies for other methods, as a share of their range."""

LOGARITHMIC = 12.5
"""Largest error from which axes are logarithmic, in half widths of the accurate band."""

EDGE = 0.04
"""Room between the frame and further energies that were asked for, as a share of its height."""

Pairs = list[tuple[float, float]]

Take = Callable[[ScanPoint], float | None]
"""What is drawn of a point."""


def scan_plot(record: Scan, file_format: str, width: FigureWidth = "double") -> bytes:
    """Draw a scan.

    Args:
        record: The scan.
        file_format: ``"png"``, ``"svg"`` or ``"pdf"``.
        width: Width of the figure.

    Returns:
        The file's content.
    """
    return content_of(scan_figure(record, width), file_format)


@styled
def scan_figure(record: Scan, width: FigureWidth) -> NotebookFigure:
    """The figure of a scan: energies, and errors beneath if any are known.

    Args:
        record: The scan.
        width: Width of the figure.
    """
    from matplotlib.ticker import MaxNLocator

    has_errors = any(_error(point) is not None for point in record.points)
    height = HEIGHTS[width] * (1.0 if has_errors else ENERGIES_ALONE)
    figure = new_figure(width, height)
    if has_errors:
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        _draw_errors(below, record)
    else:
        above = below = figure.subplots()
    _draw_energies(above, record)
    unit = record.coordinate.unit
    if unit == "degrees":
        below.xaxis.set_major_locator(MaxNLocator(steps=[1, 1.5, 3, 4.5, 6, 10]))
    below.set_xlabel(f"{record.coordinate.name}{f' / {unit}' if unit else ''}")
    set_title(above, record.name, INCHES[width])
    entries = dict(zip(*reversed(above.get_legend_handles_labels()), strict=True))
    if has_errors:
        handles, labels = below.get_legend_handles_labels()
        entries |= dict(zip(labels, handles, strict=True))
    figure.set_figheight(height + legend_height(INCHES[width], list(entries)))
    legend_below(figure, list(entries.values()), list(entries))
    figure.align_ylabels()
    return figure


def _draw_energies(axes: Any, record: Scan) -> None:
    """The energies of all methods."""
    curve = _pairs(record.points, lambda point: point.energy)
    exact = _pairs(record.points, lambda point: point.reference_energy)
    if exact:
        axes.plot(*zip(*exact, strict=True), color=INK, label="exact")
    field = _pairs(record.points, lambda point: point.hartree_fock_energy)
    if field and "hf" not in _methods(record):
        axes.plot(
            *zip(*field, strict=True), color=HARTREE_FOCK, linestyle=DASHES[2], label="Hartree-Fock"
        )
    for number, (name, label) in enumerate(_methods(record).items()):
        pairs = _pairs(record.points, partial(_energy, name=name))
        axes.plot(*zip(*pairs, strict=True), label=label, **_look(number, len(pairs)))
    axes.errorbar(
        *zip(*curve, strict=True),
        yerr=_bars(record.points, 1.0, lambda point: point.energy),
        **VQE,
        linestyle="",
        markersize=5,
        label="VQE",
    )
    _limit(axes, [one for one in (curve, exact) if one], _asked_for(record))
    axes.set_ylabel(f"energy / {units_of(record.unit).energy}")


def _draw_errors(axes: Any, record: Scan) -> None:
    """The errors of VQE and of classical methods, with the band that counts as accurate."""
    units = units_of(record.unit)
    pairs = _pairs(record.points, _error)
    axes.axhline(0.0, color=INK, linewidth=0.8)
    bars = _bars(record.points, units.factor, _error)
    sizes = [
        abs(error) + bar for (_, error), bar in zip(pairs, bars or [0.0] * len(pairs), strict=True)
    ]
    for number, name in enumerate(_methods(record)):
        errors = _pairs(record.points, partial(_method_error, name=name))
        if errors:
            axes.plot(*zip(*errors, strict=True), **_look(number, len(errors)))
            sizes += [abs(error) for _, error in errors]
    axes.errorbar(
        *zip(*pairs, strict=True),
        yerr=bars,
        **VQE,
        markersize=5,
        linewidth=1,
    )
    largest, accurate = max(sizes), _draw_accuracy(axes, record)
    if accurate and largest > LOGARITHMIC * accurate:
        axes.set_yscale("symlog", linthresh=accurate)
        label_plainly(axes.yaxis)
    elif edge := max(largest, 1.3 * (accurate or 0.0)):
        axes.set_ylim(-1.15 * edge, 1.15 * edge)
    axes.set_ylabel(f"error / {units.error}")


def _draw_accuracy(axes: Any, record: Scan) -> float | None:
    """Draw the band of errors that count as accurate.

    Returns:
        Its half width at the last point; None if no gap of a model is known.
    """
    if record.unit == HARTREE:
        accurate, text = CHEMICAL_ACCURACY_MHA, f"±{CHEMICAL_ACCURACY_MHA} mHa"
        axes.axhspan(-accurate, accurate, color=BAND, zorder=0, label=text)
    else:
        pairs = _pairs(record.points, lambda point: point.gap)
        if not pairs:
            return None
        values, gaps = zip(*pairs, strict=True)
        accurate, text = GAP_ACCURACY * gaps[-1], f"±{GAP_ACCURACY:g} gaps"
        half = [GAP_ACCURACY * gap for gap in gaps]
        axes.fill_between(values, [-one for one in half], half, color=BAND, zorder=0, label=text)
    return accurate


def _asked_for(record: Scan) -> list[float]:
    """Energies of states and corrected energies, where the curve of VQE is not steep."""
    curve = [point.energy for point in record.points if point.energy is not None]
    top = min(curve) + STEEP * (curve[-1] - min(curve))
    return [
        one.energy
        for point in record.points
        for name, one in point.beside.items()
        if name not in point.methods and one.energy is not None
        if point.energy is not None and point.energy <= top
    ]


def _limit(axes: Any, curves: Sequence[Pairs], further: Sequence[float]) -> None:
    """Limits around the energies of VQE and the exact ones, without a repulsive wall.

    Methods that fail leave the frame; further energies that were asked for do not.
    """
    energies = [energy for _, energy in curves[0]]
    low, end = min(energies), energies[-1]
    top = max(energies)
    if energies[0] - low > STEEP * (end - low) > 0.0:
        top = low + STEEP * (end - low)
    low = min(energy for pairs in curves for _, energy in pairs)
    margin = ROOM * (top - low)
    bottom, ceiling = axes.get_ylim()
    bottom, ceiling = max(bottom, low - margin), min(ceiling, top + margin)
    edge = EDGE * (max([ceiling, *further]) - min([bottom, *further]))
    axes.set_ylim(
        min([bottom, *(energy - edge for energy in further)]),
        max([ceiling, *(energy + edge for energy in further)]),
    )


def _look(number: int, points: int) -> dict[str, Any]:
    """Colour, dash and marker of a classical method or a state."""
    return {
        "color": OTHERS[number % len(OTHERS)],
        "linestyle": DASHES[(number + 1) % len(DASHES)],
        "marker": MARKERS[1:][number % (len(MARKERS) - 1)],
        "markevery": 1 if points <= MOST_MARKED else max(1, points // FEW_MARKS),
        "markersize": 3.5,
        "linewidth": 1.1,
    }


def _methods(record: Scan) -> dict[str, str]:
    """The labels of classical methods with an energy, by name."""
    used = {name for point in record.points for name, one in point.beside.items() if one.energy}
    return {name: one.label for name, one in record.statistics.items() if name in used}


def _pairs(points: Sequence[ScanPoint], take: Take) -> Pairs:
    """Values and energies or errors, of points that have them."""
    return [(float(point.value), found) for point in points if (found := take(point)) is not None]


def _energy(point: ScanPoint, name: str) -> float | None:
    found = point.beside.get(name)
    return None if found is None else found.energy


def _error(point: ScanPoint) -> float | None:
    return point.told_error


def _method_error(point: ScanPoint, name: str) -> float | None:
    found = point.beside.get(name)
    return None if found is None else found.told_error


def _bars(points: Sequence[ScanPoint], scale: float, take: Take) -> list[float] | None:
    """Standard errors of the points that are drawn; None without shots."""
    found = [scale * (point.standard_error or 0.0) for point in points if take(point) is not None]
    return found if any(found) else None
