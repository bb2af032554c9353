"""Irreps and orbital energies in FCIDUMP files, held against the integrals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.chemistry.fcidump.files import solved, write_over
from tests.conftest import RunVqe

pytestmark = pytest.mark.quick


def water(path: Path, order: list[int] | None = None) -> Path:
    """Water over its Hartree-Fock orbitals in some order, with PySCF's irreps and energies."""
    field = solved("h2o")
    chosen = list(range(7)) if order is None else order
    labels = (np.asarray(field.orbsym)[chosen] + 1).tolist()
    write_over(path, "h2o", np.eye(7)[:, chosen], orbsym=labels)
    levels = np.asarray(field.mo_energy)[chosen]
    with path.open("a") as file:
        file.writelines(f"{level:.9f} {place} 0 0 0\n" for place, level in enumerate(levels, 1))
    return path


def doubts(run_vqe: RunVqe, path: Path) -> set[str]:
    record = run_vqe("run", path, "--json", "--optimizer", "none").record
    return {
        check["name"]
        for check in record["checks"]
        if check["status"] == "warn" and check["name"] in ("orbsym", "orbital-energies")
    }


def changed(line: str, change: Callable[[float], float]) -> Callable[[str], str]:
    """Change the number before some indices."""

    def apply(text: str) -> str:
        lines = text.splitlines()
        (place,) = (k for k, one in enumerate(lines) if one.split()[1:] == line.split())
        value = change(float(lines[place].split()[0]))
        lines[place] = f"{value!r} {line}"
        return "\n".join(lines) + "\n"

    return apply


@pytest.mark.parametrize("order", [None, [0, 1, 3, 5, 4, 2, 6], [6, 5, 4, 3, 2, 1, 0]])
def test_irreps_and_energies_of_hartree_fock_fit(
    tmp_path: Path, run_vqe: RunVqe, order: list[int] | None
) -> None:
    assert doubts(run_vqe, water(tmp_path / "in.fcidump", order)) == set()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (changed("1 1 0 0", lambda value: value - 0.3), {"orbital-energies"}),
        (changed("7 7 1 1", lambda value: value * 1.01), {"orbital-energies"}),
        (changed("3 0 0 0", lambda _: 99.0), {"orbital-energies"}),
        (lambda text: text + "0.02 5 3 6 4\n", {"orbsym"}),
    ],
    ids=["one-body", "two-body", "level", "forbidden"],
)
def test_numbers_that_do_not_fit_lower_the_verdict(
    tmp_path: Path, run_vqe: RunVqe, change: Callable[[str], str], expected: set[str]
) -> None:
    path = water(tmp_path / "in.fcidump")
    labels = np.asarray(solved("h2o").orbsym)
    assert labels[4] ^ labels[2] ^ labels[5] ^ labels[3] != 0
    path.write_text(change(path.read_text()))
    assert doubts(run_vqe, path) == expected


def test_levels_that_are_all_zero_say_nothing(tmp_path: Path, run_vqe: RunVqe) -> None:
    path = write_over(tmp_path / "in.fcidump", "h2o", np.eye(7))
    with path.open("a") as file:
        file.writelines(f"0.0 {place} 0 0 0\n" for place in range(1, 8))
    assert doubts(run_vqe, path) == set()
