"""Comparisons with figures by hand."""

from __future__ import annotations

from typing import Any

from vqe_cli.comparison.judgement import summaries
from vqe_cli.comparison.prices import price_table
from vqe_cli.comparison.records import (
    COMPARE_SCHEMA,
    BestBound,
    ComparedProblem,
    Comparison,
    ComparisonRow,
    Progress,
)

EXACT = -2.0
"""The exact energy of the problem, Hartree."""


def row(method: str, error: float | None, wall_s: float, **more: Any) -> ComparisonRow:
    """A row of a method.

    Args:
        method: The method as chemists write it.
        error: Error, mHa; None for a row that was refused.
        wall_s: Wall time, seconds.
        more: Further fields.
    """
    quantum = method.startswith("VQE")
    known: dict[str, Any] = {
        "method": method,
        "name": "vqe" if quantum else method.lower(),
        "family": "vqe" if quantum else "classical",
        "settings": {"seed": 7} if quantum else {},
        "variant": "",
        "status": "refused" if error is None else "done",
        "reason": "it needs <b>1 TB</b>" if error is None else None,
        "energy": None if error is None else EXACT + error / 1000,
        "error_mha": error,
        "accurate": None if error is None else abs(error) <= 1.6,
        "variational": quantum,
        "exact": method == "FCI",
        "wall_s": wall_s,
        "cpu_s": wall_s,
        "peak_memory_mb": 12.0,
        "money_usd": 1e-5 * wall_s,
        "energy_kwh": 1e-6 * wall_s,
        "electricity": "modelled",
    }
    return ComparisonRow(**{**known, **more})


def steps(*errors: float) -> tuple[Progress, ...]:
    """Steps of a search by their errors, mHa."""
    return tuple(
        Progress(evaluations=10 * (number + 1), shots=0, energy=EXACT + error / 1000)
        for number, error in enumerate(errors)
    )


def comparison(*rows: ComparisonRow, name: str = "H4") -> Comparison:
    """The record of a comparison of one problem.

    Args:
        rows: Its rows.
        name: Name of the problem.
    """
    problem = ComparedProblem(
        name=name,
        spec={},
        problem={"qubits": 8, "electrons": [2, 2], "orbitals": 4},
        best=BestBound(energy=EXACT, method="FCI", exact=True),
        rows=rows,
        variants=summaries(rows),
        sentence="What the figures say.",
    )
    return Comparison(
        schema=COMPARE_SCHEMA,
        problems=(problem,),
        prices=price_table(),
        workers=1,
        provenance={"version": "0", "finished": "2026-11-30T00:00:00", "platform": "Linux"},
    )


WHOLE = (
    row("HF", 67.8, 0.2),
    row("CCSD(T)", -0.04, 0.1),
    row("FCI", 0.0, 0.05),
    row("DMRG", None, 0.0),
    *(
        row(
            "VQE-UCCSD",
            error,
            5.0 + seed,
            variant="uccsd, spsa",
            settings={"seed": seed},
            evaluations=30,
            shots=1000,
            progress=steps(40.0, 10.0, error),
        )
        for seed, error in enumerate((2.0, 3.0, 5.0))
    ),
)
"""Rows of all kinds."""
