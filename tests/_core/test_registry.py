"""Plug-ins of other packages: a broken one costs only itself, and is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import WriteFile
from vqe_cli._core.registry import Registry
from vqe_cli.errors import UnavailableError
from vqe_cli.qubits.mappers import Mapper

WORKS = '''
from vqe_cli.qubits.mappers.jordan_wigner import JordanWigner

class Mine(JordanWigner):
    """A mapper from elsewhere."""
'''

SIMULATOR = '''
from vqe_cli.backends import Backend
from vqe_cli.backends.exact import Exact

class Mine(Backend):
    """A simulator from elsewhere."""

    comment: str = ""

    def prepare(self, state, seed, submitter=None):
        return Exact().prepare(state, seed)
'''

BROKEN = {
    "raises": "raise RuntimeError('no licence')",
    "does-not-compile": "def (",
    "misses-a-module": "import no_such_module_at_all",
    "ends-the-process": "raise SystemExit(3)",
    "is-no-mapper": "class Mine: pass",
    "has-no-class": "",
    "is-abstract": "from vqe_cli.qubits.mappers import Mapper\nclass Mine(Mapper): ...",
    "is-anothers": "from vqe_cli.qubits.mappers.parity import Parity as Mine",
}

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a package with one entry on the path, by default a mapper."""

    def put(package: str, code: str, name: str = "mine", points: str | None = None) -> Path:
        module = package.replace("-", "_")
        (tmp_path / f"{module}.py").write_text(code)
        facts = tmp_path / f"{module}-1.0.dist-info"
        facts.mkdir()
        (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        listed = points or f"[vqe_cli.mapper]\n{name} = {module}:Mine\n"
        (facts / "entry_points.txt").write_text(listed)
        monkeypatch.syspath_prepend(str(tmp_path))
        return tmp_path

    return put


def mappers() -> Registry[Any]:
    return Registry("mapper", Mapper, "vqe_cli.qubits.mappers")


def test_a_plug_in_is_an_entry_like_others(install: Install) -> None:
    install("good-mappers", WORKS)
    found = mappers()
    assert "mine" in found.usable()
    assert not found.broken
    assert found.create("mine").name == "mine"


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_plug_in_costs_only_itself_and_is_named(install: Install, fault: str) -> None:
    install(f"mappers-that-{fault}", BROKEN[fault])
    found = mappers()
    assert "mine" in found.names()
    assert found.create("jordan-wigner").name == "jordan-wigner"
    assert found.create("parity").name == "parity"
    assert "mine" not in found.usable()
    (error,) = found.broken
    assert f"package mappers-that-{fault}" in error.message
    with pytest.raises(UnavailableError, match="cannot be used"):
        found.create("mine")


def test_packages_that_contend_for_a_name_are_both_named(install: Install) -> None:
    install("first-mappers", WORKS)
    install("second-mappers", WORKS)
    with pytest.raises(UnavailableError, match=r"first-mappers.*second-mappers|second.*first"):
        mappers().get("mine")


def test_our_own_entries_cannot_be_replaced(install: Install) -> None:
    install("bold-mappers", WORKS, name="parity")
    found = mappers()
    assert found.get("parity").__module__ == "vqe_cli.qubits.mappers.parity"
    assert "parity" in found.usable()
    (error,) = found.broken
    assert error.message == (
        "mapper 'parity' of package bold-mappers cannot be used: vqe has an entry of this name"
    )


def vqe_that_sees(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``vqe`` in a process whose path has the folder."""
    paths = os.pathsep.join([str(folder), *filter(None, sys.path)])
    return subprocess.run(
        [sys.executable, "-m", "vqe_cli", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )


def test_the_commands_go_on_and_name_the_package(install: Install) -> None:
    folder = install("mappers-that-raise", BROKEN["raises"])
    listed = vqe_that_sees(folder, "list", "mapper", "--json")
    assert listed.returncode == 0
    assert "jordan-wigner" in json.loads(listed.stdout)["mapper"]
    assert "package mappers-that-raise" in listed.stderr
    assert "no licence" in listed.stderr
    asked = vqe_that_sees(folder, "list", "mapper", "mine")
    assert asked.returncode == 6
    assert "package mappers-that-raise" in asked.stderr


def test_a_method_with_other_arguments_is_refused_by_its_name(
    install: Install, write_file: WriteFile
) -> None:
    old = SIMULATOR.replace("seed, submitter=None", "seed")
    assert old != SIMULATOR
    folder = install("old-simulator", old, points="[vqe_cli.backend]\nmine = old_simulator:Mine\n")
    file = write_file("h2.yaml", "molecule: {geometry: 'H 0 0 0; H 0 0 0.735'}\n")
    run = vqe_that_sees(folder, "run", file, "--backend", "mine")
    assert run.returncode == 6
    assert "package old-simulator cannot be used: its prepare() cannot be called" in run.stderr


def test_an_error_of_a_plug_in_is_not_called_a_bug_in_vqe(
    install: Install, write_file: WriteFile
) -> None:
    code = SIMULATOR.replace(
        "        return", "        raise ZeroDivisionError('in prepare')\n        return", 1
    )
    folder = install("bad-simulator", code, points="[vqe_cli.backend]\nmine = bad_simulator:Mine\n")
    file = write_file("h2.yaml", "molecule: {geometry: 'H 0 0 0; H 0 0 0.735'}\n")
    run = vqe_that_sees(folder, "run", file, "--backend", "mine")
    assert run.returncode == 1
    assert "this is a bug in package bad-simulator" in run.stderr


def test_a_backend_of_another_package_is_found_by_every_command(
    install: Install, write_file: WriteFile
) -> None:
    folder = install(
        "my-simulator", SIMULATOR, points="[vqe_cli.backend]\nmine = my_simulator:Mine\n"
    )
    file = write_file("h2.yaml", "molecule: {geometry: 'H 0 0 0; H 0 0 0.735'}\n")
    listed = json.loads(vqe_that_sees(folder, "list", "backend", "--json").stdout)
    assert listed["backend"]["mine"] == "A simulator from elsewhere"
    schema = json.loads(vqe_that_sees(folder, "schema").stdout)
    names, *mappings = schema["properties"]["backend"]["anyOf"]
    assert "mine" in names["enum"]
    (mine,) = (one for one in mappings if one.get("title") == "mine")
    assert mine["properties"]["comment"]["type"] == "string"
    chosen = "{name: mine, comment: hello}"
    done = vqe_that_sees(folder, "run", str(file), "--backend", chosen, "--json")
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["spec"]["backend"] == {"name": "mine", "comment": "hello"}
    assert record["result"]["energy"] == pytest.approx(-1.137306, abs=1e-6)  # FCI by PySCF
