"""One table of kinds: what has a row is found by every command, and needs nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from tests.conftest import WriteFile
from vqe_cli._core.kinds import KINDS, PARTS
from vqe_cli.cli.main import vqe

ROW = """
    medium: Any = field(
        metadata={
            "home": "media:MEDIA",
            "default": "vacuum",
            "description": "What surrounds the molecule.",
            "flag_help": "Surroundings.",
        }
    )

"""

PACKAGE = '''
"""What surrounds a molecule: a registry."""

from vqe_cli._core.registry import Entry, Registry

class Medium(Entry):
    """Something around a molecule."""

MEDIA = Registry("medium", Medium, __name__)
'''

VACUUM = '''
from media import Medium

class Vacuum(Medium):
    """Nothing around the molecule."""
'''

DIELECTRIC = '''
from media import Medium

class Dielectric(Medium):
    """A continuum around the molecule."""

    epsilon: float = 78.4
'''

START = """
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

name = "vqe_cli._core.kinds"
source = Path(find_spec(name).origin).read_text()
head, first_method, rest = source.partition("    def selections(")
sys.modules[name] = module = ModuleType(name)
exec(head + ROW + first_method + rest, vars(module))

from vqe_cli.cli.main import main

main()
"""
"""Runs ``vqe`` with one more row in the table."""


@pytest.fixture
def with_media(tmp_path: Path, write_file: WriteFile):
    """``vqe`` after a package of entries and a row in the table were added."""
    package = tmp_path / "packages" / "media"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(PACKAGE)
    (package / "vacuum.py").write_text(VACUUM)
    (package / "dielectric.py").write_text(DIELECTRIC)
    paths = os.pathsep.join([str(package.parent), *filter(None, sys.path)])
    write_file("h2.yaml", "molecule: {geometry: 'H 0 0 0; H 0 0 0.735'}\n")

    def call(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", f"ROW = {ROW!r}\n{START}", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": paths},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return call


def test_a_kind_is_added_by_one_row_and_its_package(with_media):
    listed = json.loads(with_media("list", "medium", "--json"))
    assert listed["medium"] == {
        "dielectric": "A continuum around the molecule",
        "vacuum": "Nothing around the molecule",
    }
    assert "epsilon" in with_media("list", "medium", "dielectric")
    medium = json.loads(with_media("schema"))["properties"]["medium"]
    assert medium["description"] == "What surrounds the molecule."
    assert medium["anyOf"][0] == {"enum": ["dielectric", "vacuum"]}
    assert "--medium NAME" in with_media("run", "--help")


def test_a_run_has_the_part_that_a_row_adds(with_media):
    by_default = json.loads(with_media("run", "h2.yaml", "--json"))
    assert by_default["spec"]["medium"] == {"name": "vacuum"}
    chosen = ("--medium", "dielectric", "--set", "medium.epsilon=2.0")
    record = json.loads(with_media("run", "h2.yaml", *chosen, "--json"))
    assert record["spec"]["medium"] == {"name": "dielectric", "epsilon": 2.0}


@pytest.mark.parametrize("name", KINDS)
def test_a_row_names_its_registry_and_entries_that_are_there(name):
    kind = KINDS[name]
    assert kind.registry.kind == name
    assert set(kind.defaults) - {""} <= set(kind.registry.names())


def test_parts_of_a_run_stand_at_the_top_of_the_input():
    assert all(kind.key == (key,) and kind.default for key, kind in PARTS.items())


def completed(*words: str) -> set[str]:
    """What the shell offers for the last word."""
    found = ShellComplete(vqe, {}, "vqe", "_VQE_COMPLETE").get_completions(
        list(words[:-1]), words[-1]
    )
    return {item.value for item in found}


def test_names_are_completed_after_flags_and_in_assignments():
    assert completed("run", "--ansatz", "ucc") >= {"uccsd", "uccgsd"}
    assert completed("run", "--set", "ans") == {"ansatz=", "ansatz.pool="}
    assert completed("run", "--set", "mapper=par") == {"mapper=parity"}
    assert "backend.measurement=qubit-wise" in completed("run", "--set", "backend.measurement=q")
    assert completed("run", "--set", "seed=1") == set()
