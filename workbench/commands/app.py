"""What all verbs share: the program they belong to, and arguments that several have."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ..errors import ConfigError

app = typer.Typer(help="Data Quality Workbench: move and join customer master data and prove that nothing was lost.",
                  no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)  # fmt: skip
Folder = Annotated[Path, typer.Argument(help="the project's folder", metavar="[DIR]")]
OfFolder = Annotated[Path, typer.Argument(help="the project's folder", metavar="DIR")]
AsJson = Annotated[bool, typer.Option("--json", help="print one JSON object and nothing else")]
User = Annotated[str | None, typer.Option(help="who does this; default WORKBENCH_USER or the login name")]
NICE = 10
"""How far a run steps back: where both want all of a core, others get nine tenths of it."""


def day(text: str | None) -> date | None:
    """A date as people write it. Raises ConfigError."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ConfigError(f"--as-of {text}: a date is written YYYY-MM-DD.") from error


def step_back() -> None:
    """Let other programs go first, such as the dashboard that people look at: what this one does takes minutes."""
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, 0, max(NICE, os.getpriority(os.PRIO_PROCESS, 0)))
