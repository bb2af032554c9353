"""Diagnosis of a parameterised state: gradients, energies under noise, and error bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from vqe_cli._core.numba_jit import announced
from vqe_cli._core.provenance import provenance
from vqe_cli._core.threads import threads_for
from vqe_cli.analysis.diagnosis.gradients import GradientStudy, gradient_study
from vqe_cli.analysis.diagnosis.noise import NoiseStudy, noise_study
from vqe_cli.analysis.diagnosis.optimum import Optimum, find_optimum, without_noise
from vqe_cli.analysis.diagnosis.options import STUDIES, DiagnosisOptions, Study, Tell
from vqe_cli.analysis.diagnosis.shots import ShotsStudy, shots_study
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.context import Context
from vqe_cli.errors import InputError
from vqe_cli.parts import Parts, located, look_up_parts, resolved_spec
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec
from vqe_cli.schema.problem_records import ProblemRecord
from vqe_cli.variational.feasibility import needs_of_run
from vqe_cli.variational.other_references import refuse_with_orbitals_of
from vqe_cli.variational.recording import problem_record

__all__ = ["STUDIES", "Diagnosis", "DiagnosisOptions", "diagnose"]


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """The results of all studies.

    Args:
        name: Name of the problem.
        spec: The run's spec, with every default filled in.
        problem: The record of the problem.
        gradients: The study of gradients; None if left out.
        noise: The study of noise; None if left out.
        shots: The study of shots; None if left out.
        optimum: The optimum at which noise and shots were studied; None if neither was.
        left_out: Reasons of studies that do not apply to this run, by name.
    """

    name: str
    spec: dict[str, Any]
    problem: ProblemRecord
    gradients: GradientStudy | None
    noise: NoiseStudy | None
    shots: ShotsStudy | None
    optimum: Optimum | None
    left_out: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "schema": "vqe-diagnose/1",
            "name": self.name,
            "spec": self.spec,
            "problem": self.problem.model_dump(mode="json"),
            "optimum": None if self.optimum is None else self.optimum.as_dict(),
            "gradients": _plain(self.gradients),
            "noise": _plain(self.noise),
            "shots": _plain(self.shots),
            "left_out": self.left_out,
            "provenance": provenance(),
        }


def _plain(study: GradientStudy | NoiseStudy | ShotsStudy | None) -> dict[str, Any] | None:
    if study is None:
        return None
    found = {**asdict(study), "conclusion": study.conclusion}
    if isinstance(study, ShotsStudy):
        for entry, method in zip(found["methods"], study.methods, strict=True):
            entry["shots_to_accuracy"] = method.shots_to_accuracy
    return found


def diagnose(spec: RunSpec, options: DiagnosisOptions, tell: Tell = lambda _: None) -> Diagnosis:
    """Study a parameterised state.

    Args:
        spec: The run's spec; gradients and shots are always studied on the exact backend.
        options: The studies and their extent.
        tell: Callback, called with a message before each computation.

    Returns:
        The results of all studies.

    Raises:
        InputError: A study is requested by name that does not apply to this run.
    """
    context = Context()
    with located(spec):
        spec.refuse_own_unit("gradients and errors of a diagnosis")
        parts = look_up_parts(spec)
        refuse_with_orbitals_of(spec, parts)
        simulated = look_up_parts(without_noise(spec))
        needs = needs_of_run(simulated, spec.memory)
        problem = build_problem(spec, parts.active_space, needs, context.mean_fields)
        encoding = Encoding(problem, parts.mapper, spec.memory)
        left_out = _left_out(parts, parts.ansatz.state(encoding), options)
        wanted = [study for study in options.studies or STUDIES if study not in left_out]
        with announced(lambda: tell("compiling, once after installation")):
            return Diagnosis(
                name=spec.title,
                spec=resolved_spec(spec, parts),
                problem=problem_record(encoding, spec),
                left_out=left_out,
                **_studies(wanted, spec, parts, encoding, options, tell, context=context),
            )


def _studies(
    wanted: Sequence[Study],
    spec: RunSpec,
    parts: Parts,
    encoding: Encoding,
    options: DiagnosisOptions,
    tell: Tell,
    *,
    context: Context,
) -> dict[str, Any]:
    found: dict[str, Any] = {"gradients": None, "noise": None, "shots": None, "optimum": None}
    if "gradients" in wanted:
        found["gradients"] = gradient_study(
            spec, parts, encoding.problem, options, tell, context.mean_fields
        )
    if not {"noise", "shots"} & set(wanted):
        return found
    tell("optimum: exact, without noise and shots")
    optimum = found["optimum"] = find_optimum(spec, context)
    with threads_for(encoding.vector_length):
        if "noise" in wanted:
            found["noise"] = noise_study(parts.backend, optimum, options, spec.seed, tell)
        if "shots" in wanted:
            found["shots"] = shots_study(optimum, options, spec.seed, tell)
    return found


def _left_out(parts: Parts, state: ParameterisedState, options: DiagnosisOptions) -> dict[str, str]:
    """Reasons of studies that do not apply; an error for one that is requested by name."""
    reasons: dict[str, tuple[str, str]] = {}
    if state.adaptive is not None:
        reasons["gradients"] = (
            "an adaptive ansatz has no parameters before it has grown",
            "choose another ansatz, or --study shots",
        )
    if options.noise is None and parts.backend.noise_source() is None:
        reasons["noise"] = ("no noise is given", "--noise fake_manila")
    for study in options.studies or ():
        if study in reasons:
            message, hint = reasons[study]
            raise InputError(f"--study {study}: {message}", hint=hint)
    return {study: f"{message} ({hint})" for study, (message, hint) in reasons.items()}
