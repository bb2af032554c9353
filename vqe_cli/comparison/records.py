"""Records of a comparison: plain, versioned data."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from vqe_cli._core.units import HARTREE
from vqe_cli.comparison.goals import Goal, goal_of
from vqe_cli.schema.record import Record

COMPARE_SCHEMA = "vqe-compare/1"

RowStatus = Literal["done", "not-converged", "refused", "failed"]

MethodFamily = Literal["classical", "vqe"]

DeviceCost = Literal["billed", "estimated", "would-cost"]


class Progress(Record):
    """The energy at the end of a step."""

    evaluations: int
    shots: int
    energy: float = Field(description="As the optimiser knows it, in the problem's unit.")
    start: int = Field(default=0, description="Number of the starting point, from 0.")


class DeviceNeeds(Record):
    """What one energy of a circuit would take on a device, to the accuracy that is wanted."""

    device: str
    two_qubit_gates: int | None = Field(description="After compiling for the device.")
    depth: int | None
    two_qubit_error: float | None = Field(description="Median error of its two-qubit gates.")
    shots: int | None = Field(description="Shots to the standard error `error` without noise.")
    error: float | None = Field(
        default=None,
        description="Standard error of the energy of a model, in its unit; None for 1.6 mHa.",
    )
    qpu_seconds: float | None
    money_usd: float | None
    gates_all_to_all: int | None = Field(description="Two-qubit gates if all qubits are coupled.")


class ComparisonRow(Record):
    """One method with one seed."""

    method: str = Field(description="The method as chemists write it: CCSD(T), VQE-UCCSD.")
    name: str = Field(description="Name of the classical method's entry; vqe for VQE.")
    family: MethodFamily
    settings: dict[str, Any] = Field(
        description="Values of the grid's keys, and the seed; options of a classical method."
    )
    variant: str = Field(description="Label of the settings without the seed.")
    status: RowStatus
    reason: str | None = Field(default=None, description="Why there is no energy.")
    notes: dict[str, Any] = Field(
        default={}, description="Further results of a classical method, such as discarded weight."
    )
    energy: float | None = Field(
        default=None, description="Total energy, in the problem's unit: Hartree for molecules."
    )
    standard_error: float | None = Field(
        default=None, description="Of a sampled energy, in the problem's unit."
    )
    error_mha: float | None = Field(
        default=None,
        description="Energy above the best bound of the problem, mHa; None for problems with a unit"
        " of their own, which have `error_in_unit`.",
    )
    error_in_unit: float | None = Field(
        default=None, description="Energy above the best bound of such a problem, in its unit."
    )
    gap: float | None = Field(
        default=None,
        description="Distance of the two lowest levels, by an exact method; None for Hartree.",
    )
    accurate: bool | None = Field(
        default=None,
        description="Whether the error, with its error bar, is within 1.6 mHa, or 1 % of the "
        "gap of a model, of the exact energy; None without an exact energy.",
    )
    variational: bool = Field(description="Whether the energy is an upper bound.")
    exact: bool = Field(description="Whether the method gives the exact energy.")
    verdict: Literal["pass", "warn", "fail"] | None = Field(
        default=None, description="Verdict of a run of VQE, without an exact energy."
    )
    stopped: bool = Field(
        default=False, description="Whether the search ended at its budget, unconverged."
    )
    mixed_energy: float | None = Field(
        default=None, description="Energy of the maximally mixed state, Hartree; VQE only."
    )
    wall_s: float | None = Field(
        default=None,
        description="Wall time of the method alone, without mean field, integrals and imports, "
        "seconds; for HF that of the mean field.",
    )
    cpu_s: float | None = Field(default=None, description="Processor time of the same, seconds.")
    setup_s: float | None = Field(
        default=None, description="Wall time of mean field and integrals, shared by all rows."
    )
    peak_memory_mb: float | None = Field(
        default=None, description="Memory of the method at its peak, beyond that at its beginning."
    )
    evaluations: int | None = Field(default=None, description="Energies and gradients.")
    shots: int | None = None
    two_qubit_gates: int | None = Field(
        default=None,
        description="Of the circuit that ran; without one, of the ansatz with all qubits coupled.",
    )
    depth: int | None = None
    qpu_seconds: float | None = Field(
        default=None, description="Time of a device that was used, or of the one it simulates."
    )
    device_usd: float | None = Field(default=None, description="Price of `qpu_seconds`.")
    device_cost: DeviceCost | None = Field(
        default=None,
        description="Whether `device_usd` is for billed time, is estimated for a real device, or "
        "is what a real one would cost in place of the simulated one.",
    )
    money_usd: float | None = Field(
        default=None,
        description="Price of the processor time, and of a real device's time; that of a simulated "
        "device is only in `device_usd`.",
    )
    energy_kwh: float | None = Field(default=None, description="Without that of devices.")
    electricity: Literal["measured", "modelled"] | None = None
    progress: tuple[Progress, ...] = Field(
        default=(), description="Energies of VQE at up to 300 of its steps."
    )

    @property
    def error(self) -> float | None:
        """The energy above the best bound, in mHa or the problem's own unit."""
        return self.error_mha if self.error_in_unit is None else self.error_in_unit

    @property
    def is_usable(self) -> bool:
        """Whether there is an energy that may be compared."""
        return self.energy is not None and (self.verdict != "fail" or self.stopped)


