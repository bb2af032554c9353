"""Records in Python: saved, read, shown, compared."""

from __future__ import annotations

import csv
import io
import json
import pickle
import re
from pathlib import Path

import numpy as np
import pytest
from pyscf import gto, scf
from pyscf.tools import fcidump

import vqe_cli
from tests.conftest import RunVqe, WriteFile
from vqe_cli.schema.records import FailedRun

H2 = {"molecule": {"name": "pair <1>", "geometry": "H 0 0 0; H 0 0 0.74"}}


@pytest.fixture(scope="module")
def record() -> vqe_cli.RunRecord:
    return vqe_cli.run(H2, ansatz="uccsd")


@pytest.fixture(scope="module")
def measured() -> vqe_cli.RunRecord:
    return vqe_cli.run(H2, shots=1000, optimizer="none", reference="none")


def test_a_record_round_trips_through_its_own_json(
    record: vqe_cli.RunRecord, measured: vqe_cli.RunRecord
) -> None:
    for one in (record, measured):
        text = one.model_dump_json()
        assert json.loads(text)["schema"] == "vqe-run/1"
        assert vqe_cli.RunRecord.model_validate_json(text) == one
        assert vqe_cli.RunRecord.model_validate(one.model_dump()) == one
    assert record != measured


def test_records_and_errors_survive_the_way_between_processes(record: vqe_cli.RunRecord) -> None:
    again = pickle.loads(pickle.dumps(record))
    assert again == record
    assert again.rdm1() == pytest.approx(record.rdm1())
    with pytest.raises(vqe_cli.InputError) as refused:
        vqe_cli.run("lost.yaml")
    error = pickle.loads(pickle.dumps(refused.value))
    assert (str(error), error.hint) == (str(refused.value), refused.value.hint)


def test_a_measured_record_from_a_file_has_the_state_of_its_parameters(
    measured: vqe_cli.RunRecord, tmp_path: Path
) -> None:
    again = vqe_cli.read(measured.save(tmp_path / "measured.json"))
    assert again.rdm1() == pytest.approx(measured.rdm1())


def test_files_beside_a_record_are_found_from_another_folder(
    write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    mole = gto.M(atom="H 0 0 0; H 0 0 0.74", basis="sto-3g", verbose=0)
    folder = write_file("deep/h2.yaml", "fcidump: {file: sub/h2.fcidump}\n").parent
    (folder / "sub").mkdir()
    fcidump.from_scf(scf.RHF(mole).run(), str(folder / "sub" / "h2.fcidump"), tol=1e-15)
    run = vqe_cli.run("deep/h2.yaml")
    run.save("deep/record.json")
    read = vqe_cli.read("deep/record.json")
    monkeypatch.chdir(folder / "sub")
    for one in (run, read):
        assert vqe_cli.run(one).energy == pytest.approx(run.energy)
    assert read.rdm1().trace() == pytest.approx(2.0)


def test_a_saved_record_is_read_rerun_and_replayed(
    record: vqe_cli.RunRecord, run_vqe: RunVqe, tmp_path: Path
) -> None:
    path = record.save(tmp_path / "pair.json")
    again = vqe_cli.read(path)
    assert again == record
    assert again.rdm1() == pytest.approx(record.rdm1(), abs=1e-6)
    assert again.circuit().num_qubits == 4
    assert run_vqe("replay", path).code == 0
    assert vqe_cli.run(path).fingerprint == record.fingerprint
    assert vqe_cli.run(again).fingerprint == record.fingerprint


def test_a_record_of_another_energy_is_not_taken_for_the_state(
    record: vqe_cli.RunRecord, tmp_path: Path
) -> None:
    data = record.model_dump(mode="json")
    data["result"]["energy"] -= 1e-3
    (tmp_path / "other.json").write_text(json.dumps(data))
    other = vqe_cli.read(tmp_path / "other.json")
    with pytest.raises(vqe_cli.InputError, match="its input leads to"):
        other.rdm1()


def test_a_record_in_one_line(record: vqe_cli.RunRecord, measured: vqe_cli.RunRecord) -> None:
    assert str(record).startswith("pair <1>: -1.137")
    assert str(record).endswith("0.0000 mHa from exact, pass (uccsd, diis, exact)")
    assert re.search(r"-1\.\d+\(\d+\) Ha", str(measured))
    assert "no exact energy" in str(measured)
    for one in (record, measured):
        assert "\n" not in str(one)
        assert repr(one) == f"<RunRecord {one}>"


def test_cards_escape_names_and_show_failed_checks(
    record: vqe_cli.RunRecord, measured: vqe_cli.RunRecord
) -> None:
    card = record._repr_html_()
    assert "pair &lt;1&gt;" in card
    assert "<script" not in card
    failed = [one.name for one in measured.checks if one.status == "fail"]
    assert all(name in measured._repr_html_() for name in failed)
    both = vqe_cli.Records([record, measured])._repr_html_()
    assert both.count("<tr>") == 3


def test_figures_are_shown_and_written(record: vqe_cli.RunRecord, tmp_path: Path) -> None:
    figure = record.plot(tmp_path / "pair.svg")
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "pair.svg").read_text()
    with pytest.raises(vqe_cli.InputError, match="no excited states"):
        record.plot(kind="spectrum")
    assert vqe_cli.Records([record, record]).plot()._repr_png_()


