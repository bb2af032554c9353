"""Entries of one registry never import one another; shared code lies in a module below them."""

import ast
from importlib.util import find_spec
from pathlib import Path

import pytest

from vqe_cli._core.kinds import KINDS

pytestmark = pytest.mark.quick


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
