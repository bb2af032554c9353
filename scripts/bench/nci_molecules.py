"""Print the smallest molecules of the NCI list in RDKit, as candidates for a campaign.

    python scripts/bench/nci_molecules.py 200 > nci.smi
    vqe screen run nci.smi --out nci --workers 2 --set 'properties=[energy, dipole, gap, triage]' \
        --active-space '{name: frontier, electrons: 4, orbitals: 4, at_most: true}'

Molecules are chosen by heavy atoms, then by position, and printed as SMILES and number in order.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from rdkit import Chem, RDConfig, rdBase

NCI = Path(RDConfig.RDDataDir) / "NCI" / "first_5K.smi"


def smallest(count: int) -> list[str]:
    """The lines of the smallest molecules.

    Args:
        count: Number of molecules.
    """
    rdBase.DisableLog("rdApp.error")  # eight lines are no molecules by RDKit's rules
    sizes = []
    for place, line in enumerate(NCI.read_text(encoding="utf-8").splitlines()):
        molecule = Chem.MolFromSmiles(line.split()[0])
        if molecule is not None:
            sizes.append((molecule.GetNumHeavyAtoms(), place, line.strip()))
    return [line for _, line in sorted((place, line) for _, place, line in sorted(sizes)[:count])]


def main() -> None:
    """Print the lines."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("count", type=int)
    print("\n".join(smallest(parser.parse_args().count)))


if __name__ == "__main__":
    main()
