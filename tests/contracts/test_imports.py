"""Entries of one registry never import one another; shared code lies in a module below them."""

import ast
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from vqe_cli._core.kinds import KINDS

pytestmark = pytest.mark.quick

ROOT = Path(__file__).parent.parent.parent


def imported_modules(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text()))
    return {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


@pytest.mark.parametrize("kind", KINDS)
def test_entries_do_not_import_siblings(kind):
    package = KINDS[kind].home.partition(":")[0]
    modules = {f"{package}.{n.replace('-', '_')}" for n in KINDS[kind].registry.names()}
    for module in modules:
        origin = Path(find_spec(module).origin)
        files = origin.parent.glob("*.py") if origin.name == "__init__.py" else [origin]
        for file in files:
            assert not imported_modules(file) & (modules - {module}), file


UNUSED = (
    "qiskit_nature",
    "qiskit_algorithms",
    "scipy.stats",
    "matplotlib",
    "pandas",
    "jax",
    "ffsim",
)
"""Packages that take a tenth of a second or more to import, and that no plain run needs."""

LISTED = """
import sys
from vqe_cli import load, run

assert run(load("molecules/h2.yaml")).verdict == "pass"
print(*sys.modules)
"""


def test_a_run_imports_nothing_that_it_does_not_use():
    found = subprocess.run(
        [sys.executable, "-c", LISTED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    modules = set(found.stdout.split())
    assert "pyscf.scf" in modules
    assert not modules & {*UNUSED, "pyscf.__all__"}
