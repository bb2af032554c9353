"""Which orbitals an ion should have: CASCI and NEVPT2 by PySCF alone, against CCSD(T).

    python scripts/bench/ion_orbitals.py

Six ionisation energies and six electron affinities in 6-31+G*, with six electrons (at most) in six
orbitals. The last lines are mean and largest distances from CCSD(T); the table of
docs/energy-differences.md has them. It takes two minutes on a core.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from pyscf import cc, gto, mcscf, mp, mrpt, scf

from vqe_cli._core.units import HARTREE_IN_EV
from vqe_cli.chemistry.basis.cores import core_orbitals
from vqe_cli.chemistry.geometry.structures import with_coordinates
from vqe_cli.schema import MoleculeSpec
from vqe_cli.schema.molecule_spec import Geometry

BASIS, ORBITALS = "6-31+g*", 6
MOLECULES = {
    "H2O": ("O", 1),
    "HF": ("F", 1),
    "NH3": ("N", 1),
    "CO": ("[C-]#[O+]", 1),
    "H2CO": ("C=O", 1),
    "C2H4": ("C=C", 1),
    "OH": ("[OH]", -1),
    "CN": ("[C]#N", -1),
    "NH2": ("[NH2]", -1),
    "CH3": ("[CH3]", -1),
    "Cl": ("[Cl]", -1),
    "SH": ("[SH]", -1),
}
"""SMILES, and the charge of the ion; one of both is a closed shell, the other a doublet."""

Pair = tuple[Any, Any]
"""Mean fields of the closed and of the open shell."""


def pair_of(smiles: str, charge: int) -> Pair:
    """Converged mean fields of the closed and of the open shell, at the molecule's geometry."""
    atoms = with_coordinates(MoleculeSpec(geometry=Geometry(smiles=smiles))).atoms
    places = list(zip(atoms.symbols, atoms.positions.tolist(), strict=True))
    closed, opened = (min(charge, 0), max(charge, 0))
    whole = gto.M(atom=places, basis=BASIS, charge=closed, verbose=0)
    radical = gto.M(atom=places, basis=BASIS, charge=opened, spin=1, verbose=0)
    start = scf.ROHF(radical).run()
    return scf.RHF(whole).run(), start.newton().run(start.mo_coeff, start.mo_occ)


def coupled_cluster(pair: Pair) -> float:
    """The energy to remove an electron by CCSD(T), Hartree."""
    whole, radical = cc.CCSD(pair[0]).run(), cc.UCCSD(pair[1].to_uhf()).run()
    return float(radical.e_tot + radical.ccsd_t() - whole.e_tot - whole.ccsd_t())


def natural(field: Any) -> Any:
    """Orbitals of a closed shell, rotated within occupations to natural ones of MP2."""
    density = mp.MP2(field).run().make_rdm1()
    orbitals, count = field.mo_coeff.copy(), field.mol.nelectron // 2
    for part in (slice(None, count), slice(count, None)):
        vectors = np.linalg.eigh(density[part, part])[1][:, ::-1]
        orbitals[:, part] = orbitals[:, part] @ vectors
    return orbitals


def carried(field: Any, active: Any) -> Any:
    """Orbitals of a mean field, rotated within occupations to overlap most with active ones."""
    overlap = field.mo_coeff.T @ field.get_ovlp() @ active
    square, orbitals = overlap @ overlap.T, field.mo_coeff.copy()
    beta, alpha = sorted(field.mol.nelec)
    low = np.linalg.eigh(square[:beta, :beta])[1]
    high = np.linalg.eigh(square[alpha:, alpha:])[1][:, ::-1]
    orbitals[:, :beta] = orbitals[:, :beta] @ low
    orbitals[:, alpha:] = orbitals[:, alpha:] @ high
    return orbitals


def removal(pair: Pair, orbitals: Pair, electrons: int) -> tuple[float, float]:
    """The energy to remove an electron by CASCI and by NEVPT2, Hartree."""
    core = pair[0].mol.nelectron // 2 - electrons // 2
    energies = []
    for field, own, count in zip(pair, orbitals, (electrons, electrons - 1), strict=True):
        solver = mcscf.CASCI(field, ORBITALS, count, core)
        solver.fix_spin_(ss=field.mol.spin / 2 * (field.mol.spin / 2 + 1))
        solver.kernel(own)
        energies.append((solver.e_tot, solver.e_tot + mrpt.NEVPT(solver).kernel()))
    (closed, second), (opened, other) = energies
    return opened - closed, other - second


def schemes(pair: Pair, core: int) -> dict[str, Callable[[], Pair]]:
    """Orbitals of both sides by every scheme."""
    own = (pair[0].mo_coeff, pair[1].mo_coeff)
    best = natural(pair[0])
    active = best[:, core : core + ORBITALS]
    return {
        "own frontier": lambda: own,
        "shared frontier": lambda: (own[0], own[0]),
        "shared mp2-natural": lambda: (best, best),
        "carried mp2-natural": lambda: (best, carried(pair[1], active)),
    }


def main() -> None:
    """Print all energies in eV, and the distances from CCSD(T)."""
    errors: dict[str, list[tuple[float, float]]] = {}
    for name, (smiles, charge) in MOLECULES.items():
        pair = pair_of(smiles, charge)
        occupied = pair[0].mol.nelectron // 2
        electrons = min(6, 2 * (occupied - core_orbitals(pair[0].mol)))
        exact = HARTREE_IN_EV * coupled_cluster(pair)
        print(f"{name}: CCSD(T) {exact:.2f}")
        for label, make in schemes(pair, occupied - electrons // 2).items():
            found = [HARTREE_IN_EV * one for one in removal(pair, make(), electrons)]
            errors.setdefault(label, []).append((found[0] - exact, found[1] - exact))
            print(f"  {label}: CASCI {found[0]:.2f}, NEVPT2 {found[1]:.2f}", flush=True)
    for label, pairs in errors.items():
        mean = np.abs(pairs).mean(axis=0)
        worst = np.abs(pairs).max(axis=0)[1]
        print(f"{label}: CASCI {mean[0]:.2f}, NEVPT2 {mean[1]:.2f}, worst {worst:.2f}")


if __name__ == "__main__":
    main()
