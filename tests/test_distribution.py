"""What is uploaded and installed is whole, and works far from this repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from packaging.requirements import Requirement
from ruamel.yaml import YAML

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONDA_NAMES = {"matplotlib": "matplotlib-base"}

IMPORTER = '''\
"""A program of somebody else."""

from pathlib import Path

import vqe_cli
from vqe_cli.schema import RunSpec
from vqe_cli.schema.records import RunRecord


def correlation(file: Path) -> float | None:
    """Energy below Hartree-Fock, in Hartree."""
    spec: RunSpec = vqe_cli.load(file)
    record: RunRecord = vqe_cli.run(spec)
    scf = record.problem.scf
    return None if scf is None else record.result.energy - scf.energy


def summary(record: RunRecord) -> str:
    """A line for people."""
    failed = [check.name for check in record.checks if check.status == "fail"]
    return f"{record.name}: {record.result.energy:.6f} {record.verdict} {failed}"
'''


def python(*words: object, at: Path = ROOT, executable: object = sys.executable) -> str:
    """Standard output of a Python that does not see this repository, and must succeed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(executable), *map(str, words)],
        cwd=at,
        env={**environment, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The source distribution, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    python("-m", "build", "--no-isolation", "--outdir", folder)
    (source,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return source, wheel


@pytest.fixture(scope="module")
def installed(
    archives: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """The wheel in an environment of its own, which borrows the packages that it needs.

    Returns:
        The environment's Python, and an empty folder.
    """
    home = tmp_path_factory.mktemp("installed")
    venv.create(home / "env", symlinks=True)
    executable = home / "env" / "bin" / "python"
    pip = ("-m", "pip", "--python", executable, "install", "--quiet", "--no-deps", "--no-index")
    python(*pip, archives[1])
    (packages,) = (home / "env").glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    return executable, elsewhere


def test_both_archives_pass_the_checks_of_the_index(archives: tuple[Path, Path]) -> None:
    assert python("-m", "twine", "--no-color", "check", "--strict", *archives).count("PASSED") == 2


def test_the_wheel_holds_the_package_whole_and_nothing_else(archives: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(archives[1]) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
        (metadata,) = (name for name in wheel.namelist() if name.endswith("/METADATA"))
        license_file = str(PurePosixPath(metadata).parent / "licenses" / "LICENSE")
        assert license_file in wheel.namelist()
    files = [path for path in (ROOT / "vqe_cli").rglob("*") if path.is_file()]
    assert names == {
        path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts
    }
    assert "vqe_cli/py.typed" in names


def test_the_source_distribution_can_be_tested_and_packaged(archives: tuple[Path, Path]) -> None:
    with tarfile.open(archives[0]) as source:
        names = {PurePosixPath(name).relative_to(PurePosixPath(name).parts[0]).as_posix()
                 for name in source.getnames()}  # fmt: skip
    folders = ("tests", "molecules", "docs", "scripts", "packaging")
    wanted = [path for name in folders for path in (ROOT / name).rglob("*") if path.is_file()]
    kept = {path.relative_to(ROOT).as_posix() for path in wanted if "__pycache__" not in path.parts}
    assert kept <= names
    documents = {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "CITATION.cff"}
    assert documents | {"LICENSE", "pyproject.toml"} <= names


def test_the_installed_program_runs_in_another_folder(installed: tuple[Path, Path]) -> None:
    executable, folder = installed
    file = python("-c", "import vqe_cli; print(vqe_cli.__file__)", at=folder, executable=executable)
    assert Path(file.strip()).is_relative_to(executable.parents[1])
    (folder / "h2.yaml").write_bytes((ROOT / "molecules" / "h2.yaml").read_bytes())
    vqe = executable.with_name("vqe")
    record = json.loads(python("run", "h2.yaml", "--json", at=folder, executable=vqe))
    assert record["verdict"] == "pass"
    assert record["result"]["energy"] == pytest.approx(-1.137306, abs=1e-6)  # FCI by PySCF


@pytest.mark.slow
def test_an_importer_outside_of_the_package_is_checked_strictly(
    installed: tuple[Path, Path],
) -> None:
    executable, folder = installed
    mypy = ("-m", "mypy", "--strict", "--config-file=", "--python-executable", executable)
    (folder / "importer.py").write_text(IMPORTER)
    assert "Success" in python(*mypy, "importer.py", at=folder)


def test_pythons_that_are_named_are_those_that_may_install_it() -> None:
    stem = "Programming Language :: Python :: 3."
    minors = [int(text.removeprefix(stem)) for text in PROJECT["classifiers"]
              if text.startswith(stem)]  # fmt: skip
    assert PROJECT["requires-python"] == f">=3.{min(minors)}"
    assert minors == list(range(min(minors), max(minors) + 1))
    assert sys.version_info.minor in minors


def test_the_conda_recipe_asks_for_the_same_packages() -> None:
    recipe = YAML(typ="safe").load(ROOT / "packaging" / "conda" / "recipe.yaml")
    asked = set()
    for requirement in map(Requirement, PROJECT["dependencies"]):
        asked.add(f"{CONDA_NAMES.get(requirement.name, requirement.name)} {requirement.specifier}")
    python_line, *rest = recipe["requirements"]["run"]
    assert python_line == "python >=${{ python_min }}"
    assert set(rest) == asked
    assert f">={recipe['context']['python_min']}" == PROJECT["requires-python"]
    assert recipe["about"]["license"] == PROJECT["license"]


def test_every_place_names_one_version() -> None:
    from vqe_cli import __version__

    yaml = YAML(typ="safe")
    citation = yaml.load(ROOT / "CITATION.cff")
    assert (citation["version"], citation["license"]) == (__version__, PROJECT["license"])
    recipe = yaml.load(ROOT / "packaging" / "conda" / "recipe.yaml")
    assert recipe["context"]["version"] == __version__
