"""sources -> raw: every file as it came, each record with its ordinal; what cannot be read goes to raw.rejects."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import date
from pathlib import Path

import pyarrow as pa

from ..config import Config, TableConfig
from ..errors import SourceError
from ..sources import Extract, ReadOptions, read
from ..store import Connection, append, count, fresh_schema, ident, rows
from .context import Counts, Notes, Run

FOLDER = "sources"


def run(con: Connection, run: Run) -> Counts:
    """Read the newest extract of each table on or before the as-of date. Raises SourceError when there is none."""
    fresh_schema(con, "raw")
    for source, settings in run.config.sources.items():
        for name, table in settings.tables.items():
            path, found = locate(run.config, run.as_of, source, name, table)
            _ingest(con, run.as_of, source, name, table, path, found)
    accepted, rejected = rows(con, "SELECT sum(rows)::BIGINT, sum(rejects)::BIGINT FROM raw.files")[0]
    return Counts(accepted + rejected, accepted)


def notes(con: Connection) -> Notes:
    """The files' hashes and counts."""
    return {"inputs": rows(con, 'SELECT source, "table", as_of::VARCHAR, sha256, rows, rejects FROM raw.files')}


def dates(root: Path) -> list[date]:
    """The as-of dates that have a folder of extracts, oldest first."""
    found = []
    for folder in (root / FOLDER).glob("*"):
        with suppress(ValueError):  # a folder of another name holds no dated extract
            day = date.fromisoformat(folder.name)
            found += [day] if folder.name == str(day) else []
    return sorted(found)


def locate(config: Config, as_of: date, source: str, name: str, table: TableConfig) -> tuple[Path, date]:
    """The file of a table and its own date: the newest that is not newer than the as-of date."""
    if table.file.startswith("${"):
        path = config.path(table.file)
        if not path.is_file():
            raise SourceError(f"{source}.{name}: there is no file {path}. Check the variable in {table.file}.")
        return path, as_of
    for day in reversed([day for day in dates(config.root) if day <= as_of]):
        path = config.path(f"{FOLDER}/{day}/{table.file}")
        if path.is_file():
            return path, day
    raise SourceError(
        f"{source}.{name}: no {table.file} in {config.root / FOLDER}/<date>/ on or before {as_of}. "
        "Put the extract there, or correct the file's name in workbench.yml."
    )


def _ingest(con: Connection, as_of: date, source: str, name: str, table: TableConfig, path: Path, found: date) -> None:
    try:
        extract = read(path, ReadOptions(table.encoding, table.delimiter, table.sheet, table.header))
        target = ident("raw", f"{source}__{name}")
        columns = ", ".join(f"{ident(column)} VARCHAR" for column in extract.columns)
        con.execute(f"CREATE TABLE {target} (_row BIGINT, {columns})")
        for batch in extract.batches:
            append(con, target, batch)
    except SourceError as error:
        raise SourceError(f"{source}.{name}: {error}") from error
    if extract.rejects:
        append(con, "raw.rejects", _rejects(source, name, extract))
    con.execute(
        "INSERT INTO raw.files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [source, name, path.name, found, (as_of - found).days, _sha256(path), path.stat().st_size,
         count(con, f"SELECT count(*) FROM {target}"), len(extract.rejects),
         ", ".join(f"{key} {value}" for key, value in extract.settings.items())],
    )  # fmt: skip


def _rejects(source: str, name: str, extract: Extract) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {"source": source, "table": name, "_row": r.row, "line": r.line, "text": r.text, "reason": r.reason}
            for r in extract.rejects
        ]
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
