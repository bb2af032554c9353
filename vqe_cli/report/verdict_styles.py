"""Colours of verdicts and of checks."""

STYLES = {"pass": "bold green", "warn": "bold yellow", "fail": "bold red", "skip": "dim"}
"""Styles by the status of a check or verdict."""
