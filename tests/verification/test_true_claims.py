"""True claims on random small molecules, with values by PySCF alone; none of them is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyscf import cc, mcscf
from qiskit import QuantumCircuit, qpy
from qiskit.circuit.library import StatePreparation

from tests.families import slow_but
from tests.verification.molecules import Solved
from vqe_cli.schema.source import Source
from vqe_cli.verification.claim import claim_from_data
from vqe_cli.verification.verification import verify

TIME_LIMIT = 6.0

NUMBER = 200

QUICK = (0, 1, 2, 3, 4, 5, 6, 7)
"""Claims that run by default: one of each kind of evidence."""

Claim = tuple[dict[str, Any], str]
"""A claim in plain data, and the verdict that it deserves."""


def molecule_of(rng: np.random.Generator, *, small: bool) -> dict[str, Any]:
    """A molecule at random bond lengths and angles, in one of its common charges and spins."""
    near, far = (float(length) for length in rng.uniform(0.8, 1.3, size=2))
    diatomic = "{} 0 0 0\nH 0 0 {:.4f}"
    tiny: list[dict[str, Any]] = [
        {"geometry": diatomic.format("H", near)},
        {"geometry": diatomic.format("H", near), "multiplicity": 3},
        {"geometry": diatomic.format("H", near), "charge": 1, "multiplicity": 2},
        {"geometry": diatomic.format("He", near), "charge": 1},
        {"geometry": f"H 0 0 0\nH 0 0 {near:.4f}\nH 0 0 {near + far:.4f}", "multiplicity": 2},
        {"geometry": f"H 0 0 0\nH 0 {near:.4f} 0\nH 0 {far:.4f} 0.7", "charge": 1},
        {"geometry": f"H 0 0 0\nH 0 0 {near:.4f}\nH 0 1.2 0\nH 0 1.2 {far:.4f}"},
        {"geometry": f"He 0 0 0\nHe 0 0 {1.5 * far:.4f}"},
    ]
    larger: list[dict[str, Any]] = [
        {"geometry": diatomic.format("Li", 1.5 * near)},
        {"geometry": diatomic.format("Be", near + 0.3), "multiplicity": 2},
        {"geometry": diatomic.format("Be", near + 0.3), "charge": 1},
        {"geometry": f"H 0 0 {-1.3 * near:.4f}\nBe 0 0 0\nH 0 0 {1.3 * far:.4f}"},
        {"geometry": diatomic.format("H", near), "basis": "6-31g"},
        {"geometry": f"H 0 0 0\nH 0 0 {near:.4f}\nH 0 0.9 0.3", "multiplicity": 2},
        {"geometry": f"O 0 0 0\nH 0 {0.8 * near:.4f} 0.6\nH 0 -0.8 {0.6 * far:.4f}"},
    ]
    pool = tiny if small else [*tiny, *larger]
    return pool[int(rng.integers(len(pool)))]


def _bare(found: Solved, folder: Path, rng: np.random.Generator) -> Claim:
    return {"molecule": dict(found.molecule), "claim": {"energy": found.exact}}, "confirmed"


def _rounded(found: Solved, folder: Path, rng: np.random.Generator) -> Claim:
    claim = {"energy": round(found.exact, 4), "tolerance": 1e-4}
    return {"molecule": dict(found.molecule), "claim": claim}, "confirmed"


def _sampled(found: Solved, folder: Path, rng: np.random.Generator) -> Claim:
    """Where four standard errors reach Hartree-Fock, the number tells nothing more."""
    bar = 0.002
    energy = found.exact + float(rng.uniform(-2, 2)) * bar
    reaches = (
        abs(energy - found.hartree_fock) <= 4 * bar and found.hartree_fock > found.exact + 1e-6
    )
    claim = {"energy": energy, "standard_error": bar}
    return {"molecule": dict(found.molecule), "claim": claim}, (
        "plausible" if reaches else "confirmed"
    )


def _approximate(found: Solved, folder: Path, rng: np.random.Generator) -> Claim:
    energy = found.exact + float(rng.uniform(2e-6, 1.5e-3))
    return {"molecule": dict(found.molecule), "claim": {"energy": energy}}, "plausible"


def _by_a_method(found: Solved, folder: Path, rng: np.random.Generator) -> Claim:
    methods: dict[str, Callable[[], float]] = {
        "hf": lambda: found.hartree_fock,
        "cisd": lambda: found.cisd,
        "fci": lambda: found.exact,
    }
    if found.field.mol.spin == 0 and sum(found.nelec) > 1:
        methods |= {"mp2": lambda: found.mp2, "ccsd": lambda: _coupled_cluster(found)}
    name = sorted(methods)[int(rng.integers(len(methods)))]
    claim = {"energy": methods[name](), "method": name}
    return {"molecule": dict(found.molecule), "claim": claim}, "confirmed"


def _coupled_cluster(found: Solved) -> float:
    solver = cc.RCCSD(found.field)
    solver.conv_tol, solver.max_cycle = 1e-10, 200
    return float(solver.run(verbose=0).e_tot)


def _integrals(found: Solved, folder: Path, **evidence: Any) -> dict[str, Any]:
    found.write_integrals(folder / "problem.fcidump")
    return {"fcidump": {"file": "problem.fcidump", "orbitals": "as-given"}, **evidence}


def _circuit(found: Solved, folder: Path, rng: np.random.Generator) -> Claim:
    if found.norb > 4:
        return _density(found, folder, rng)
    qubits = 2 * found.norb
    circuit = QuantumCircuit(qubits)
    circuit.append(StatePreparation(found.amplitudes()), range(qubits))
    with open(folder / "circuit.qpy", "wb") as file:
        qpy.dump(circuit, file)
    data = _integrals(found, folder, circuit="circuit.qpy")
    return {**data, "claim": {"energy": found.exact}}, "confirmed"


def _determinant(found: Solved, folder: Path, rng: np.random.Generator) -> Claim:
    """Hartree-Fock as an OpenQASM 2 program written by hand."""
    alpha, beta = found.nelec
    ones = [*range(alpha), *range(found.norb, found.norb + beta)]
    lines = [f"x q[{qubit}];" for qubit in ones]
    head = f'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[{2 * found.norb}];\n'
    (folder / "circuit.qasm").write_text(head + "\n".join(lines) + "\n")
    data = _integrals(found, folder, circuit="circuit.qasm")
    return {**data, "claim": {"energy": found.hartree_fock}}, "confirmed"


def _density(found: Solved, folder: Path, rng: np.random.Generator) -> Claim:
    one, two = found.densities()
    np.savez(folder / "density.npz", rdm1=one, rdm2=two)
    data = _integrals(found, folder, density="density.npz")
    return {**data, "claim": {"energy": found.exact}}, "confirmed"


def _bits(found: Solved, folder: Path, rng: np.random.Generator) -> Claim:
    """All determinants that carry the exact state."""
    texts = found.bits(found.ground[1].size)
    (folder / "bits.txt").write_text("".join(f"{text} 1\n" for text in texts))
    data = _integrals(found, folder, bitstrings="bits.txt")
    return {**data, "claim": {"energy": found.exact}}, "confirmed"


def _active_space(found: Solved, folder: Path, rng: np.random.Generator) -> Claim:
    """CASCI without the lowest doubly occupied and the highest empty orbital."""
    norb, (alpha, beta) = found.norb, found.nelec
    core = 1 if beta > 1 else 0
    orbitals = norb - core - (1 if norb - 1 > alpha else 0)
    electrons = alpha + beta - 2 * core
    solver = mcscf.CASCI(found.field, orbitals, (alpha - core, beta - core))
    solver.fcisolver.conv_tol = 1e-12
    solver.fix_spin_(ss=found.spin_squared)
    energy = float(solver.run(verbose=0).e_tot)
    space = {"name": "frontier", "electrons": electrons, "orbitals": orbitals}
    data = {"molecule": dict(found.molecule), "active_space": space}
    return {**data, "claim": {"energy": energy}}, "confirmed"


KINDS = (
    _bare,
    _by_a_method,
    _density,
    _bits,
    _circuit,
    _determinant,
    _active_space,
    _sampled,
    _rounded,
    _approximate,
)


@pytest.mark.parametrize("number", slow_but(QUICK, range(NUMBER)))
def test_a_true_claim_is_not_refused(number: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(number)
    found = Solved(molecule_of(rng, small=number in QUICK))
    data, verdict = KINDS[number % len(KINDS)](found, tmp_path, rng)
    record = verify(claim_from_data(data, Source(tmp_path / "claim.yaml")), TIME_LIMIT)
    assert record.verdict == verdict, (record.reasons, record.remarks)
    if record.lower_bound is not None and record.exact_energy is not None:
        assert record.lower_bound <= record.exact_energy + 1e-9