def test_a_table_has_a_row_for_each_run(
    record: vqe_cli.RunRecord, measured: vqe_cli.RunRecord
) -> None:
    lost = FailedRun(schema="vqe-error/1", name="lost", error={"message": "no such file"})
    records = vqe_cli.Records([record, lost, measured])
    rows = records.table("spec.molecule.basis", "result.properties.natural_occupations.value.0")
    assert [row["name"] for row in rows] == ["pair <1>", "pair <1>", "lost"]
    assert rows[0]["energy"] == record.energy
    assert rows[0]["spec.molecule.basis"] == "sto-3g"
    largest = max(np.linalg.eigvalsh(record.rdm1()))
    assert rows[0]["result.properties.natural_occupations.value.0"] == pytest.approx(largest)
    assert rows[2]["error"] == "no such file"
    assert len({tuple(row) for row in rows}) == 1  # the same columns
    written = csv.DictWriter(io.StringIO(), rows[0].keys())
    written.writerows(rows)


def test_several_records_are_one_file(
    record: vqe_cli.RunRecord, measured: vqe_cli.RunRecord, tmp_path: Path
) -> None:
    records = vqe_cli.Records([record, measured])
    path = records.save(tmp_path / "all.json")
    found = vqe_cli.Records.read(path)
    with pytest.raises(vqe_cli.InputError, match="holds 2 runs"):
        vqe_cli.read(path)
    assert list(found) == [record, measured]
    assert vqe_cli.read(path, run="2") == measured
    assert found[-1] == measured
    assert len(found[:1]) == 1


def test_records_of_the_command_line_are_read_with_their_failures(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    good = write_file("good.yaml", "molecule: {geometry: H 0 0 0; H 0 0 0.74}\n")
    bad = write_file("bad.yaml", "molecule: {geometry: H 0 0 0}\n")
    assert run_vqe("run", good, bad, "-o", "all.json").code == 2
    found = vqe_cli.Records.read("all.json")
    assert [one.name for one in found.failed] == ["bad"]
    assert found["good"].verdict == "pass"
    with pytest.raises(KeyError, match="no runs are called 'bad'"):
        found["bad"]


def test_a_bundle_is_read(run_vqe: RunVqe, write_file: WriteFile) -> None:
    file = write_file("good.yaml", "molecule: {geometry: H 0 0 0; H 0 0 0.74}\n")
    assert run_vqe("run", file, "-o", "good.zip").code == 0
    found = vqe_cli.read("good.zip")
    assert found.rdm1().trace() == pytest.approx(2.0)
