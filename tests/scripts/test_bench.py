"""The bench's own parts, without any peer installed."""

import json
import os
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import serve
from peer_bench import document, environments, table
from peer_bench.alternate import TooSlowError, Worker, WorkerError, in_turn
from peer_bench.exchange import read_problem, read_product, write_case
from peer_bench.measure import _compare
from peer_bench.processes import timed
from scipy.linalg import expm

from tests.functions import central_differences
from tests.problems import DenseFermions, encoding_of, objective_of
from vqe_cli.ansatz import ANSATZE

START = 0.2


def exported(folder, problem, ansatz="uccsd"):
    """A case on disk, as a worker reads it, and the trial state it came from."""
    encoding = encoding_of(problem)
    state = ANSATZE.create(ansatz).state(encoding)
    write_case(folder, state, np.full(state.num_parameters, START))
    return json.loads((folder / "case.json").read_text(encoding="utf-8")), encoding


@cache
def rotation(letter, qubit, count):
    """A Pauli matrix on one of many qubits; qubit 0 is the lowest bit."""
    letters = {
        "X": np.array([[0, 1], [1, 0]]),
        "Y": np.array([[0, -1j], [1j, 0]]),
        "Z": np.diag([1, -1]),
    }
    return np.kron(
        np.eye(2 ** (count - qubit - 1)), np.kron(letters[letter], np.eye(2**qubit))
    ).astype(complex)


def pauli_string(pauli):
    """The matrix of a Pauli string, the rightmost letter for qubit 0."""
    matrix = np.eye(2 ** len(pauli), dtype=complex)
    for qubit, letter in enumerate(pauli[::-1]):
        if letter != "I":
            matrix = matrix @ rotation(letter, qubit, len(pauli))
    return matrix


def qubit_hamiltonian(case):
    """The exported Hamiltonian as a dense matrix."""
    return sum(value * pauli_string(pauli) for pauli, value in case["hamiltonian"])


def reference_state(case):
    """The exported reference determinant."""
    state = np.zeros(2 ** case["num_qubits"], dtype=complex)
    state[sum(1 << qubit for qubit in case["reference"])] = 1.0
    return state


@pytest.mark.parametrize("problem", ["h2", "lih-3-orbitals", "h3-doublet"])
def test_ladder_operators_of_the_exchange_format_give_our_energy(tmp_path, problem):
    case, encoding = exported(tmp_path, problem)
    norb = case["norb"]
    fermions = DenseFermions(norb)
    state = fermions.reference(tuple(case["nelec"]))
    x = case["points"][1]
    for entry in case["rotations"]:
        matrix = np.eye(4**norb)
        for number in entry["create"]:
            matrix = matrix @ fermions.annihilators[number].T
        for number in reversed(entry["annihilate"]):
            matrix = matrix @ fermions.annihilators[number]
        angle = entry["factor"] * x[entry["parameter"]]
        state = expm(angle * (matrix - matrix.T)) @ state
    energy = state @ fermions.hamiltonian(read_problem(tmp_path, case)) @ state
    ours = objective_of(encoding).energy(np.array(x), 0).value
    assert energy == pytest.approx(ours, abs=1e-10)


@pytest.mark.parametrize("problem", ["h2", "lih-3-orbitals"])
def test_pauli_strings_of_the_exchange_format_give_our_energy(tmp_path, problem):
    case, encoding = exported(tmp_path, problem)
    state, x = reference_state(case), case["points"][1]
    for entry in case["rotations"]:
        for pauli, value in entry["paulis"]:
            angle = entry["factor"] * x[entry["parameter"]] * value
            state = expm(-1j * angle * pauli_string(pauli)) @ state
    energy = np.vdot(state, qubit_hamiltonian(case) @ state).real
    ours = objective_of(encoding).energy(np.array(x), 0).value
    assert energy == pytest.approx(ours, abs=1e-10)


