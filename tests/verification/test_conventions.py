"""Evidence in other conventions than those of the documents is read, or named as what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyscf import fci
from qiskit import QuantumCircuit, qpy, transpile
from qiskit_aer.library import SaveStatevector

from tests.families import slow, slow_but
from tests.problems import H2, H4, LIH
from tests.verification.molecules import Solved
from tests.verification.test_evidence import verified
from vqe_cli.errors import InputError

HYDROGEN, CHAIN = Solved(H2), Solved(H4)
STRETCHED = Solved({**LIH, "geometry": "Li 0 0 0\nH 0 0 2.4"})

QASM2 = 'OPENQASM 2.0;\ninclude "qelib1.inc";\n'
QASM3 = 'OPENQASM 3.0;\ninclude "stdgates.inc";\n'


def on_integrals(solved: Solved, folder: Path) -> dict[str, Any]:
    """The key of a claim on the integrals of PySCF's orbitals."""
    solved.write_integrals(folder / "problem.fcidump")
    return {"fcidump": {"file": "problem.fcidump", "orbitals": "as-given"}}


def with_density(folder: Path, one: Any, two: Any, **claim: Any) -> Any:
    """The verification of the exact energy of H4 with density matrices."""
    np.savez(folder / "density.npz", rdm1=one, rdm2=two)
    data = {**on_integrals(CHAIN, folder), "density": "density.npz"}
    return verified(folder, CHAIN.exact, **data, **claim)


def write_qpy(path: Path, circuit: QuantumCircuit) -> None:
    with open(path, "wb") as file:
        qpy.dump(circuit, file)


@pytest.mark.parametrize(
    ("axes", "factor", "says"),
    [
        # From PySCF's ⟨a†_p a†_r a_s a_q⟩ to ⟨a†_p a†_q a_r a_s⟩, and to ⟨a†_p a†_q a_s a_r⟩.
        ((0, 2, 3, 1), 1.0, "as in OpenFermion"),
        ((0, 2, 1, 3), 0.5, "a_s a_r⟩, halved"),
        ((0, 1, 2, 3), 0.5, "a_s a_q⟩, halved"),
    ],
)
def test_other_orders_of_indices_are_named(
    tmp_path: Path, axes: tuple[int, ...], factor: float, says: str
) -> None:
    one, two = CHAIN.densities()
    found = with_density(tmp_path, one, factor * two.transpose(axes))
    assert found.verdict == "impossible"
    assert says in found.reasons[-1]


@pytest.mark.parametrize("digits", [4, 6])
def test_matrices_with_few_digits_are_those_of_a_state(tmp_path: Path, digits: int) -> None:
    one, two = CHAIN.densities()
    claim = {"claim": {"energy": CHAIN.exact, "tolerance": 1e-3}}
    found = with_density(tmp_path, one.round(digits), two.round(digits), **claim)
    assert found.verdict == "confirmed", found.reasons
    noted = any("written to 4 decimals" in text for text in found.remarks)
    assert noted == (digits == 4)


def test_few_digits_excuse_no_other_state(tmp_path: Path) -> None:
    one, two = CHAIN.densities()
    found = with_density(tmp_path, (0.9 * one).round(4), (0.9 * two).round(4))
    assert found.verdict == "impossible"


def test_density_matrices_with_imaginary_parts_are_refused(tmp_path: Path) -> None:
    one, two = CHAIN.densities()
    real = with_density(tmp_path, one.astype(complex), two.astype(complex))
    assert real.verdict == "confirmed"
    with pytest.raises(InputError, match="real numbers"):
        with_density(tmp_path, one, two * (1 + 0.1j))


def test_spin_orbital_matrices_are_refused_with_a_hint(tmp_path: Path) -> None:
    one, _ = CHAIN.densities()
    both = np.kron(np.eye(2), one[0])
    with pytest.raises(InputError) as refused:
        with_density(tmp_path, both, np.zeros((8,) * 4))
    assert "sum those of spin orbitals over spin" in str(refused.value.hint)


@pytest.mark.parametrize("name", slow_but(("reversed",), ("reversed", "alternating")))
def test_other_orders_of_bits_are_named(tmp_path: Path, name: str) -> None:
    """PySCF's energy in the space of the strings, which are then written in another order."""
    texts = STRETCHED.bits(8)
    energy, half = STRETCHED.energy_of_bits(texts), STRETCHED.norb
    if name == "reversed":
        written, says = [text[::-1] for text in texts], "counted from the last"
    else:
        pairs = (zip(text[:half], text[half:], strict=True) for text in texts)
        written = ["".join(beta + alpha for beta, alpha in one) for one in pairs]
        says = "orbitals alternate"
    found = verified(tmp_path, energy, **on_integrals(STRETCHED, tmp_path), bitstrings=written)
    assert found.verdict == "not-supported"
    assert says in found.reasons[-1]


def test_the_string_of_a_determinant_gives_its_energy(tmp_path: Path) -> None:
    data = {**on_integrals(STRETCHED, tmp_path), "bitstrings": ["000011000011"]}
    found = verified(tmp_path, STRETCHED.hartree_fock, **data)
    assert found.verdict == "confirmed", found.reasons
    assert any(text.startswith("Hartree-Fock alone gives") for text in found.remarks)


