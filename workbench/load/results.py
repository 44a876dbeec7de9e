"""The files in which a new system says what became of each row: read into the ledger, and what was refused written out.

Rows are known by the key field of their object or, where a system's result has no key, by their order in the file that
was sent. Nothing is taken of files in which anything is wrong.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

from ..config import Config, ObjectMap, ReadOptions, load_mapping, target_of
from ..config.mistakes import suggestion
from ..config.roles import MAY, demand_role
from ..errors import ConfigError, SourceError
from ..journal import Journal
from ..language import gettext as _
from ..pipeline import database
from ..sources import read
from ..stages.load_files import MANIFEST
from ..store import Connection, append, count, ident, literal, overlay, rows
from ..targets import Results
from .gates import alone
from .ledger import Ledger
from .refused import write_refused
from .scope import chosen_waves
from .verdicts import counted, judge, new_lines, refused_rows, sent_name

SHOWN = 5
"""Keys and lines that a message names."""

NUMBER = r"[-+]?\d+(\.\d+)?[eE]\+?\d+|\d+\.0+"
"""What Excel makes of an id that looks like a number."""


def read_results(
    config: Config, journal: Journal, target: str, files: Sequence[Path], user: str,
    wave: str | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Take result files into the ledger, and write what was refused to load/corrections/<target>_<wave>_<object>.csv.

    A row each object: object, sent, created, updated, refused, unprocessed (sent, and no result in these files or the
    ledger), never_sent (rows of a file that no row sent is of), corrections (the file, '' where nothing was refused).
    `wave` leaves out what was sent in others. Raises ConfigError for an unknown target or one whose results we do not
    know, SourceError with all that is wrong in the files, StoreError where somebody else is at it.
    """
    if target not in config.targets:
        raise ConfigError(f"There is no target '{target}'{suggestion(target, config.targets)}")
    demand_role(config, user, _("Reading results into the ledger"), *MAY["load"])
    if wave:
        chosen_waves(config, wave)
    kind, objects = target_of(config, target), load_mapping(config, target)
    if kind.results is None:
        raise ConfigError(f"targets.{target}: say in `results` which columns of its result files hold id and error.")
    settings = config.targets[target]
    ledger = Ledger(journal, target, settings.environment)
    with alone(config.root, journal, target), overlay(database(config.root)) as con:
        run_id = rows(con, "SELECT max(run_id) FROM work.meta.stage WHERE stage = 'publish'")[0][0]
        load_folder = config.root / "load" / (run_id or "").rpartition(".")[0] / target
        texts = ("object", "file", "key", "golden_id", "target_id", "error", "status", "made")
        con.execute(f"CREATE TEMP TABLE _found (line BIGINT, {', '.join(f'{name} VARCHAR' for name in texts)})")
        mistakes, titles = list[str](), dict[Path, str]()
        for file in files:
            titles[file] = title = _object_of(file, objects)
            if not count(con, "SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", [sent_name(title)]):
                _lay_out_sent(con, target, title, objects[title], wave)
            mistakes += _take(con, file, title, objects[title], kind.results, load_folder, wave)
        mistakes += _doubled(con)
        if mistakes:
            raise SourceError("Nothing was taken.\n" + "\n".join(f"- {said}" for said in mistakes))
        named = list(dict.fromkeys(titles.values()))
        judge(con, kind.results, named, ledger)
        found, lines, scope = counted(con, named), new_lines(con), f"{wave}_" if wave else ""
        found["corrections"] = [
            str(write_refused(con, refused_rows(title), title, config.root, f"{target}_{scope}{title}") or "")
            for title in found["object"]
        ]
        if lines:
            load_id = ledger.start(run_id, wave or "all", user, "")
            ledger.record(load_id, lines)
            ledger.finish(load_id, "rows refused" if found["refused"].sum() else "done")
    return found


def _object_of(file: Path, objects: dict[str, ObjectMap]) -> str:
    """The object that a result is of: the one whose name, or file's name, the file's name holds; the longest."""
    names = {name.casefold(): title for title, mapped in objects.items() for name in (title, mapped.file)}
    within = [name for name in names if name in file.name.casefold()]
    if not within and len(objects) > 1:
        accepted = ", ".join(mapped.file for mapped in objects.values())
        raise SourceError(f"{file}: name it after the file that was sent, to tell what it is of: {accepted}.")
    return names[max(within, key=len)] if within else next(iter(objects))


