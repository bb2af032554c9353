"""What a whole comparison may take."""

from __future__ import annotations

import pytest

from vqe_cli.comparison.budget import Budget
from vqe_cli.errors import ResourceLimitError
from vqe_cli.screening.model import Limits, Task

TASK = Task(
    id="x", title="x", spec={}, properties=(), limits=Limits(memory_bytes=1, seconds=100.0)
)  # fmt: skip


def test_money_limits_core_time_by_its_price() -> None:
    """0.0408 USD buy an hour; the smaller limit counts."""
    assert Budget.of(None, 0.0408).seconds == pytest.approx(3600.0)
    assert Budget.of(60.0, 0.0408).seconds == 60.0
    assert Budget.of(None, None).seconds is None


def test_a_row_has_what_is_left() -> None:
    budget = Budget(seconds=130.0)
    granted = budget.granted(TASK)
    assert granted is not None
    assert granted.limits.seconds == 100.0
    budget.spent = 90.0
    granted = budget.granted(TASK)
    assert granted is not None
    assert granted.limits.seconds == 40.0
    budget.spent = 131.0
    assert budget.granted(TASK) is None
    assert "131 s of core time" in budget.refusal.message


def test_no_limit_grants_everything() -> None:
    assert Budget(spent=1e9).granted(TASK) == TASK


def test_what_methods_declare_is_refused_beforehand() -> None:
    Budget(seconds=10.0).refuse_if_larger(9.0)
    with pytest.raises(ResourceLimitError, match="at least 11 s"):
        Budget(seconds=10.0).refuse_if_larger(11.0)