@pytest.mark.parametrize("bond", [slow(1.3)])
def test_strings_of_a_radical_span_a_space_of_almost_its_spin(tmp_path: Path, bond: float) -> None:
    """PySCF's selected CI without a constraint on spin, which these few strings cannot fulfil."""
    radical = Solved({"geometry": f"O 0 0 0\nH 0 0 {bond}", "multiplicity": 2})
    texts = radical.bits(6)
    data = {**on_integrals(radical, tmp_path), "bitstrings": texts}
    found = verified(tmp_path, radical.energy_of_bits(texts), **data)
    assert found.recomputed_energy == pytest.approx(radical.energy_of_bits(texts), abs=1e-8)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (QASM2 + "opaque pulse a;\nqreg q[4];\npulse q[0];\n", "no gate with a definition"),
        (QASM2.replace("2.0", "4.0") + "qreg q[4];\n", "OpenQASM 4, which is not read"),
        (QASM3 + "qubit[4] q;\nfor int i in [0:3] { x q[i]; }\n", "not valid OpenQASM"),
        ("OPENQASM 3.0;\nqubit[4 q;\n", "not valid OpenQASM"),
        (QASM3 + "input float a;\nqubit[4] q;\nrx(a) q[1];\n", "parameters without values"),
        (QASM2 + "qreg q[4];\ncreg c[4];\nif(c==0) x q[1];\n", "'if_else' within the circuit"),
    ],
    ids=["opaque", "version", "loop", "syntax", "input", "condition"],
)
def test_programs_that_make_no_state_are_refused(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "circuit.qasm").write_text(text)
    with pytest.raises(InputError, match=says):
        verified(tmp_path, HYDROGEN.hartree_fock, circuit="circuit.qasm")


@pytest.mark.parametrize(
    "head",
    [
        "// by hand\n" + QASM2,
        "\ufeff" + QASM2,
        'OPENQASM 2.0; include "qelib1.inc";\n',
        QASM2.replace("\n", "\r\n"),
    ],
    ids=["comment", "mark", "one line", "Windows"],
)
def test_heads_of_programs_are_read(tmp_path: Path, head: str) -> None:
    (tmp_path / "circuit.qasm").write_bytes(f"{head}qreg q[4];\nx q[0];\nx q[2];\n".encode())
    found = verified(tmp_path, HYDROGEN.hartree_fock, circuit="circuit.qasm")
    assert found.verdict == "confirmed", found.reasons


def test_operations_of_simulators_are_refused(tmp_path: Path) -> None:
    circuit, loop = QuantumCircuit(4), QuantumCircuit(4)
    circuit.append(SaveStatevector(4), range(4))
    with loop.for_loop(range(3)):
        loop.x(0)
    for one in (circuit, loop):
        write_qpy(tmp_path / "circuit.qpy", one)
        with pytest.raises(InputError, match=r"no gate with a definition|'for_loop' within"):
            verified(tmp_path, HYDROGEN.hartree_fock, circuit="circuit.qpy")


@pytest.mark.parametrize("qubits", [4, 6])
def test_circuits_laid_out_on_a_device_are_read_in_their_own_order(
    tmp_path: Path, qubits: int
) -> None:
    circuit = QuantumCircuit(4)
    circuit.x([0, 2])
    line = [[k, k + 1] for k in range(qubits - 1)]
    laid_out = transpile(
        circuit, coupling_map=line, initial_layout=[3, 0, 2, 1], basis_gates=["x", "cx"]
    )
    laid_out.measure_all()
    write_qpy(tmp_path / "circuit.qpy", laid_out)
    found = verified(tmp_path, HYDROGEN.hartree_fock, circuit="circuit.qpy")
    assert found.verdict == "confirmed", found.reasons


def test_the_energy_with_a_frozen_core_is_named(tmp_path: Path) -> None:
    """Full CI by PySCF with the lowest orbital frozen; 0.2 mHa above that with all electrons."""
    solved = Solved(LIH)
    h1, h2, core = frozen(solved)
    energy, _ = fci.direct_spin1.kernel(h1, h2, solved.norb - 1, (1, 1))
    found = verified(tmp_path, float(energy) + core, molecule=LIH)
    assert found.verdict == "plausible"
    assert any("active space frozen-core" in text for text in found.remarks)


def frozen(solved: Solved) -> tuple[np.ndarray, np.ndarray, float]:
    """Integrals in the field of two electrons in the lowest orbital, and their energy."""
    h1, h2 = solved.h1, solved.h2
    field = h1 + 2 * h2[0, 0] - h2[:, 0, 0, :]
    return field[1:, 1:], h2[1:, 1:, 1:, 1:], solved.nuclear + float(h1[0, 0] + field[0, 0])


@pytest.mark.parametrize(
    "claim",
    [
        {"energy": -1.0, "standard_error": 1e9},
        {"energy": -11.0, "standard_error": 5.0},
        {"energy": -1.1, "tolerance": 1.0},
    ],
)
def test_a_number_that_hartree_fock_meets_as_well_is_not_confirmed(
    tmp_path: Path, claim: dict[str, float]
) -> None:
    found = verified(tmp_path, 0.0, claim=claim)
    assert found.verdict == "plausible"
    assert "Hartree-Fock alone agrees within" in found.reasons[-1]
