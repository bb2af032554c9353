"""Evidence of every kind is computed again, and what does not fit the problem is refused."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from qiskit import QuantumCircuit, qasm3, qpy
from qiskit.circuit import Parameter

from tests.families import slow
from tests.problems import H2, H3, H4, LIH
from tests.unrestricted import OH, unrestricted_problem_of
from tests.verification.molecules import Solved
from vqe_cli import run, spec_from_data
from vqe_cli.errors import InputError
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.mappers import MAPPERS
from vqe_cli.schema.records import to_json
from vqe_cli.schema.source import Source
from vqe_cli.verification.claim import claim_from_data, read_claim
from vqe_cli.verification.records import Verification
from vqe_cli.verification.states import sector_checks
from vqe_cli.verification.verification import verify

HYDROGEN = Solved(H2)

TIME_LIMIT = 6.0


def verified(folder: Path, energy: float, **data: Any) -> Verification:
    """The verification of a claim; of hydrogen if it names no other problem."""
    problem = {} if {"hamiltonian", "molecule", "fcidump"} & data.keys() else {"molecule": H2}
    claim = {"claim": {"energy": energy}, **problem, **data}
    return verify(claim_from_data(claim, Source(folder / "claim.yaml")), TIME_LIMIT)


def of_run(folder: Path, **data: Any) -> Verification:
    """The verification of the record of a run."""
    record = run(spec_from_data({"molecule": H2, **data}))
    (folder / "record.json").write_text(to_json(record))
    return verify(read_claim(folder / "record.json"), TIME_LIMIT)


@pytest.mark.parametrize("qubits_as", ["bits", "parameters"])
def test_exact_energies_above_the_exact_one_are_confirmed_with_a_remark(
    tmp_path: Path, qubits_as: str
) -> None:
    """Hartree-Fock's energy by PySCF is what zero parameters, and its determinant, give."""
    evidence: dict[str, Any] = {"parameters": [0.0]}
    if qubits_as == "bits":
        (tmp_path / "hf.qasm").write_text(
            'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[4];\ncreg c[4];\nx q[0];\nx q[2];\n'
            "measure q -> c;\n"
        )
        evidence = {"circuit": "hf.qasm"}
    found = verified(tmp_path, HYDROGEN.hartree_fock, **evidence)
    assert found.verdict == "confirmed"
    assert any("20.31 mHa above the exact one" in text for text in found.remarks)
    assert any(text.startswith("Hartree-Fock alone gives") for text in found.remarks)


@pytest.mark.parametrize("mapper", ["parity", "bravyi-kitaev"])
def test_circuits_are_read_in_the_mapping_of_the_claim(tmp_path: Path, mapper: str) -> None:
    """The circuit of the ansatz at its best parameters, exported by Qiskit to OpenQASM 3."""
    from vqe_cli.chemistry.problem import build_problem
    from vqe_cli.parts import look_up_parts
    from vqe_cli.qubits.encoding import Encoding

    spec = spec_from_data({"molecule": H2, "mapper": mapper})
    parts = look_up_parts(spec)
    encoding = Encoding(build_problem(spec, parts.active_space), parts.mapper)
    circuit = parts.ansatz.state(encoding).circuit
    best = run(spec).result.parameters
    (tmp_path / "best.qasm").write_text(
        qasm3.dumps(circuit.assign_parameters(best).decompose(reps=6))
    )
    found = verified(tmp_path, HYDROGEN.exact, mapper=mapper, circuit="best.qasm")
    assert found.verdict == "confirmed", found.reasons
    assert found.recomputed_energy == pytest.approx(HYDROGEN.exact, abs=1e-7)


