"""What CONTRIBUTING.md shows works as it shows it."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest

from tests.cli.hydrogen import EXACT, H2, vqe
from tests.test_docs import ROOT, python_blocks

DELEGATE = """\
        from vqe_cli.backends import BACKENDS

        return BACKENDS.create({"name": "exact"}).prepare(state, seed)
"""
"""The page leaves the preparation open."""


@pytest.fixture
def plug_in(tmp_path: Path) -> Path:
    """A folder with the page's backend, as a package that is installed."""
    (code,) = python_blocks("CONTRIBUTING.md")
    (text,) = re.findall(r"```toml\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)
    (tmp_path / "my_machine").mkdir()
    module = tmp_path / "my_machine" / "backend.py"
    module.write_text(code.replace("        ...\n", DELEGATE))
    facts = tmp_path / "my_machine-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: my-machine\nVersion: 1.0\n")
    ((group, entries),) = tomllib.loads(text)["project"]["entry-points"].items()
    points = [f"{name} = {target}" for name, target in entries.items()]
    (facts / "entry_points.txt").write_text("\n".join([f"[{group}]", *points]))
    return tmp_path


def test_a_backend_of_another_package_is_listed_and_runs(plug_in: Path) -> None:
    path = os.pathsep.join([str(plug_in), str(ROOT)])
    surroundings = {"env": {"PYTHONPATH": path}, "cwd": plug_in}
    (plug_in / "h2.yaml").write_text(H2)
    listed = vqe("list", "backend", "my-machine", "--json", **surroundings).record
    assert set(listed["options"]) == {"shots"}
    found = vqe("run", "h2.yaml", "--backend", "my-machine", "--json", **surroundings).record
    assert found["result"]["energy"] == pytest.approx(EXACT, abs=1e-9)
