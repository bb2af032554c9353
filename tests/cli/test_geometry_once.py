"""Every command makes the coordinates of a structure once, and passes them on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import RunVqe
from vqe_cli.chemistry.geometry.structures import conformers


@pytest.fixture(scope="module", autouse=True)
def each_mean_field_once() -> None:
    """Here they are computed as often as the commands ask for them."""


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "inspect",
        "inspect --export qcschema h2.json",
        "reference",
        "estimate",
        "diagnose --study gradients --study shots --sizes 2,4 --samples 100",
    ],
)
def test_conformers_are_embedded_once(
    run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    found: list[Any] = []
    lowest = conformers.lowest_geometry

    def counted(*arguments: Any) -> Any:
        found.append(arguments)
        return lowest(*arguments)

    monkeypatch.setattr(conformers, "lowest_geometry", counted)
    monkeypatch.chdir(tmp_path)
    outcome = run_vqe(*command.split(), "--smiles", "[HH]")
    assert outcome.code == 0, outcome.err
    assert len(found) == 1
