"""The tools of the server: their arguments, and the command lines that these stand for."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, ValidationError, model_validator

from vqe_cli._core.validation import Frozen, SpecError, input_error
from vqe_cli.cli.mcp.policy import Policy
from vqe_cli.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from vqe_cli.schema import RunSpec

KEEPING = "start it with --output-dir DIR"

SHARE = 0.3
"""Share of a call's time for one row of a comparison, and after which no further row begins."""

WITHOUT_FILE = "-"
"""The name of standard input, from which a child reads the input of a call."""


class Tool(Frozen):
    """The arguments of a tool."""

    writes: ClassVar[bool] = False
    """Whether the tool can write files."""

    @abstractmethod
    def words(self, policy: Policy) -> list[str]:
        """The words of the command line, without ``--json``.

        Args:
            policy: What the server allows.

        Raises:
            VqeError: The arguments are wrong, or ask for what is not allowed.
        """


class Problem(Tool):
    """A problem, as a command of the command line takes it."""

    file: str | None = Field(
        default=None,
        description="Input file in an open folder: YAML, .xyz, .mol, .sdf, FCIDUMP, TREXIO,"
        " QCSchema, an output of another program, or the record of a run, which is repeated.",
    )
    input: dict[str, Any] | str | None = Field(
        default=None,
        description="The input itself, as in a YAML file, for example {'molecule': {'geometry':"
        " 'H 0 0 0; H 0 0 0.74', 'basis': 'sto-3g'}, 'active_space': 'full', 'ansatz': 'uccsd'}."
        " Energies are in Hartree, coordinates in Ångström.",
    )
    smiles: str | None = Field(default=None, description="The molecule as SMILES.")
    set: dict[str, Any] = Field(
        default={},
        description="Fields of the input to change, by dotted keys, for example"
        " {'molecule.basis': '6-31g', 'ansatz': 'puccd', 'optimizer.maxiter': 200}.",
    )

    @model_validator(mode="after")
    def _one_source(self) -> Problem:
        if self.file is not None and self.input is not None:
            raise SpecError("'file' and 'input' exclude each other", "give one of them")
        if self.file is None and self.input is None and self.smiles is None:
            raise SpecError("there is no molecule", "give 'file', 'input' or 'smiles'")
        return self

    def problem_words(self, policy: Policy) -> list[str]:
        """The words that name the problem, with the limits of the server.

        Args:
            policy: What the server allows.
        """
        words, given = [], [f"{key}={_plain(value)}" for key, value in self.set.items()]
        source = self._source(policy)
        if source is not None:
            words.append(source)
        if self.smiles is not None:
            words.append(f"--smiles={self.smiles}")
        limits = self._limits(self._spec(policy, source, given), policy)
        return [*words, *(f"--set={text}" for text in (*given, *limits))]

    def _source(self, policy: Policy) -> str | None:
        if self.file is not None:
            return str(policy.existing(self.file))
        return None if self.input is None else WITHOUT_FILE

    def _spec(self, policy: Policy, source: str | None, given: Sequence[str]) -> RunSpec:
        """The input, once it is certain that it names no file outside of the open folders."""
        from vqe_cli.cli.flag_values import overrides
        from vqe_cli.schema import load_data, spec_from_data

        data, origins = load_data(source, overrides({"smiles": self.smiles}, given))
        policy.refuse_texts_outside(data, origins.folder.absolute())
        return spec_from_data(data, origins)

    def _limits(self, spec: RunSpec, policy: Policy) -> Iterator[str]:
        """Assignments of the limits that the input does not keep of itself."""
        own = spec.memory.limit
        if own is None or own > policy.memory:
            yield f"max_memory={policy.memory // 1000} kB"


class Solved(Problem):
    """A problem that is solved by VQE, for which shots are limited as well."""

    def _limits(self, spec: RunSpec, policy: Policy) -> Iterator[str]:
        from vqe_cli.cli.mcp.shots import limits_of_shots
        from vqe_cli.parts import located, look_up_parts

        with located(spec):
            parts = look_up_parts(spec)
        yield from super()._limits(spec, policy)
        yield from limits_of_shots(spec, parts.backend, policy)


class Run(Solved):
    """Run VQE on one problem, compare with the exact energy, and judge the result.

    The record has energies (Hartree), the error against the exact energy (millihartree), checks,
    verdict (pass, warn or fail) and provenance. Ask `estimate` first for anything larger than a few
    orbitals.
    """

    writes: ClassVar[bool] = True

    properties: tuple[str, ...] = Field(
        default=(), description="Properties to compute as well, such as ionization-energy or gap."
    )
    output: str | None = Field(
        default=None,
        description="File for the record (.json) or a bundle (.zip), in the folder of results.",
    )
    resume: bool = Field(
        default=False,
        description="Whether to go on with a run that an earlier call began; needs a folder of"
        " results.",
    )

    def words(self, policy: Policy) -> list[str]:
        """The words of ``vqe run``."""
        words = ["run", *self.problem_words(policy), "--quiet"]
        words += [f"--property={_plain(name)}" for name in self.properties]
        if self.output is not None:
            words.append(f"--output={policy.writable(self.output)}")
        if self.resume and policy.output is None:
            raise InputError(
                "this server keeps no checkpoints", hint="start it with --output-dir DIR"
            )
        if policy.has_hardware:
            words.append("--yes")
        return words + ["--resume"] * self.resume