def test_circuits_that_make_no_state_are_refused(tmp_path: Path) -> None:
    free, reset, wide = QuantumCircuit(4), QuantumCircuit(4, 1), QuantumCircuit(5)
    free.ry(Parameter("a"), 0)
    reset.h(0)
    reset.measure(0, 0)
    reset.x(0)
    for name, circuit in (("free", free), ("reset", reset), ("wide", wide)):
        with open(tmp_path / f"{name}.qpy", "wb") as file:
            qpy.dump(circuit, file)
    (tmp_path / "text.qasm").write_text("hello\n")
    (tmp_path / "wrong.qasm").write_text("OPENQASM 2.0;\nqreg q[4];\nhx q[0];\n")
    for name, says in {
        "free.qpy": "parameters without values: a",
        "reset.qpy": "'measure' within the circuit",
        "wide.qpy": "5 qubits, the problem 4",
        "text.qasm": "neither OpenQASM nor QPY",
        "wrong.qasm": "not valid OpenQASM",
        "none.qpy": "no such file",
    }.items():
        with pytest.raises(InputError, match=says):
            verified(tmp_path, -1.1, circuit=name)


def test_initialised_amplitudes_are_a_state(tmp_path: Path) -> None:
    circuit = QuantumCircuit(4)
    circuit.initialize(HYDROGEN.amplitudes(), range(4))
    with open(tmp_path / "state.qpy", "wb") as file:
        qpy.dump(circuit, file)
    HYDROGEN.write_integrals(tmp_path / "h2.fcidump")
    integrals = {"file": "h2.fcidump", "orbitals": "as-given"}
    found = verified(tmp_path, HYDROGEN.exact, fcidump=integrals, circuit="state.qpy")
    assert found.verdict == "confirmed", found.reasons


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"parameters": [0.1, 0.2]}, "has 1 parameter here, not 2"),
        ({"ansatz": "adapt", "parameters": [0.1]}, "parameters alone do not tell"),
        ({"bitstrings": ["01011"]}, "not a string of 4 bits"),
        ({"bitstrings": ["01x1"]}, "not a string of 4 bits"),
        ({"bitstrings": []}, "no bit strings"),
        ({"density": {"rdm1": [[1.0]], "rdm2": [[[[1.0]]]]}}, "with 2 orbitals"),
        ({"density": {"rdm1": ["a"], "rdm2": [1.0]}}, "arrays of real numbers"),
        ({"density": "missing.npz"}, "no such file"),
        ({"density": "empty.npz"}, "holds no density matrices"),
        ({"density": "other.npz"}, "has no arrays rdm1 and rdm2"),
        ({"density": "pickled.npz"}, "holds no density matrices: it is no file in NumPy's format"),
        ({"density": "other.json"}, "has no arrays rdm1 and rdm2"),
        ({"density": "cut.json"}, "holds no density matrices"),
    ],
)
def test_evidence_that_does_not_fit_is_refused(
    tmp_path: Path, data: dict[str, Any], says: str
) -> None:
    (tmp_path / "empty.npz").write_bytes(b"")
    (tmp_path / "pickled.npz").write_bytes(pickle.dumps(np.eye(2)))
    (tmp_path / "other.json").write_text('{"dm1": [[1.0]]}')
    (tmp_path / "cut.json").write_text('{"rdm1": [[1.0')
    np.savez(tmp_path / "other.npz", dm1=np.eye(2))
    with pytest.raises(InputError, match=says):
        verified(tmp_path, -1.1, **data)


def test_density_matrices_are_read_from_json_too(tmp_path: Path) -> None:
    one, two = HYDROGEN.densities()
    content = {"rdm1": one.tolist(), "rdm2": two.tolist()}
    (tmp_path / "density.json").write_text(json.dumps(content))
    HYDROGEN.write_integrals(tmp_path / "h2.fcidump")
    integrals = {"file": "h2.fcidump", "orbitals": "as-given"}
    found = verified(tmp_path, HYDROGEN.exact, fcidump=integrals, density="density.json")
    assert found.verdict == "confirmed", found.reasons


