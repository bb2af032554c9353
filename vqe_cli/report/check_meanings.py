"""What each check of a run means, what it means if it does not hold, and what to do then."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Meaning:
    """The meaning of a check.

    Args:
        fault: What is the matter if the check does not hold, in a few words.
        means: What the check compares, and why it matters.
        remedy: What to do if it does not hold; empty where the check's own remark says so.
    """

    fault: str
    means: str
    remedy: str = ""


MEANINGS: dict[str, Meaning] = {
    # Mean field and orbitals
    "scf-converged": Meaning(
        "the mean field did not converge",
        "Orbitals of an SCF that has not converged are no stationary point, and everything that"
        " follows depends on where it stopped.",
        "check geometry, charge and multiplicity first; then `--set molecule.scf.guesses=many`",
    ),
    "scf-stable": Meaning(
        "the mean field is a saddle point",
        "Rotations of orbitals were followed; a lower determinant nearby means excited orbitals.",
        "`--set molecule.scf.guesses=many`, or `--set molecule.scf.symmetry=break` where symmetry"
        " keeps it",
    ),
    "mean-field-searched": Meaning(
        "only one mean field was computed, and it may be an excited one",
        "Iterations from one guess end in one solution. Open shells, small gaps, stretched bonds"
        " and transition metals have several, and the lowest is known only from a search.",
        "leave out `molecule: {scf: {guesses: one}}`",
    ),
    "symmetry-broken-solution": Meaning(
        "a mean field of lower symmetry lies lower",
        "The mean field keeps the symmetry of the molecule, and one without it has less energy:"
        " often a sign of several determinants of equal weight.",
        "`--set molecule.scf.symmetry=break` takes that one; a larger active space needs neither",
    ),
    "reference-determinant": Meaning(
        "the reference determinant is not Hartree-Fock's",
        "In orbitals for which Brillouin's condition does not hold single excitations lower the"
        " energy at first order, and the share of correlation has no meaning.",
        "`--set fcidump.orbitals=canonical` makes the orbitals Hartree-Fock's",
    ),
    "orbitals-converged": Meaning(
        "the optimisation of the orbitals did not converge",
        "Orbitals and parameters are optimised in turn; the last step was not small enough.",
    ),
    "orbitals-lowest": Meaning(
        "CASSCF's orbitals give less energy",
        "The energy in optimised orbitals is compared with CASSCF's, that of the exact state in its"
        " own orbitals.",
    ),
    # The active space
    "active-space-cut": Meaning(
        "orbitals of equal energy are divided",
        "Of orbitals of the same energy some are active and some are not: which, is an accident of"
        " the diagonalisation, and the energy with it.",
        "take all of them into the active space, or none",
    ),
    "active-space-carried": Meaning(
        "the active orbitals are not those of the other point",
        "Active orbitals are found again by their overlap with those of another geometry.",
        "a larger active space that contains both, or smaller steps",
    ),
    "active-space-followed": Meaning(
        "the active space changes along the path",
        "Energies of different active spaces do not lie on one curve.",
        "a larger active space that contains both, or smaller steps",
    ),
    "correlation-possible": Meaning(
        "this space is too small for any correlation",
        "With so few electrons and orbitals the Hartree-Fock determinant is already exact.",
    ),
    "correlation-found": Meaning(
        "no correlation found: the optimiser stayed at Hartree-Fock",
        "The energy is that of the reference determinant to ten digits, although the exact state"
        " lies lower: at this point the gradient vanishes, or the ansatz has nothing that helps.",
        "start elsewhere: `--initial mp2`, `--initial random` or `--restarts 5`; if it stays, take"
        " another ansatz (`--ansatz uccsd`), and with adapt a smaller"
        " `--set ansatz.gradient_tolerance=1e-3`",
    ),
    # The search
    "finite": Meaning(
        "the energy is not a number",
        "Energy, error bar and parameters are finite numbers.",
        "another optimiser or another starting point; please report it",
    ),
    "optimizer-converged": Meaning(
        "the optimiser did not converge",
        "The optimiser stopped before its own criterion held, so that the energy is only an upper"
        " bound of what the ansatz reaches.",
        "`--maxiter 1000` or more; with exact energies `--optimizer l-bfgs-b`, which takes fewer"
        " steps; if a budget ended the search, a larger one",
    ),
    "gradient-norm": Meaning(
        "the energy still falls at the last point",
        "At a minimum all derivatives vanish; a gradient g leaves about g²/2 to gain.",
        "`--optimizer l-bfgs-b` with exact energies, or a smaller tolerance:"
        " `--set optimizer.tolerance=1e-8`",
    ),
    "restarts": Meaning(
        "other starting points end in other minima",
        "Minima that differ are a sign that there may be a lower one that no start has found.",
        "`--restarts 10`, each of which takes as long as the first; for excitations `--initial mp2`"
        " or `--initial ccsd`",
    ),
    "ansatz-depth": Meaning(
        "the layers of the ansatz are too few",
        "A circuit whose layers are fewer than the problem's size cannot carry correlation across"
        " it.",
    ),
    "grown-elsewhere": Meaning(
        "the ansatz was grown for another problem",
        "Operators of an adaptive ansatz mean something in the orbitals they were chosen in.",
    ),
    # The state
    "particle-number": Meaning(
        "the state has another number of electrons",
        "The energy belongs to another charge, or to a mixture of charges.",
        "`--ansatz uccsd`, or another one of excitations, which conserve electrons; with noise"
        " `--set backend.mitigation=symmetry` and `--measurement low-rank`",
    ),
    "sz": Meaning(
        "the state has another Sz",
        "The energy belongs to other numbers of alpha and beta electrons.",
        "`--ansatz uccsd`, or another one of excitations, which conserve Sz; with noise"
        " `--set backend.mitigation=symmetry` and `--measurement low-rank`",
    ),
    "s-squared": Meaning(
        "the state is not of one spin",
        "The energy belongs to a mixture of spins: a singlet with a share of triplet, for example.",
        "an ansatz that conserves S²: `--ansatz '{name: k-upccgsd, k: 4}'`; where shots do not"
        " resolve it, more shots",
    ),
    "energy-variance": Meaning(
        "the state is not an eigenstate",
        "The variance of the energy vanishes for an eigenstate; without an exact energy it bounds"
        " the error by variance / gap.",
        "as for an error that is too large: see chemical-accuracy",
    ),
    # The exact energy
    "not-below-exact": Meaning(
        "the energy lies below the exact one",
        "By the variational principle no state of this sector has less energy than the exact one:"
        " beyond round-off, or four standard errors, something is wrong.",
        "look at electrons and spin above; with mitigation, the extrapolation has overshot: a line,"
        " `--set 'backend.mitigation={zne: {extrapolation: linear}}'`, undoes less",
    ),
    "not-above-reference-determinant": Meaning(
        "the energy lies above the reference determinant",
        "A subspace that holds the reference determinant cannot have more energy than it.",
        "more samples, or another starting point",
    ),
    "chemical-accuracy": Meaning(
        "error beyond 1.6 mHa",
        "1.6 mHa (1 kcal/mol) is the accuracy that chemistry needs of energy differences.",
        "a more expressive ansatz: `--ansatz uccsd` in place of a circuit or of pairs, then"
        " `--ansatz uccgsd` or `--ansatz '{name: k-upccgsd, k: 4}'`; other starts:"
        " `--restarts 5`; another determinant, where symmetry-broken-solution warns; more shots,"
        " where the error bar is wide; with a device less noise",
    ),
    "gap-accuracy": Meaning(
        "error beyond 1 % of the gap",
        "A state with an error of p gaps can have a share p of excited states.",
        "more layers (`--set ansatz.layers=6`), or `--restarts 10`",
    ),
    "accuracy": Meaning(
        "error beyond the tolerance",
        "The error is compared with the largest coefficient, since no gap is known.",
        "more layers (`--set ansatz.layers=6`), or `--restarts 10`",
    ),
    "exact-reference": Meaning(
        "there is no exact energy to compare with",
        "It was asked for and could not be computed.",
        "a smaller active space, or `--reference none` if it is not needed",
    ),
    "tapered-sector": Meaning(
        "tapering may have removed the lowest state",
        "Tapered qubits stand for symmetries whose values are those of the reference determinant;"
        " the exact state may have others.",
        "compare with `--mapper '{name: jordan-wigner, taper: parities}'`, which keeps all irreps",
    ),
    # Noise and samples
    "noise-free": Meaning(
        "noisy energies are not variational",
        "Noise moves an energy in both directions, so that agreement may be luck and no error bar"
        " of shots contains it.",
        "`--set 'backend.mitigation=[readout, zne]'`, or with excitations"
        " `--set 'backend.mitigation=[readout, reference_state]'`, which costs less;"
        " `vqe diagnose FILE --study noise --noise fake_manila` tells how much noise is too much",
    ),
    "sqd-beats-random": Meaning(
        "samples are no better than random ones",
        "The subspace of the samples is compared with one of as many random bit strings.",
        "parameters that are optimised, more shots, or less noise",
    ),
    "subspace-fraction": Meaning(
        "the subspace is nearly the whole space",
        "Diagonalising nearly all determinants is exact diagonalisation, and says nothing of the"
        " samples.",
        "fewer samples, or a larger problem",
    ),
    "valid-shots": Meaning(
        "few shots have the right number of electrons",
        "Bit strings with other electron numbers are errors of the device.",
        "less noise, or a shorter circuit",
    ),
    # Excited states
    "states-number": Meaning(
        "there are fewer states than asked for",
        "The method reaches only so many states of these electrons and this spin.",
        "a larger active space, another states.method, or fewer states",
    ),
    "states-converged": Meaning(
        "the search for a state did not converge",
        "Each excited state is searched for by itself.",
    ),
    "states-noise": Meaning(
        "errors of measurements mix states",
        "States that lie closer than their error bars are not told apart.",
    ),
    "states-spin": Meaning(
        "a state is not of one spin",
        "Its S² lies between those of two spins.",
        "`--set states.method=vqd` with an ansatz that conserves S²:"
        " `--ansatz '{name: k-upccgsd, k: 4}'`; or `--set states.multiplicity=1` for one spin",
    ),
    "states-lowest": Meaning(
        "the run has found an excited state",
        "A state of the same spin lies lower than the state of the run.",
    ),
    "states-accuracy": Meaning(
        "there are no exact states to compare with",
        "States are matched with exact ones by their overlap.",
        "a smaller active space",
    ),
    "states-intensities": Meaning(
        "oscillator strengths are not those of the exact states",
        "They are compared one by one with those of exact states.",
        "a more expressive ansatz or method: `--set states.method=vqd` with `--ansatz uccgsd`",
    ),
    "states-missed": Meaning(
        "exact states in between are missing",
        "Exact states of lower energy are not among those that were found.",
        "more states, or another method: `--set states.method=vqd`",
    ),
    "state-N": Meaning(
        "an excited state is not accurate",
        "Its energy is compared with that of the exact state that it overlaps with most.",
        "a more expressive ansatz or method: `--set states.method=vqd` with `--ansatz uccgsd`",
    ),
    # Surroundings, corrections, forces
    "environment-distance": Meaning(
        "a point charge is too close",
        "A point charge near an atom attracts its electrons as no molecule would.",
        "move the charge, or make its molecule part of the input",
    ),
    "solvent-converged": Meaning(
        "solvent and state did not come to agree",
        "The reaction field is that of the state, which is in turn computed in it.",
        "`--set solvent.self_consistent=false` polarises it by the mean field",
    ),
    "exact-state": Meaning(
        "the correction of the exact state is not known",
        "The corrected energy cannot be compared with an exact one.",
        "`vqe reference FILE` shows which exact energies can be had",
    ),
    "CORRECTION": Meaning(
        "there is no corrected energy",
        "The correction was asked for and could not be computed.",
        "another correction (`vqe list correction`), or a larger active space",
    ),
    "CORRECTION-state": Meaning(
        "the correction is not that of the exact state",
        "A correction of the state of the run and one of the exact state are compared: where they"
        " differ, the corrected energy has the error of the state twice.",
        "a more expressive ansatz, or a search that ends lower",
    ),
    "nevpt2-gap": Meaning(
        "orbitals outside are nearly as low as active ones",
        "NEVPT2 divides by this gap; a small one means that perturbation theory does not hold.",
        "take these orbitals into the active space",
    ),
    "mp2-outside-amplitudes": Meaning(
        "perturbation theory does not hold outside the active space",
        "The largest double excitation outside is too large.",
        "a larger active space that contains it",
    ),
    "ccsd-t-outside-t1": Meaning(
        "CCSD(T) is doubtful outside the active space",
        "T1 measures how far one determinant is from the state.",
        "a larger active space, or `--correction nevpt2`",
    ),
    "ccsd-t-outside-d1": Meaning(
        "CCSD(T) is doubtful outside the active space",
        "D1 is the largest single excitation of an orbital.",
        "a larger active space, or `--correction nevpt2`",
    ),
    "forces": Meaning(
        "forces are doubtful",
        "Forces are derivatives of the energy of this state, if it is a stationary point.",
        "see the line above",
    ),
    "forces-stationary": Meaning(
        "forces are derivatives at a point that is not stationary",
        "Where the energy still falls by a parameter or an orbital, its gradient lacks a term.",
        "tighter convergence: `--set orbitals.max_cycles=100`, `--set optimizer.tolerance=1e-10`",
    ),
    "forces-same-state": Meaning(
        "forces and energy belong to different parameters",
        "Forces need parameters at which the energy is stationary: they are those of the nearest"
        " minimum, and the energy of the run lies above it.",
        "a search that ends in it: `--set optimizer.tolerance=1e-10`",
    ),
    "forces-degenerate-orbitals": Meaning(
        "forces of degenerate orbitals are not defined",
        "Orbitals of equal energy on both sides of the active space mix when atoms move.",
        "take all of them into the active space, or none",
    ),
    "forces-balanced": Meaning(
        "the forces move or turn the molecule",
        "In vacuum their sum and torque vanish.",
        "tighter convergence: `--set orbitals.max_cycles=100`, `--set optimizer.tolerance=1e-10`",
    ),
    # The input
    "core-potential": Meaning(
        "the core potential does not belong to the basis set",
        "A basis set for a core potential is poor without it, and the other way round.",
        "`--set molecule.ecp=auto` takes the one that belongs to it",
    ),
    "coulomb-repulsion": Meaning(
        "the file's integrals are not those of electrons",
        "Repulsion integrals of charge distributions are positive.",
        "check which program wrote the file, and in which order of indices",
    ),
    "diagonal-integrals": Meaning(
        "integrals of the file are missing",
        "Every orbital has a repulsion integral with itself.",
        "write the file again; it may have been cut short",
    ),
    "orbsym": Meaning(
        "ORBSYM does not fit the integrals",
        "Integrals that symmetry forbids are not zero.",
        "leave out ORBSYM, or correct it",
    ),
    "orbital-energies": Meaning(
        "orbital energies of the file do not fit its integrals",
        "Both describe the same mean field.",
        "write the file again, unless its orbitals are Kohn-Sham's",
    ),
    "header-keys": Meaning(
        "unknown keys in the file's header",
        "They may change the meaning of the integrals.",
        "remove them if they mean nothing",
    ),
    "state-symmetry": Meaning(
        "the file asks for another irrep",
        "The lowest state of all irreps is looked for.",
        "leave out ISYM if that is what you want",
    ),
    "core-energy": Meaning(
        "the file has no core energy",
        "Without the energy of nuclei and frozen electrons only differences of energies mean"
        " something.",
        "write the file again with it",
    ),
    "spin-stated": Meaning(
        "the multiplicity was guessed",
        "The structure allows several.",
        "`--multiplicity`",
    ),
    "bond-lengths": Meaning(
        "atoms are implausibly near or far",
        "The shortest distances are compared with covalent radii; coordinates in bohr that are read"
        " as Å are 1.9 times too far apart.",
        "`--set molecule.units=bohr`, if they are, or correct the geometry",
    ),
    "bonds-of-the-file": Meaning(
        "bond lengths are implausible",
        "Coordinates in bohr that are read as Å are 1.9 times too far apart.",
        "`--set molecule.units=bohr`, if they are",
    ),
    "stereo-kept": Meaning(
        "the drawn stereochemistry was lost",
        "The geometry is that of another stereoisomer, or of one of several.",
        "write coordinates, or stereo bonds that fit",
    ),
    "geometry-relaxed": Meaning(
        "the relaxation of the geometry did not converge",
        "The geometry is no minimum of the method that should relax it.",
        "coordinates from elsewhere, or `vqe optimize`",
    ),
    "hydrogens-added": Meaning(
        "hydrogens were added",
        "Atoms of the file lack valences.",
    ),
    "valences-open": Meaning(
        "atoms have open valences",
        "They were taken as they stand.",
    ),
    "drawing-stated": Meaning(
        "the file may be a drawing",
        "A drawing has no third dimension, and its distances mean nothing.",
    ),
}
"""Checks of `vqe run` by their names.

``state-N`` stands for each excited state, and ``CORRECTION`` for the name of each correction.
"""

FAMILIES = (
    (re.compile(r"state-\d+"), "state-N"),
    (re.compile(r"nevpt2|mp2-outside|ccsd-t-outside"), "CORRECTION"),
    (re.compile(r"(nevpt2|mp2-outside|ccsd-t-outside)-state"), "CORRECTION-state"),
)
"""Names of checks that are made of a number or of another name, and their common meaning."""


def meaning_of(name: str) -> Meaning | None:
    """The meaning of a check; None if a plug-in or another version made it.

    Args:
        name: Name of the check.
    """
    families = (family for form, family in FAMILIES if form.fullmatch(name))
    return MEANINGS.get(next(families, name))