def test_gates_of_the_exchange_format_give_our_energy(tmp_path):
    ansatz = {"name": "efficient-su2", "reps": 1}
    case, encoding = exported(tmp_path, "h2", ansatz)
    count, x = case["num_qubits"], case["points"][1]
    state = np.eye(2**count, dtype=complex)[0]
    for gate in case["gates"]:
        name, qubits = gate["name"], gate["qubits"]
        if gate["parameter"] is not None:
            pauli = rotation(name[1].upper(), qubits[0], count)
            state = expm(-0.5j * x[gate["parameter"]] * pauli) @ state
        else:
            flip = rotation("X", qubits[-1], count)
            off = np.eye(2**count)
            if name == "cx":
                off = 0.5 * (off + rotation("Z", qubits[0], count))
                flip = off + (np.eye(2**count) - off) @ flip
            state = flip @ state
    energy = np.vdot(state, qubit_hamiltonian(case) @ state).real
    ours = objective_of(encoding, ansatz).energy(np.array(x), 0).value
    assert energy == pytest.approx(ours, abs=1e-10)


def test_the_excitations_come_back_as_they_went(tmp_path):
    case, encoding = exported(tmp_path, "ch2-triplet")
    product = ANSATZE.create("uccsd").state(encoding).product
    assert read_product(case) == product
    problem = read_problem(tmp_path, case)
    assert problem.orbital_irreps == encoding.problem.orbital_irreps


def test_the_workers_sparse_matrix_is_the_dense_one(tmp_path):
    case, _ = exported(tmp_path, "lih-3-orbitals")
    sparse = serve.pauli_matrix(case["hamiltonian"], case["num_qubits"])
    np.testing.assert_allclose(sparse.toarray(), qubit_hamiltonian(case), atol=1e-12)
    most = serve.matrix_entries(case["hamiltonian"], case["num_qubits"])
    assert sparse.nnz <= most


@pytest.fixture
def our_worker(tmp_path):
    """Our own worker with hydrogen molecules loaded."""
    exported(tmp_path, "h4")
    python = Path(sys.executable)
    worker = Worker(python, "ours.py", tmp_path, 1, tmp_path / "log")
    yield worker
    worker.stop()


def test_a_worker_answers_with_energies_times_and_optimisations(our_worker, tmp_path):
    prepared = our_worker.ask("prepare", 120)
    assert prepared["notes"]["threads"] == 1
    case = json.loads((tmp_path / "case.json").read_text(encoding="utf-8"))
    checked = our_worker.ask("check", 60, count=2)
    objective = objective_of(encoding_of("h4"))
    for point, energy, gradient in zip(
        case["points"], checked["energies"], checked["gradients"], strict=False
    ):
        x = np.array(point)
        assert energy == pytest.approx(objective.energy(x, 0).value, abs=1e-10)
        slopes = central_differences(lambda y: objective.energy(y, 0).value, x)
        np.testing.assert_allclose(gradient, slopes, atol=1e-8)
    answers, failed = in_turn({"ours": our_worker}, 3, 60, "sample")
    assert not failed
    assert all(answer["seconds"] > 0 for answer in answers["ours"])
    plain = our_worker.ask("minimise", 60, method="scipy")
    scaled = our_worker.ask("minimise", 60, method="auto")
    assert min(plain["energies"]) == pytest.approx(min(scaled["energies"]), abs=1e-8)
    assert scaled["stamps"] == sorted(scaled["stamps"])
    assert scaled["stamps"][-1] <= scaled["seconds"]


def test_a_worker_reports_its_errors_and_goes_on(our_worker):
    with pytest.raises(WorkerError, match="no_such_request"):
        our_worker.ask("no_such_request", 60)
    assert our_worker.ask("prepare", 120)["seconds"] > 0


def test_a_worker_that_takes_too_long_is_stopped(our_worker):
    with pytest.raises(TooSlowError, match="more than 0 s"):
        our_worker.ask("prepare", 1e-3)


@pytest.mark.slow
def test_a_peer_that_cannot_be_installed_says_why(tmp_path, monkeypatch):
    absent = environments.Peer("absent", "absent.py", ("./no-such-package",))
    monkeypatch.setitem(environments.PEERS, "absent", absent)
    with pytest.raises(environments.NotInstalledError, match="no-such-package"):
        environments.interpreter("absent", tmp_path)


