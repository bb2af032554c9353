"""Remarks on rows."""

from __future__ import annotations

from tests.report.comparison.rows import row
from vqe_cli.report.comparison.remarks import remarks_of


def test_the_same_remark_is_made_once() -> None:
    rows = [
        row("VQE-UCCSD", 2.0, 1.0, variant=name, settings={"seed": seed}, stopped=True)
        for name in ("adam", "nft", "spsa", "cobyla", "qnspsa")
        for seed in (1, 2)
    ]
    assert list(remarks_of(rows)) == [
        "VQE-UCCSD (adam), VQE-UCCSD (nft), VQE-UCCSD (spsa) and 2 others: "
        "search stopped at its budget (10 rows)"
    ]
    assert list(remarks_of(rows[:1])) == ["VQE-UCCSD (adam): search stopped at its budget"]


def test_reasons_of_refusals_and_failures_are_told() -> None:
    rows = [
        row("DMRG", None, 0.0),
        row("VQE-UCCSD", 2.0, 1.0, verdict="fail", reason="failed checks: s-squared"),
        row("FCI", 0.0, 1.0),
    ]
    assert list(remarks_of(rows)) == [
        "DMRG: refused: it needs <b>1 TB</b>",
        "VQE-UCCSD: not ranked: failed checks: s-squared",
    ]


def test_a_traceback_is_told_by_its_error_and_a_crash_by_its_signal() -> None:
    traceback = '  File "a.py", line 1, in f\n    1/0\nZeroDivisionError: division by zero'
    crash = 'it died of SIGABRT (Aborted)\n  File "a.py", line 1 in f\n  File "b.py", line 2 in g'
    rows = [
        row("VQE-A", None, 0.0, status="failed", reason=traceback),
        row("VQE-B", None, 0.0, status="failed", reason=crash),
    ]
    assert list(remarks_of(rows)) == [
        "VQE-A: failed: ZeroDivisionError: division by zero",
        "VQE-B: failed: it died of SIGABRT (Aborted)",
    ]
