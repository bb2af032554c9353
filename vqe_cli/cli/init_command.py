"""``vqe init``: a commented input file as a starting point."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from vqe_cli.cli.help import Command
from vqe_cli.cli.input_templates import (
    CAMPAIGN,
    HAMILTONIAN,
    molecule_by_name,
    molecule_of_file,
    molecule_of_smiles,
    quoted,
)
from vqe_cli.cli.options import verbose_option
from vqe_cli.cli.say import say
from vqe_cli.schema.known_molecules import MOLECULES, known_molecule

DEFAULT_NAME = "molecule"
"""Name of a molecule as SMILES without a NAME, and of its file."""


@click.command("init", cls=Command)
@click.argument("name", metavar="[NAME]", required=False)
@click.option("--from", "origin", metavar="FILE", help="Copy the molecule of a structure file.")
@click.option("--smiles", metavar="SMILES", help="Write a molecule as SMILES.")
@click.option(
    "--hamiltonian", is_flag=True, help="Write a qubit Hamiltonian instead of a molecule."
)
@click.option("--screen", is_flag=True, help="Write the settings of a screening campaign.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
@verbose_option
def command(
    name: str | None,
    origin: str | None,
    smiles: str | None,
    hamiltonian: bool,
    screen: bool,
    force: bool,
) -> None:
    """Write NAME.yaml, a commented input file.

    Small molecules are known by name or formula, such as water or N2, and their
    files are ready to run; --from and --smiles give the atoms of others. Any
    other NAME gives a template without atoms.

    \b
    Examples:
      vqe init water
      vqe init ethanol --smiles CCO
      vqe init --from gaussian.out
      vqe init ising --hamiltonian
      vqe init fragments --screen
    """
    from vqe_cli._core.files import write_atomic
    from vqe_cli.cli.output import check_writable
    from vqe_cli.errors import InputError

    contents = {
        "--from": origin is not None,
        "--smiles": smiles is not None,
        "--hamiltonian": hamiltonian,
        "--screen": screen,
    }
    given = [flag for flag, is_given in contents.items() if is_given]
    if len(given) > 1:
        raise click.UsageError(f"{' and '.join(given)} exclude each other")
    if name is None:
        if origin == "-" or not (origin or smiles):
            raise click.UsageError("give a NAME, such as water")
        name = DEFAULT_NAME if origin is None else Path(origin.removesuffix(".gz")).stem
    path = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    called = path.name.removesuffix(".yaml").removesuffix(".yml")
    if not called.strip(".~ ") or not name.isprintable():
        hint = "NAME is the name of a molecule and of its file, such as water"
        raise InputError(f"{name!r} is not a valid NAME", hint=hint)
    check_writable(str(path))
    if path.exists() and not force:
        raise InputError(f"{path} already exists", hint="--force replaces it, or give a NAME")
    known = None if given else known_molecule(called)
    if screen or hamiltonian:
        text = (CAMPAIGN if screen else HAMILTONIAN).format(name=quoted(called))
    elif origin is not None:
        text = molecule_of_file(called, Path(origin), path)
    elif smiles is not None:
        text = molecule_of_smiles(called, smiles)
    else:
        text = molecule_by_name(called, known)
    write_atomic(path, text)
    file = shlex.quote(str(path))
    run = f"vqe screen run CANDIDATES --config {file} --out DIR" if screen else f"vqe run {file}"
    if given or known is not None:
        say(f"wrote {path}; next: {run}", err=False)
        return
    say(f"wrote {path}, a template: add the atoms of {quoted(called)}; then: {run}", err=False)
    say(f"known by name: {', '.join(one.names[-1] for one in MOLECULES)}", err=False)
