"""The figure of active spaces."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from vqe_cli.analysis.spaces import SpaceRow
from vqe_cli.report.analysis.spaces_plot import spaces_figure
from vqe_cli.report.figures import FigureWidth

pytestmark = pytest.mark.quick


def spaces(number: int) -> Any:
    """Spaces of growing size, the second of them recommended."""
    rows = tuple(
        SpaceRow(
            electrons=2 * size, orbitals=2 * size, numbers=(), qubits=4 * size, determinants=4,
            pauli_terms=4, energy=-1.0 - 0.01 * size, smallest_entropy=0.1,
            left_out_entropy=None if size == number else 0.2 / size, parameters=None,
            two_qubit_gates=None, recommended=size == 2,
        )
        for size in range(1, number + 1)
    )  # fmt: skip
    return SimpleNamespace(
        rows=rows, hartree_fock_energy=-1.0, spec=SimpleNamespace(title="A molecule")
    )


@pytest.mark.parametrize("width", ["single", "double"])
@pytest.mark.parametrize("number", [3, 14])
def test_names_of_spaces_do_not_overlap(number: int, width: FigureWidth) -> None:
    figure = spaces_figure(spaces(number), width)
    figure.draw_without_rendering()
    above, below = figure.axes
    boxes = [label.get_window_extent() for label in below.get_xticklabels() if label.get_text()]
    assert len(boxes) >= 3
    assert all(one.x1 < other.x0 for one, other in pairwise(boxes))
    for axes in (above, below):
        assert not axes.texts
        label = axes.yaxis.label.get_window_extent()
        assert label.height <= 1.3 * axes.get_window_extent().height


def test_the_recommended_space_is_a_star_in_both_diagrams() -> None:
    above, below = spaces_figure(spaces(4), "double").axes
    for axes in (above, below):
        (star,) = [line for line in axes.get_lines() if line.get_marker() == "*"]
        assert star.get_xdata()[0] == 1
    energies = next(line for line in above.get_lines() if line.get_marker() == "o")
    assert energies.get_ydata() == pytest.approx([-10.0, -20.0, -30.0, -40.0])
    assert len(next(x for x in below.get_lines() if x.get_marker() == "o").get_xdata()) == 3