def test_a_right_number_of_wrong_parameters_is_not_that_of_another_molecule(
    tmp_path: Path,
) -> None:
    found = verified(tmp_path, HYDROGEN.exact, parameters=[0.0])
    assert found.verdict == "not-supported"
    assert not any("of the molecule" in reason for reason in found.reasons), found.reasons


def test_qubit_hamiltonians_have_no_electrons(tmp_path: Path) -> None:
    """The exact energy is -1 - sqrt(1.04) by hand."""
    model = {"hamiltonian": {"paulis": {"ZZ": -1.0, "ZI": 0.5, "IZ": 0.5, "XX": 0.2}}}
    assert verified(tmp_path, -1 - np.sqrt(1.04), **model).verdict == "confirmed"
    for evidence in ({"bitstrings": ["01"]}, {"density": {"rdm1": [1.0], "rdm2": [1.0]}}):
        with pytest.raises(InputError, match="qubit Hamiltonian"):
            verified(tmp_path, -2.0, **model, **evidence)


def test_written_files_of_bits_are_read_with_their_counts(tmp_path: Path) -> None:
    texts = HYDROGEN.bits(4)
    (tmp_path / "lines.txt").write_text("\n".join(f"{text} 12" for text in texts))
    (tmp_path / "counts.json").write_text("{" + ",".join(f'"{text}": 3' for text in texts) + "}")
    for name in ("lines.txt", "counts.json"):
        found = verified(tmp_path, HYDROGEN.exact, bitstrings=name)
        assert found.verdict == "confirmed"
        assert "they span 4 of 4 determinants" in " ".join(found.remarks)


def test_electrons_of_one_spin_span_a_space(tmp_path: Path) -> None:
    solved = Solved({**H2, "multiplicity": 3})
    texts = solved.bits(1)
    found = verified(tmp_path, solved.exact, molecule=solved.molecule, bitstrings=texts)
    assert found.verdict == "confirmed", found.reasons


def test_good_bits_are_better_than_random_ones(tmp_path: Path) -> None:
    """The determinants of the exact state; the value is PySCF's selected CI in their space."""
    solved = Solved({**LIH, "geometry": "Li 0 0 0\nH 0 0 2.4"})
    solved.write_integrals(tmp_path / "lih.fcidump")
    texts = solved.bits(8)
    data = {"fcidump": {"file": "lih.fcidump", "orbitals": "as-given"}, "bitstrings": texts}
    found = verified(tmp_path, solved.energy_of_bits(texts), **data)
    assert found.verdict == "confirmed", found.reasons
    (null,) = found.evidence.nulls
    assert null.energy > found.claimed_energy


def test_the_file_of_a_run_has_density_matrices(tmp_path: Path, run_vqe: Any) -> None:
    (tmp_path / "h2.yaml").write_text('molecule: {geometry: "H 0 0 0; H 0 0 0.735"}\n')
    done = run_vqe("run", tmp_path / "h2.yaml", "--rdm", tmp_path / "h2.npz", "-q")
    assert done.code == 0, done.err
    found = verified(tmp_path, HYDROGEN.exact, density="h2.npz")
    assert found.verdict == "confirmed", found.reasons
    assert all(check.status == "pass" for check in found.evidence.checks)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"backend": {"name": "exact", "shots": 1000}, "optimizer": "none"},
        {"ansatz": {"name": "adapt", "max_operators": 2}},
        slow({"molecule": H3, "mapper": "parity"}),
        slow({"molecule": H4, "solver": {"name": "sqd", "shots": 300}}),
        slow(
            {
                "molecule": LIH,
                "active_space": {"name": "frontier", "electrons": 2, "orbitals": 2},
                "orbitals": "optimised",
            }
        ),
        slow(
            {
                "ansatz": "two-local",
                "optimizer": "none",
                "initial": "zeros",
                "backend": {"name": "aer", "noise": "fake_manila", "shots": 500},
            }
        ),
        slow({"hamiltonian": {"paulis": {"ZZ": -1.0, "XX": 0.2}}, "molecule": None}),
    ],
    ids=["uccsd", "sampled", "adaptive", "parity", "sqd", "orbitals", "noise", "model"],
)
def test_records_of_runs_are_confirmed(tmp_path: Path, data: dict[str, Any]) -> None:
    if data.get("molecule", H2) is None:
        data = {key: value for key, value in data.items() if key != "molecule"}
        record = run(spec_from_data(data))
        (tmp_path / "record.json").write_text(to_json(record))
        found = verify(read_claim(tmp_path / "record.json"), TIME_LIMIT)
    else:
        found = of_run(tmp_path, **data)
    assert found.verdict == "confirmed", found.reasons