class VariantSummary(Record):
    """One variant over all its seeds."""

    method: str
    variant: str
    seeds: int
    failures: int = Field(
        description="Seeds without an energy, or with verdict fail that no budget explains."
    )
    median_energy: float | None
    median_error_mha: float | None
    spread_mha: float | None = Field(
        description="Difference between the highest and the lowest energy, mHa; None for one seed."
    )
    median_error_in_unit: float | None = Field(
        default=None, description="Median error of a problem with a unit of its own, in it."
    )
    spread_in_unit: float | None = None
    accurate: int | None = Field(description="Seeds whose energy is accurate.")
    median_wall_s: float | None
    median_money_usd: float | None
    no_accuracy: str | None = Field(
        default=None, description="Why the costs until an accurate energy are unknown."
    )
    accurate_share_low: float | None = Field(
        default=None, description="Lower end of the interval of 95 % of the share of such seeds."
    )
    accurate_share_high: float | None = None
    time_to_accuracy_s: float | None = Field(
        default=None,
        description="Expected wall time until a seed is accurate: the time of all seeds over "
        "the number of accurate ones. The other costs likewise.",
    )
    money_to_accuracy_usd: float | None = None
    energy_to_accuracy_kwh: float | None = None
    evaluations_to_accuracy: float | None = None
    shots_to_accuracy: float | None = None
    device_usd_to_accuracy: float | None = None

    @property
    def median_error(self) -> float | None:
        """The median error, in mHa or the problem's own unit."""
        own = self.median_error_in_unit
        return self.median_error_mha if own is None else own

    @property
    def spread(self) -> float | None:
        """The difference of the highest and the lowest energy, in mHa or the problem's own unit."""
        return self.spread_mha if self.spread_in_unit is None else self.spread_in_unit


class Preparation(Record):
    """What mean field and integrals took, once for all rows of a problem."""

    mean_field_s: float = Field(description="Wall time with that of choosing orbitals, seconds.")
    integrals_s: float
    cpu_s: float
    peak_memory_mb: float
    money_usd: float
    energy_kwh: float
    electricity: Literal["measured", "modelled"]


class Refusal(Record):
    """Why nothing of a problem could be computed."""

    kind: str = Field(description="Kind of the failure, such as input, which sets the exit code.")
    message: str
    hint: str | None


class BestBound(Record):
    """The energy that all rows are compared with."""

    energy: float
    method: str
    exact: bool = Field(description="Whether it is exact, or the lowest of the upper bounds.")
    gap: float | None = Field(
        default=None, description="Distance of the two lowest levels of a model, in its unit."
    )


class ComparedProblem(Record):
    """All methods for one problem."""

    name: str
    spec: dict[str, Any]
    problem: dict[str, Any] = Field(description="Qubits, orbitals, electrons, determinants.")
    unit: str = Field(default=HARTREE, description="The unit of energies.")
    accuracy: float | None = Field(
        default=None,
        description="The largest accurate error of a problem with a unit of its own, in it: 1 % of"
        " the gap, or of the largest coefficient where no gap is known. None for 1.6 mHa.",
    )
    best: BestBound | None = Field(description="None if no method gave an upper bound.")
    rows: tuple[ComparisonRow, ...]
    variants: tuple[VariantSummary, ...]
    circuits: dict[str, DeviceNeeds] = Field(
        default={}, description="What circuits need on a device, by variant of VQE."
    )
    sentence: str = Field(description="What the figures say, in words.")
    left_out: tuple[str, ...] = Field(
        default=(),
        description="Keys of the input, such as states, that ask for what no row computes.",
    )
    preparation: Preparation | None = Field(
        default=None, description="Costs of mean field and integrals; None without them."
    )
    refusal: Refusal | None = Field(
        default=None, description="Why no row could be computed; None if they could."
    )

    @property
    def goal(self) -> Goal:
        """The accuracy by which rows are judged."""
        of_gap = self.best is not None and self.best.gap is not None
        return goal_of(self.unit, self.accuracy, of_gap=of_gap)


class Extrapolation(Record):
    """The size at which a cost reaches a limit."""

    limit: str
    value: float = Field(description="In the unit of the fit.")
    size: float | None = Field(description="None if it is never reached, or beyond 10,000.")
    size_low: float | None = Field(description="By the steepest slope of the interval.")
    size_high: float | None = Field(description="By the flattest; None if it never is.")
    beyond_data: bool = Field(description="Whether this is an extrapolation.")
    reason: str | None = Field(
        default=None, description="Why there is no extrapolation; None if there is one."
    )


class ScalingFit(Record):
    """A cost of one method against size: a line through its logarithms."""

    method: str
    variant: str
    quantity: str = Field(
        description="wall_s, peak_memory_mb, or device_usd: the price of one energy on a device."
    )
    unit: str
    model: Literal["exponential", "power law"] = Field(
        description="Logarithm of the cost against size, or against its logarithm."
    )
    points: tuple[tuple[int, float], ...] = Field(description="Sizes and costs.")
    slope: float
    slope_low: float = Field(description="Lower end of the interval of 95 %.")
    slope_high: float
    r_squared: float
    limit: Extrapolation


class Scaling(Record):
    """How costs grow along a family."""

    family: str
    unit: str = Field(description="What the size counts.")
    sizes: tuple[int, ...]
    fits: tuple[ScalingFit, ...]


class Comparison(Record):
    """The record of a comparison."""

    schema_: Literal["vqe-compare/1"] = Field(default="vqe-compare/1", alias="schema")
    problems: tuple[ComparedProblem, ...]
    scaling: Scaling | None = Field(
        default=None, description="Growth of costs along a family; None without one."
    )
    prices: dict[str, Any] = Field(description="Prices and power, with dates and sources.")
    workers: int = Field(description="Rows that were computed at the same time.")
    provenance: dict[str, Any]
