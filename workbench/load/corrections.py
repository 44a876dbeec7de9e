"""The rows that a target refused, as a CSV that people mend, and that is loaded again in place of what was sent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from ..config import ReadOptions
from ..errors import SourceError
from ..export import write_csv
from ..files import disk, new_file
from ..sources import read
from ..store import Connection, append, count, ident, literal, records
from .scope import Object, sendable

KEY, OBJECT = "_golden_id", "object"
ERROR = ("error_field", "error")
_NUMBER = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)
"""How Excel shows a long number."""


def write_corrections(con: Connection, it: Object, load_id: int, file: Path) -> int:
    """Write the rows of an object that a load sent and the target refused; how many. No file where there are none.

    Rows that only wait for their parent were not sent (they have no hash): there is nothing to mend in them.
    """
    query = f"""SELECT {literal(it.name)} AS {OBJECT}, t.*, r.field AS {ERROR[0]}, r.reason AS {ERROR[1]}
        FROM refused AS r JOIN ({sendable(con, it)}) AS t ON t._golden_id = r.golden_id
        WHERE r.object = {literal(it.name)} AND r.load_id = {load_id} AND r.hash IS NOT NULL
        ORDER BY t._golden_id"""
    if not count(con, f"SELECT count(*) FROM ({query})"):
        return 0
    with disk("corrections"):
        file.parent.mkdir(parents=True, exist_ok=True)
        with new_file(file) as new:
            return write_csv(con, query, new, mark=True)


def take_corrections(con: Connection, found: Sequence[Object], file: Path) -> int:
    """Make the rows of a corrected file the table corrected.<object>; how many.

    Raises SourceError with everything that is wrong in it, and takes nothing then.
    """
    extract = read(file, ReadOptions())
    table = pa.concat_tables([pa.Table.from_batches([batch.rows]) for batch in extract.batches] or [pa.table({})])
    lines = table.to_pylist()
    if not lines or OBJECT not in extract.columns:
        raise SourceError(f"{file}: there is no column '{OBJECT}', or no row. Take the file as the load wrote it.")
    names = sorted({line[OBJECT] or "" for line in lines})
    it = next((one for one in found if [one.name] == names), None)
    if it is None:
        raise SourceError(f"{file}: the column '{OBJECT}' names {', '.join(names)}; it must be one of the target's.")
    if lost := [name for name in (KEY, *it.fields) if name not in extract.columns]:
        raise SourceError(f"{file}: there is no column {', '.join(lost)}. Give the headings back their names.")
    if mistakes := _mistakes(con, it, lines):
        raise SourceError(f"{file}: nothing was taken.\n" + "\n".join(f"- {said}" for said in mistakes))
    con.execute("CREATE SCHEMA IF NOT EXISTS corrected")
    con.execute(f"CREATE TABLE {ident('corrected', it.name)} AS SELECT * EXCLUDE (_wave) FROM {it.table} LIMIT 0")
    kept = [{KEY: line[KEY], **{name: line[name] or None for name in it.fields}} for line in lines]
    schema = pa.schema((name, pa.string()) for name in (KEY, *it.fields))
    append(con, ident("corrected", it.name), pa.Table.from_pylist(kept, schema))
    return len(kept)


def _mistakes(con: Connection, it: Object, lines: Sequence[dict[str, str | None]]) -> list[str]:
    """What is wrong, in words without values: keys that are none, or twice there, and what Excel made of numbers."""
    refused = f"SELECT golden_id FROM refused WHERE object = {literal(it.name)}"
    sent = {row[KEY]: row for row in records(con, f"SELECT * FROM {it.table} WHERE _golden_id IN ({refused})")}
    times = Counter(line[KEY] for line in lines)
    said = [f"{KEY} {key} is there {n} times" for key, n in sorted(times.items(), key=str) if n > 1]
    for number, line in enumerate(lines, 1):
        key = line[KEY]
        if key not in sent:
            said.append(f"record {number}: {KEY} {key} is no row that was refused; was it changed?")
            continue
        for name in it.fields:
            now, before = line[name] or "", sent[key][name] or ""
            if before == key != now:
                said.append(f"{key}: {name} is the key and was changed; put it back")
            elif why := _spoilt(before, now):
                said.append(f"{key}: {name} {why}; format the column as text and enter it again")
    return said


def _spoilt(before: str, now: str) -> str:
    """What Excel has done to an identifier, or ''."""
    if _NUMBER.fullmatch(now) and not _NUMBER.fullmatch(before):
        return "was turned into a number"
    if before != now and before.startswith("0") and before.isdigit() and before.lstrip("0") == now:
        return "lost its leading zeros"
    if before != now and len(now) > 15 and now.isdigit() and before[:15] == now[:15] and not now[15:].strip("0"):
        return "lost the digits behind the fifteenth"
    return ""
