"""The verb that holds any two tables against each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import ConfigError
from ..language import counted
from ..language import gettext as _
from ..terminal import err, out, print_table
from .app import AsJson, app

EXAMPLES = 3
"""Cells shown of each column and reason."""

TABLE = "a file, DATABASE-URL::table, DATABASE-URL::SELECT ..., or PROJECT::schema.table"


@app.command()
def diff(
    a: Annotated[str, typer.Argument(help=TABLE)],
    b: Annotated[str, typer.Argument(help="the same, to be held against A")],
    key: Annotated[list[str], typer.Option(help="the key's columns; NAME_IN_A=NAME_IN_B where they differ")],
    tolerance: Annotated[list[str], typer.Option(help="COLUMN=0.01, or 0.01 for all numbers")] = [],  # noqa: B006
    ignore: Annotated[list[str], typer.Option(help="columns that are not compared")] = [],  # noqa: B006
    xref: Annotated[str | None, typer.Option(help="a table of old key and new key that A goes through")] = None,
    sums: Annotated[list[str], typer.Option("--sum", help="columns to add up where records become one")] = [],  # noqa: B006
    to: Annotated[Path | None, typer.Option(help="write all differences to this new .csv, .xlsx or .parquet")] = None,
    as_json: AsJson = False,
) -> int:
    """Compare two tables by a key: exit code 0 where they are equal, 1 where they are not."""
    from ..differences import diff as compared

    found = compared(a, b, key, tolerance=_tolerance(tolerance), ignore=ignore, xref=xref, sums=sums)
    beside = err if as_json else out
    if to is not None:
        lines = found.write(to)
        said = counted("{n} difference written to {file}", "{n} differences written to {file}", lines, file=to)
        beside.print(said, soft_wrap=True)
    if as_json:
        told: dict[str, Any] = {"equal": found.equal, "A": found.a, "B": found.b, "key": found.key}
        told |= {"rows": found.rows.to_dict("records"), "columns": found.columns.to_dict("records")}
        print(json.dumps(told | {"remarks": found.remarks}, ensure_ascii=False))
        return 0 if found.equal else 1
    sides = found.rows.to_dict("records")
    print_table(_("Rows"), [{"rows": each["rows"], "A": f"{each['A']:,}", "B": f"{each['B']:,}"} for each in sides])
    print_table(_("Cells that differ"), found.columns.to_dict("records"))
    print_table(_("Examples"), found.examples(EXAMPLES).to_dict("records"))
    for remark in found.remarks:
        out.print(remark, style="yellow", soft_wrap=True)
    out.print(_("A and B are equal.") if found.equal else _("A and B differ."))
    return 0 if found.equal else 1


def _tolerance(given: list[str]) -> Any:
    """Tolerances as they are written. Raises ConfigError where one for all and others by column are mixed."""
    if not given:
        return None
    pairs = [each.rpartition("=") for each in given]
    if len(given) == 1 and not pairs[0][1]:
        return given[0]
    if any(not mark for _name, mark, _amount in pairs):
        raise ConfigError("--tolerance: give one number for all columns, or COLUMN=NUMBER for each.")
    return {name: amount for name, _mark, amount in pairs}
