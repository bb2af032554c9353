"""Every check that a run can make is explained, and what is advised can be typed."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import vqe_cli
from vqe_cli.cli.completion import paths
from vqe_cli.cli.flag_values import parsed
from vqe_cli.cli.run_command import command
from vqe_cli.report.check_meanings import MEANINGS, meaning_of
from vqe_cli.schema import spec_from_data
from vqe_cli.variational.corrections import CORRECTIONS

pytestmark = pytest.mark.quick

PACKAGE = Path(vqe_cli.__file__).parent
OTHERS = ("verification", "properties", "screening")
"""Packages whose checks are those of claims and of columns, not of a run."""

HYDROGEN = {"geometry": "H 0 0 0; H 0 0 0.74"}
ADVICE = [text for one in MEANINGS.values() for text in re.findall("`([^`]*)`", one.remedy)]


def trees() -> Iterator[ast.AST]:
    for path in PACKAGE.rglob("*.py"):
        if path.relative_to(PACKAGE).parts[0] not in OTHERS:
            yield ast.parse(path.read_text())


def names_of_checks() -> set[str]:
    """Names that are written where a check is made."""
    found = set()
    for node in (node for tree in trees() for node in ast.walk(tree)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        named = [one.value for one in node.keywords if one.arg == "name"]
        if node.func.id in ("doubt", "convergence_check"):
            named += node.args[:1]
        elif node.func.id != "Check":
            continue
        found |= {one.value for one in named if isinstance(one, ast.Constant)}
    return found


def test_every_check_of_a_run_is_explained() -> None:
    assert names_of_checks() - set(MEANINGS) == set()


def test_every_explained_check_exists() -> None:
    texts = [path.read_text() for path in PACKAGE.rglob("*.py") if path.name != "check_meanings.py"]
    written = {name for name in MEANINGS if any(f'"{name}"' in text for text in texts)}
    made = {
        "state-N",
        "CORRECTION",
        "CORRECTION-state",
        "ccsd-t-outside-t1",
        "ccsd-t-outside-d1",
        "mp2-outside-amplitudes",
    }
    assert set(MEANINGS) - written - made == set()


def test_every_correction_is_explained() -> None:
    assert all(meaning_of(name) is not None for name in CORRECTIONS.names())


def test_families_are_explained_by_one_meaning() -> None:
    assert meaning_of("state-3") is MEANINGS["state-N"]
    assert meaning_of("nevpt2-state") is MEANINGS["CORRECTION-state"]
    assert meaning_of("of a plug-in") is None


@pytest.mark.parametrize("text", [text for text in ADVICE if "--" in text])
def test_advised_flags_exist(text: str) -> None:
    options = {name for one in command.params for name in one.opts}
    flags = {word for word in shlex.split(text) if word.startswith("--")}
    assert flags <= options | {"--study", "--spaces"}


@pytest.mark.parametrize("text", [text for text in ADVICE if re.match(r"[a-z_]+: ", text)])
def test_advised_input_is_valid(text: str) -> None:
    data: dict[str, Any] = YAML(typ="safe").load(text)
    molecule = {**HYDROGEN, **data.pop("molecule", {})}
    if "fcidump" in data:
        assert data.pop("fcidump") == {"orbitals": "canonical"}
    spec_from_data({"molecule": molecule, **data})


@pytest.mark.parametrize("text", [text for text in ADVICE if text.startswith("--set")])
def test_advised_assignments_set_fields(text: str) -> None:
    _, assignment = shlex.split(text)
    key, _, value = assignment.partition("=")
    assert key in paths(key)
    assert parsed("--set", value) not in (None, "")
