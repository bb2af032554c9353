"""The picture of a run's convergence."""

from __future__ import annotations

import re

import vqe_cli
from vqe_cli.report.run.plots import convergence_plot
from vqe_cli.schema import spec_from_data


def test_each_starting_point_has_a_line_of_its_own() -> None:
    molecule = {"geometry": "H 0 0 0; H 0 0 0.735"}
    record = vqe_cli.run(spec_from_data({"molecule": molecule, "ansatz": "tups", "restarts": 2}))
    starts = [step.start for step in record.result.history]
    assert sorted(starts) == starts
    assert set(starts) == {0, 1, 2}
    svg = convergence_plot([record], "svg").decode()
    lines = re.findall(r'<path d="([^"]*)"[^>]*style="fill: none; stroke: #1f77b4', svg)
    assert max(line.count("M") for line in lines) == 3
