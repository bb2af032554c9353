"""The energies of a run, with the digits that are known, and its error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vqe_cli._core.energy_units import HARTREES, units_of
from vqe_cli.report.format import decimals_of, energy, signed, with_bar
from vqe_cli.report.layout import Entry
from vqe_cli.schema.problem_records import ProblemRecord
from vqe_cli.schema.records import ReferenceRecord, RunRecord
from vqe_cli.schema.severity import ROUND_OFF as ROUND_OFF_HARTREE

ROUND_OFF = 1e-9
"""Errors below this share of the energy are shown as zero."""

EXACT_DECIMALS = 10
"""Decimals of an energy without an error bar."""

MOST_TIMES = 1.5
"""Multiples of chemical accuracy from which an error is given in them."""


def energy_entries(record: RunRecord, *, detailed: bool) -> Iterator[Entry]:
    """The energies of a run and its error, one entry each.

    Args:
        record: The record of the run.
        detailed: Whether the parts of the total energy are shown, too.
    """
    problem, result = record.problem, record.result
    solver = "VQE" if result.sqd is None else "SQD"
    unit = units_of(problem.unit)
    if detailed and problem.core_energy is not None and unit == HARTREES:
        yield Entry(
            "E(core)", f"{energy(problem.core_energy)} Ha", core_label(record.spec, problem)
        )
        electronic = result.electronic_energy
        yield Entry(f"E(electronic, {solver})", f"{energy(electronic)} Ha")
    yield from _of_determinants(record)
    if record.reference is not None:
        method = _exact_method(record.reference)
        yield Entry("E(exact)", _value(record, record.reference.energy), method)
    if result.orbital_optimisation is not None:
        optimised = result.orbital_optimisation
        state = "VQE" if result.sqd is None else "parameterised state"
        yield Entry(f"E({state})", _value(record, optimised.energy_before), "in the first orbitals")
        if optimised.casscf_energy:
            yield Entry("E(CASSCF)", _value(record, optimised.casscf_energy))
    if result.sqd is not None and result.sqd.trial_energy is not None:
        yield Entry("E(circuit)", _value(record, result.sqd.trial_energy), "of the sampled state")
    remark = "in optimised orbitals" if result.orbital_optimisation else ""
    value = f"{with_bar(result.energy, result.standard_error)} {unit.energy}"
    yield Entry(f"E({solver})", value, remark, "bold")
    if result.sqd is not None:
        random = _value(record, result.sqd.random_energy)
        yield Entry("E(random)", random, "baseline: SQD from random bit strings")
    if problem.active_space is not None and problem.active_space.mp2_correction is not None:
        correction = _value(record, problem.active_space.mp2_correction)
        yield Entry("left out", correction, "MP2 of all orbitals beyond the active space")
    if record.reference is not None:
        yield Entry(
            "error", f"{error_with_bar(record)} {unit.error}", _error_remark(record), "bold"
        )
    for found in result.corrections:
        total, bar = found.energy, result.standard_error
        yield Entry(f"E({solver}+{found.method})", f"{with_bar(total, bar)} {unit.energy}")
        if found.reference_energy is not None:
            exact = _value(record, found.reference_energy)
            yield Entry(f"E(exact+{found.method})", exact)
            apart = unit.factor * (total - found.reference_energy)
            yield Entry("error", f"{_signed(apart, bar, unit.factor)} {unit.error}")


def _of_determinants(record: RunRecord) -> Iterator[Entry]:
    """Energies of the reference determinant, and of Hartree-Fock if that is another one."""
    problem = record.problem
    if problem.reference_determinant_energy is None:
        return
    departs = _departs_from_mean_field(record)
    own = "determinant" if departs else determinant_label(problem, "HF", "determinant")
    yield Entry(f"E({own})", _value(record, problem.reference_determinant_energy))
    if departs and problem.hartree_fock_energy is not None:
        yield Entry("E(HF)", _value(record, problem.hartree_fock_energy))


def error_text(record: RunRecord) -> str:
    """The error in mHa or in the problem's own unit; empty without an exact energy.

    Args:
        record: The record of the run.
    """
    if record.error_mha is not None:
        return signed(record.error_mha)
    if record.error_in_unit is None:
        return ""
    return "0" if _is_round_off(record) else f"{record.error_in_unit:+.3g}"


def error_with_bar(record: RunRecord) -> str:
    """The error with its standard error; empty without an exact energy.

    Args:
        record: The record of the run.
    """
    bar = record.result.standard_error
    if bar is None or record.reference is None:
        return error_text(record)
    factor = units_of(record.problem.unit).factor
    return _signed(factor * (record.result.energy - record.reference.energy), bar, factor)


def _signed(error: float, bar: float | None, factor: float) -> str:
    """An error with its sign, to the digits that its standard error leaves."""
    if not bar:
        return signed(error)
    decimals = max(decimals_of(factor * bar), 0)
    return f"{error:+.{decimals}f} ± {factor * bar:.{decimals}f}"


def _error_remark(record: RunRecord) -> str:
    """What the error is of correlation, of chemical accuracy, or of a model's gap."""
    parts = []
    bar = record.result.standard_error or 0.0
    if record.error_mha is not None and bar:
        times = abs(record.error_mha) / 1.6
        parts += [f"{times:.0f}x chemical accuracy"] if times >= MOST_TIMES else []
    share = _share(record)
    parts += [share] if share else []
    return "; ".join(parts)


