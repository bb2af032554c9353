"""`vqe scan` of models, whose energies have a unit of their own."""

from __future__ import annotations

import csv
from math import sqrt
from pathlib import Path

import pytest

from tests.conftest import RunVqe, WriteFile

pytestmark = pytest.mark.usefixtures("shared_workers")

DIMER = "hamiltonian: {model: hubbard, sites: 2, interaction: 4.0}\n"


def dimer(hopping: float) -> float:
    """The lowest energy of the Hubbard dimer with U = 4, by hand."""
    return (4.0 - sqrt(16.0 + 16.0 * hopping**2)) / 2.0


def test_a_curve_along_a_coupling_has_its_own_unit(
    run_vqe: RunVqe, write_file: WriteFile, tmp_path: Path
) -> None:
    """MP2 of the dimer, by hand: −2t + U/2 − U²/(16t), of which no digit is millihartree."""
    path, table, plot = str(write_file("d.yaml", DIMER)), tmp_path / "d.csv", tmp_path / "d.svg"
    found = run_vqe(
        "scan", path, "--over", "hamiltonian.hopping=1,2", "--methods", "mp2", "--json", "-q",
        "-o", str(table), "--plot", str(plot),
    )  # fmt: skip
    assert found.code == 0, found.err
    record = found.record
    assert record["unit"] == "units of the input"  # "t" is one only at the first point
    for point in record["points"]:
        hopping = point["value"]
        expected = dimer(hopping)
        assert point["reference_energy"] == pytest.approx(expected, abs=1e-8)
        assert point["gap"] == pytest.approx(-expected, abs=1e-8)  # the triplet lies at zero
        assert (point["error_mha"], point["methods"]["mp2"]["error_mha"]) == (None, None)
        assert point["error_in_unit"] == pytest.approx(0.0, abs=1e-6)
        perturbed = -2.0 * hopping + 2.0 - 1.0 / hopping
        error = point["methods"]["mp2"]["error_in_unit"]
        assert error == pytest.approx(perturbed - expected, abs=1e-6)
    statistics = record["statistics"]["mp2"]
    errors = [point["methods"]["mp2"]["error_in_unit"] for point in record["points"]]
    assert statistics["nonparallelity_error_in_unit"] == pytest.approx(max(errors) - min(errors))
    assert statistics["largest_error_in_unit"] == pytest.approx(min(errors))
    assert statistics["nonparallelity_error_mha"] is None
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert [row["unit"] for row in rows] == ["units of the input"] * 2
    assert [float(row["gap"]) for row in rows] == pytest.approx([-dimer(1), -dimer(2)])
    assert "gaps" in plot.read_text()
    assert "mHa" not in plot.read_text()


@pytest.mark.slow
def test_a_table_over_sizes_is_in_the_coupling(run_vqe: RunVqe, write_file: WriteFile) -> None:
    """Rings of four and six spins have −2 J and −2.802775637732 J (Bonner and Fisher, 1964)."""
    text = "hamiltonian: {model: heisenberg, lattice: ring, sites: 4}\nansatz: hva\n"
    path = str(write_file("ring.yaml", text))
    found = run_vqe("scan", path, "--over", "hamiltonian.sites=4,6")
    assert found.code == 0, found.err
    assert "energies in J" in found.out
    assert "-2.80277564" in found.out
    assert "-2.00000000 J" in found.err
    for text in (found.out, found.err):
        assert "Ha" not in text.replace("Hamiltonian", "")
