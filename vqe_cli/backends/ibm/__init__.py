"""IBM's devices and their fakes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from vqe_cli._core.sizes import (
    Load,
    Need,
    compiled_needs,
    device_need,
    noisy_seconds,
    planning_need,
)
from vqe_cli._core.validation import SpecError
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends import Cost, DeviceSettings
from vqe_cli.backends._mitigated import MitigationOptions
from vqe_cli.backends.objective import Expected
from vqe_cli.backends.submitter import Submitter
from vqe_cli.measurement.shots import Budget

if TYPE_CHECKING:
    from vqe_cli.backends.ibm.objective import DeviceObjective
    from vqe_cli.backends.ibm.sending import SpendingPolicy

DEFAULT_SHOTS = 4096

PAID_PLAN = "payg"
"""Plan of cost estimates where the input has none: anybody can have it, and it is paid for."""


class Ibm(MitigationOptions):
    """An IBM Quantum device, or a fake device that is simulated on this machine.

    `backend: ibm_fez` is short for `{name: ibm, device: ibm_fez}`; `ibm:least-busy` takes the
    device with the shortest queue, `fake_fez` needs no account. Without `shots` or `precision`
    each circuit gets 4096 shots. Account and token come from the environment (QISKIT_IBM_TOKEN,
    QISKIT_IBM_INSTANCE, QISKIT_IBM_CHANNEL) or from the account saved by IBM's client.

    Reference:
        https://quantum.cloud.ibm.com/docs; qiskit-ibm-runtime.
    """

    limits: ClassVar[frozenset[str]] = frozenset({"max_qpu_seconds", "max_cost"})

    device: str = Field(description="The device: ibm_fez, ibm:least-busy, fake_fez, ...")
    optimize_on_device: bool = Field(
        default=False,
        description="Whether parameters are optimised on the device as well. Otherwise they are "
        "optimised by exact simulation, followed by a noisy one, and the device measures once.",
    )
    plan: Literal["open", "payg", "flex", "premium"] = Field(
        default="open", description="IBM's plan, which determines prices and modes."
    )
    mode: Literal["auto", "job", "batch", "session"] = Field(
        default="auto",
        description="Mode in which jobs are sent. auto: batch for several jobs, else job; both "
        "bill QPU time only, a session bills wall-clock time.",
    )
    max_qpu_seconds: float | None = Field(
        default=None, gt=0, description="Stop before a run takes more QPU time than this."
    )
    max_cost: float | None = Field(
        default=None,
        ge=0,
        description="Stop before a run costs more than this, in the prices' currency.",
    )
    dynamical_decoupling: Literal["none", "XX", "XpXm", "XY4"] = Field(
        default="none", description="Pulses on idle qubits; without effect on fake devices."
    )
    twirling: bool = Field(
        default=False, description="Random Pauli frames for two-qubit gates and readout."
    )
    optimization_level: int = Field(
        default=2, ge=0, le=3, description="Optimisation level of the transpiler."
    )

    @model_validator(mode="after")
    def _allowed_by_plan(self) -> Ibm:
        if self.plan == "open" and self.mode == "session":
            raise SpecError(
                "the open plan has no sessions", "mode: batch, or the plan you have", ("mode",)
            )
        return self

    @property
    def budget(self) -> Budget:
        """The shots, or the precision to reach; a pilot would be a job of its own."""
        found = super().budget or Budget(DEFAULT_SHOTS, None)
        return replace(found, pilot=False)

    def device_settings(self, name: str | None = None) -> DeviceSettings:
        """The device with a name, by default the backend's, with the backend's plan and options.

        Args:
            name: Name of a device that replaces the backend's.
        """
        from vqe_cli.backends.ibm.cost import prices
        from vqe_cli.backends.ibm.device_preparation import find

        return DeviceSettings(
            find=partial(find, name or self.device, 1),
            prices=prices,
            plan=self.plan if "plan" in self.model_fields_set else PAID_PLAN,
            optimization_level=self.optimization_level,
        )

    def cost(self, state: ParameterisedState) -> Cost | None:
        """None: time and money depend on the measurement bases, which are planned later."""
        return None

    def needs(self, load: Load) -> Iterator[Need]:
        """The memory and time of transpilation, planning and simulation.

        Fake devices are simulated on this machine, and so is the noisy simulation before every
        measurement on a device.
        """
        from vqe_cli.backends.ibm.device_preparation import is_fake
        from vqe_cli.backends.ibm.runtime import fake_device

        if is_fake(self.device):
            yield device_need(load, self.device, fake_device(self.device).num_qubits)
        if is_fake(self.device) or load.measures:
            what = f"a statevector of {load.qubits} qubits with noise"
            seconds = noisy_seconds(load, self.budget.shots or 1) if load.measures else 0.0
            yield Need(what, 2 * 16 << load.qubits, seconds=seconds)
        yield from compiled_needs(load)
        yield planning_need(load)

    def expected(self, *, is_product: bool) -> Expected:
        """Shots on a device, whose errors may be mitigated."""
        from vqe_cli.backends.ibm.mitigated import MitigatedDeviceObjective
        from vqe_cli.backends.ibm.objective import DeviceObjective

        kind = DeviceObjective if self.mitigation is None else MitigatedDeviceObjective
        return Expected(kind, sampled=True, has_curvature=is_product)

    def prepare(
        self, state: ParameterisedState, seed: int, submitter: Submitter | None = None
    ) -> DeviceObjective:
        """Find the device, and transpile the circuit for it.

        Returns:
            The objective, for parameters of shape (num_parameters,).
        """
        from vqe_cli.backends.ibm import device_preparation
        from vqe_cli.backends.ibm.mitigated import MitigatedDeviceObjective
        from vqe_cli.backends.ibm.objective import DeviceObjective

        task, submitter = self.task(state, self.budget), submitter or Submitter()
        circuit, level = state.circuit, self.optimization_level
        placement, device = device_preparation.place(self.device, circuit, level, seed, submitter)
        policy = self._policy(placement.device)
        prepared = device_preparation.prepare_device(
            placement,
            device,
            circuit,
            self.sampler_options,
            policy,
            self.sending_mode,
            submitter=submitter,
        )
        if self.mitigation is not None:
            return MitigatedDeviceObjective(task, placement.compiled, prepared, self.mitigation)
        return DeviceObjective(task, placement.compiled, prepared)

    def _policy(self, device: str) -> SpendingPolicy:
        from vqe_cli.backends.ibm.cost import Caps
        from vqe_cli.backends.ibm.device_preparation import is_fake
        from vqe_cli.backends.ibm.sending import SpendingPolicy

        caps = Caps(self.max_qpu_seconds, self.max_cost)
        return SpendingPolicy(device, self.plan, caps, real=not is_fake(device))

    @property
    def sampler_options(self) -> dict[str, Any]:
        """The options of IBM's sampler."""
        from vqe_cli.backends.ibm.objective import RANDOMIZATIONS

        found: dict[str, Any] = {}
        if self.dynamical_decoupling != "none":
            sequence = {"enable": True, "sequence_type": self.dynamical_decoupling}
            found["dynamical_decoupling"] = sequence
        if self.twirling:
            found["twirling"] = {
                "enable_gates": True,
                "enable_measure": True,
                "num_randomizations": RANDOMIZATIONS,
            }
        return found

    @property
    def sending_mode(self) -> Literal["job", "batch", "session"]:
        """The mode in which jobs are sent, with auto resolved."""
        if self.mode != "auto":
            return self.mode
        return "batch" if self.optimize_on_device else "job"
