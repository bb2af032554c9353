"""The picture of a run's convergence."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import pytest

import vqe_cli
from vqe_cli.report.figures import INCHES, MARKERS
from vqe_cli.report.run.plots import convergence_figure, convergence_plot
from vqe_cli.report.run.titles import ansatz_label, formula_of, title_of
from vqe_cli.report.run.traces import convergence_of
from vqe_cli.schema import spec_from_data
from vqe_cli.schema.backend_records import MitigationRecord
from vqe_cli.schema.records import ReferenceRecord, RunRecord, Step

HYDROGEN = {"geometry": "H 0 0 0; H 0 0 0.735"}
EXACT = -1.0


@cache
def hydrogen() -> RunRecord:
    return vqe_cli.run(spec_from_data({"molecule": HYDROGEN}))


def searched(
    *starts: list[float], final: float, error: float | None = None, unit: str = "Hartree"
) -> RunRecord:
    """A record of searches whose errors, mHa, are known; each step takes ten evaluations."""
    steps, number = [], 0
    for start, errors in enumerate(starts):
        for one in errors:
            number += 1
            steps.append(
                Step(
                    step=number, energy=EXACT + one / 1000, evaluations=10 * number, start=start,
                    standard_error=None if error is None else error / 1000,
                )
            )  # fmt: skip
    record = hydrogen()
    result = record.result.model_copy(
        update={
            "history": tuple(steps),
            "starts": tuple(EXACT + errors[-1] / 1000 for errors in starts) or (EXACT,),
            "initial_energy": None,
            "energy": EXACT + final / 1000,
            "standard_error": None if error is None else error / 1000,
        }
    )
    reference = ReferenceRecord(method="numpy", energy=EXACT, wall_s=0.0, gap=2.0)
    problem = record.problem.model_copy(update={"unit": unit})
    changes = {"result": result, "reference": reference, "problem": problem}
    return record.model_copy(update=changes)


def lines_of(axes: Any) -> dict[str, Any]:
    return {line.get_label(): line for line in axes.get_lines()}


def test_restarts_are_pale_curves_of_their_own_and_the_best_is_bold() -> None:
    record = searched([50.0, 8.0, 3.0], [70.0, 0.5], [90.0, 20.0, 4.0], final=0.5)
    (axes,) = convergence_figure([record], "double").axes
    lines = lines_of(axes)
    best = lines["best start"]
    assert best.get_xdata().tolist() == [10, 20]  # counted from the start of its own search
    assert best.get_ydata() == pytest.approx([70.0, 0.5])
    pale = [line for line in axes.get_lines() if line.get_alpha() is not None]
    assert [len(line.get_xdata()) for line in pale] == [3, 3]
    assert all(line.get_linewidth() < best.get_linewidth() for line in pale)
    assert "other starts (2)" in lines
    assert axes.get_yscale() == "log"


def test_sampled_errors_have_signs_a_band_and_a_final_bar() -> None:
    record = searched([9.0, -4.0, 2.0], final=-1.0, error=3.0)
    (axes,) = convergence_figure([record], "double").axes
    assert axes.get_yscale() == "linear"
    assert axes.get_ylabel() == "error / mHa"
    assert lines_of(axes)["search"].get_ydata() == pytest.approx([9.0, -4.0, 2.0])
    band = next(one for one in axes.collections if one.get_label() == "± one standard error")
    heights = band.get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == pytest.approx((-7.0, 12.0))
    (final,) = axes.containers
    assert final.lines[0].get_xydata()[0] == pytest.approx([30, -1.0])
    assert final.lines[0].get_markersize() > lines_of(axes)["search"].get_markersize()
    (bar,) = final.lines[2]
    assert np.ptp(bar.get_segments()[0][:, 1]) == pytest.approx(6.0)


def test_large_signed_errors_are_on_a_symmetric_axis_that_holds_all() -> None:
    record = searched([800.0, -40.0], final=40.0, error=3.0)
    (axes,) = convergence_figure([record], "double").axes
    assert axes.get_yscale() == "symlog"
    low, high = axes.get_ylim()
    assert low < -43.0
    assert high > 803.0


def test_exact_errors_below_zero_keep_their_sign() -> None:
    (axes,) = convergence_figure([searched([5.0, -2.0], final=-2.0)], "double").axes
    assert axes.get_yscale() == "linear"
    assert lines_of(axes)["search"].get_ydata() == pytest.approx([5.0, -2.0])


def test_round_off_is_drawn_at_the_floor() -> None:
    (axes,) = convergence_figure([searched([5.0, 1e-10], final=0.0)], "double").axes
    assert lines_of(axes)["search"].get_ydata()[-1] == 1e-6


def test_a_model_has_its_own_unit_and_accuracy() -> None:
    record = searched([3000.0, 10.0], final=10.0, unit="edges")
    (axes,) = convergence_figure([record], "double").axes
    lines = lines_of(axes)
    assert axes.get_ylabel() == "|error| / edges"
    assert lines["search"].get_ydata() == pytest.approx([3.0, 0.01])
    assert lines["1 % of the gap"].get_ydata() == pytest.approx([0.02, 0.02])


def test_without_an_exact_energy_energies_are_drawn() -> None:
    record = searched([5.0, 1.0], final=1.0).model_copy(update={"reference": None})
    (axes,) = convergence_figure([record], "double").axes
    assert axes.get_ylabel() == "energy / Ha"
    assert lines_of(axes)["search"].get_ydata() == pytest.approx([-0.995, -0.999])


def test_runs_differ_by_marker_and_dash() -> None:
    runs = [searched([9.0, one], final=one) for one in (1.0, 2.0, 3.0)]
    named = [run.model_copy(update={"name": name}) for run, name in zip(runs, "abc", strict=True)]
    figure = convergence_figure(named, "single")
    lines = [lines_of(figure.axes[0])[name] for name in "abc"]
    assert len({line.get_marker() for line in lines}) == 3
    assert len({str(line._unscaled_dash_pattern) for line in lines}) == 3
    assert len({line.get_color() for line in lines}) == 3
    assert figure.axes[0].get_title() == ""
    assert [text.get_text() for text in figure.legends[0].get_texts()][:3] == ["a", "b", "c"]


def test_a_run_without_a_search_has_its_energy() -> None:
    (axes,) = convergence_figure([searched(final=7.0, error=1.0)], "single").axes
    (final,) = axes.containers
    assert final.lines[0].get_ydata()[0] == pytest.approx(7.0)
    assert final.lines[0].get_marker() == MARKERS[0]
    assert axes.get_xlim() == (0, 2)
    sampled = searched([3.0, 2.0], final=1.0, error=1.0)
    raw = MitigationRecord(method="raw", energy=-1.0, standard_error=0.001, shots=1, overhead=1)
    result = sampled.result.model_copy(update={"mitigation": (raw,)})
    (axes,) = convergence_figure([sampled.model_copy(update={"result": result})], "single").axes
    assert axes.containers[0].get_label() == "final energy, mitigated"


def test_adaptive_ansaetze_are_drawn_by_operators() -> None:
    molecule = {"geometry": "H 0 0 0; H 0 0 1; H 0 0 2; H 0 0 3"}
    ansatz = {"name": "adapt", "max_operators": 2}
    record = vqe_cli.run(spec_from_data({"molecule": molecule, "ansatz": ansatz}))
    (axes,) = convergence_figure([record], "double").axes
    assert axes.get_xlabel() == "operators"
    line = lines_of(axes)["search"]
    assert line.get_xdata().tolist() == [0, 1, 2]
    assert record.reference is not None
    errors = [1000 * (one.energy - record.reference.energy) for one in record.result.cycles or ()]
    assert line.get_ydata() == pytest.approx(errors)


def test_steps_of_shots_have_standard_errors() -> None:
    sampled = {
        "backend": {"name": "aer", "shots": 100},
        "optimizer": {"name": "spsa", "maxiter": 3},
    }
    record = vqe_cli.run(spec_from_data({"molecule": HYDROGEN, **sampled}))
    assert all(step.standard_error for step in record.result.history)
    (trace,) = convergence_of(record, "H2", from_exact=True).traces
    assert len(trace.bars) == len(trace.values) == len(record.result.history) + 1
    assert all(step.standard_error is None for step in hydrogen().result.history)


@pytest.mark.parametrize("width", ["single", "double"])
def test_titles_and_labels_do_not_leave_the_figure(width: Any) -> None:
    record = searched([50.0, 8.0], [70.0, 0.5], final=0.5)
    figure = convergence_figure([record], width)
    figure.draw_without_rendering()
    assert figure.get_figwidth() == INCHES[width]
    (axes,) = figure.axes
    for text in (axes.title, axes.xaxis.label, axes.yaxis.label, figure.legends[0]):
        box = text.get_window_extent()
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.width + 1


@pytest.mark.parametrize("starts", [[[2.0]], []])
def test_a_single_place_stands_between_whole_numbers(starts: list[list[float]]) -> None:
    (axes,) = convergence_figure([searched(*starts, final=2.0)]).axes
    low, high = axes.get_xlim()
    shown = [place for place in axes.get_xticks() if low <= place <= high]
    assert shown == [round(place) for place in shown]
    assert len(shown) > 1


def test_words_of_a_drawing_are_text() -> None:
    svg = convergence_plot([hydrogen()], "svg", "single").decode()
    words = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert "H2 / STO-3G, UCCSD" in words
    assert not any("^" in word for word in words)


@pytest.mark.parametrize(
    ("geometry", "charge", "formula"),
    [
        ("Li 0 0 0; H 0 0 1.6", 0, "LiH"),
        ("H 0 0 0; O 0 0 1; H 0 1 1", 0, "H2O"),
        ("O 0 0 0; H 0 0 1", -1, "HO-"),
        ("He 0 0 0; H 0 0 1", 1, "HeH+"),
        ("C 0 0 0; H 0 0 1; H 0 1 0; H 1 0 0; H 1 1 1", 0, "CH4"),
        ("H1 0 0 0; H2 0 0 1", 0, ""),
    ],
)
def test_formulas_are_in_the_usual_order(geometry: str, charge: int, formula: str) -> None:
    record = hydrogen()
    result = record.result.model_copy(update={"properties": None})
    molecule = {**record.spec["molecule"], "geometry": {"cartesian": geometry}, "charge": charge}
    changes = {"result": result, "spec": {**record.spec, "molecule": molecule}}
    assert formula_of(record.model_copy(update=changes)) == formula


@pytest.mark.parametrize(("smiles", "formula"), [("[OH-]", "HO-"), ("[NH4+]", "NH4+")])
def test_a_formula_has_the_charge_of_a_smiles(smiles: str, formula: str) -> None:
    record = vqe_cli.run(
        smiles=smiles, active_space={"name": "frontier", "electrons": 2, "orbitals": 2}
    )
    assert formula_of(record) == formula


@pytest.mark.parametrize(
    ("basis", "name"),
    [("6-31g*", "6-31G(d)"), ("aug-cc-pvtz", "aug-cc-pVTZ"), ("def2-svp", "def2-SVP")],
)
def test_titles_spell_basis_sets_and_ansaetze_as_papers_do(basis: str, name: str) -> None:
    record = hydrogen()
    spec = {**record.spec, "molecule": {**record.spec["molecule"], "basis": basis}}
    spec["ansatz"] = {"name": "k-upccgsd"}
    assert title_of(record.model_copy(update={"spec": spec})) == f"H2 / {name}, k-UpCCGSD"


@pytest.mark.parametrize(("entry", "label"), [("qaoa", "QAOA"), ("hva", "HVA"), ("tups", "tUPS")])
def test_acronyms_of_ansaetze_are_written_as_such(entry: str, label: str) -> None:
    assert ansatz_label(entry) == label
