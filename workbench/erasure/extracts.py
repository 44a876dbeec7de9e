"""The records of a person in the project's own extracts: found as a run finds them, and cut out of their files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ..config import Config, TableConfig
from ..errors import SourceError
from ..files import new_file
from ..journal import Journal
from ..pipeline import lay_out
from ..sources import can_be_cut, without
from ..stages.context import Run
from ..stages.edits import MADE, replay
from ..stages.extracts import dates, locate
from ..stages.ingest import read_tables
from ..stages.standardise import read_records
from ..store import Connection, create_tables, fresh_schema, ident, rows, session
from .person import Person, below


class Found(NamedTuple):
    """Records of the person in a file of sources/, by their ordinals in it."""

    file: Path
    table: TableConfig
    ordinals: list[int]


def find(config: Config, journal: Journal, person: Person) -> list[Found]:
    """Where their records are, in the extracts of every date.

    What lies outside the project is left out: files behind a ${VARIABLE}, databases. Raises SourceError for extracts
    that cannot be read.
    """
    found: list[Found] = []
    for con, only, day, source, table, ordinals in _everywhere(config, journal, person):
        found += _files(con, only, day, source, table, ordinals)
    return found


def own_values(config: Config, journal: Journal, person: Person) -> set[str]:
    """The values of their records that no other record of a table has, as they came, in the extracts of every date."""
    found = set[str]()
    for con, _, _, source, table, ordinals in _everywhere(config, journal, person):
        raw = ident("raw", f"{source}__{table}")
        for name, kind, *_ in rows(con, f"DESCRIBE {raw}"):
            if kind == "VARCHAR":
                query = f"""SELECT {ident(name)} FROM {raw} WHERE _row IN (SELECT unnest($1::BIGINT[]))
                    EXCEPT SELECT {ident(name)} FROM {raw} WHERE _row NOT IN (SELECT unnest($1::BIGINT[]))"""
                found |= {value for (value,) in rows(con, query, [ordinals]) if value}
    return found


def _everywhere(
    config: Config, journal: Journal, person: Person
) -> Iterator[tuple[Connection, Config, date, str, str, list[int]]]:
    """Each table of each date that has records of theirs: a session in which it is read, and their ordinals."""
    wanted: dict[str, dict[str, list[str]]] = {}
    for entity, source, key in person.roots:
        wanted.setdefault(source, {}).setdefault(entity, []).append(key)
    for day in dates(config.root):
        for source, roots in wanted.items():
            if not config.sources[source].lives(day):
                continue
            only = config.model_copy(update={"sources": {source: config.sources[source]}})
            with session(None) as con:
                _read(con, only, journal, day)
                for table, ordinals in _ordinals(con, only, source, roots).items():
                    yield con, only, day, source, table, ordinals


def demand_cuttable(found: list[Found]) -> None:
    """Raise SourceError naming every file and row that people have to mend."""
    wrong = [f"{one.file}: row {', '.join(map(str, one.ordinals))}" for one in found if not can_be_cut(*one[:2])]
    if wrong:
        said = "Records are taken out of .csv and .tsv only. Take these rows, or the files, out by hand and try again:"
        raise SourceError("\n".join([said, *wrong]))


def cut(found: list[Found]) -> None:
    """Take the records out of their files, each of which is replaced whole."""
    for one in found:
        with new_file(one.file) as new:
            without(one.file, one.table, one.ordinals, new)


def outside(config: Config, person: Person) -> list[str]:
    """Tables with their records, or that a view reads beside, in which nothing is looked for."""
    said = []
    for source in dict.fromkeys(source for _, source, _ in person.roots):
        settings = config.sources[source]
        leads = {record.lead_table for record in settings.records.values()}
        for name, table in settings.tables.items():
            if table.url or (table.file or "").startswith("${"):
                said.append(f"{source}.{name}: lies outside the project")
            elif name not in leads:
                said.append(f"{source}.{name}: has no records of its own, but may have what is theirs")
    return said


def _read(con: Connection, config: Config, journal: Journal, day: date) -> None:
    """The tables of a date with their recipes, in a database in memory, which has the name `memory` itself."""
    create_tables(con, "memory")
    lay_out(con, "learned", journal.learned(until=day))
    read_tables(con, Run(config, day, "", b""))
    fresh_schema(con, "std")
    for source, settings in config.sources.items():
        for table in settings.tables:
            replay(con, config, (source, table), MADE)


def _ordinals(con: Connection, config: Config, source: str, roots: dict[str, list[str]]) -> dict[str, list[int]]:
    """The rows of lead tables that are the person's, by table: theirs by key, those below by their parent's."""
    found: dict[str, list[int]] = defaultdict(list)
    level, column = roots, "_key"
    while level:
        keys = {}
        for entity, wanted in level.items():
            if record := config.records(entity).get(source):
                read_records(con, config, entity, source, record)
                query = f"SELECT _row, key FROM _records WHERE {column} IN (SELECT unnest(?::VARCHAR[])) ORDER BY _row"
                lines = rows(con, query, [wanted])
                con.execute("DROP TABLE _records")
                found[record.lead_table] += [row for row, _ in lines]
                keys[entity] = [key for _, key in lines]
        level, column = {child: keys[parent] for parent, child in below(config, keys)}, "parent_key"
    return {table: sorted(set(ordinals)) for table, ordinals in found.items() if ordinals}


def _files(con: Connection, config: Config, day: date, source: str, name: str, ordinals: list[int]) -> list[Found]:
    """The files of a date that rows of a table are in; those of an older date are found with that date."""
    table = config.sources[source].tables[name]
    if table.file is None or table.file.startswith("${"):
        return []
    path, own = locate(config, day, table.file)
    if own != day:
        return []
    files = 'SELECT path, first_row FROM raw.files WHERE (source, "table") = (?, ?) ORDER BY first_row DESC'
    found: dict[Path, list[int]] = defaultdict(list)
    spans = rows(con, files, [source, name])
    for ordinal in ordinals:
        place, first = next((place, first) for place, first in spans if first <= ordinal)
        found[path / Path(place).name if path.is_dir() else path].append(ordinal - first + 1)
    return [Found(file, table, within) for file, within in found.items()]