def _share(record: RunRecord) -> str:
    """The recovered share of the correlation energy, or the error's share of a model's gap."""
    determinant, reference = record.problem.reference_determinant_energy, record.reference
    if reference is not None and reference.gap is not None and record.error_in_unit is not None:
        share = 0.0 if _is_round_off(record) else 100 * record.error_in_unit / reference.gap
        return f"{share:.3g} % of the gap of {reference.gap:.6g}"
    if determinant is None or reference is None or abs(reference.energy - determinant) < 1e-6:
        return ""
    return _recovered(record, determinant, reference.energy - determinant)


def _recovered(record: RunRecord, determinant: float, correlation: float) -> str:
    """The recovered share of the correlation energy, with its own error bar."""
    recovered, bar = record.result.energy - determinant, record.result.standard_error or 0.0
    if recovered > max(2 * bar, ROUND_OFF_HARTREE):
        name = determinant_label(record.problem, "Hartree-Fock", "the reference determinant")
        return f"above {name}"
    if record.problem.reference_determinant != "hartree-fock":
        return ""
    share, uncertainty = 100 * recovered / correlation, 100 * bar / abs(correlation)
    if not bar:
        return f"{share:z.2f} % of correlation"
    if uncertainty >= 100:
        return "correlation not resolved by these shots"
    return f"{with_bar(share, uncertainty)} % of correlation"


def _is_round_off(record: RunRecord) -> bool:
    """Whether the error in the problem's own unit has no digits that mean anything."""
    assert record.error_in_unit is not None
    return abs(record.error_in_unit) < ROUND_OFF * abs(record.result.energy)


def _value(record: RunRecord, value: float) -> str:
    """An energy beside that of the run, with as many decimals."""
    main = with_bar(record.result.energy, record.result.standard_error)
    decimals = len(main.partition("(")[0].partition(".")[2])
    return f"{value:z.{decimals or EXACT_DECIMALS}f} {units_of(record.problem.unit).energy}"


def _departs_from_mean_field(record: RunRecord) -> bool:
    """Whether the reference determinant is not that of Hartree-Fock's orbitals and solvent."""
    solvent = record.problem.solvent
    follows = solvent is not None and solvent.reaction_field == "self-consistent"
    return follows or record.result.orbital_optimisation is not None


def _exact_method(reference: ReferenceRecord) -> str:
    """The method of the exact energy, and its restriction if there is one."""
    searched = str(reference.notes.get("searched", ""))
    return f"{reference.method}, {searched}" if searched.endswith("only") else reference.method


def core_label(spec: dict[str, Any], problem: ProblemRecord) -> str:
    """What the core energy consists of.

    Args:
        spec: The resolved input.
        problem: The problem record.
    """
    if "molecule" not in spec:
        return "file's and frozen core" if problem.frozen_electrons else "core energy of the file"
    if problem.solvent is not None or problem.environment is not None:
        core = "frozen core, " if problem.frozen_electrons else ""
        return f"{core}nuclei, surroundings"
    return "frozen core and nuclei" if problem.frozen_electrons else "nuclear repulsion"


def determinant_label(
    problem: ProblemRecord, name: str, other: str = "reference determinant"
) -> str:
    """The label of the reference determinant.

    Args:
        problem: The problem record.
        name: The label if it is the Hartree-Fock determinant.
        other: The label if it is not.
    """
    return name if problem.reference_determinant == "hartree-fock" else other
