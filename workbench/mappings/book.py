"""A mapping table as a workbook for people: its lines, a sheet for each code list, and what is not covered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ..config import Config
from ..config.mapping_table import MEANING
from ..store import Connection
from ..workbook import Sheet, write_workbook
from .coverage import Coverage, times_used
from .files import code_lists, fingerprint
from .lines import Line, golden_fields

LINES, COVERAGE, ABOUT = "mapping", "not covered", "about"
FILL = (*MEANING, "note")
CODES = ("code", "new code")
ABOUT_COLUMNS = ("what", "value")
SPARE = 20
"""Blank lines for what people add."""

LONGEST_NAME = 31
"""Characters of a sheet's name."""

NOTE = (
    "Fill in the yellow cells; red lines are demanded by the new system. `from` is a golden field or an expression, "
    "`codes` a file of old and new codes. New lines go at the end. A line without yellow cells filled is left out."
)
CODES_NOTE = "Each old code and the code that takes its place; red codes occur and have none yet. `rows` is how often."


def write_book(
    con: Connection | None, config: Config, target: str, lines: Sequence[Line], known: Coverage, file: Path
) -> int:
    """Write the workbook of a target's mapping to a new .xlsx; returns the lines. Its values are real ones.

    Raises SourceError for a file that is there or is called otherwise.
    """
    told = ("author", "approved_by")
    table = pd.DataFrame([
        {"object": line.object, "field": line.field, "title": line.limits.title, "takes": line.takes,
         "demanded": "yes" if line.limits.required else ""} | {name: line.row[name] for name in (*FILL, *told)}
        for line in lines
    ], columns=["object", "field", "title", "takes", "demanded", *FILL, *told], dtype=object)  # fmt: skip
    lists = code_lists(config, target)
    offered = dict.fromkeys(name for line in lines for name in golden_fields(config, line.entity))
    choices = {"from": list(offered), "codes": list(lists), "mandatory": ["yes", "no"]}
    missing = [place for place, line in enumerate(lines) if line.status == "missing"]
    about = [("target", target), ("written from", fingerprint(config, target))]
    write_workbook(file, [
        Sheet(LINES, NOTE, table, FILL, {name: offer for name, offer in choices.items() if offer}, marked=missing,
              spare=SPARE, free=("from", "codes"), exact=True),
        *(_codes(con, path, rows, name, lines)
          for (path, rows), name in zip(lists.items(), sheet_of(lists), strict=True)),
        Sheet(COVERAGE, "What the mapping does not cover, as the newest run knows it.", _not_covered(known), ()),
        Sheet(ABOUT, "By this the workbook finds back to its table. Leave it as it is.",
              pd.DataFrame(about, columns=ABOUT_COLUMNS), ()),
    ])  # fmt: skip
    return len(table)


def sheet_of(paths: Sequence[str] | dict[str, list[list[str]]]) -> list[str]:
    """The names of the sheets of code lists, in their order.

    >>> sheet_of(["mappings/salesforce_type.csv", "mappings/[x].csv"])
    ['1 salesforce_type', '2 _x_']
    """
    stems = [re.sub(r"[^\w -]", "_", Path(path).stem) for path in paths]
    return [f"{place} {stem}"[:LONGEST_NAME] for place, stem in enumerate(stems, 1)]


def _codes(con: Connection | None, path: str, rows: list[list[str]], name: str, lines: Sequence[Line]) -> Sheet:
    """The sheet of a code list: its codes, and what else golden records have where it is used."""
    times = times_used(con, lines, path)
    known = {row[0]: row[1] if len(row) > 1 else "" for row in rows[1:]}
    told = {code: times.get(code, 0) if con else None for code in (*known, *times)}
    cells = [(code, known.get(code, ""), n) for code, n in told.items()]
    missing = [place for place, (code, _, _) in enumerate(cells) if code not in known]
    listed = pd.DataFrame(cells, columns=[*CODES, "rows"], dtype=object)
    return Sheet(name, CODES_NOTE, listed, CODES[1:], marked=missing, spare=SPARE, exact=True)


def _not_covered(known: Coverage) -> pd.DataFrame:
    found = [("demanded field that nothing fills", name, "", None) for name in known.missing]
    found += [("value without a new code", f"{o}.{f}", v, n)
              for o, f, _, v, n in known.unmapped.itertuples(index=False)]  # fmt: skip
    found += [("golden field that goes nowhere", f"{e}.{f}", "", n)
              for e, f, n, _ in known.unused.itertuples(index=False)]  # fmt: skip
    return pd.DataFrame(found, columns=["what", "where", "value", "records"], dtype=object)


