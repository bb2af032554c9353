"""What the page on Python shows works as it shows it."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

import vqe_cli

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_examples_run_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "molecules").symlink_to(ROOT / "molecules")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
            exec(block, names)
    first, difference, refused = printed.getvalue().splitlines()
    assert first in PAGE
    assert abs(float(difference)) < 1e-10
    assert "did you mean 'molecules/h2.yaml'?" in refused
    rows = names["rows"]
    assert isinstance(rows, list)
    assert len(rows) == 3


def test_the_page_names_everything_public() -> None:
    for name in ("load", "problem", "read", "run", "Records", "RunRecord", "VariationalProblem"):
        assert f"`{name}" in PAGE
    for one in (vqe_cli.VariationalProblem, vqe_cli.Records, vqe_cli.RunRecord):
        own = [
            name for name, found in vars(one).items() if not name.startswith(("_", "of", "model"))
        ]
        assert [name for name in own if f"{name}" not in PAGE] == []
