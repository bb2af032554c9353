"""``vqe diagnose``: barren plateaus, noise and shots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vqe_cli.cli.flag_values import load_input, parsed
from vqe_cli.cli.help import Command
from vqe_cli.cli.options import (
    MOST_SHOTS,
    chosen_width,
    figure_width_option,
    json_option,
    problem_options,
    verbose_option,
)
from vqe_cli.cli.parameter_types import SelectionType, WholeNumberRange
from vqe_cli.cli.say import say_in_lines
from vqe_cli.errors import InputError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from vqe_cli.analysis.diagnosis import Diagnosis, DiagnosisOptions
    from vqe_cli.report.figures import FigureWidth

LONGEST_LIST = 100


def numbers(
    kind: type[int] | type[float], least: float, most: float
) -> Callable[[click.Context, click.Parameter, str | None], tuple[float, ...] | None]:
    """A click callback for numbers separated by commas; it sorts them and drops repeats.

    Args:
        kind: ``int`` or ``float``.
        least: The smallest number allowed.
        most: The largest number allowed.
    """

    def read(
        ctx: click.Context, param: click.Parameter, value: str | None
    ) -> tuple[float, ...] | None:
        from vqe_cli.schema.numbers import NumberError, number, whole

        if value is None:
            return None
        reader: Callable[[str], float] = whole if kind is int else number
        try:
            found = sorted({reader(part.strip()) for part in value.split(",")})
        except NumberError as error:
            what = "whole numbers" if kind is int else "numbers"
            form = f"a list of {what} such as 1,2,4, at least {least:g}, and finite"
            message = f"'{value}' is not {form}: {error.message}"
            raise click.BadParameter(message, ctx, param) from None
        if not all(least <= one < float("inf") for one in found):
            raise click.BadParameter(f"'{value}': at least {least:g}, and finite", ctx, param)
        if found[-1] > most or len(found) > LONGEST_LIST:
            limit = f"at most {most:,g}, and at most {LONGEST_LIST} numbers"
            raise click.BadParameter(f"'{value[:60]}': {limit}", ctx, param)
        return tuple(found)

    return read


@click.command("diagnose", cls=Command)
@click.argument("file", metavar="[FILE]", required=False, type=click.Path())
@click.option(
    "--study",
    "studies",
    type=click.Choice(("gradients", "noise", "shots")),
    multiple=True,
    help="Study to run; may be repeated (default: all that apply).",
)
@click.option(
    "--samples",
    type=WholeNumberRange(100, 1_000_000),
    default=100,
    show_default=True,
    metavar="N",
    help="Random points per variance of gradients.",
)
@click.option(
    "--depths",
    callback=numbers(int, 0, 1000),
    metavar="LIST",
    help="Numbers of layers of the ansatz (default: 1,2,4,8).",
)
@click.option(
    "--sizes",
    callback=numbers(int, 1, 1000),
    metavar="LIST",
    help="Sizes: atoms of hydrogen chains for a molecule of hydrogen, else orbitals"
    " of active spaces (default: 2,4,6).",
)
@click.option(
    "--noise", metavar="DEVICE", help="Fake IBM device, or a mapping as for the noise of aer."
)
@click.option(
    "--scales",
    callback=numbers(float, 0, 1000),
    default="0,0.05,0.1,0.25,0.5,1,2",
    show_default=True,
    metavar="LIST",
    help="Factors by which the noise is scaled.",
)
@click.option(
    "--noise-shots",
    type=WholeNumberRange(2, MOST_SHOTS),
    default=1000,
    show_default=True,
    metavar="N",
    help="Shots per measurement basis of the noise study above 10 qubits.",
)
@click.option(
    "--measurement",
    "measurements",
    type=SelectionType("measurement"),
    multiple=True,
    metavar="NAME",
    help="Measurement method; may be repeated (default: qubit-wise, and for molecules fluid).",
)
@click.option(
    "--shots",
    callback=numbers(int, 4, MOST_SHOTS),
    default="100,1000,10000",
    show_default=True,
    metavar="LIST",
    help="Shots per measurement basis, on average.",
)
@click.option(
    "--repetitions",
    type=WholeNumberRange(30, 100_000),
    default=50,
    show_default=True,
    metavar="N",
    help="Repetitions of each measurement, each with its own seed.",
)
@problem_options
@json_option
@click.option("--plot", metavar="PATH", help="Write a plot of the studies (.png, .svg or .pdf).")
@figure_width_option
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@verbose_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    file: str | None,
    assignments: Sequence[str],
    as_json: bool,
    plot: str | None,
    figure_width: FigureWidth | None,
    quiet: bool,
    **flags: Any,
) -> None:
    """Study barren plateaus, noise and shots for the ansatz of FILE.

    gradients: variance of the partial derivatives at random parameters, against
    depth and size; it shows barren plateaus. noise: energy of the optimised state
    against the scale of the noise. shots: measured and reported error bars, and
    shots needed for 1.6 mHa. Gradients and shots assume a perfect device;
    parameters are optimised by exact simulation.

    \b
    Examples:
      vqe diagnose molecules/h2.yaml --noise fake_manila --plot h2.png
      vqe diagnose molecules/h4.yaml --study gradients --ansatz efficient-su2
      vqe diagnose molecules/lih.yaml --study shots --measurement low-rank
    """
    from vqe_cli.analysis.diagnosis import diagnose
    from vqe_cli.cli.output import PLOT_FORMATS, check_writable, deliver, refuse_inputs

    plot_path = check_writable(plot, PLOT_FORMATS)
    width = chosen_width(figure_width, (plot,))
    refuse_inputs(() if file is None else (file,), (plot_path,))
    options = _options(flags)
    spec = load_input(file, _of_input(flags), assignments)
    found = diagnose(spec, options, _ignore if quiet else _tell(spec.title))
    outputs = [lambda: _print(found, as_json), lambda: _plot(found, plot_path, width)]
    lost, reader_gone = deliver(outputs, "then repeat the command")
    if reader_gone is not None:
        raise reader_gone
    ctx.exit(lost[0] if lost else 0)


def _print(found: Diagnosis, as_json: bool) -> None:
    if as_json:
        from vqe_cli.schema.records import to_json

        click.echo(to_json(found.as_dict()))
        return
    from vqe_cli.report.analysis.diagnosis import show_diagnosis
    from vqe_cli.report.console import console

    show_diagnosis(found, console())


def _plot(found: Diagnosis, path: Path | None, width: FigureWidth) -> None:
    if path is None:
        return
    from vqe_cli._core.files import write_atomic
    from vqe_cli.cli.output import plot_format
    from vqe_cli.report.analysis.diagnosis_plots import diagnosis_plot

    write_atomic(path, diagnosis_plot(found, plot_format(path), width))


def _of_input(flags: dict[str, Any]) -> dict[str, Any]:
    """The flags that set fields of the input: all but the subjects noise and shots."""
    return {key: value for key, value in flags.items() if key not in ("noise", "shots")}


def _options(flags: dict[str, Any]) -> DiagnosisOptions:
    from vqe_cli.analysis.diagnosis import DiagnosisOptions
    from vqe_cli.backends.devices.noise import Noise
    from vqe_cli.measurement import MEASUREMENTS

    noise = flags["noise"]
    measurements = tuple(parsed("--measurement", text) for text in flags["measurements"])
    for selection in measurements:
        MEASUREMENTS.create(selection, ("measurement",))
    return DiagnosisOptions(
        studies=flags["studies"] or None,
        samples=flags["samples"],
        depths=flags["depths"],
        sizes=flags["sizes"],
        noise=None if noise is None else _checked("--noise", parsed("--noise", noise), Noise),
        scales=flags["scales"],
        noise_shots=flags["noise_shots"],
        shots=flags["shots"],
        repetitions=flags["repetitions"],
        measurements=measurements or None,
    )


def _checked(flag: str, value: Any, model: type[BaseModel]) -> Any:
    """The model built from the value of a flag."""
    from pydantic import ValidationError

    from vqe_cli._core.validation import input_error

    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = input_error(error, model)
        fault = InputError(found.message, hint=found.hint)
        fault.where = flag
        raise fault from None


def _tell(title: str) -> Callable[[str], None]:
    return lambda text: say_in_lines(f"{title}: {text}")


def _ignore(_: str) -> None:
    """Drop a progress message."""
