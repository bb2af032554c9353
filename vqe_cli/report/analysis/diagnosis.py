"""Terminal output of `vqe diagnose`."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli._core.wording import counted
from vqe_cli.analysis.diagnosis import Diagnosis
from vqe_cli.analysis.diagnosis.gradients import GradientPoint, GradientStudy
from vqe_cli.analysis.diagnosis.noise import NoiseStudy
from vqe_cli.analysis.diagnosis.shots import MethodStudy, ShotsStudy
from vqe_cli.report.format import energy
from vqe_cli.report.layout import NO_BREAK, dotted
from vqe_cli.report.tables import PlainTable, plain_table


def show_diagnosis(found: Diagnosis, out: Console) -> None:
    """Print a table and a conclusion for each study.

    Args:
        found: The diagnosis.
        out: The console.
    """
    out.print(Text(found.name, style="bold"))
    out.print(_problem_line(found), style="dim")
    if found.gradients is not None:
        _show_gradients(found.gradients, out)
    if found.optimum is not None:
        out.print()
        out.print(_optimum_line(found))
    if found.noise is not None:
        _show_noise(found.noise, out)
    if found.shots is not None:
        _show_shots(found.shots, out)
    for study, reason in found.left_out.items():
        out.print(f"\n{study}: not studied, {reason}", style="dim")


def _problem_line(found: Diagnosis) -> str:
    parts = [counted(found.problem.qubits, "qubit"), f"ansatz {found.spec['ansatz']['name']}"]
    if found.problem.kind == "electronic":
        parts.insert(1, found.spec["mapper"]["name"])
    return dotted(parts)


def _optimum_line(found: Diagnosis) -> str:
    optimum = found.optimum
    assert optimum is not None
    value = f"E = {energy(optimum.energy)} Ha".replace(" ", NO_BREAK)
    if not optimum.optimised:
        return f"at the starting point, {value}"
    trouble = "" if optimum.converged else " (the optimiser did not converge)"
    return f"at the optimised parameters, {value}{trouble}"


def _show_gradients(study: GradientStudy, out: Console) -> None:
    _heading(f"gradients: variance of ∂E/∂θ at {counted(study.samples, 'random point')}, Ha²", out)
    if study.by_depth:
        out.print(_gradient_table(study.by_depth, study.depth_option))
        out.print()
    out.print(_gradient_table(study.by_size, study.depth_option))
    out.print(study.conclusion)


def _gradient_table(points: tuple[GradientPoint, ...], depth_option: str | None) -> PlainTable:
    depth = (depth_option,) if depth_option else ()
    table = plain_table("system", "qubits", *depth, "parameters", "mean variance", "largest")
    for point in points:
        variance = point.variance
        layers = ("default" if point.depth is None else str(point.depth),) if depth_option else ()
        table.add_row(
            point.system,
            str(point.qubits),
            *layers,
            str(variance.parameters),
            f"{variance.mean:.3e} ± {variance.standard_error:.0e}",
            f"{variance.largest:.3e} ± {variance.largest_error:.0e}",
        )
    return table


def _show_noise(study: NoiseStudy, out: Console) -> None:
    _heading(f"noise: {study.noise}", out)
    sampled = any(point.standard_error for point in study.points)
    bars = ("± mHa",) if sampled else ()
    table = plain_table("scale", "energy / Ha", *bars, "error / mHa", "two-qubit gates")
    for point in study.points:
        bar = "" if point.standard_error is None else _mha(point.standard_error)
        gates = str(point.two_qubit_gates)
        error = f"{point.error_mha:+.3f}"
        shown = "0.000" if float(error) == 0.0 else error
        table.add_row(
            f"{point.scale:g}", f"{point.energy:.6f}", *((bar,) if sampled else ()), shown, gates
        )
    out.print(table)
    out.print(study.conclusion)


def _show_shots(study: ShotsStudy, out: Console) -> None:
    _heading(f"shots: {study.methods[0].repetitions} measurements of the same energy", out)
    table = plain_table(
        "measurement", "shots", "measured / mHa", "reported / mHa", "within 1.96 errors"
    )
    for method in study.methods:
        for point in method.points:
            table.add_row(
                f"{method.measurement} ({method.settings})",
                f"{point.shots:,}",
                f"{_mha(point.spread)} ± {_mha(point.spread_error)}",
                _mha(point.standard_error),
                f"{100 * point.covered:.0f} %",
            )
    out.print(table)
    out.print()
    out.print(_cost_table(study.methods))
    out.print(study.conclusion)


def _cost_table(methods: tuple[MethodStudy, ...]) -> PlainTable:
    """Shots times squared error, as fitted to the repetitions and as predicted."""
    table = plain_table("measurement", "M ε² / Ha²", "predicted", "shots to ± 1.6 mHa")
    for method in methods:
        table.add_row(
            method.measurement,
            f"{method.fitted:.3g} ± {method.fitted_error:.1g}",
            f"{method.predicted:.4g}",
            f"{method.shots_to_accuracy:,.0f}",
        )
    return table


def _mha(value: float) -> str:
    return f"{HARTREE_IN_MILLIHARTREE * value:.2g}"


def _heading(text: str, out: Console) -> None:
    out.print()
    out.print(Text(text, style="bold"))
