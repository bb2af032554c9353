"""What backends with error mitigation share: the option, and mitigated energies."""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field, model_validator

from vqe_cli.backends._measured import MeasuredObjective, ShotOptions
from vqe_cli.mitigation import Device
from vqe_cli.mitigation.ladder import mitigate, refuse_impossible
from vqe_cli.mitigation.options import Mitigation
from vqe_cli.objective import MitigatedEnergy, Traits, Vector
from vqe_cli.validation import SpecError


class MitigationOptions(ShotOptions):
    """Shots, and errors taken off what they give."""

    mitigation: Mitigation | None = Field(
        None,
        description="Errors taken off the final energy: a name, a list of names, or a mapping with "
        "these keys; each method acts inside the next.",
    )

    @model_validator(mode="after")
    def _mitigable(self) -> MitigationOptions:
        if self.mitigation is None:
            return self
        path = ("mitigation",)
        if self.budget is None:
            raise SpecError("mitigation works on shots", "add shots or precision", path)
        if self.post_select:
            raise SpecError(
                "post_select is a method of mitigation here", "write mitigation: symmetry", path
            )
        return self


class MitigatedObjective(MeasuredObjective, Device):
    """Raw energies on the way, and a mitigated one at the end; it is its own `Device`."""

    traits: Traits
    _options: Mitigation

    def mitigate_by(self, options: Mitigation) -> None:
        """Choose the methods, once everything else is known.

        Raises:
            InputError: A method does not fit the problem.
        """
        refuse_impossible(self.trial, self.plan, options)
        self._options = options
        self.traits = replace(self.traits, mitigates=True)

    @property
    def selects(self) -> bool:
        """Whether shots with wrong numbers of electrons are left out of the reported energy."""
        return self._options.symmetry

    def mitigated(self, x: Vector, seed: int, effort: float = 1.0) -> tuple[MitigatedEnergy, ...]:
        """The raw energy, and one after each method."""
        budget = self.budget.scaled(effort)
        return mitigate(self, self.trial, self.plan, budget, self._options, x=x, seed=seed)
