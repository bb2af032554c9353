"""The style of all figures: widths of journals, fonts, colours, ticks, and the content of files.

Curves differ by marker or dash as well as by colour, and the colours, those of Okabe and Ito
(https://jfly.uni-koeln.de/color/), are told apart by colour-blind readers.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from functools import wraps
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, ParamSpec

from vqe_cli.report.layout import NO_BREAK, wrap_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

    from vqe_cli.report.notebook_figure import NotebookFigure

P = ParamSpec("P")

FigureWidth = Literal["single", "double"]
"""One column of a journal, or two."""

INCHES: dict[FigureWidth, float] = {"single": 3.3, "double": 7.0}
"""Widths of figures, inches."""

DOTS_PER_INCH = 200
"""Resolution of PNG files."""

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#7f3f98")
"""Colours of curves, in their order; the last is not of Okabe and Ito, whose yellow is too pale."""

INK, GUIDE, BAND, MARKED = "#1a1a1a", "0.55", "0.9", COLOURS[1]
"""Colours of exact values, of lines to compare with, of areas, and of what is recommended."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X")
"""Markers that go with the colours."""

DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (8, 1.5)))
"""Dashes of lines, in their order."""

GLYPH = 0.57
"""Width of a letter, in heights of the font."""

SAMPLE = 4.6
"""Width of a sample of a line in a legend with its margins, in heights of the font."""

SMALLEST, SMALLEST_OF_PRICES = 1e-6, 0.01
"""The smallest numbers on axes that are not powers of ten; on an axis far below, another."""

POINTS_PER_INCH = 72

STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib: the same layout everywhere
    "font.size": 8.0,
    "axes.titlesize": 8.5,
    "axes.labelsize": 8.0,
    "figure.titlesize": 9.0,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "legend.fontsize": 7.5,
    "legend.frameon": False,
    "legend.handlelength": 2.4,
    "legend.columnspacing": 1.4,
    "axes.linewidth": 0.7,
    "axes.edgecolor": "0.3",
    "axes.grid": True,
    "axes.grid.which": "major",
    "axes.axisbelow": True,
    "axes.formatter.useoffset": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": "0.88",
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.3,
    "lines.markersize": 4.0,
    "errorbar.capsize": 2.0,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "svg.fonttype": "none",  # text as text
    "svg.hashsalt": "vqe",  # the same file from the same record
    "pdf.fonttype": 42,
    "savefig.dpi": DOTS_PER_INCH,
}
"""Matplotlib's parameters."""


def styled(draw: Callable[P, NotebookFigure]) -> Callable[P, NotebookFigure]:
    """A function that draws a figure, with the style of all figures.

    Args:
        draw: The function.
    """

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> NotebookFigure:
        from matplotlib import rc_context

        with rc_context(STYLE):
            return draw(*args, **kwargs)

    return drawn


def new_figure(width: FigureWidth, height: float) -> NotebookFigure:
    """An empty figure that needs no display.

    Args:
        width: Its width.
        height: Its height, inches.
    """
    from vqe_cli.report.notebook_figure import NotebookFigure

    return NotebookFigure(figsize=(INCHES[width], height), layout="constrained")


def content_of(figure: Figure, file_format: str) -> bytes:
    """The content of a figure's file.

    Args:
        figure: The figure.
        file_format: ``"png"``, ``"svg"`` or ``"pdf"``.
    """
    from matplotlib import rc_context

    buffer = io.BytesIO()
    metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(file_format)
    with rc_context(STYLE):
        figure.savefig(buffer, format=file_format, metadata=metadata)
    return buffer.getvalue()


def label_plainly(axis: Axis) -> None:
    """Numbers as people write them on a logarithmic or symmetric axis: 0.1, 1, 10.

    Where there are fewer than two powers of ten, 2 and 5 times them are labelled as well, and where
    these are fewer than two, round numbers. Powers of ten remain only on axes that go far below a
    millionth, such as those of prices.

    Args:
        axis: The axis, with its limits.
    """
    from matplotlib.ticker import (
        FuncFormatter,
        LogLocator,
        MaxNLocator,
        NullFormatter,
        NullLocator,
    )

    low, high = sorted(axis.get_view_interval())
    is_log = axis.get_scale() == "log"
    smallest = SMALLEST_OF_PRICES if is_log and low < SMALLEST / 10 else SMALLEST
    numbers = FuncFormatter(lambda value, _: plain_number(value, smallest))
    axis.set_major_formatter(numbers)
    axis.set_minor_formatter(NullFormatter())
    if not is_log:
        return
    powers = math.floor(math.log10(high)) - math.ceil(math.log10(low)) + 1
    if powers >= 2:
        return
    if powers + sum(low <= factor * 10 ** _decade(low, factor) <= high for factor in (2, 5)) < 2:
        axis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
        axis.set_minor_locator(NullLocator())
    else:
        axis.set_minor_locator(LogLocator(subs=(2.0, 5.0)))
        axis.set_minor_formatter(numbers)


