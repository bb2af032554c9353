"""Words that agree with a count."""

from __future__ import annotations

import pytest

from vqe_cli._core.wording import counted

pytestmark = pytest.mark.quick


def test_a_word_agrees_with_its_count() -> None:
    assert counted(1, "case") == "1 case"
    assert counted(2, "case") == "2 cases"
    assert counted(1, "is", "are") == "1 is"
    assert counted(0, "is", "are") == "0 are"
    assert counted(12345, "is", "are") == "12,345 are"
