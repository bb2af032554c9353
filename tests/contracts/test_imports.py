"""Entries of one registry never import one another; what they share moves down."""

import ast
from importlib.util import find_spec
from pathlib import Path

import pytest

from vqe_cli.cli.options import REGISTRIES


def entry_files(package: str) -> list[Path]:
    locations = find_spec(package).submodule_search_locations
    return [p for p in Path(locations[0]).glob("*.py") if not p.name.startswith("_")]


def imported_modules(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text()))
    return {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


@pytest.mark.parametrize("package", [package for package, _ in REGISTRIES.values()])
def test_entries_do_not_import_siblings(package):
    files = entry_files(package)
    assert files
    names = {f"{package}.{path.stem}" for path in files}
    for path in files:
        assert not imported_modules(path) & names, path
