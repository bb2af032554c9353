"""Where files are kept, and their sizes."""

from __future__ import annotations

from hashlib import sha1
from pathlib import Path

import pytest

import vqe_cli
from tests.conftest import RunVqe
from vqe_cli.cli.kept_folders import checkpoints, kept_beside_checkpoints, kernels

pytestmark = pytest.mark.quick


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VQE_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("VQE_CONFIG_DIR", str(tmp_path / "config"))
    return tmp_path


def write(path: Path, size: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))


def test_folders_that_are_not_there_are_empty(folders: Path) -> None:
    found = {kept.name: kept for kept in (checkpoints(), *kept_beside_checkpoints())}
    assert set(found) == {
        "checkpoints", "comparisons", "scans", "jobs", "configuration", "kernels",
    }  # fmt: skip
    assert found["scans"].detail == f"{folders / 'state' / 'scans'} (empty)"
    assert not (folders / "state").exists()


def test_entries_are_counted_with_all_their_files(folders: Path) -> None:
    write(folders / "state" / "checkpoints" / "a.jsonl", 1000)
    write(folders / "state" / "scans" / "one" / "rows" / "1.json", 3_000_000)
    write(folders / "state" / "scans" / "one" / "spool" / "2.json", 1_000_000)
    write(folders / "state" / "scans" / "two" / "rows" / "1.json", 500_000)
    write(folders / "config" / "prices.toml", 200)
    found = {kept.name: kept for kept in kept_beside_checkpoints()}
    assert (checkpoints().number, checkpoints().size) == (1, 1000)
    assert (found["scans"].number, found["scans"].size) == (2, 4_500_000)
    assert "2 kept, 4.5 MB" in found["scans"].detail
    assert found["configuration"].number == 1


def test_kernels_are_those_of_this_installation(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from numba.core import config

    monkeypatch.setattr(config, "CACHE_DIR", str(folders / "cache"))
    qubits = str(Path(vqe_cli.__file__).absolute().parent / "qubits")
    before = kernels()
    own = folders / "cache" / f"qubits_{sha1(qubits.encode()).hexdigest()}"
    write(own / "pauli_kernels.added-12.py311.nbi", 100)
    write(own / "pauli_kernels.added-12.py311.1.nbc", 900)
    write(folders / "cache" / f"qubits_{'0' * 40}" / "others.kernel-3.py311.nbi", 5000)
    after = kernels()
    assert after.size - before.size == 1000
    assert after.number - before.number == 1
    assert after.folder == own


def test_doctor_names_them(run_vqe: RunVqe, folders: Path) -> None:
    write(folders / "state" / "ibm-jobs" / "jobs.sqlite3", 2_000_000)
    rows = {row["name"]: row for row in run_vqe("doctor", "--json").record["findings"]}
    assert "1 kept, 2.0 MB" in rows["jobs"]["detail"]
    assert str(folders / "config") in rows["configuration"]["detail"]
    assert rows["kernels"]["status"] == "ok"
