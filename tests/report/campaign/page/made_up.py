"""Campaigns that look like real ones: structures from RDKit's NCI file, numbers drawn at random."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from rdkit import RDConfig

from vqe_cli.properties import Column
from vqe_cli.report.campaign.page import CampaignReport, Choice, Detail, Methods, Totals

COLUMNS = (
    Column("formula", "text", "Molecular formula"),
    Column("heavy_atoms", "integer", "Atoms but hydrogen"),
    Column("electrons", "integer", "All electrons"),
    Column("gap_ev", "number", "HOMO-LUMO gap, Hartree-Fock"),
    Column("dipole_debye", "number", "Dipole moment of the VQE state"),
    Column("ionisation_energy_ev", "number", "Vertical, by energy difference"),
    Column("hf_energy_hartree", "number", "Hartree-Fock"),
    Column("t1", "number", "T1 diagnostic of CCSD"),
    Column("unpaired_electrons", "number", "From natural occupations"),
    Column("needs_more", "flag", "Whether classical methods are in doubt"),
)

FAILURES = (
    ("timeout", "it ran for {0} s and was stopped at its cap of 600 s", "raise --max-seconds"),
    ("memory", "it grew to {0} MB, past its cap of 2048 MB", "raise --max-memory-each"),
    ("not-converged", "Hartree-Fock did not converge in {0} iterations", None),
    ("refused", "{0} heavy atoms are more than the 20 allowed", "raise max_heavy_atoms"),
)

CAVEATS = (
    "Energies are of one conformer in the gas phase.",
    "Errors are against the exact energy in the same small active space.",
)


def smiles(count: int) -> list[str]:
    """Structures of the NCI file, from the beginning again where there are too few."""
    path = Path(RDConfig.RDDataDir) / "NCI" / "first_5K.smi"
    found = [line.split()[0] for line in path.read_text().splitlines() if line.strip()]
    return [found[i % len(found)] for i in range(count)]


def made_up(count: int, seed: int = 7, **changes: Any) -> CampaignReport:
    """A campaign of so many candidates."""
    draw = random.Random(seed)
    pairs = [_case(number, text, draw) for number, text in enumerate(smiles(count))]
    parts: dict[str, Any] = {
        "title": "NCI first 5K, (4e,4o) frontier spaces",
        "columns": COLUMNS,
        "rows": [row for row, _ in pairs],
        "details": [detail for _, detail in pairs],
        "methods": Methods(
            structures=(
                "Structures were read with RDKit, reduced to their largest fragment, and embedded"
                " by ETKDGv3 (seed 7); the lowest of ten conformers by MMFF94 was kept.",
            ),
            basis=("sto-3g",),
            selected={
                "active_space": (Choice("frontier", "electrons 4, orbitals 4"),),
                "mapper": (Choice("jordan-wigner"),),
                "ansatz": (Choice("uccsd"),),
                "optimizer": (Choice("l-bfgs-b"),),
                "backend": (Choice("exact"),),
                "reference": (Choice("fci"),),
            },
        ),
        "totals": Totals(2.1 * count, 3.9 * count, peak_bytes=812_000_000),
        "settings": (
            ("molecules", "first_5K.smi"),
            ("active space", "frontier, 4 electrons in 4 orbitals"),
            ("ansatz", "uccsd"),
            ("basis", "sto-3g"),
        ),
        "versions": {"vqe-cli": "1.4.0", "pyscf": "2.11.0", "rdkit": "2025.9.1", "numpy": "2.3.0"},
        "started": "2026-03-04T09:00:00+00:00",
        "finished": "2026-03-05T11:30:00+00:00",
        "commands": ("vqe screen run first_5K.smi --config screen.yaml --out campaign/",),
        "caveats": CAVEATS,
    }
    return CampaignReport(**{**parts, **changes})


def _case(number: int, text: str, draw: random.Random) -> tuple[dict[str, Any], Detail]:
    row: dict[str, Any] = {
        "candidate": f"NSC-{number + 1:05d}",
        "smiles": text,
        "source": f"first_5K.smi:{number + 1}",
        "notes": ("Charge 0 and singlet, from the structure.", "Geometry: ETKDGv3, then MMFF94."),
        "heavy_atoms": 5 + number % 20,
        "electrons": 40 + 2 * (number % 60),
    }
    fate = draw.random()
    if fate < 0.1:
        kind, message, hint = draw.choice(FAILURES)
        words = {"failure_message": message.format(draw.randint(21, 99)), "failure_hint": hint}
        status = "refused" if kind == "refused" else "failed"
        return row | words | {"status": status, "failure_kind": kind}, Detail()
    if fate < 0.12 and number:
        return row | {"status": "duplicate", "duplicate_of": "NSC-00001"}, Detail()
    return row | _result(number, draw), _detail(draw)


def _result(number: int, draw: random.Random) -> dict[str, Any]:
    size = 10 ** draw.gauss(-2.2, 1.6)
    error = size if draw.random() < 0.93 else -size / 10
    reference = -50.0 - 11.0 * (number % 60) - draw.random()
    return {
        "status": "done",
        "verdict": "pass" if abs(error) < 1.6 else draw.choice(("warn", "fail")),
        "energy_hartree": reference + error / 1000,
        "reference_hartree": reference,
        "error_mha": error,
        "formula": f"C{5 + number % 20}H{8 + number % 30}O{number % 4}",
        "gap_ev": 13.0 - 0.3 * (number % 20) + draw.gauss(0, 0.5),
        "dipole_debye": abs(draw.gauss(2, 1.5)),
        "ionisation_energy_ev": None if draw.random() < 0.3 else draw.gauss(9, 1),
        "hf_energy_hartree": reference + draw.random() / 10,
        "t1": 0.008 + 0.004 * size**0.3 + draw.random() / 200,
        "unpaired_electrons": 0.05 + size**0.3 / 5,
        "needs_more": draw.random() < 0.06,
    }


def _detail(draw: random.Random) -> Detail:
    names = ("particle-number", "spin-z", "spin-squared", "scf-converged", "optimizer-converged")
    checks = [
        {"name": name, "status": "pass", "hard": True, "value": draw.random(), "expected": 4.0,
         "tolerance": 1e-6, "detail": ""}
        for name in names
    ]  # fmt: skip
    checks.append({"name": "restarts", "status": "skip", "hard": False, "detail": "one start"})
    return Detail(
        facts=(("charge", "0"), ("multiplicity", "1"), ("active space", "4 electrons, 4 orbitals")),
        checks=checks,
        costs=(("wall time", f"{draw.random() * 9:.1f} s"), ("peak memory", "312 MB")),
    )
