"""Commented input files: of known molecules, of those in files or in SMILES, of campaigns."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vqe_cli.schema.known_molecules import KnownMolecule

MOLECULE = """\
# Input of `vqe run`. Every key except molecule.geometry is optional; the values
# below are the defaults{but_for}. `vqe list` shows all choices.
{source}molecule:
  name: {name}
{geometry}
{electrons}
  basis: {basis} # any that PySCF has

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

ELECTRONS = """\
  units: {units} # angstrom or bohr
  charge: {charge}
  multiplicity: {multiplicity}              # 2S+1"""

OF_STRUCTURE = "  # Charge and multiplicity are those of the structure; write them to check it."

NOTATIONS = """\
  # Lines of 'symbol x y z'. Or {file: water.xyz} or .sdf, {zmatrix: |...}, {smiles: "O"}."""

IN_TEMPLATE = ("name", "geometry", "units", "charge", "multiplicity", "basis")
"""Keys of the molecule that the template has."""

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


def molecule_of_file(name: str, origin: Path, path: Path) -> str:
    """The input file of the molecule in a structure or an output.

    Args:
        name: Name of the molecule.
        origin: Path of the structure or output.
        path: Path of the input file.

    Raises:
        InputError: The file cannot be read, or has no molecule.
    """
    from vqe_cli.errors import InputError
    from vqe_cli.schema.files import read_input
    from vqe_cli.schema.flag_paths import moved

    data, remarks = read_input(origin)
    molecule = data.get("molecule")
    if not isinstance(molecule, dict):
        hint = f"vqe run {shlex.quote(str(origin))} reads it as it is"
        raise InputError(f"{origin} has no atoms for an input file", hint=hint)
    at = (origin.parent, path.parent)
    geometry = molecule["geometry"]
    written = (
        {"cartesian": geometry}
        if isinstance(geometry, str)
        else moved(geometry, ("molecule", "geometry"), *at)
    )
    if "molfile" in written:
        written = {"file": os.path.relpath(origin, path.parent)}
    source = [f"# The molecule is that of {origin.name}.", *(f"# {one.text}" for one in remarks)]
    is_structure = "smiles" in written or "file" in written
    text = MOLECULE.format(
        name=quoted(str(molecule.get("name") or name)),
        source="".join(f"{line}\n" for line in source),
        geometry=_geometry(written),
        electrons=_stated_electrons(molecule) if is_structure else _electrons(molecule),
        basis=_padded(_plain(moved(molecule.get("basis", "sto-3g"), ("molecule", "basis"), *at))),
        but_for=", except for what the file states",
        active_space=_commented("full", FULL_SPACE),
    )
    return _with_settings(text, moved(data, (), *at))


def _stated_electrons(molecule: Mapping[str, Any]) -> str:
    """Unit, charge and multiplicity that stand beside a structure, as lines of an input file."""
    stated = (f"  {key}: {molecule[key]}" for key in IN_TEMPLATE[2:5] if key in molecule)
    return "\n".join((OF_STRUCTURE, *stated))


def _with_settings(text: str, data: Mapping[str, Any]) -> str:
    """The input file with the other settings of the molecule and of the run."""
    from vqe_cli.schema import RunSpec

    lines, further = text.splitlines(), []
    for key in RunSpec.model_fields.keys() & data.keys() - {"molecule"}:
        if (setting := _short(data[key])) in (None, {}, ""):
            continue
        line = f"{key}: {_plain(setting)}"
        place = next((at for at, old in enumerate(lines) if old.startswith(f"{key}:")), None)
        if place is None:
            further.append(line)
        else:
            lines[place] = line
    basis = next(at for at, line in enumerate(lines) if line.startswith("  basis:"))
    own = {key: one for key, one in data["molecule"].items() if key not in IN_TEMPLATE}
    lines[basis + 1 : basis + 1] = [
        f"  {key}: {_plain(value)}" for key, value in own.items() if value not in (None, {}, "")
    ]
    return "\n".join((*lines, *sorted(further), ""))


def _short(value: Any) -> Any:
    """A selection without options by its name alone."""
    return value["name"] if isinstance(value, dict) and value.keys() == {"name"} else value


def molecule_of_smiles(name: str, smiles: str) -> str:
    """The input file of a molecule as SMILES.

    Args:
        name: Name of the molecule.
        smiles: The SMILES text.

    Raises:
        InputError: The text is not a SMILES.
    """
    from vqe_cli.chemistry.geometry.structures import structure_of
    from vqe_cli.schema.molecule_spec import Geometry, MoleculeSpec

    structure_of(MoleculeSpec(geometry=Geometry(smiles=smiles)))
    return MOLECULE.format(
        name=quoted(name),
        source="",
        geometry=_geometry({"smiles": smiles}),
        electrons=OF_STRUCTURE,
        basis=_padded("sto-3g"),
        but_for="",
        active_space=_commented("full", FULL_SPACE),
    )


def _geometry(written: Mapping[str, Any]) -> str:
    """The geometry as lines of an input file."""
    ((notation, text),) = written.items()
    if notation in ("smiles", "file"):
        return f"  geometry: {{{notation}: {quoted(str(text))}}}"
    indent = "    " if notation == "cartesian" else "      "
    head = "  geometry: |" if notation == "cartesian" else f"  geometry:\n    {notation}: |"
    lines = (line.strip() for line in str(text).replace(";", "\n").splitlines())
    return "\n".join([NOTATIONS, head, *(indent + line for line in lines if line)])


def _electrons(molecule: Mapping[str, Any]) -> str:
    """Unit, charge and multiplicity as lines of an input file."""
    return ELECTRONS.format(
        units=_padded(str(molecule.get("units", "angstrom"))),
        charge=molecule.get("charge", 0),
        multiplicity=molecule.get("multiplicity", 1),
    )


def molecule_by_name(name: str, known: KnownMolecule | None) -> str:
    """The input file of a molecule, with its atoms if it is known.

    Args:
        name: Name of the molecule.
        known: The molecule of that name; None for a template without atoms.
    """
    if known is None:
        return MOLECULE.format(
            name=quoted(name), source="", geometry=BLANK_GEOMETRY, electrons=_electrons({}),
            basis=_padded("sto-3g"), but_for="", active_space=_commented("full", FULL_SPACE),
        )  # fmt: skip
    chosen = known.active_space != "full"
    stated = {"charge": known.charge, "multiplicity": known.multiplicity}
    return MOLECULE.format(
        name=quoted(name),
        source=f"# Geometry: {known.source}.\n",
        geometry=_geometry({"zmatrix" if known.is_zmatrix else "cartesian": known.geometry}),
        electrons=_electrons(stated),
        basis=_padded("sto-3g"),
        but_for=", except for active_space" if chosen else "",
        active_space=_commented(known.active_space, "# full" if chosen else FULL_SPACE),
    )


def _padded(value: str) -> str:
    return f"{value:<{21}}"


def _plain(value: Any) -> str:
    """A value in YAML; a mapping or list on one line."""
    is_simple = isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9][\w+*(),-]*", value)
    return str(value) if is_simple else json.dumps(value)


def _commented(value: str, comment: str) -> str:
    return f"{value:<16} {comment}"


def quoted(name: str) -> str:
    """The name as a quoted YAML text.

    Args:
        name: Name of the molecule.
    """
    return json.dumps(name, ensure_ascii=False)
