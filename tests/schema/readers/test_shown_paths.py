"""Names of files in messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from vqe_cli.schema.readers.shown_paths import shown

pytestmark = pytest.mark.quick


def test_a_path_is_shown_as_one_would_type_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("here/sub", "elsewhere"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    folder, elsewhere = tmp_path.resolve() / "here", tmp_path.resolve() / "elsewhere"
    expected = {
        Path("a.yaml"): "a.yaml",
        Path("sub/../a.yaml"): "a.yaml",
        Path("../elsewhere/a.yaml"): "../elsewhere/a.yaml",
        elsewhere / "a.yaml": str(elsewhere / "a.yaml"),
        elsewhere / "../here/a.yaml": "a.yaml",
        folder / "../elsewhere/a.yaml": str(elsewhere / "a.yaml"),
        Path("-"): "standard input",
    }
    assert {path: shown(path) for path in expected} == expected
