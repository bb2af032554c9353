"""Bad input for chemistry: refused before any orbitals, with what, where and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.conftest import RunVqe, WriteFile
from vqe_cli.chemistry.fcidump import orbitals
from vqe_cli.chemistry.scf import mean_fields
from vqe_cli.errors import InputError
from vqe_cli.pyscf import VQESolver

WATER = """\
molecule:
  geometry: |
    O 0 0 0
    H 0 0.757 0.587
    H 0 -0.757 0.587
"""
FLAT = """
  flat

  3  2  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.0000 O   0  0
    0.9000    0.0000    0.0000 H   0  0
   -0.9000    0.0000    0.0000 H   0  0
  1  2  1  0
  1  3  1  0
M  END
"""
FCIDUMP = """\
 &FCI NORB=2,NELEC=2,MS2=0,ORBSYM=1,1,ISYM=1, &END
 0.67 1 1 1 1
 0.66 2 2 1 1
 0.18 2 1 2 1
 0.70 2 2 2 2
 -1.25 1 1 0 0
 -0.48 2 2 0 0
 0.71 0 0 0 0
"""
REACTION = """\
molecule: {basis: 6-31g}
reaction:
  reactants: [O, '[H+]']
  products:
    - {smiles: '[OH3+]'}
"""


@dataclass(frozen=True)
class Bad:
    """A kind of bad input.

    Args:
        words: Words of the message and the hint.
        lines: Lines of YAML after those of water, which are line 6 and so on.
        arguments: Further arguments of the command.
        line: Line of the fault in the file; None for a fault in an argument.
        text: Text of the file, in place of water and `lines`.
        command: The command.
        code: Exit code.
    """

    words: tuple[str, ...]
    lines: str = ""
    arguments: tuple[str, ...] = ()
    line: int | None = 6
    text: str | None = None
    command: str = "run"
    code: int = 2


OPTIMISED = "orbitals: optimised\n"
SPACE = "active_space: {name: frontier, electrons: 4, orbitals: 4}\n"
CHARGES = "environment: {charges: [[0.5, 0, 0, 9]]}\n"

KINDS = {
    # Orbitals
    "orbitals-of-no-kind": Bad(("orbitals.name", "'optimised'"), "orbitals: best\n"),
    "orbitals-of-a-circuit": Bad(
        ("efficient-su2", "is a circuit", "uccsd"), f"{OPTIMISED}ansatz: efficient-su2\n"
    ),
    "orbitals-without-optimiser": Bad(
        ("optimizer is 'none'", "another optimizer"), f"{OPTIMISED}optimizer: none\n"
    ),
    "orbitals-of-sqd": Bad(
        ("solver 'sqd' optimises them only if the input names an optimizer", "bfgs"),
        f"{OPTIMISED}solver: sqd\n",
    ),
    "orbitals-with-sampled-bits-missing": Bad(
        ("sqd needs bit strings", "give the backend shots"),
        f"backend: aer\nsolver: sqd\noptimizer: bfgs\n{OPTIMISED}",
    ),
    "orbitals-of-a-qubit-model": Bad(
        ("has no orbitals to optimise",),
        text="orbitals: optimised\nhamiltonian: {paulis: {ZZ: -1.0, XX: 0.2}}\n",
        line=1,
    ),
    # Active spaces
    "more-orbitals-than-there-are": Bad(
        ("8 orbitals is not possible: there are 4 left", "at_most"),
        "active_space: {name: frontier, electrons: 4, orbitals: 8}\n",
    ),
    "an-odd-number-of-frozen-electrons": Bad(
        ("3 of 10 electrons", "must be even", "vqe inspect"),
        "active_space: {name: frontier, electrons: 3, orbitals: 3}\n",
    ),
    "an-orbital-that-is-not-there": Bad(
        ("there is no orbital 9", "from 1 to 7", "vqe inspect"),
        "active_space: {name: explicit, orbitals: [5, 9]}\n",
    ),
    "too-many-natural-orbitals": Bad(
        ("'virtuals' asks for", "103 active orbitals", "virtuals: 36"),
        "active_space: {name: fno, virtuals: 99}\n",
        ("--basis", "cc-pvqz"),
        line=None,
        code=3,
    ),
    "missing-natural-orbitals": Bad(
        ("2 empty orbitals, not 3", "larger basis"), "active_space: {name: fno, virtuals: 3}\n"
    ),
    "unpaired-pairs": Bad(
        ("--multiplicity: puccd moves pairs of electrons", "2 electrons are unpaired", "uccsd"),
        "ansatz: puccd\n",
        ("--multiplicity", "3"),
        line=None,
    ),
    # Corrections
    "a-correction-of-optimised-orbitals": Bad(
        ("builds on Hartree-Fock", "nevpt2"), f"correction: mp2-outside\n{SPACE}{OPTIMISED}"
    ),
    "a-correction-of-a-circuit": Bad(
        ("needs the state of the electrons", "mp2-outside"),
        f"correction: nevpt2\n{SPACE}ansatz: two-local\n",
    ),
    "a-correction-twice": Bad(
        ("listed twice",), f"correction: [nevpt2, mp2-outside, nevpt2]\n{SPACE}"
    ),
    # Surroundings
    "a-solvent-that-is-not-known": Bad(("'watr'", "did you mean 'water'?"), "solvent: watr\n"),
    "a-solvent-among-charges": Bad(
        ("exclude each other", "leave one"), f"solvent: water\n{CHARGES}"
    ),
    "a-solvent-polarised-by-a-circuit": Bad(
        ("is a circuit", "leave out 'self_consistent'"),
        "solvent: {name: water, self_consistent: true}\nansatz: two-local\n",
    ),
    "constants-of-smd": Bad(
        ("takes its constants from the solvent's name", "ddcosmo"),
        "solvent: {name: water, model: smd, dielectric_constant: 4}\n",
    ),
    "a-charge-on-an-atom": Bad(
        ("point charge 1 is 0.100 Å from atom 1 (O)", "'units'"),
        "environment: {charges: [[0.5, 0, 0, -0.1]]}\n",
    ),
    "a-charge-without-a-place": Bad(
        ("is not [q, x, y, z]",), "environment: {charges: [[0.5, 0, 0]]}\n"
    ),
    "charges-around-a-smiles": Bad(
        ("lie anywhere", ".xyz"),
        text=f"molecule: {{geometry: {{smiles: O}}}}\n{CHARGES}",
        line=2,
    ),
    "charges-around-a-flat-drawing": Bad(
        ("lie anywhere", "three dimensions"),
        text=f"molecule: {{geometry: {{file: flat.mol}}}}\n{CHARGES}",
        line=2,
    ),
    "solvation-among-charges": Bad(
        ("a solvent and point charges exclude each other", "leave out the charges"),
        CHARGES,
        ("--property", "solvation"),
    ),
    # Forces and geometries
    "forces-of-samples": Bad(
        ("sampled or noisy", "backend exact"), "backend: {shots: 100}\nforces: true\n"
    ),
    "forces-in-a-fixed-solvent": Bad(
        ("in equilibrium", "self_consistent: true"), "forces: true\nsolvent: water\n"
    ),
    "forces-of-fitted-integrals": Bad(
        ("fitted", "leave out 'density_fitting'"),
        "  density_fitting: true\nforces: true\n",
    ),
    "a-geometry-of-a-qubit-model": Bad(
        ("forces act on the nuclei", "use `vqe run`"),
        text="hamiltonian: {paulis: {ZZ: -1.0, XX: 0.2}}\n",
        line=1,
        command="optimize",
    ),
    "a-geometry-without-a-place": Bad(
        ("lie anywhere",),
        text=f"molecule: {{geometry: {{file: flat.mol}}}}\n{CHARGES}",
        line=2,
        command="optimize",
    ),
    "an-impossible-triangle": Bad(
        ("longer than the way of 2 Å", "shorter"),
        arguments=(
            *("--constraint", "distance 1 2 1", "--constraint", "distance 1 3 1"),
            *("--constraint", "distance 2 3 4"),
        ),
        line=None,
        command="optimize",
    ),
    "a-constraint-of-no-atom": Bad(
        ("there is no atom 4", "from 1 to 3"),
        arguments=("--constraint", "distance 1 4 1"),
        line=None,
        command="optimize",
    ),
    # Properties
    "a-property-of-no-kind": Bad(("did you mean 'gap'",), "properties: [gapp]\n"),
    "a-complex-of-one-molecule": Bad(
        ("single molecule, not a complex", "fragments:"), "properties: [binding]\n"
    ),
    "a-bond-that-is-not-there": Bad(
        ("atoms 2 and 3 are not bonded",), "properties: [{name: bond-cleavage, bond: [2, 3]}]\n"
    ),
    "an-ion-of-pairs": Bad(
        ("ionization-energy needs the molecule and an ion", "uccsd"),
        "ansatz: puccd\nproperties: [ionization-energy]\n",
    ),
    # Reactions
    "an-unbalanced-reaction": Bad(
        ("not balanced", "+1 O", "count: 2"),
        text=REACTION.replace("[O, '[H+]']", "[O]").replace("'[OH3+]'", "OO"),
        line=2,
        command="reaction",
    ),
    "a-species-too-small-for-its-space": Bad(
        ("[H][H]: ", "4 of 2 electrons"),
        text="active_space: {name: frontier, electrons: 4, orbitals: 4}\n"
        "reaction:\n  reactants: [C=C, '[H][H]']\n  products: [CC]\n",
        line=3,
        command="reaction",
    ),
    "charges-around-a-reaction": Bad(
        ("lie anywhere",), text=f"{REACTION}{CHARGES}", line=3, command="reaction"
    ),
    "no-reaction": Bad(("there is no reaction", "vqe run"), line=1, command="reaction"),
    # Exports
    "an-export-of-no-kind": Bad(
        ("did you mean 'molden'",), arguments=("--export", "moldn", "w.molden"), line=None
    ),
    "an-export-of-a-qubit-model": Bad(
        ("molden", "orbitals in space"),
        text="hamiltonian: {paulis: {ZZ: -1.0, XX: 0.2}}\n",
        arguments=("--export", "molden", "w.molden"),
        line=None,
    ),
    # Larger bases
    "x2c-with-core-potentials": Bad(
        ("x2c needs all electrons", "ecp: none"),
        text="molecule:\n  geometry: Au 0 0 0; H 0 0 1.5\n  basis: lanl2dz\n  relativity: x2c\n"
        "active_space: {name: frontier, electrons: 2, orbitals: 2}\n",
        line=4,
    ),
    "relativity-of-no-kind": Bad(("'x2c'",), "  relativity: dkh\n"),
    "an-auxiliary-basis-of-no-kind": Bad(
        ("no auxiliary basis",), "  density_fitting: nothing-jkfit\n"
    ),
    # FCIDUMP files with what needs a molecule
    "a-solvent-around-integrals": Bad(
        ("needs the positions of atoms", "FCIDUMP", "leave 'solvent' out"),
        text="fcidump: {file: h2.fcidump}\nsolvent: water\n",
        line=2,
    ),
    "forces-on-integrals": Bad(
        ("only a Hamiltonian", "leave out 'forces'"),
        text="fcidump: {file: h2.fcidump}\nforces: true\n",
        line=2,
    ),
    "properties-of-integrals": Bad(
        ("properties are those of a molecule", "leave them out"),
        text="fcidump: {file: h2.fcidump}\nproperties: [gap]\n",
        line=2,
    ),
    "natural-orbitals-of-integrals": Bad(
        ("needs the positions of orbitals", "frontier"),
        text="fcidump: {file: h2.fcidump}\nactive_space: fno\n",
        line=2,
    ),
}


@pytest.fixture(autouse=True)
def _no_orbitals(monkeypatch: pytest.MonkeyPatch) -> None:
    """No mean field is computed for an input that is refused."""

    def fail(*_: Any, **__: Any) -> None:
        pytest.fail("orbitals were computed")

    monkeypatch.setattr(mean_fields, "solve_mean_field", fail)
    monkeypatch.setattr(orbitals, "lowest_determinant", fail)


@pytest.mark.parametrize("kind", KINDS)
def test_bad_input_is_refused_before_orbitals(
    run_vqe: RunVqe, write_file: WriteFile, kind: str
) -> None:
    bad = KINDS[kind]
    write_file("flat.mol", FLAT)
    write_file("h2.fcidump", FCIDUMP)
    file = write_file("input.yaml", bad.text or f"{WATER}{bad.lines}")
    outcome = run_vqe(bad.command, file, *bad.arguments)
    assert outcome.code == bad.code
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    shown = " ".join(outcome.err.split())
    if bad.line is not None:
        assert f"input.yaml:{bad.line}: " in shown
    for word in bad.words:
        assert word in shown


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"ansatz": "two-local"}, ("product of excitations", "use uccsd")),
        ({"ansatz": "uccds"}, ("no ansatz called 'uccds'", "did you mean 'uccsd'")),
        ({"ansatz": {"name": "tups", "layers": 0}}, ("layers", "greater than or equal to 1")),
        ({"optimizer": "bfsg"}, ("optimizer", "did you mean 'bfgs'")),
        ({"backend": {"name": "aer", "shots": -1}}, ("shots", "greater than or equal to 2")),
        ({"mapper": "jx"}, ("no mapper called 'jx'", "jordan-wigner")),
        ({"initial": {"file": "x.json"}}, ("vqe run", "give the values")),
        ({"restarts": -1}, ("restarts", "greater than or equal to 0")),
    ],
)
def test_bad_options_of_the_solver_in_pyscf_are_refused(
    options: dict[str, Any], words: tuple[str, ...]
) -> None:
    with pytest.raises(InputError) as refusal:
        VQESolver(**options)
    for word in words:
        assert word in f"{refusal.value} {refusal.value.hint}"
