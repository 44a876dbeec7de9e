"""sources -> raw: every extract as it came, each record with its ordinal; what cannot be read goes to raw.rejects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from ..config import TableConfig
from ..errors import SourceError
from ..files import sha256
from ..sources import Extract, Reject, address, origin, password_of, read, read_query, steady, told, unpacked
from ..store import Connection, append, fresh_schema, ident, rows
from .context import Counts, Notes, Run
from .drift import Place, compare, headings, named, names
from .extracts import locate


def run(con: Connection, run: Run) -> Counts:
    """Read the newest extract of each table on or before the as-of date. Raises SourceError when there is none."""
    read_tables(con, run)
    _remark_on_files(con, run)
    compare(con, run, load)
    accepted, rejected = rows(con, "SELECT sum(rows)::BIGINT, sum(rejects)::BIGINT FROM raw.files")[0]
    return Counts(accepted + rejected, accepted)


def read_tables(con: Connection, run: Run) -> None:
    """Fill the schema raw with the extracts as they are, held against nothing. Raises as `run`."""
    fresh_schema(con, "raw")
    for source, settings in run.config.sources.items():
        for name, table in settings.tables.items():
            try:
                _ingest(con, run, (source, name), table)
            except (SourceError, OSError) as error:
                raise SourceError(f"{source}.{name}: {error}") from error


def notes(con: Connection) -> Notes:
    """The files' hashes and counts, and what their shapes taught."""
    return {
        "inputs": rows(con, 'SELECT source, "table", as_of::VARCHAR, sha256, rows, rejects FROM raw.files'),
        "learned": rows(con, "SELECT * REPLACE (as_of::VARCHAR AS as_of) FROM raw.learned"),
    }


def _ingest(con: Connection, run: Run, place: Place, table: TableConfig) -> None:
    """The records of a table: those of its query, of its file, or of all files of its folder one after the other."""
    if table.url and table.query:
        _ingest_query(con, run, place, table.url, table.query)
    else:
        _ingest_files(con, run, place, table)
    _remark_private_use(con, place)


def _ingest_query(con: Connection, run: Run, place: Place, url: str, query: str) -> None:
    target = address(run.config, url)
    extract = named(read_query(target, query, password_of(place[0])), names(con, run.config, place))
    name = origin(target, query)
    create(con, place, [extract])
    last = fill(con, place, extract, name)
    own = (_fingerprint(con, place), None)
    _note(con, run, (*place, name), run.as_of, (1, last), extract, own)


def _ingest_files(con: Connection, run: Run, place: Place, table: TableConfig) -> None:
    path, day = locate(run.config, run.as_of, table.file or "")
    with steady(path), unpacked(path) as files:
        known, last = names(con, run.config, place), 0
        create(con, place, [])
        for name, file in files.items():  # one after the other: there may be many, and a workbook is held in memory
            extract = named(read(file, table), known)
            first, last = last + 1, fill(con, place, extract, name, last)
            own = (sha256(file), file.stat().st_size)
            _note(con, run, (*place, name), day, (first, last), extract, own)


def load(con: Connection, place: Place, extracts: Sequence[Extract]) -> None:
    """Extracts one after the other into a table of their own."""
    create(con, place, extracts)
    last = 0
    for extract in extracts:
        last = fill(con, place, extract, last=last)


def create(con: Connection, place: Place, extracts: Iterable[Extract]) -> None:
    """Make raw.<source>__<table> with the columns of extracts; a heading in another case is the same one."""
    con.execute(f"CREATE TABLE {ident('raw', '__'.join(place))} (_row BIGINT)")
    for extract in extracts:
        _own_names(con, place, extract)


