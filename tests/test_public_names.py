"""The public names of the package."""

from __future__ import annotations

import subprocess
import sys

import pytest

import vqe_cli


def test_dir_lists_the_public_names_alone() -> None:
    assert dir(vqe_cli) == sorted([*vqe_cli.__all__, "ase", "pyscf"])


@pytest.mark.parametrize("name", vqe_cli.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(vqe_cli, name)


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'scf'"):
        getattr(vqe_cli, "scf")  # noqa: B009


def test_importing_the_package_imports_no_other() -> None:
    code = "import sys, vqe_cli; print({'numpy', 'pydantic', 'click'} & sys.modules.keys())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"


def test_modules_of_missing_packages_are_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert dir(vqe_cli) == sorted(vqe_cli.__all__)


def test_the_modules_for_other_packages_are_found_without_an_import_of_their_own() -> None:
    assert vqe_cli.pyscf.VQESolver.__name__ == "VQESolver"
    assert vqe_cli.ase.VQE.__name__ == "VQE"
