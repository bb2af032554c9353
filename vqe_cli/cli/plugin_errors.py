"""Unexpected errors, attributed to the plug-ins that may have raised them."""

from __future__ import annotations

import sys
import traceback
from types import FrameType

from vqe_cli._core.registry import plugin_packages
from vqe_cli.errors import VqeError, as_vqe_error, bug_hint


def attributed(error: Exception) -> VqeError:
    """The error as it is reported; its hint names the plug-ins that may have the bug.

    Args:
        error: Any exception of a command.
    """
    found = as_vqe_error(error)
    if found.hint == bug_hint("vqe"):
        packages = plugin_packages()
        raised_in = [_top_module(frame) for frame, _ in traceback.walk_tb(error.__traceback__)]
        guilty = [packages[module] for module in raised_in if module in packages]
        in_use = dict.fromkeys(name for module, name in packages.items() if module in sys.modules)
        found.hint = bug_hint(guilty[-1] if guilty else " or in ".join(["vqe", *in_use]))
    return found


def _top_module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