def test_bundles_of_integrals_in_another_folder_are_read(tmp_path: Path, run_vqe: Any) -> None:
    """The file of integrals in the bundle is that of the claim, whatever lies beside the claim."""
    (tmp_path / "runs").mkdir()
    HYDROGEN.write_integrals(tmp_path / "runs" / "h2.fcidump")
    text = "fcidump: {file: h2.fcidump, orbitals: as-given}\n"
    (tmp_path / "runs" / "h2.yaml").write_text(text)
    bundle = tmp_path / "runs" / "h2.zip"
    assert run_vqe("run", tmp_path / "runs" / "h2.yaml", "-o", bundle, "-q").code == 0
    (tmp_path / "runs" / "h2.fcidump").unlink()
    assert verify(read_claim(bundle), TIME_LIMIT).verdict == "confirmed"
    (tmp_path / "claim.yaml").write_text(
        f"record: runs/h2.zip\nclaim: {{energy: {HYDROGEN.exact}}}\n"
    )
    assert verify(read_claim(tmp_path / "claim.yaml"), TIME_LIMIT).verdict == "confirmed"


def test_a_number_between_the_bounds_is_plausible(tmp_path: Path) -> None:
    """Without time for the exact energy: 2 mHa above full CI by PySCF."""
    solved = Solved(H4)
    claim = {"molecule": H4, "claim": {"energy": solved.exact + 0.002}}
    found = verify(claim_from_data(claim, Source(tmp_path / "claim.yaml")), 1e-6)
    assert found.verdict == "plausible"
    assert found.exact_energy is None
    assert found.lower_bound is not None
    assert found.upper_bound is not None
    assert found.lower_bound <= solved.exact <= found.upper_bound
    assert {one.method for one in found.not_tried} >= {"NumPy", "CISD"}


@pytest.mark.parametrize(
    ("name", "verdict"), [("1053_h2", "confirmed"), ("1053_shots", "plausible")]
)
def test_records_of_an_ansatz_that_had_other_parameters_are_not_refused(
    name: str, verdict: str
) -> None:
    """The first version's UCCSD had two parameters for hydrogen."""
    path = Path(__file__).parents[1] / "schema" / "corpus" / f"2026-11-20T{name}.json"
    found = verify(read_claim(path), TIME_LIMIT)
    assert found.verdict == verdict, found.reasons
    assert any(
        "2 in the version of the record, 1 in this one" in one for one in found.evidence.notes
    )
    if verdict == "confirmed":
        assert found.recomputed_energy == pytest.approx(HYDROGEN.exact, abs=1e-7)


def test_spin_that_the_hamiltonian_does_not_conserve_is_no_mistake() -> None:
    """Three electrons of OH, whose alpha and beta orbitals span different spaces."""
    problem = unrestricted_problem_of(*OH, frozen=3, norb=3)
    encoding = Encoding(problem, MAPPERS.create("jordan-wigner"))
    broken = problem.spin_squared + 1.5
    (check,) = sector_checks(encoding, {"s-squared": broken}, conserving=True)
    assert not problem.conserves_spin
    assert (check.status, check.hard) == ("warn", False)
    assert check.detail.startswith("alpha and beta orbitals span different spaces")
