"""Input files and records: reading, models and checks of form."""

from vqe_cli.schema.files import load, load_data, spec_from_data
from vqe_cli.schema.hamiltonian_spec import HamiltonianSpec
from vqe_cli.schema.molecule_spec import Geometry, MoleculeSpec, ScfSpec, StructureSpec
from vqe_cli.schema.run_spec import FcidumpSpec, InitialSpec, RunSpec, locate
from vqe_cli.schema.selection import Selection
from vqe_cli.schema.source import Source
from vqe_cli.schema.surroundings import EnvironmentSpec, SolventSpec, Surroundings

__all__ = [
    "EnvironmentSpec",
    "FcidumpSpec",
    "Geometry",
    "HamiltonianSpec",
    "InitialSpec",
    "MoleculeSpec",
    "RunSpec",
    "ScfSpec",
    "Selection",
    "SolventSpec",
    "Source",
    "StructureSpec",
    "Surroundings",
    "load",
    "load_data",
    "locate",
    "spec_from_data",
]
