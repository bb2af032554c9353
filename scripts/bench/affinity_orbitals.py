"""Which active space an electron affinity should have: NEVPT2 of exact states against CCSD(T).

    python scripts/bench/affinity_orbitals.py          # eight atoms and radicals: an hour
    python scripts/bench/affinity_orbitals.py F OH     # two of them

In aug-cc-pVDZ, with natural orbitals of MP2 of the molecule or of the anion, carried to the other
by overlap; with orbitals optimised for each side (CASSCF), and for the mean of both; and with more
orbitals. docs/energy-differences.md has the results.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from pyscf import cc, fci, mcscf, mrpt

from vqe_cli._core.units import HARTREE_IN_EV
from vqe_cli.chemistry.active_spaces import ACTIVE_SPACES
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.basis.cores import core_orbitals
from vqe_cli.chemistry.geometry.coordinates import as_geometry
from vqe_cli.chemistry.geometry.structures import with_coordinates
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.chemistry.scf.scf_objects import restricted_scf
from vqe_cli.schema import MoleculeSpec
from vqe_cli.schema.molecule_spec import Geometry

MOLECULES = {
    "C": ("[C]", 3, 4),
    "O": ("[O]", 3, 2),
    "F": ("[F]", 2, 1),
    "P": ("[P]", 4, 3),
    "S": ("[S]", 3, 2),
    "Cl": ("[Cl]", 2, 1),
    "CH": ("[CH]", 2, 3),
    "OH": ("[OH]", 2, 1),
}
"""SMILES, and multiplicities of the molecule and of its anion."""

Pair = tuple[OrbitalSelection, OrbitalSelection]
"""Active orbitals of the molecule and of its anion."""

SHIFT = 0.3
"""Energy by which other spins are raised, Hartree."""


def pair_of(name: str) -> tuple[MoleculeSpec, MoleculeSpec]:
    """A molecule and its anion at the molecule's geometry."""
    smiles, multiplicity, of_anion = MOLECULES[name]
    told = MoleculeSpec(geometry=Geometry(smiles=smiles), multiplicity=multiplicity)
    place = as_geometry(with_coordinates(told).atoms)
    neutral = MoleculeSpec(geometry=place, basis="aug-cc-pvdz", multiplicity=multiplicity)
    return neutral, neutral.model_copy(update={"charge": -1, "multiplicity": of_anion})


def chosen(pair: Any, known: MeanFields, origin: int, orbitals: int) -> Pair:
    """Natural orbitals of one species (0: molecule, 1: anion), carried to the other one."""
    molecule = known.of(pair[0]).mole
    valence = molecule.nelectron - 2 * core_orbitals(molecule)
    electrons = min(orbitals - molecule.nelectron % 2, valence) + origin
    natural = {"name": "mp2-natural", "electrons": electrons, "orbitals": orbitals}
    told = pair[origin].model_dump(mode="json", exclude_none=True)
    carried = {"name": "carried", "molecule": told, "active_space": natural}
    spaces = [natural if side == origin else carried for side in (0, 1)]
    first, second = (
        ACTIVE_SPACES.create(space).select_from(known.of(one), known)
        for one, space in zip(pair, spaces, strict=True)
    )
    return first, second


def spin_squared(selection: OrbitalSelection) -> float:
    """S² of the state, whose unpaired electrons have parallel spins."""
    spin = float(selection.field.mole.spin) / 2
    return spin * (spin + 1)


def energies(make: Any, selection: OrbitalSelection, orbitals: Any) -> tuple[float, float]:
    """Total energies in the active space and by NEVPT2, Hartree."""
    scf = restricted_scf(selection.field)
    method = make(scf, len(selection.active), selection.nelec, len(selection.inactive))
    method.verbose, method.max_cycle_macro = 0, 100
    method.fix_spin_(ss=spin_squared(selection), shift=SHIFT)
    method.kernel(orbitals)
    return method.e_tot, method.e_tot + mrpt.NEVPT(method).kernel()


