"""``vqe init``: a commented input file as a starting point."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from vqe_cli.cli.options import verbose_option
from vqe_cli.cli.say import say
from vqe_cli.schema.known_molecules import MOLECULES, KnownMolecule, known_molecule

MOLECULE = """\
# Input of `vqe run`. Every key except molecule.geometry is optional; the values
# below are the defaults{but_for}. `vqe list` shows all choices.
{source}molecule:
  name: {name}
{geometry}
  units: angstrom              # or bohr
  charge: {charge}
  multiplicity: {multiplicity}              # 2S+1
  basis: sto-3g                # any that PySCF has

active_space: {active_space}
mapper: jordan-wigner          # parity, ternary-tree ... (vqe list mapper)
ansatz: uccsd                  # efficient-su2, {{name: two-local, reps: 2}}, ...
optimizer: auto                # {{name: slsqp, maxiter: 300}}, cobyla, spsa, ...
solver: vqe                    # sqd: diagonalisation in sampled determinants
backend: exact                 # {{name: aer, shots: 4096, noise: fake_manila}}
reference: auto                # exact energy for comparison: numpy, fci, none
initial: auto                  # zeros, mp2, ccsd, random, {{file: earlier-result.json}}
seed: 7
# properties: [gap]            # beside the energy; none by default: `vqe list property`
"""

NOTATIONS = """\
  # Lines of 'symbol x y z'. Or {file: water.xyz} or .sdf, {zmatrix: |...}, {smiles: "O"}."""

FULL_SPACE = "# frozen-core, or {name: frontier, electrons: 2, orbitals: 2}"

BLANK_GEOMETRY = f"""\
{NOTATIONS}
  # A template: replace the next line by the atoms of your molecule.
  geometry: |
    # symbol x y z"""

HAMILTONIAN = """\
# Input of `vqe run`: a qubit Hamiltonian. The rightmost letter of a Pauli string
# acts on qubit 0; coefficients are real.
hamiltonian:
  name: {name}
  paulis: {{ZZ: -1.0, ZI: 0.5, IZ: 0.5, XX: 0.2}}
  # or a model in place of 'paulis' (`vqe list model`), with ansatz hva or qaoa:
  # model: heisenberg
  # sites: 8
  # lattice: ring

ansatz: {{name: two-local, rotation_blocks: [ry, rz], entanglement_blocks: [cx], reps: 2}}
optimizer: auto                # {{name: slsqp, maxiter: 300}}, cobyla, spsa, ...
backend: exact                 # {{name: aer, shots: 4096}}
reference: auto                # numpy, none
initial: random
seed: 7
"""

CAMPAIGN = """\
# Settings of `vqe screen run`, applied to every candidate. Every key of the
# input of `vqe run` is allowed; geometry, charge and multiplicity come from the
# candidates. Commented lines show further options.
molecule:
  basis: sto-3g                # any that PySCF has
active_space:                  # the same for all: `vqe list active-space`
  {{name: frontier, electrons: 4, orbitals: 4, at_most: true}}
# ansatz: uccsd                # these three are the defaults
# optimizer: auto
# backend: exact               # {{name: aer, shots: 4096, noise: fake_manila}}

# Properties to compute; `vqe list property` shows all, with columns and units.
properties: [energy, dipole, gap, triage]

# candidates:                  # reading of the list, and limits
#   smiles_column: smiles      # column of a table
#   name_column: name
#   max_atoms: 200             # hydrogens included
#   max_heavy_atoms: 12        # no limit by default
#   elements: [H, C, N, O, S]  # all by default
#   max_basis_functions: 600

# limits:                      # per candidate; each runs in its own process
#   memory: 2 GB               # an equal share of the machine by default
#   time: 3600                 # seconds

# grid:                        # every combination is run for every candidate
#   ansatz: [uccsd, lucj]
#   molecule.basis: [sto-3g, 6-31g]

# cluster:                     # jobs of a batch system as workers; none by default
#   kind: slurm                # pbs, lsf, sge
#   jobs: 4
#   cores: 8
#   memory: 16GB
#   walltime: "08:00:00"
"""


@click.command("init")
@click.argument("name", metavar="NAME")
@click.option(
    "--hamiltonian", is_flag=True, help="Write a qubit Hamiltonian instead of a molecule."
)
@click.option("--screen", is_flag=True, help="Write the settings of a screening campaign.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
@verbose_option
def command(name: str, hamiltonian: bool, screen: bool, force: bool) -> None:
    """Write NAME.yaml, a commented input file.

    Small molecules are known by name or formula, such as water or N2, and their
    files are ready to run; any other NAME gives a template without atoms.

    \b
    Examples:
      vqe init water
      vqe init ising --hamiltonian
      vqe init fragments --screen
    """
    from vqe_cli._core.files import write_atomic
    from vqe_cli.cli.output import check_writable
    from vqe_cli.errors import InputError

    if hamiltonian and screen:
        raise click.UsageError("--screen and --hamiltonian exclude each other")
    path = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    called = path.name.removesuffix(".yaml").removesuffix(".yml")
    if not called.strip(".~ ") or not name.isprintable():
        hint = "NAME is the name of a molecule and of its file, such as water"
        raise InputError(f"{name!r} is not a valid NAME", hint=hint)
    check_writable(str(path))
    if path.exists() and not force:
        raise InputError(f"{path} already exists", hint="--force replaces it")
    known = known_molecule(called)
    if screen or hamiltonian:
        text = (CAMPAIGN if screen else HAMILTONIAN).format(name=_quoted(called))
    else:
        text = _molecule(called, known)
    write_atomic(path, text)
    file = shlex.quote(str(path))
    run = f"vqe screen run CANDIDATES --config {file} --out DIR" if screen else f"vqe run {file}"
    if screen or hamiltonian or known is not None:
        say(f"wrote {path}; next: {run}", err=False)
        return
    say(f"wrote {path}, a template: add the atoms of {_quoted(called)}; then: {run}", err=False)
    say(f"known by name: {', '.join(one.names[-1] for one in MOLECULES)}", err=False)


def _molecule(name: str, known: KnownMolecule | None) -> str:
    """The input file of a molecule, with its atoms if it is known."""
    if known is None:
        return MOLECULE.format(
            name=_quoted(name), source="", geometry=BLANK_GEOMETRY, charge=0, multiplicity=1,
            but_for="", active_space=_commented("full", FULL_SPACE),
        )  # fmt: skip
    indent = "      " if known.is_zmatrix else "    "
    lines = "\n".join(indent + line for line in known.geometry.splitlines())
    head = "  geometry:\n    zmatrix: |" if known.is_zmatrix else "  geometry: |"
    chosen = known.active_space != "full"
    return MOLECULE.format(
        name=_quoted(name),
        source=f"# Geometry: {known.source}.\n",
        geometry=f"{NOTATIONS}\n{head}\n{lines}",
        charge=known.charge,
        multiplicity=known.multiplicity,
        but_for=", except for active_space" if chosen else "",
        active_space=_commented(known.active_space, "# full" if chosen else FULL_SPACE),
    )


def _commented(value: str, comment: str) -> str:
    return f"{value:<16} {comment}"


def _quoted(name: str) -> str:
    """The name as a quoted YAML text."""
    import json

    return json.dumps(name, ensure_ascii=False)
