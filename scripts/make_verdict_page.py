"""Write the checks of docs/verdicts.md from their meanings and from the thresholds in the code.

python scripts/make_verdict_page.py           writes the file
python scripts/make_verdict_page.py --check   fails if it is out of date
"""

from __future__ import annotations

import sys
from pathlib import Path

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA
from vqe_cli.chemistry.correlation.diagnostics import D1_CLOSED, T1_CLOSED, T1_OPEN
from vqe_cli.chemistry.geometry.bond_lengths import LONGEST, SHORTEST
from vqe_cli.chemistry.scf.surroundings import OVERPOLARISING
from vqe_cli.fermions.problem import BRILLOUIN
from vqe_cli.report.check_meanings import MEANINGS, Meaning
from vqe_cli.schema.severity import ROUND_OFF, SIGMAS
from vqe_cli.variational import checks, forces, grown_checks, state_checks, subspace_checks
from vqe_cli.variational.accuracy import GAP_ACCURACY
from vqe_cli.variational.corrections import mp2_outside, nevpt2
from vqe_cli.variational.depth import SHALLOW
from vqe_cli.variational.symmetry_checks import CIRCUIT_TOLERANCE, SYMMETRY_TOLERANCE
from vqe_cli.variational.tapering_checks import TOLERANCE as TAPERING

TARGET = Path(__file__).parent.parent / "docs" / "verdicts.md"

ERROR, WARNING = "error", "warning"

SECTIONS = {
    "scf-converged": "Mean field and orbitals",
    "active-space-cut": "The active space",
    "finite": "The search",
    "particle-number": "The state",
    "not-below-exact": "The exact energy",
    "noise-free": "Noise and samples",
    "states-number": "Excited states",
    "environment-distance": "Surroundings, corrections, forces",
    "core-potential": "The input",
}
"""The first check of each section, and the section's title."""

ERRORS = {
    "finite": "",
    "not-above-reference-determinant": "",
    "not-below-exact": "a mitigated energy",
    "optimizer-converged": "",
    "orbitals-converged": "",
    "particle-number": "noise",
    "s-squared": "noise, or unrestricted orbitals up to half of the way to the next spin",
    "scf-converged": "",
    "scf-stable": "",
    "solvent-converged": "",
    "sz": "noise",
}
"""Checks of severity error, and with what they only warn."""

ACCURACY = f"{CHEMICAL_ACCURACY_MHA:g} mHa"
SAMPLED = f"of a sampled energy, with {checks.COVERAGE:g} standard errors added"


def _symmetry(name: str) -> str:
    """The threshold of a conserved quantity."""
    return (
        f"{SYMMETRY_TOLERANCE[name]:g}; {CIRCUIT_TOLERANCE:g} for circuits that do not conserve it"
        f" by construction; {SIGMAS:g} standard errors of a sampled value"
    )


THRESHOLDS = {
    "accuracy": f"{GAP_ACCURACY:g} of the largest coefficient",
    "ansatz-depth": f"an error {SHALLOW:g} times that of the accuracy below",
    "bond-lengths": f"{SHORTEST:g} to {LONGEST:g} times the sum of the covalent radii",
    "ccsd-t-outside-d1": f"{D1_CLOSED:g}",
    "ccsd-t-outside-t1": f"{T1_CLOSED:g}, in open shells {T1_OPEN:g}",
    "chemical-accuracy": f"{ACCURACY}; {SAMPLED}",
    "correlation-found": f"{checks.STAYED:g} of the energy of the determinant",
    "energy-variance": f"{checks.VARIANCE_TOLERANCE:g} Ha²; it decides only without exact energy",
    "environment-distance": f"{OVERPOLARISING:g} Å from a nucleus",
    "forces-balanced": f"{forces.BALANCED:g} Ha/bohr, and Ha for the torque",
    "forces-same-state": f"{forces.SAME_STATE:g} Ha",
    "forces-stationary": f"{forces.STATIONARY:g} Ha",
    "gap-accuracy": f"{GAP_ACCURACY:g} gaps; {SAMPLED}",
    "gradient-norm": f"{checks.GRADIENT_TOLERANCE:g} Ha",
    "grown-elsewhere": f"{grown_checks.ENERGY_TOLERANCE:g} Ha, of orbital energies "
    f"{grown_checks.ORBITAL_TOLERANCE:g} Ha",
    "mp2-outside-amplitudes": f"{mp2_outside.LARGE_AMPLITUDE:g}",
    "nevpt2-gap": f"{nevpt2.SMALL_GAP:g} Ha",
    "not-below-exact": f"{ROUND_OFF:g} of the energy; {SIGMAS:g} standard errors if sampled",
    "orbitals-lowest": ACCURACY,
    "particle-number": _symmetry("particle-number"),
    "reference-determinant": f"{BRILLOUIN:g} Ha in Brillouin's condition",
    "restarts": ACCURACY,
    "s-squared": _symmetry("s-squared"),
    "sqd-beats-random": f"{ACCURACY} lower than random bit strings",
    "state-N": ACCURACY,
    "states-intensities": f"{state_checks.STRENGTH_TOLERANCE:g}",
    "states-lowest": ACCURACY,
    "states-noise": f"{state_checks.MOST_MIXED:g} of other states",
    "subspace-fraction": f"{subspace_checks.LARGEST_SUBSPACE:g} of all determinants",
    "sz": _symmetry("sz"),
    "tapered-sector": f"{TAPERING:g} Ha",
    "valid-shots": f"twice the share of random bit strings, and {SIGMAS:g} standard errors",
}
"""What is compared with which number; other checks hold or do not hold."""

MARK = "<!-- What follows is written by scripts/make_verdict_page.py. -->\n\n"
"""End of what is written by hand at the top of the page."""


def entry(name: str, meaning: Meaning) -> str:
    """The paragraph of a check.

    Args:
        name: Name of the check.
        meaning: Its meaning.
    """
    severity = ERROR if name in ERRORS else WARNING
    if ERRORS.get(name):
        severity += f" ({WARNING} with {ERRORS[name]})"
    facts = [f"Severity: {severity}."]
    facts += [f"Threshold: {THRESHOLDS[name]}."] if name in THRESHOLDS else []
    lines = [f"### {name}\n", f"*If it does not hold: {meaning.fault}.*\n", meaning.means]
    lines.append(" ".join(facts))
    if meaning.remedy:
        lines.append(f"\n**What to do:** {meaning.remedy}.")
    return "\n".join(lines) + "\n"


def page() -> str:
    """All sections."""
    parts = []
    for name, meaning in MEANINGS.items():
        parts += [f"## {SECTIONS[name]}\n"] if name in SECTIONS else []
        parts.append(entry(name, meaning))
    return "\n".join(parts).rstrip() + "\n"


def main() -> None:
    """Write the page, or compare it with the existing one."""
    text = TARGET.read_text().partition(MARK)[0] + MARK + page()
    if "--check" in sys.argv[1:]:
        if TARGET.read_text() != text:
            sys.exit(f"{TARGET} is out of date: run scripts/make_verdict_page.py")
        return
    TARGET.write_text(text)


if __name__ == "__main__":
    main()
