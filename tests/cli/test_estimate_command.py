"""``vqe estimate`` at the command line."""

from __future__ import annotations

import pytest

from tests.conftest import RunVqe, WriteFile
from vqe_cli.errors import UnavailableError

HYDROGEN = "molecule:\n  name: Hydrogen\n  geometry: |\n    H 0 0 0\n    H 0 0 0.735\n"
LITHIUM_HYDRIDE = "molecule:\n  name: LiH\n  geometry: |\n    Li 0 0 0\n    H 0 0 1.6\n"


def test_the_table_fits_a_terminal_and_ends_with_advice(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    outcome = run_vqe(
        "estimate", write_file("lih.yaml", LITHIUM_HYDRIDE), "--active-space", "frozen-core"
    )
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0] == "LiH"
    last = " ".join(line.strip() for line in lines[-4:])
    assert "Simulate: exact VQE takes less than a second" in last
    assert "On fake_fez one energy to ± 1.6 mHa takes" in last
    assert "two-qubit gates would" in last


def test_json_is_one_object_with_the_fields_of_the_contract(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    outcome = run_vqe("estimate", write_file("h2.yaml", HYDROGEN), "--json", "--error", "16mHa")
    found = outcome.record
    assert outcome.code == 0
    assert found["schema"] == "vqe-estimate/1"
    # 0.1245 Ha² for any grouping of H2, over the square of the error
    assert found["shots"]["qwc"] == pytest.approx(0.1245 / 0.016**2, abs=2)
    assert found["shots"]["fluid"] == pytest.approx(0.1257 / 0.016**2, abs=2)
    each = found["execution"]["delay"] + found["execution"]["circuit"]
    each += found["execution"]["reading"]
    assert found["qpu_seconds"] == pytest.approx(2 + each * found["executions"])
    assert found["cost"] == pytest.approx(1.6 * found["qpu_seconds"])
    assert found["advice"].startswith("Simulate: ")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--device", "fake_fezz"], 2, "did you mean 'fake_fez'?"),
        (["--error", "3"], 2, "--error: '3' is not an energy with a unit"),
        (["--error", "-1mHa"], 2, "is not an energy with a unit"),
        (["--ansatz", "uccsdt"], 2, "there is no ansatz called 'uccsdt'"),
        (["--basis", "cc-pv5z"], 3, "active orbitals"),
    ],
)
def test_bad_input_has_its_exit_code(
    write_file: WriteFile, run_vqe: RunVqe, arguments: list[str], code: int, said: str
) -> None:
    outcome = run_vqe("estimate", write_file("h2.yaml", HYDROGEN), *arguments)
    assert outcome.code == code
    assert said in outcome.err


def test_a_real_device_is_looked_up_as_the_backend_looks_it_up(
    write_file: WriteFile, run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def find(name: str, *_: object) -> None:
        asked.append(name)
        raise UnavailableError("there is no IBM account on this machine")

    monkeypatch.setattr("vqe_cli.backends.ibm.device_preparation.find", find)
    file = write_file("h2.yaml", HYDROGEN)
    assert run_vqe("estimate", file, "--device", "ibm_fez").code == 6
    assert run_vqe("estimate", file, "--backend", "ibm_torino").code == 6
    assert asked == ["ibm_fez", "ibm_torino"]