class Estimate(Problem):
    """Estimate qubits, gates, shots, time, memory and money of a run, without running it.

    Only Hartree-Fock is solved, and no job is sent.
    """

    device: str | None = Field(
        default=None, description="IBM device, real or fake (default: fake_fez)."
    )
    error: str | None = Field(
        default=None, description="Target standard error with its unit (default: 1.6mHa)."
    )

    def words(self, policy: Policy) -> list[str]:
        """The words of ``vqe estimate``."""
        options = {"--device": self.device, "--error": self.error}
        given = [f"{name}={value}" for name, value in options.items() if value is not None]
        return ["estimate", *self.problem_words(policy), *given]


class ExportFile(Frozen):
    """A file in another program's format."""

    format: str | dict[str, Any] = Field(
        description="cube, fcidump, molden, openfermion, qasm3, qcschema, qiskit or trexio, or a"
        " mapping with its options."
    )
    path: str = Field(description="The file, in the folder of results.")


class Inspect(Problem):
    """Show orbitals, active space, symmetries and qubit operator of a problem, unsolved."""

    writes: ClassVar[bool] = True

    orbitals: bool = Field(
        default=False, description="Only the active orbitals and their neighbours; no operator."
    )
    spaces: bool = Field(
        default=False,
        description="Compare active spaces by the entropies of their orbitals, and recommend one.",
    )
    terms: int = Field(default=8, ge=0, description="Number of largest terms of the operator.")
    exports: tuple[ExportFile, ...] = Field(default=(), description="Files to write.")

    def words(self, policy: Policy) -> list[str]:
        """The words of ``vqe inspect``."""
        words = ["inspect", *self.problem_words(policy)]
        words += ["--orbitals"] * self.orbitals + ["--spaces"] * self.spaces
        if not (self.orbitals or self.spaces):
            words.append(f"--terms={self.terms}")
        for export in self.exports:
            words += ["--export", _plain(export.format), str(policy.writable(export.path))]
        return words


class Compare(Solved):
    """Compare classical methods and variants of VQE on one problem: errors, times, costs.

    No row runs on a real device. A row may take 30 % of the time of a call; once that much is
    spent, further rows are refused.
    """

    writes: ClassVar[bool] = True

    methods: tuple[str | dict[str, Any], ...] = Field(
        default=(),
        description="Methods (default: hf, mp2, cisd, ccsd, ccsd-t, fci, vqe), or mappings with"
        " their options, such as {'name': 'dmrg', 'bond_dimension': 500}.",
    )
    grid: dict[str, list[Any]] = Field(
        default={},
        description="Values of input fields for VQE, such as {'ansatz': ['uccsd', 'adapt']}.",
    )
    seeds: int = Field(default=1, ge=1, description="Number of seeds of each variant of VQE.")
    output: str | None = Field(
        default=None,
        description="File for the record (.json) or a bundle (.zip), in the folder of results.",
    )

    def words(self, policy: Policy) -> list[str]:
        """The words of ``vqe compare``."""
        from vqe_cli.cli.mcp.shots import refuse_grid

        refuse_grid(self.grid, policy)
        words = ["compare", *self.problem_words(policy), "--quiet", f"--seeds={self.seeds}"]
        words += [f"{flag}={SHARE * policy.seconds:g}" for flag in ("--max-time", "--time-limit")]
        if self.methods:
            words.append(f"--methods={','.join(map(_named, self.methods))}")
        words += [f"--grid={key}={','.join(map(_plain, got))}" for key, got in self.grid.items()]
        if self.output is not None:
            words.append(f"--output={policy.writable(self.output)}")
        return words


class ScreenStatus(Tool):
    """Show the progress of a campaign over many molecules, its failures and the remaining time."""

    folder: str = Field(description="The campaign's folder, in an open folder.")

    def words(self, policy: Policy) -> list[str]:
        """The words of ``vqe screen status``."""
        return ["screen", "status", str(policy.existing(self.folder))]


TOOLS: Mapping[str, type[Tool]] = {
    "run": Run,
    "estimate": Estimate,
    "inspect": Inspect,
    "compare": Compare,
    "screen_status": ScreenStatus,
}
"""The tools by their names."""


def command_line(name: str, arguments: Mapping[str, Any], policy: Policy) -> list[str]:
    """The command line that a call stands for, within the limits of the server.

    Args:
        name: Name of the tool.
        arguments: The arguments as plain data.
        policy: What the server allows.

    Raises:
        VqeError: The arguments are wrong, or ask for what is not allowed.
    """
    if name not in TOOLS:
        raise InputError(f"there is no tool '{name}'", hint=did_you_mean(name, list(TOOLS)))
    tool = TOOLS[name]
    try:
        found = tool.model_validate_json(json.dumps(arguments))
    except ValidationError as error:
        raise input_error(error, tool) from None
    policy.refuse_texts_outside(found.model_dump(), policy.folder)
    return [*found.words(policy), "--json"]


def _plain(value: Any) -> str:
    """A value as JSON, which YAML reads as well."""
    return json.dumps(value, ensure_ascii=False)


def _named(method: str | dict[str, Any]) -> str:
    return method if isinstance(method, str) else _plain(method)
