"""What all verbs share: the program they belong to, and arguments that several have."""

from __future__ import annotations

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


def day(text: str | None) -> date | None:
    """A date as people write it. Raises ConfigError."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ConfigError(f"--as-of {text}: a date is written YYYY-MM-DD.") from error