def test_programs_that_disagree_are_not_timed():
    ours = {"energies": [-1.0], "gradients": [[0.5, 0.25]]}
    same = {"energies": [-1.0], "gradients": [[0.5, 0.25 + 1e-9]]}
    _compare(same, ours)
    assert "problem" not in same
    energies_only = {"energies": [-1.0 + 1e-9], "gradients": [None]}
    _compare(energies_only, ours)
    assert "problem" not in energies_only
    other_slope = {"energies": [-1.0], "gradients": [[0.5, 0.26]]}
    _compare(other_slope, ours)
    assert other_slope["problem"] == "differs from ours by 1.0e-02 Ha: not timed"
    undefined = {"energies": [float("nan")], "gradients": [[0.5, 0.25]]}
    _compare(undefined, ours)
    assert "problem" in undefined


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(12.345, "12.3 s"), (1.0, "1.00 s"), (0.1234, "123 ms"), (9.9996e-3, "10.0 ms"),
     (2.26e-5, "22.6 µs"), (3e-7, "0.30 µs")],
)  # fmt: skip
def test_durations_have_three_digits(seconds, shown):
    assert table.duration(seconds) == shown


def result(**rows):
    """A measured case."""
    place = {"cpu": "a processor", "cores": 2, "load": 0.5, "python": "3", "system": "Linux"}
    place |= {"date": "today", "threads": 1}
    return {
        "case": "uccsd:x",
        "title": "X",
        "parameters": 2,
        "rows": rows,
        "surroundings": place,
    }


def row(samples, **known):
    """What is known of one program."""
    return {"title": "it", "does": "energy and gradient", "samples": samples, **known}


def test_the_table_shows_medians_quartiles_and_ratios():
    measured = result(
        ours=row([1e-3, 3e-3, 2e-3, 5e-3, 4e-3]),
        mqchem=row([0.03, 0.06], difference=2e-15, prepare=0.5, versions={"m": "1.0"}),
        aer=row([0.006], does="energy only", difference=0.0),
        qulacs=row([], problem="pip said no"),
    )
    page = document.sections([measured])
    lines = [line for line in page.splitlines() if line.startswith("| X")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[0][2:5] == ["3.00 ms", "2.00 ms – 4.00 ms", ""]
    assert cells[1][2:] == ["45.0 ms", "30.0 ms – 60.0 ms", "15 ×", "2e-15 Ha", "500 ms"]
    assert cells[2][1:5] == ["it, energy only", "6.00 ms", "one sample", "2 ×"]
    assert cells[3][1:5] == [
        "it: 5 energies, for finite differences (computed)", "30.0 ms", "", "10 ×"
    ]  # fmt: skip
    assert cells[4][2] == "pip said no"
    assert "a processor; 2 cores, 1 thread each; Python 3; today to today; load average 0.5" in page
    assert "m 1.0" in page


def test_kept_results_make_the_page_in_the_order_of_the_cases(tmp_path):
    for name in ("uccsd:b", "uccsd:a"):
        measured = result(ours=row([1e-3])) | {"case": name, "title": name}
        document.keep(measured, tmp_path)
    page = document.document(document.kept(tmp_path, ["uccsd:a", "uccsd:b", "uccsd:c"]))
    assert page.startswith("# Performance")
    assert page.index("uccsd:a") < page.index("| uccsd:b")
    assert "uccsd:c" not in page


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="the system does not tell a child's memory")
def test_processes_tell_their_time_memory_and_end():
    script = "import time; b = bytearray({}); time.sleep(0.2); print('out'); exit(3)"
    small = timed([sys.executable, "-S", "-c", script.format(1)], cap=60)
    assert small.peak_bytes < 50e6, "the memory of this process is not on its account"
    script = script.format(200_000_000)
    end = timed([sys.executable, "-c", script], cap=60)
    assert (end.code, end.output) == (3, "out\n")
    assert end.seconds > 0.2
    assert end.peak_bytes > 200e6
    killed = timed([sys.executable, "-c", "import time; time.sleep(60)"], cap=0.3)
    assert killed.code == -9
