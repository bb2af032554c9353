"""Charts: a histogram as SVG, correlations as a table whose cells are coloured."""

from __future__ import annotations

import math

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA
from vqe_cli.report.campaign.page.labels import split_unit
from vqe_cli.report.campaign.page.markup import Markup, element, joined
from vqe_cli.report.campaign.page.statistics import BINS_A_DECADE, Correlations, Errors

WIDTH, HEIGHT = 860, 288
LEFT, RIGHT, TOP, BOTTOM = 52, 24, 44, 46
"""Of the histogram, in pixels: the whole, and what is left for axes."""

SURE = 2.58
"""Standard errors beyond which a rank correlation is taken as real: 99 % of chance's lie within."""


def histogram(errors: Errors) -> Markup:
    """Absolute errors by size on a logarithmic scale, round-off first.

    Args:
        errors: Their distribution.
    """
    totals = [above + below for above, below in zip(errors.above, errors.below, strict=True)]
    step = (WIDTH - LEFT - RIGHT) / len(totals)
    tallest = _round_up(max(totals))
    summary = (
        f"Histogram of {errors.count} absolute VQE errors: median {errors.median:.2g} mHa,"
        f" largest {errors.largest:.2g} mHa, {errors.accurate} within {CHEMICAL_ACCURACY_MHA} mHa."
    )
    drawn = joined(
        _count_axis(tallest),
        _accuracy_line(errors, step),
        *(_bars(errors, number, step, tallest) for number in range(len(totals))),
        _size_axis(errors, step),
    )
    box = f"0 0 {WIDTH} {HEIGHT}"
    return element("svg", drawn, viewBox=box, role="img", aria_label=summary, class_="histogram")


def _bars(errors: Errors, number: int, step: float, tallest: int) -> Markup:
    """Errors above and below the reference, stacked, and their number on top."""
    above, below = errors.above[number], errors.below[number]
    total = above + below
    if not total:
        return Markup("")
    x, width = LEFT + number * step + 1.5, step - 3
    scale = (HEIGHT - TOP - BOTTOM) / tallest
    ground = HEIGHT - BOTTOM
    lower, upper = errors.lower[number], errors.upper[number]
    said = (
        f"{total} with {lower:.2g} to {upper:.2g} mHa: {above} above, {below} below the reference"
    )
    parts = [element("title", said)]
    for count, start, kind in ((above, 0, "above"), (below, above, "below")):
        if count:
            top = ground - scale * (start + count)
            parts.append(
                element(
                    "rect", x=f"{x:.1f}", y=f"{top:.1f}", width=f"{width:.1f}",
                    height=f"{scale * count:.1f}", class_=kind,
                )
            )  # fmt: skip
    label_y = ground - scale * total - 5
    parts.append(_text(f"{total:,}", x + width / 2, label_y, anchor="middle", kind="count"))
    return element("g", *parts)


def _count_axis(tallest: int) -> Markup:
    ground, height = HEIGHT - BOTTOM, HEIGHT - TOP - BOTTOM
    ticks = [0, tallest // 2, tallest] if tallest > 1 else [0, tallest]
    lines = []
    for tick in ticks:
        y = ground - height * tick / tallest
        lines.append(_line(LEFT, y, WIDTH - RIGHT, y, "axis" if tick == 0 else "grid"))
        lines.append(_text(f"{tick:,}", LEFT - 8, y + 4, anchor="end"))
    return joined(*lines, _text("cases", 4, TOP - 18))


def _size_axis(errors: Errors, step: float) -> Markup:
    """A mark at each whole power of ten; the first class has no lower end."""
    y = HEIGHT - BOTTOM + 18
    marks = [_text("round-off", LEFT + step / 2, y + 16, anchor="middle")]
    for number, upper in enumerate(errors.upper):
        if number % BINS_A_DECADE == 0:
            x = LEFT + (number + 1) * step
            marks.append(_line(x, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 5, "axis"))
            marks.append(_text(_power(upper), x, y, anchor="middle"))
    return joined(*marks, _text("|E(VQE) − E(reference)| / mHa", WIDTH - RIGHT, HEIGHT - 4, "end"))


def _accuracy_line(errors: Errors, step: float) -> Markup:
    decades = math.log10(CHEMICAL_ACCURACY_MHA / errors.upper[0])
    x = LEFT + step * (1 + decades * BINS_A_DECADE)
    label = f"{CHEMICAL_ACCURACY_MHA} mHa, chemical accuracy"
    line = _line(x, TOP - 36, x, HEIGHT - BOTTOM, "accuracy")
    # above the counts of the highest bars, which may stand anywhere
    return joined(line, _text(label, x - 6, TOP - 26, anchor="end", kind="accuracy"))


def _power(value: float) -> str:
    exponent = round(math.log10(value))
    if -3 <= exponent <= 4:
        return f"{10.0**exponent:g}"
    return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _round_up(count: int) -> int:
    """The next even number of one or two digits and zeros."""
    if count <= 2:
        return max(count, 1)
    step = 2 * int(10 ** max(len(str(count)) - 2, 0))
    return step * math.ceil(count / step)


def _text(text: str, x: float, y: float, anchor: str = "start", kind: str | None = None) -> Markup:
    return element("text", text, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor, class_=kind)


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    return element("line", class_=kind, **{name: f"{value:.1f}" for name, value in ends.items()})


def correlation_table(found: Correlations) -> Markup:
    """The lower triangle; columns are numbered, rows carry number and name.

    Args:
        found: Coefficients and how many molecules they are from.
    """
    count = len(found.columns)
    numbers = [element("th", number + 1, scope="col") for number in range(count - 1)]
    head = element("tr", element("th", "property", scope="col"), *numbers)
    body = [
        element(
            "tr",
            element("th", f"{row + 1}  {column_label(found.columns[row])}", scope="row"),
            *(_cell(found, row, column) for column in range(row)),
        )
        for row in range(count)
    ]
    caption = element("caption", "Rank correlations of the columns", class_="hidden")
    return element(
        "table", caption, element("thead", head), element("tbody", *body), class_="matrix"
    )


def _cell(found: Correlations, row: int, column: int) -> Markup:
    rho, count = float(found.coefficients[row, column]), int(found.molecules[row, column])
    names = f"{column_label(found.columns[row])} and {column_label(found.columns[column])}"
    if math.isnan(rho):
        return element("td", "–", title=f"{names}: only {count} molecules, or no variation")
    sure = abs(rho) * math.sqrt(count - 1) > SURE
    kind = ("up" if rho > 0 else "down") if sure else "chance"
    shade = f"--strength:{round(100 * abs(rho))}%"
    said = f"{names}: ρ = {rho:+.3f}, n = {count:,}"
    coefficient = f"{rho:+.2f}".replace("-", "−")
    return element("td", coefficient, element("small", f"{count:,}"), class_=kind, style=shade,
                   title=said)  # fmt: skip


def column_label(column: str) -> str:
    """Name and unit; errors stand as absolute values in statistics.

    Args:
        column: Its name.
    """
    if column == "error_mha":
        return "|error| / mHa"
    label, unit = split_unit(column)
    return f"{label} / {unit}" if unit else label
