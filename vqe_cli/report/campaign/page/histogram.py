"""Layout of the histogram of errors, which its template draws."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA
from vqe_cli._core.wording import counted
from vqe_cli.report.campaign.page.statistics import BINS_A_DECADE, ErrorClass, Errors


@dataclass(frozen=True)
class Frame:
    """The drawing and the area of its bars, in pixels from the upper left corner.

    Args:
        width: Width of the drawing.
        height: Height of the drawing.
        left: Left end of the bars.
        right: Right end of the bars.
        top: Upper end of the tallest bar.
        ground: Lower end of all bars.
    """

    width: int = 860
    height: int = 288
    left: int = 52
    right: int = 836
    top: int = 44
    ground: int = 242


FRAME = Frame()


@dataclass(frozen=True)
class Tick:
    """A mark on an axis.

    Args:
        place: Position on the axis, pixels.
        label: Text of the mark.
    """

    place: float
    label: str


@dataclass(frozen=True)
class Block:
    """A part of a bar in one colour.

    Args:
        top: Upper end, pixels.
        height: Height, pixels.
        kind: ``"above"`` or ``"below"`` the reference.
    """

    top: float
    height: float
    kind: str


@dataclass(frozen=True)
class Bar:
    """The errors of one size.

    Args:
        title: Description in words.
        count: Number of errors.
        left: Left end, pixels.
        width: Width, pixels.
        top: Upper end, pixels.
        blocks: Parts of the bar, from below.
    """

    title: str
    count: int
    left: float
    width: float
    top: float
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Histogram:
    """Absolute errors by size on a logarithmic scale, round-off first.

    Args:
        summary: Description in words.
        counts: Marks on the axis of counts, zero first.
        sizes: Marks on the axis of sizes, at each power of ten.
        round_off: Middle of the first class, pixels.
        accuracy: Position of chemical accuracy, pixels.
        bars: One bar per class that has errors.
        frame: Sizes of the drawing.
    """

    summary: str
    counts: tuple[Tick, ...]
    sizes: tuple[Tick, ...]
    round_off: float
    accuracy: float
    bars: tuple[Bar, ...]
    frame: Frame = FRAME


def histogram(errors: Errors) -> Histogram:
    """The histogram of a distribution of errors.

    Args:
        errors: The distribution.
    """
    step = (FRAME.right - FRAME.left) / len(errors.classes)
    tallest = _round_up(max(found.count for found in errors.classes))
    decades = math.log10(CHEMICAL_ACCURACY_MHA / errors.upper[0])
    return Histogram(
        summary=_summary(errors),
        counts=tuple(_count_ticks(tallest)),
        sizes=tuple(_size_ticks(errors, step)),
        round_off=FRAME.left + step / 2,
        accuracy=FRAME.left + step * (1 + decades * BINS_A_DECADE),
        bars=tuple(
            _bar(found, FRAME.left + number * step, step, tallest)
            for number, found in enumerate(errors.classes)
            if found.count
        ),
    )


def _summary(errors: Errors) -> str:
    return (
        f"Histogram of {counted(errors.count, 'absolute VQE error')}:"
        f" median {errors.median:.2g} mHa, largest {errors.largest:.2g} mHa,"
        f" {errors.accurate} within {CHEMICAL_ACCURACY_MHA} mHa."
    )


def _bar(found: ErrorClass, left: float, step: float, tallest: int) -> Bar:
    """Errors above and below the reference, stacked."""
    scale = (FRAME.ground - FRAME.top) / tallest
    title = (
        f"{found.count} with {found.lower:.2g} to {found.upper:.2g} mHa:"
        f" {found.above} above, {found.below} below the reference"
    )
    stacked = ((found.above, found.above, "above"), (found.below, found.count, "below"))
    blocks = tuple(
        Block(FRAME.ground - scale * end, scale * count, kind)
        for count, end, kind in stacked
        if count
    )
    top = FRAME.ground - scale * found.count
    return Bar(title, found.count, left + 1.5, step - 3, top, blocks)


def _count_ticks(tallest: int) -> Iterator[Tick]:
    for count in (0, tallest // 2, tallest) if tallest > 1 else (0, tallest):
        place = FRAME.ground - (FRAME.ground - FRAME.top) * count / tallest
        yield Tick(place, f"{count:,}")


def _size_ticks(errors: Errors, step: float) -> Iterator[Tick]:
    """The first class has no lower end."""
    for number, upper in enumerate(errors.upper):
        if number % BINS_A_DECADE == 0:
            yield Tick(FRAME.left + (number + 1) * step, _power(upper))


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