def fill(con: Connection, place: Place, extract: Extract, file: str = "", last: int = 0) -> int:
    """Append an extract's records, their ordinals going on from `last`; returns the last one then."""
    before, columns = last, ["_row", *_own_names(con, place, extract)]
    for batch in extract.batches:
        numbered = batch.rows.set_column(0, "_row", pc.add(batch.rows[0], before))
        append(con, ident("raw", "__".join(place)), numbered.rename_columns(columns))
        for table, lines in (("raw.rejects", batch.rejects), ("raw.repairs", batch.repairs)):
            if lines:
                append(con, table, _lines((*place, file), before, lines))
        last += batch.rows.num_rows + len(batch.rejects)
    for remark in extract.remarks:
        con.execute("INSERT INTO raw.remarks VALUES (?, ?, ?, ?, ?, ?, ?)", [*place, file, *remark])
    return last


def _own_names(con: Connection, place: Place, extract: Extract) -> list[str]:
    """The table's names of an extract's columns; those that it has not yet are added to it."""
    known = {name.casefold(): name for name in headings(con, place)}
    for name in extract.columns:
        if name.casefold() not in known:
            con.execute(f"ALTER TABLE {ident('raw', '__'.join(place))} ADD COLUMN {ident(name)} VARCHAR")
            known[name.casefold()] = name
    return [known[name.casefold()] for name in extract.columns]


def _lines(place: tuple[str, str, str], before: int, lines: Sequence[Reject]) -> pa.Table:
    """Rejects, or repairs, as rows of their table."""
    own = dict(zip(("source", "table", "file"), place, strict=True))
    named = pa.Table.from_pylist([own | line._asdict() | {"_row": before + line.row} for line in lines])
    return named.drop_columns("row")


def _note(con: Connection, run: Run, place: tuple[str, str, str], day: date, span: tuple[int, int], extract: Extract,
          own: tuple[str, int | None]) -> None:  # fmt: skip
    """The line about a file or query whose rows are those from the first to the last of `span`; `own` are its
    SHA-256 and its bytes."""
    con.execute(
        """
        INSERT INTO raw.files
        WITH lost AS (SELECT count(*) AS n FROM raw.rejects WHERE source = $1 AND "table" = $2 AND file = $3),
        mended AS (SELECT count(*) AS n FROM raw.repairs WHERE source = $1 AND "table" = $2 AND file = $3)
        SELECT $1, $2, $3, $4::DATE, $5::DATE - $4::DATE, $6, $7, $8, $9 - $8 + 1 - lost.n, lost.n, mended.n, $10
        FROM lost, mended""",
        [*place, day, run.as_of, *own, *span, told(extract.settings)],
    )


def _fingerprint(con: Connection, place: Place) -> str:
    """A SHA-256 for the rows that a query gave, in whatever order."""
    hashes = f"SELECT hash(*COLUMNS(* EXCLUDE _row)) AS h FROM {ident('raw', '__'.join(place))}"
    return str(rows(con, f"SELECT sha256(coalesce(sum(h), 0)::VARCHAR) FROM ({hashes})")[0][0])


def _remark_on_files(con: Connection, run: Run) -> None:
    """Files without records, and extracts of an older date that stand in."""
    con.execute(
        """
        INSERT INTO raw.remarks
        SELECT source, "table", path, 'has no records', NULL, 0, NULL FROM raw.files WHERE rows + rejects = 0
        UNION ALL
        SELECT DISTINCT source, "table", NULL, format('no extract of {}: that of {} stands', ?, as_of), NULL, NULL, NULL
        FROM raw.files WHERE age_days > 0""",
        [str(run.as_of)],
    )


def _remark_private_use(con: Connection, place: Place) -> None:
    """Characters that only the system they come from can draw."""
    table = ident("raw", "__".join(place))
    names = headings(con, place)
    private = r"regexp_matches({}, '[\x{{E000}}-\x{{F8FF}}\x{{F0000}}-\x{{10FFFD}}]')"
    counts = ", ".join(f"count(*) FILTER ({private.format(ident(name))})" for name in names)
    for name, found in zip(names, rows(con, f"SELECT {counts} FROM {table}")[0], strict=True):
        if found:
            said = "has characters of the private use area, which other systems draw as boxes: ask what they stand for"
            con.execute("INSERT INTO raw.remarks VALUES (?, ?, NULL, ?, ?, ?, NULL)", [*place, said, name, found])
