"""``vqe doctor``: check of the installation."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from vqe_cli._core.version import __version__
from vqe_cli.cli.help import Command
from vqe_cli.cli.kept_folders import checkpoints, kept_beside_checkpoints
from vqe_cli.cli.options import json_option, verbose_option

IBM_ACCOUNTS = Path.home() / ".qiskit" / "qiskit-ibm.json"
IBM_TOKENS = ("QISKIT_IBM_TOKEN",)
IBM_CHANNEL = "QISKIT_IBM_CHANNEL"

CHANNELS = ("ibm_quantum_platform", "ibm_cloud")
"""The channels of IBM's service."""

RETIRED_CHANNELS = frozenset({"ibm_quantum"})
"""Channels that IBM closed in July 2025; older saved accounts still name them."""

Finding = tuple[str, str, str]
"""Name, status (ok, missing or fault), and detail."""


EXTRAS = {
    "tblite": ("xtb", "GFN2-xTB geometries"),
    "pyarrow": ("parquet", "exports to Parquet"),
    "dask-jobqueue": ("cluster", "campaigns on SLURM, PBS, LSF or SGE"),
    "bokeh": ("dashboard", "Dask's dashboard"),
    "qc-PyCI": ("pyci", "heat-bath configuration interaction"),
    "block2": ("dmrg", "the density matrix renormalisation group"),
    "scs": ("bounds", "certified lower bounds of `vqe verify`"),
    "cclib": ("cclib", "geometries from outputs of other programs"),
    "trexio": ("trexio", "TREXIO files"),
    "qcengine": ("qcengine", "tasks of QCEngine"),
    "mcp": ("mcp", "tools for clients of the Model Context Protocol"),
    "qiskit-qasm3-import": ("qasm3", "circuits in OpenQASM 3"),
}
"""Optional packages: the extra that installs each, and its purpose."""


@click.command("doctor", cls=Command)
@json_option
@verbose_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Check versions, threads, memory, kept files and accounts.

    Files that are kept have their folders and sizes: checkpoints, rows of
    comparisons, points of scans, jobs, configuration and compiled kernels.

    Exits with code 6 if something that `vqe run` needs does not work.

    \b
    Example:
      vqe doctor
    """
    findings = list(_findings())
    if as_json:
        import json

        rows = [{"name": n, "status": s, "detail": d} for n, s, d in findings]
        click.echo(json.dumps({"schema": "vqe-doctor/1", "findings": rows}))
    else:
        from vqe_cli.report.console import console
        from vqe_cli.report.layout import print_described

        out = console()
        for name, status, detail in findings:
            print_described(f"{status:8}{name}", detail, out, beside=30)
    ctx.exit(6 if any(status == "fault" for _, status, _ in findings) else 0)


def _findings() -> Iterator[Finding]:
    from vqe_cli._core.provenance import PACKAGES, versions
    from vqe_cli._core.resources import available_bytes, available_threads

    yield "vqe", "ok", __version__
    yield "python", "ok", f"{platform.python_version()} ({sys.executable})"
    for package, found in versions((*PACKAGES, "cryptography")).items():
        yield package, "ok" if found else "fault", found or f"pip install {package}"
    for package, (extra, purpose) in EXTRAS.items():
        there = versions((package,))[package]
        advice = f"optional, for {purpose}: pip install 'vqe-cli[{extra}]'"
        yield package, "ok" if there else "missing", there or advice
    threads = os.environ.get("OMP_NUM_THREADS", "not set")
    yield "threads", "ok", f"{available_threads()} (OMP_NUM_THREADS {threads})"
    yield "memory", "ok", f"{available_bytes() / 1e9:.1f} GB available"
    yield from _plugins()
    yield _checkpoints()
    for kept in kept_beside_checkpoints():
        yield kept.name, "ok", kept.detail
    yield _hydrogen()
    yield _ibm_account()


def _plugins() -> Iterator[Finding]:
    """Plug-ins of other packages that cannot be used."""
    from vqe_cli._core.kinds import KINDS

    for kind in KINDS.values():
        kind.registry.usable()
        for error in kind.registry.broken:
            yield "plug-in", "fault", f"{error}; {error.hint}"


def _checkpoints() -> Finding:
    """Whether checkpoints can be written."""
    from vqe_cli._core.resources import private_folder
    from vqe_cli.variational.checkpoints import checkpoint_folder

    folder = checkpoint_folder()
    try:
        private_folder(folder)
    except OSError as error:
        return "checkpoints", "fault", f"{folder}: {error.strerror}; set VQE_STATE_DIR"
    if not os.access(folder, os.W_OK):
        return "checkpoints", "fault", f"{folder} is not writable; set VQE_STATE_DIR"
    return "checkpoints", "ok", checkpoints().detail


def _hydrogen() -> Finding:
    """Whether a run of hydrogen gives the published energy."""
    import vqe_cli

    data = {"molecule": {"geometry": "H 0 0 0\nH 0 0 0.735"}, "reference": "fci"}
    try:
        record = vqe_cli.run(vqe_cli.spec_from_data(data))
    except Exception as error:
        return "hydrogen molecule", "fault", f"{type(error).__name__}: {error}"
    good = record.verdict == "pass" and abs(record.result.energy + 1.137306) < 1e-6
    detail = f"{record.result.energy:.6f} Ha, expected -1.137306"
    return "hydrogen molecule", "ok" if good else "fault", detail


def _ibm_account() -> Finding:
    """Whether an IBM account is configured; uses no network, shows no token."""
    if any(os.environ.get(name) for name in IBM_TOKENS):
        return _of_channels("token in the environment", [os.environ.get(IBM_CHANNEL) or None])
    channels = _saved_channels()
    if channels:
        return _of_channels(f"saved in {IBM_ACCOUNTS}", channels)
    return (
        "ibm account",
        "missing",
        "optional, for IBM hardware: save one with QiskitRuntimeService.save_account",
    )


def _of_channels(where: str, channels: Sequence[str | None]) -> Finding:
    """Whether one of the accounts has a channel that still exists.

    Args:
        where: The place of the accounts, for the detail text.
        channels: The channel of each account; None means IBM's default.
    """
    if any(channel is None or channel in CHANNELS for channel in channels):
        return "ibm account", "ok", where
    named = ", ".join(sorted({str(channel) for channel in channels}))
    retired = all(channel in RETIRED_CHANNELS for channel in channels)
    reason = "which IBM has retired" if retired else "which IBM does not have"
    return "ibm account", "fault", f"{where}: channel {named}, {reason}; use {CHANNELS[0]}"


def _saved_channels() -> list[str | None]:
    """The channel of every saved account; IBM's client may have left an empty file."""
    import json

    try:
        saved = json.loads(IBM_ACCOUNTS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    accounts = saved.values() if isinstance(saved, dict) else []
    return [account.get("channel") for account in accounts if isinstance(account, dict)]
