"""Curves as a picture: energies above, errors against the exact curve beneath."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from vqe_cli._core.energy_units import units_of
from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE
from vqe_cli.scan.records import Scan, ScanPoint
from vqe_cli.variational.accuracy import GAP_ACCURACY

WIDTH, HEIGHT = 6.4, 5.6
"""Size of the picture, inches."""

VQE_COLOUR, EXACT_COLOUR, HARTREE_FOCK_COLOUR = "#c77a2c", "0.25", "0.65"

COLOURS = ("#3f7ca3", "#4f8a3d", "#9a4f9e", "#b3392f", "#1f9a94", "#8d8a1c")
"""Colours of classical methods."""

DASHES: tuple[Any, ...] = ("--", "-.", ":", (0, (5, 1)))
"""Dashes of their lines."""

STEEP = 1.5
"""Height above the minimum, in depths of the well, from which the repulsive wall is cut off."""

ROOM = 1.1
"""Room above and below VQE and the exact energies for other methods, as a share of their range."""

LOGARITHMIC = 12.5
"""Largest error from which axes are logarithmic, in half widths of the accurate band."""

EDGE = 0.04
"""Room between the frame and further energies that were asked for, as a share of its height."""

LEGEND, SAMPLE = 96, 7
"""Width of the legend, and of a sample of a line with its margins, characters."""

Pairs = list[tuple[float, float]]

Take = Callable[[ScanPoint], float | None]
"""What is drawn of a point."""


def scan_plot(record: Scan, file_format: str) -> bytes:
    """Draw a scan.

    Args:
        record: The scan.
        file_format: ``"png"``, ``"svg"`` or ``"pdf"``.

    Returns:
        The file's content.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    has_errors = any(_error(point) is not None for point in record.points)
    figure = Figure(figsize=(WIDTH, HEIGHT if has_errors else 0.7 * HEIGHT), layout="constrained")
    FigureCanvasAgg(figure)
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
    above.set_title(record.name, fontsize=11)
    handles, labels = above.get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside lower center",
        ncols=min(5, LEGEND // (max(map(len, labels)) + SAMPLE)),
        fontsize=8,
        frameon=False,
    )
    buffer = io.BytesIO()
    metadata = {"Date": None} if file_format == "svg" else None
    figure.savefig(buffer, format=file_format, dpi=110, metadata=metadata)
    return buffer.getvalue()


def _draw_energies(axes: Any, record: Scan) -> None:
    """The energies of all methods."""
    curve = _pairs(record.points, lambda point: point.energy)
    exact = _pairs(record.points, lambda point: point.reference_energy)
    if exact:
        axes.plot(*zip(*exact, strict=True), color=EXACT_COLOUR, linewidth=1.3, label="exact")
    field = _pairs(record.points, lambda point: point.hartree_fock_energy)
    if field and "hf" not in _methods(record):
        axes.plot(*zip(*field, strict=True), ":", color=HARTREE_FOCK_COLOUR, label="Hartree-Fock")
    states = {name for point in record.points for name in point.states}
    for number, (name, label) in enumerate(_methods(record).items()):
        pairs = _pairs(record.points, partial(_energy, name=name))
        marker = "." if name in states else None
        axes.plot(*zip(*pairs, strict=True), label=label, marker=marker, **_look(number))
    axes.errorbar(
        *zip(*curve, strict=True),
        yerr=_bars(record.points, 1.0, lambda point: point.energy),
        fmt="o",
        color=VQE_COLOUR,
        markersize=4,
        label="VQE",
    )
    _limit(axes, [one for one in (curve, exact) if one], _asked_for(record))
    axes.set_ylabel(f"energy / {units_of(record.unit).energy}")
    axes.ticklabel_format(axis="y", useOffset=False)
    axes.grid(visible=True, alpha=0.3)


def _draw_errors(axes: Any, record: Scan) -> None:
    """The errors of VQE and of classical methods, with the band that counts as accurate."""
    units = units_of(record.unit)
    pairs = _pairs(record.points, _error)
    axes.axhline(0.0, color=EXACT_COLOUR, linewidth=0.8)
    bars = _bars(record.points, units.factor, _error)
    sizes = [
        abs(error) + bar for (_, error), bar in zip(pairs, bars or [0.0] * len(pairs), strict=True)
    ]
    for number, name in enumerate(_methods(record)):
        errors = _pairs(record.points, partial(_method_error, name=name))
        if errors:
            axes.plot(*zip(*errors, strict=True), **_look(number))
            sizes += [abs(error) for _, error in errors]
    axes.errorbar(
        *zip(*pairs, strict=True),
        yerr=bars,
        fmt="-o",
        color=VQE_COLOUR,
        markersize=4,
        linewidth=1,
    )
    largest, accurate = max(sizes), _draw_accuracy(axes, record)
    if accurate and largest > LOGARITHMIC * accurate:
        axes.set_yscale("symlog", linthresh=accurate)
    elif edge := max(largest, 1.3 * (accurate or 0.0)):
        axes.set_ylim(-1.15 * edge, 1.15 * edge)
    axes.set_ylabel(f"error / {units.error}")
    axes.grid(visible=True, alpha=0.3)


def _draw_accuracy(axes: Any, record: Scan) -> float | None:
    """Draw the band of errors that count as accurate.

    Returns:
        Its half width at the last point; None if no gap of a model is known.
    """
    if record.unit == HARTREE:
        accurate, text = CHEMICAL_ACCURACY_MHA, f"±{CHEMICAL_ACCURACY_MHA} mHa"
        axes.axhspan(-accurate, accurate, color="0.9", zorder=0)
    else:
        pairs = _pairs(record.points, lambda point: point.gap)
        if not pairs:
            return None
        values, gaps = zip(*pairs, strict=True)
        accurate, text = GAP_ACCURACY * gaps[-1], f"±{GAP_ACCURACY:g} gaps"
        half = [GAP_ACCURACY * gap for gap in gaps]
        axes.fill_between(values, [-one for one in half], half, color="0.9", zorder=0)
    axes.annotate(
        text, (0.995, accurate),
        xycoords=("axes fraction", "data"), ha="right", va="bottom", fontsize=7, color="0.4",
    )  # fmt: skip
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


def _look(number: int) -> dict[str, Any]:
    """Colour and dash of a classical method."""
    return {
        "color": COLOURS[number % len(COLOURS)],
        "linestyle": DASHES[number % len(DASHES)],
        "linewidth": 1.2,
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
