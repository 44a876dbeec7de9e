"""The rows that a target refused, as a CSV that people mend, and that is loaded again in place of what was sent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from ..config import ReadOptions
from ..errors import SourceError
from ..export import write_csv
from ..files import disk, new_file
from ..sources import read
from ..store import Connection, append, count, ident, literal, records
from .scope import Object

FOLDER = "load/corrections"
KEY, OBJECT = "_golden_id", "object"
ERROR = ("error_field", "error")
NUMBER = re.compile(r"-?\d(\.\d+)?E\+\d+", re.IGNORECASE)
"""How Excel shows a long number."""


def write_refused(con: Connection, query: str, name: str, root: Path, title: str) -> Path | None:
    """Write refused rows of an object to load/corrections/<title>.csv; the file, or None where there are none.

    `query` gives _golden_id, the object's fields, the field that is to blame and the reason.
    """
    if not count(con, f"SELECT count(*) FROM ({query})"):
        return None
    given = [column[0] for column in con.execute(f"SELECT * FROM ({query}) LIMIT 0").description or []]
    names = ", ".join(map(ident, [*given[:-2], *ERROR]))
    told = f"SELECT {literal(name)} AS {OBJECT}, * FROM ({query}) AS r({names}) ORDER BY {KEY}"
    file = root / FOLDER / f"{title}.csv"
    with disk("corrections"):
        file.parent.mkdir(parents=True, exist_ok=True)
        with new_file(file) as new:
            write_csv(con, told, new, mark=True)
    return file


def take_mended(con: Connection, found: Sequence[Object], file: Path, waves: Sequence[str]) -> None:
    """Make the rows of a corrected file the table corrected.<object>.

    Raises SourceError with everything that is wrong in it, and takes nothing then.
    """
    extract = read(file, ReadOptions())
    lines, mistakes = list[dict[str, str | None]](), list[str]()
    for batch in extract.batches:
        lines += batch.rows.to_pylist()
        mistakes += [f"line {one.line} cannot be read: {one.reason}" for one in batch.rejects]
    if not lines or OBJECT not in extract.columns:
        raise SourceError(f"{file}: there is no column '{OBJECT}', or no row. Take the file as the load wrote it.")
    names = sorted({line[OBJECT] or "" for line in lines})
    it = next((one for one in found if [one.name] == names), None)
    if it is None:
        raise SourceError(f"{file}: the column '{OBJECT}' must name the same object of the target in every row.")
    if lost := [name for name in (KEY, *it.fields) if name not in extract.columns]:
        raise SourceError(f"{file}: there is no column {', '.join(lost)}. Give the headings back their names.")
    if mistakes := [*mistakes, *_mistakes(con, it, lines, waves)]:
        raise SourceError(f"{file}: nothing was taken.\n" + "\n".join(f"- {said}" for said in mistakes))
    con.execute("CREATE SCHEMA IF NOT EXISTS corrected")
    con.execute(f"CREATE TABLE {ident('corrected', it.name)} AS SELECT * EXCLUDE (_wave) FROM {it.table} LIMIT 0")
    kept = [{KEY: line[KEY], **{name: line[name] or None for name in it.fields}} for line in lines]
    schema = pa.schema((name, pa.string()) for name in (KEY, *it.fields))
    append(con, ident("corrected", it.name), pa.Table.from_pylist(kept, schema))


def _mistakes(
    con: Connection, it: Object, lines: Sequence[dict[str, str | None]], waves: Sequence[str]
) -> Iterator[str]:  # fmt: skip
    """What is wrong, in words without values: keys that are none, or twice there, and what Excel made of numbers."""
    refused = f"SELECT golden_id FROM refused WHERE object = {literal(it.name)}"
    sent = {row[KEY]: row for row in records(con, f"SELECT * FROM {it.table} WHERE _golden_id IN ({refused})")}
    times = Counter(line[KEY] for line in lines)
    yield from (f"{KEY} {key} is there {n} times" for key, n in times.items() if n > 1 and key in sent)
    for number, line in enumerate(lines, 1):
        key = line[KEY]
        if key not in sent:
            yield f"record {number}: its {KEY} is no row that was refused; was it changed?"
            continue
        if sent[key]["_wave"] not in waves:
            yield f"{key}: is in the wave {sent[key]['_wave']}, which is not loaded now; name it"
        for name in it.fields:
            now, before = line[name] or "", sent[key][name] or ""
            if before == key != now:
                yield f"{key}: {name} is the key and was changed; put it back"
            elif why := _spoilt(before, now):
                yield f"{key}: {name} {why}; format the column as text and enter it again"


def _spoilt(before: str, now: str) -> str:
    """What Excel has done to an identifier, or ''."""
    if NUMBER.fullmatch(now) and not NUMBER.fullmatch(before):
        return "was turned into a number"
    if before != now and re.fullmatch(r"\+?0*\d+", before) and before.lstrip("+0") == now:
        return "lost the sign or the zeros in front"
    if before != now and len(now) > 15 and now.isdigit() and before[:15] == now[:15] and not now[15:].strip("0"):
        return "lost the digits behind the fifteenth"
    return ""