def affinity(make: Any, pair: Pair, orbitals: tuple[Any, Any] | None = None) -> tuple[float, ...]:
    """The affinity in the active space and by NEVPT2, eV, over own or over given orbitals."""
    own = tuple(one.field.mo_coeff[:, one.order] for one in pair)
    molecule, anion = (
        energies(make, one, over) for one, over in zip(pair, orbitals or own, strict=True)
    )
    return tuple(HARTREE_IN_EV * (a - b) for a, b in zip(molecule, anion, strict=True))


class OwnElectrons(fci.direct_spin1.FCISolver):  # type: ignore[misc]
    """FCI with numbers of electrons of its own, whatever CASSCF asks for."""

    own: tuple[int, int]

    def kernel(self, h1: Any, h2: Any, norb: int, _: Any, *of: Any, **options: Any) -> Any:
        """The lowest state with its own electrons."""
        return super().kernel(h1, h2, norb, self.own, *of, **options)

    def make_rdm12(self, ci: Any, norb: int, *_: Any, **__: Any) -> Any:
        """Its density matrices."""
        return super().make_rdm12(ci, norb, self.own)

    def make_rdm1(self, ci: Any, norb: int, *_: Any, **__: Any) -> Any:
        """Its one-body density matrix."""
        return super().make_rdm1(ci, norb, self.own)

    def contract_2e(self, h2: Any, ci: Any, norb: int, _: Any, *of: Any, **options: Any) -> Any:
        """The Hamiltonian times its state."""
        return super().contract_2e(h2, ci, norb, self.own, *of, **options)


def averaged(pair: Pair) -> tuple[float, ...]:
    """The affinity over the orbitals that minimise the mean of both energies, for both sides."""
    solvers = []
    for one in pair:
        solver = OwnElectrons(one.field.mole)
        solver.own, solver.spin = one.nelec, one.nelec[0] - one.nelec[1]
        solvers.append(fci.addons.fix_spin_(solver, shift=SHIFT, ss=spin_squared(one)))
    anion = pair[1]
    scf = restricted_scf(anion.field)
    method = mcscf.CASSCF(scf, len(anion.active), anion.nelec, len(anion.inactive))
    method.verbose, method.max_cycle_macro = 0, 100
    mcscf.state_average_mix_(method, solvers, (0.5, 0.5))
    method.kernel(anion.field.mo_coeff[:, anion.order])
    return affinity(mcscf.CASCI, pair, (method.mo_coeff, method.mo_coeff))


def coupled_cluster(pair: Any, known: MeanFields) -> float:
    """The affinity by CCSD(T) of the electrons outside the cores, eV."""
    found = []
    for one in pair:
        field = known.of(one)
        solver = cc.UCCSD(restricted_scf(field).to_uhf(), frozen=core_orbitals(field.mole)).run()
        found.append(solver.e_tot + solver.ccsd_t())
    return float(HARTREE_IN_EV * (found[0] - found[1]))


SCHEMES: tuple[tuple[str, Callable[[Pair], tuple[float, ...]], int, int], ...] = (
    ("molecule's, 6", partial(affinity, mcscf.CASCI), 0, 6),
    ("anion's, 6", partial(affinity, mcscf.CASCI), 1, 6),
    ("optimised, 6", partial(affinity, mcscf.CASSCF), 1, 6),
    ("averaged, 6", averaged, 1, 6),
    ("anion's, 8", partial(affinity, mcscf.CASCI), 1, 8),
    ("anion's, 10", partial(affinity, mcscf.CASCI), 1, 10),
)
"""Label, method, species whose natural orbitals are the (first) active ones, and their number."""


def main() -> None:
    """Print affinities in the active space and by NEVPT2, eV."""
    for name in sys.argv[1:] or MOLECULES:
        pair, known = pair_of(name), MeanFields()
        print(f"{name}: CCSD(T) {coupled_cluster(pair, known):.2f}", flush=True)
        for label, method, origin, orbitals in SCHEMES:
            active, second = method(chosen(pair, known, origin, orbitals))
            print(f"  {label}: {active:.2f}, NEVPT2 {second:.2f}", flush=True)


if __name__ == "__main__":
    main()
