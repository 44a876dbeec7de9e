"""Writers of load files: few, and none knows a target. Each writes a query's rows to a file or, at limits, several."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..export import write_parquet
from ..store import Connection
from ..targets import FileFormat, Writer
from .delimited import write_delimited
from .xlsx import write_xlsx

SUFFIX: dict[Writer, str] = {"csv": ".csv", "xlsx": ".xlsx", "parquet": ".parquet", "spreadsheetml": ".xml"}
"""How the files of a writer end."""

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """What a file may hold: rows, and bytes once encoded; None is no limit."""

    rows: int | None = None
    bytes: int | None = None


@dataclass(frozen=True)
class Written:
    """A file and the rows in it."""

    file: Path
    rows: int


def write_object(
    con: Connection, query: str, headings: list[str], file: Path, writer: Writer, form: FileFormat, limits: Limits
) -> list[Written]:
    """Write a query's columns (texts) under `headings` to `file`, whose name has no ending yet.

    Where a limit is reached there are several, as name_01, name_02. SpreadsheetML, where all objects are in one file,
    is written by `spreadsheetml.fill`.
    """
    parts: list[Written] = []
    if writer == "parquet":
        name = file.with_name(file.name + SUFFIX[writer])
        return [Written(name, write_parquet(con, query, name))]

    def named() -> Path:
        return file.with_name(f"{file.name}_{len(parts) + 1:02}{SUFFIX[writer]}")

    rows = (
        write_xlsx(con, query, headings, named, limits.rows)
        if writer == "xlsx"
        else write_delimited(con, query, headings, named, form, limits.rows, limits.bytes)
    )
    for part, written in rows:
        parts.append(Written(part, written))
    if len(parts) == 1:
        only = file.with_name(file.name + SUFFIX[writer])
        parts = [Written(parts[0].file.replace(only), parts[0].rows)]
    return parts