def _lay_out_sent(
    con: Connection, target: str, title: str, mapped: ObjectMap, wave: str | None
) -> None:
    """The rows of an object that were sent, numbered as in their files."""
    chosen = f"AND m.wave = {literal(wave)}" if wave else ""
    key = f"t.{ident(mapped.key)}" if mapped.key in {field.name for field in mapped.fields} else "NULL::VARCHAR"
    con.execute(f"""
        CREATE TEMP TABLE {ident(sent_name(title))} AS
        SELECT t.*, {key} AS _key, m.wave AS _wave,
            row_number() OVER (PARTITION BY m.wave ORDER BY t._golden_id) AS _place
        FROM {ident("work", "target", f"{target}__{title}")} AS t JOIN work.wave.members AS m
            ON m.entity = {literal(mapped.entity)} AND m.golden_id = t._golden_id
            AND NOT m.later AND NOT m.archive {chosen}""")


def _take(
    con: Connection, file: Path, title: str, mapped: ObjectMap, results: Results, sent: Path, wave: str | None
) -> list[str]:
    """Put the rows of a file into _found, each with its golden id; what is wrong with the file, in words."""
    extract = read(file, ReadOptions())
    keyed = mapped.key in extract.columns
    if not keyed and not results.ordered:
        return [f"{file.name}: there is no column {mapped.key}, by which its rows are known"]
    wanted = {"key": mapped.key, "target_id": results.id, "error": results.error, "status": results.status,
              "made": results.created}  # fmt: skip
    if not {results.id, results.error, results.status} & set(extract.columns):
        told = ", ".join(filter(None, (results.id, results.error, results.status)))
        return [f"{file.name}: there is no column {told}, so it says no result. Is it the file that was sent?"]
    total = 0
    for batch in extract.batches:
        if batch.rejects:
            first = batch.rejects[0]
            return [f"{file.name}: line {first.line} cannot be read: {first.reason}"]
        columns = {
            name: batch.rows[heading] if heading in extract.columns else pa.nulls(batch.rows.num_rows, pa.string())
            for name, heading in wanted.items()
        }
        total += batch.rows.num_rows
        same = {"object": pa.array([title] * batch.rows.num_rows), "file": pa.array([file.name] * batch.rows.num_rows)}
        append(con, "_found", pa.table({**same, "line": batch.rows["_row"], **columns}))
    here, there = f"object = {literal(title)} AND file = {literal(file.name)}", ident(sent_name(title))
    if keyed:
        con.execute(f"UPDATE _found SET golden_id = s._golden_id FROM {there} AS s WHERE s._key = key AND {here}")
        return _by_excel(con, file, here, there)
    waves = [name for (name,) in rows(con, f"SELECT DISTINCT _wave FROM {there}")]
    if len(waves) > 1:
        return [f"{file.name}: say of which wave it is (--wave): {', '.join(sorted(waves))}"]
    before, expected = _part(file, sent / waves[0] if waves else sent, title)
    if total != expected:
        return [f"{file.name}: has {total:,} rows, and {expected:,} were sent: a result without keys must be whole"]
    placed = f"s._place = line + {before} AND {here}"
    con.execute(f"UPDATE _found SET golden_id = s._golden_id FROM {there} AS s WHERE {placed}")
    return []


def _part(file: Path, sent: Path, title: str) -> tuple[int, int]:
    """How many rows of the object lie in the files before the one that a result is of, and in that file."""
    before = 0
    if (sent / MANIFEST).is_file():
        with (sent / MANIFEST).open(encoding="utf-8", newline="") as lines:
            parts = [line for line in csv.DictReader(lines) if line["object"] == title]
        for line in parts:
            if len(parts) == 1 or Path(line["file"]).stem in file.name:
                return before, int(line["rows"])
            before += int(line["rows"])
    return 0, 0


def _by_excel(con: Connection, file: Path, here: str, there: str) -> list[str]:
    """Ids that a spreadsheet program has turned into numbers, or whose leading zeros it has cut off."""
    turned = f"""SELECT line FROM _found WHERE {here} AND (
        (golden_id IS NULL AND (regexp_full_match(key, '{NUMBER}')
            OR key IN (SELECT ltrim(_key, '0') FROM {there} WHERE starts_with(_key, '0'))))
        OR regexp_full_match(target_id, '{NUMBER}')) ORDER BY line"""
    lines = [line for (line,) in rows(con, turned)]
    if not lines:
        return []
    return [
        f"{file.name}: in {len(lines):,} rows (row {', '.join(map(str, lines[:SHOWN]))}) a spreadsheet program has "
        "turned an id into a number. Take the file as the new system gave it, without opening and saving it"
    ]


def _doubled(con: Connection) -> list[str]:
    """Rows sent that have more than one result."""
    twice = """SELECT object, count(*) FROM (SELECT object, golden_id FROM _found WHERE golden_id IS NOT NULL
        GROUP BY ALL HAVING count(*) > 1) GROUP BY ALL ORDER BY ALL"""
    return [f"{n:,} rows of {title} have more than one result in these files" for title, n in rows(con, twice)]
