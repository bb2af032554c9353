"""Bundles of scans: their points run by themselves, and the scan again from what they hold."""

from __future__ import annotations

import json
import shlex
import zipfile
from pathlib import Path

import pytest
from pyscf import fci, gto, scf

from tests.conftest import RunVqe, WriteFile
from vqe_cli._core.bundles import Bundle

pytestmark = pytest.mark.usefixtures("shared_workers")

H2 = "molecule: {name: H2, geometry: H 0 0 0; H 0 0 0.735}\n"


def exact(distance: float) -> float:
    """Full CI of hydrogen by PySCF."""
    mole = gto.M(atom=f"H 0 0 0; H 0 0 {distance}", basis="sto-3g", verbose=0)
    energy: float = fci.FCI(scf.RHF(mole).run(conv_tol=1e-12)).kernel()[0]
    return energy


def test_a_bundle_computes_the_scan_again(run_vqe: RunVqe, write_file: WriteFile) -> None:
    file = write_file("h2.yaml", H2)
    flags = ("--distance", "1,2=0.7:0.9:2", "--direction", "up", "--workers", "1", "-q")
    first = run_vqe("scan", file, *flags, "-o", "h2.zip", "--json")
    assert first.code == 0, first.err
    assert Bundle(Path("h2.zip")).faults() == ()
    with zipfile.ZipFile("h2.zip") as archive:
        archive.extractall("unpacked")
    again = shlex.split(Path("unpacked/command.txt").read_text())
    again[2] = f"unpacked/{again[2]}"
    second = run_vqe(*again[1:], "--workers", "1", "-q", "--json")
    assert second.code == 0, second.err
    energies = [[point["energy"] for point in one.record["points"]] for one in (first, second)]
    assert energies[0] == pytest.approx(energies[1], abs=1e-9)
    assert energies[0] == pytest.approx([exact(0.7), exact(0.9)], abs=1e-7)
    record = json.loads(Path("unpacked/record.json").read_text())
    assert record["points"] == first.record["points"]
    point = run_vqe("run", "unpacked/point-2.json", "--json", "-q")
    assert point.record["result"]["energy"] == pytest.approx(exact(0.9), abs=1e-7)
    frames = Path("unpacked/geometries.xyz").read_text().splitlines()
    assert [frames[0], frames[4]] == ["2", "2"]


def test_scans_are_not_replayed_in_silence(run_vqe: RunVqe, write_file: WriteFile) -> None:
    content = json.dumps({"schema": "vqe-scan/1"})
    outcome = run_vqe("replay", write_file("scan.json", content))
    assert outcome.code == 2
    assert "record of a scan" in outcome.err
    assert "command.txt" in outcome.err