def _decade(low: float, factor: float) -> int:
    """The exponent of the first of `factor` times a power of ten that is not below a number."""
    return math.ceil(math.log10(low / factor))


def plain_number(value: float, smallest: float = SMALLEST) -> str:
    """A number on an axis: ``0.001``, ``10``, ``20,000``, ``1 M``; 10⁻⁷ below a millionth.

    Args:
        value: The number.
        smallest: The smallest number that is not a power of ten.
    """
    size, sign = abs(value), "−" if value < 0 else ""
    if size == 0.0:
        return "0"
    if smallest * (1 - 1e-9) <= size < 999_999.5:
        decimals = max(0, -math.floor(math.log10(size) + 1e-9)) + 2
        text = f"{size:,.{decimals}f}"
        return sign + (text.rstrip("0").rstrip(".") if "." in text else text)
    for unit, letter in ((1e9, "G"), (1e6, "M")):
        if unit <= size * (1 + 1e-9) < 1000 * unit:
            return f"{sign}{size / unit:.4g} {letter}"
    exponent = math.floor(math.log10(size) + 1e-9)
    mantissa = size / 10.0**exponent
    power = f"10{str(exponent).translate(SUPERSCRIPTS)}"
    return sign + (power if abs(mantissa - 1) < 1e-9 else f"{mantissa:.3g} × {power}")


SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def legend_below(figure: Any, handles: Sequence[Any], labels: Sequence[str]) -> None:
    """A legend beneath all diagrams, where it covers nothing, in as many columns as fit.

    Args:
        figure: The figure or part of a figure.
        handles: The samples.
        labels: Their texts.
    """
    if not labels:
        return
    figure.legend(
        handles,
        labels,
        loc="outside lower center",
        ncols=_columns(width_of(figure), labels),
    )


def legend_height(width: float, labels: Sequence[str]) -> float:
    """The height that a legend beneath takes, inches.

    Args:
        width: The width of the figure, inches.
        labels: Its texts.
    """
    lines = math.ceil(len(labels) / _columns(width, labels))
    return 1.65 * _font_size() * lines / POINTS_PER_INCH + 0.1


def width_of(figure: Any) -> float:
    """The width of a figure or of a part of it, inches."""
    return float(figure.bbox.width / figure.get_figure(root=True).dpi)


def _columns(width: float, labels: Sequence[str]) -> int:
    """Number of columns of a legend in which no text leaves the figure, with the fewest lines."""
    room = width * POINTS_PER_INCH / _font_size() - 1.0
    sizes = [SAMPLE + GLYPH * len(label) for label in labels]
    for lines in range(1, len(labels)):
        columns = math.ceil(len(labels) / lines)
        if sum(map(max, _divided(sizes, columns))) <= room:
            return columns
    return 1


def _divided(sizes: Sequence[float], columns: int) -> list[Sequence[float]]:
    """The entries of each column of a legend: the first columns have one more than the last."""
    lines, longer = divmod(len(sizes), columns)
    edges = [number * lines + min(number, longer) for number in range(columns + 1)]
    return [sizes[low:high] for low, high in pairwise(edges)]


def _font_size() -> float:
    return float(STYLE["legend.fontsize"])


def wrapped(text: str, width: float, size: float) -> str:
    """A text in lines that fit a width, as even as their number allows.

    A quantity and its unit, "energy / Ha", are not parted.

    Args:
        text: The text.
        width: The width, inches.
        size: Size of the font, points.
    """
    bound = text.replace(" / ", f"{NO_BREAK}/{NO_BREAK}")
    columns = max(8, int(width * POINTS_PER_INCH / (GLYPH * size)))
    least = len(wrap_name(bound, columns))
    tried = (wrap_name(bound, narrower) for narrower in range(columns // 2, columns + 1))
    return "\n".join(next(lines for lines in tried if len(lines) == least))


def set_title(axes: Axes, text: str, width: float) -> None:
    """The title of a diagram, in lines that fit.

    Args:
        axes: The diagram.
        text: The title.
        width: The width for it, inches.
    """
    axes.set_title(wrapped(text, width, float(STYLE["axes.titlesize"])))
