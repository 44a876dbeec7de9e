"""What was published of runs, without a person: rows that are theirs go, and pseudonyms that stand for them alone.

Parquet files are replaced whole. It is the one exception to what is published for good.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from ..config import Config
from ..export import write_parquet
from ..files import new_file
from ..journal import Journal
from ..language import marked
from ..published import REPORTS
from ..reports.front import list_pages
from ..retention import GOING
from ..stages.publish import published_tables
from ..store import Connection, copy_table, count, ident, literal, open_files, readable, rows, view_file
from ..types import TYPES
from .pages import AGAIN, Line, renew_pages
from .person import Person
from .said import TELLING, Marks

KEYED = (("source", "key"), ("source_l", "key_l"), ("source_r", "key_r"), ("owner", "owner_key"))
"""The columns by which published tables name a record."""

SHORTEST = 3
"""Characters of a value from which its pseudonym can stand for somebody."""

TABLES = "tables"
COMPACTED = marked("deleted: it cannot be made again, as its run was compacted")
UNKNOWN = marked("deleted: it cannot be made again, as it is of no run")
DAMAGED = marked("deleted: it is damaged, so nobody can tell whether it speaks of them")
LEFT = marked("deleted: a killed compaction left it")

LOST = "erase damaged"
"""The action in the audit; it names the file."""


def clear_published(
    config: Config, journal: Journal, person: Person, values: set[str], user: str, *, dry_run: bool = False
) -> Iterator[Line]:
    """Take the person out of reports/; `values` are those that nobody else has. Yields place, rows, what was done.

    A damaged table keeps nobody else from being erased: it goes, and the audit says so.
    """
    hidden, folder = pseudonyms(values, journal.mask_key()), config.root / REPORTS
    holding = {name: [*masked] for name, (_, masked) in published_tables(config).items()}
    others = dict.fromkeys(folder.glob("*.html"), AGAIN)
    runs = {run for (run,) in journal.read("SELECT run_id FROM runs")}
    for left in sorted(folder.glob(f"*/*{GOING}")):
        if not dry_run:
            shutil.rmtree(left)
        yield left.relative_to(config.root).as_posix(), None, LEFT
    for run in sorted(one for one in folder.glob("*") if one.is_dir()):
        if not (run / TABLES).is_dir():
            never = COMPACTED if run.name in runs else UNKNOWN
            others |= dict.fromkeys((file for file in run.rglob("*") if file.is_file()), never)
            continue
        damaged = {file for file in (run / TABLES).glob("*.parquet") if not readable(file)}
        for file in sorted(damaged):
            place = file.relative_to(config.root).as_posix()
            if not dry_run:
                journal.note(user, LOST, place)
                file.unlink()
            yield place, None, DAMAGED
        tables = sorted({*(run / TABLES).glob("*.parquet")} - damaged)
        gone = sum(_clear(file, person, hidden, holding.get(file.stem, []), dry_run) for file in tables)
        yield from renew_pages(config, journal, run, gone, {file.stem for file in damaged}, dry_run=dry_run)
        others |= dict.fromkeys(run.glob("*.json"), AGAIN)
    marks = _marks(person, hidden)
    for file, done in others.items():
        if marks.stand_in(file):
            if not dry_run:
                file.unlink()
            yield file.relative_to(config.root).as_posix(), None, done
    if folder.is_dir() and not dry_run:
        list_pages(config, journal)


def _marks(person: Person, hidden: list[str]) -> Marks:
    """What tells that a page, which no tables are left to make again of, speaks of the person."""
    keys = [key for _, _, key in person.records]
    return Marks([*person.golden_ids, *keys, *(one for one in hidden if len(one) >= TELLING)])


def pseudonyms(values: set[str], key: bytes) -> list[str]:
    """What may stand for the values in what is shared, whichever type they were taken for; and they themselves."""
    long = {value for value in values if len(value) >= SHORTEST}
    return sorted(long | {kind.mask(value, key) for kind in TYPES.values() for value in long})


def _clear(file: Path, person: Person, hidden: list[str], holding: list[str], dry_run: bool) -> int:
    """A table without rows of theirs, and in other rows, in the columns holding values, without their pseudonyms; how
    many rows that are."""
    con = open_files([file.parent])
    view_file(con, "data", file)
    columns = dict(line[:2] for line in rows(con, "DESCRIBE published.data"))
    texts = [name for name in holding if columns.get(name) == "VARCHAR"]
    copy_table(con, "ids", pa.table({"id": pa.array(person.golden_ids, pa.string())}))
    copy_table(con, "hidden", pa.table({"value": pa.array(hidden, pa.string())}))
    named = zip(("entity", "source", "key"), zip(*person.records, strict=True), strict=True)
    copy_table(con, "theirs", pa.table({name: pa.array(found, pa.string()) for name, found in named}))
    theirs, marked = _theirs(file.stem, columns), _any(texts)
    gone = count(con, f"SELECT count(*) FROM published.data AS d WHERE ({theirs}) OR ({marked})")
    if gone and not dry_run:
        _rewrite(con, file, theirs, texts)
    con.close()
    return gone


def _theirs(table: str, columns: dict[str, str]) -> str:
    """The condition that a row `d` is of one of their records, or speaks of one of their golden records."""
    entity = "d.entity" if "entity" in columns else literal(table.removeprefix("match_").rpartition("_")[0])
    of_entity = f"AND t.entity = {entity}" if "entity" in columns or table.startswith("match_") else ""
    said = ["EXISTS (FROM published.ids WHERE contains(d::VARCHAR, id))"]
    for source, key in KEYED:
        if {source, key} <= columns.keys():
            said.append(f"""EXISTS (FROM published.theirs AS t
                WHERE t.source = d.{ident(source)} AND t.key = d.{ident(key)} {of_entity})""")
    return " OR ".join(said)


def _any(texts: list[str]) -> str:
    """The condition that a row has one of their pseudonyms."""
    return " OR ".join(f"coalesce(d.{ident(name)} IN (FROM published.hidden), false)" for name in texts) or "false"


def _rewrite(con: Connection, file: Path, theirs: str, texts: list[str]) -> None:
    blank = ", ".join(f"CASE WHEN d.{ident(name)} IN (FROM published.hidden) THEN NULL ELSE d.{ident(name)} END AS "
                      f"{ident(name)}" for name in texts)  # fmt: skip
    replaced = f"REPLACE ({blank})" if blank else ""
    with new_file(file) as new:
        write_parquet(con, f"SELECT d.* {replaced} FROM published.data AS d WHERE NOT coalesce({theirs}, false)", new)
