"""What the rows of result files mean: events for the ledger, counts, and a file of what was refused.

These work on _found (a row of a file, with the golden id it is of) and the tables of what was sent, see `results`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd
import pyarrow as pa

from ..store import Connection, append, frame, ident, literal, rows
from ..targets import Results
from .connector import SHORTEST
from .ledger import Ledger, Line, row_hash

OURS = "_golden_id, _key, _wave, _place"
"""The columns of what was sent that are not the target's."""


def sent_name(title: str) -> str:
    """The table of an object's rows that were sent."""
    return f"_sent_{title}"


def judge(con: Connection, results: Results, titles: list[str], ledger: Ledger) -> None:
    """Make _verdicts of _found: event (NULL where nothing was done), field and what the ledger is told of the reason.

    An error may repeat a value of its row; the ledger outlives the data, so there it is left out.
    """
    con.execute("CREATE TEMP TABLE _fields (error VARCHAR, field VARCHAR)")
    errors = [error for (error,) in rows(con, "SELECT DISTINCT error FROM _found WHERE error <> ''")]
    fields = [_field(results.field, error) for error in errors]
    append(con, "_fields", pa.table({"error": pa.array(errors, pa.string()), "field": pa.array(fields, pa.string())}))
    con.execute(f"""
        CREATE TEMP TABLE _verdicts AS SELECT f.*, e.field, f.error AS reason, CASE
            WHEN {_among(results.unprocessed)} THEN NULL
            WHEN coalesce(error, '') <> '' OR {_among(results.refused)} THEN 'refused'
            WHEN coalesce(target_id, '') = '' THEN NULL
            WHEN lower(made) = 'false' OR {_among(results.updated)} THEN 'updated' ELSE 'created' END AS event
        FROM _found AS f LEFT JOIN _fields AS e USING (error) WHERE golden_id IS NOT NULL""")
    con.execute("CREATE TEMP TABLE _hashes (object VARCHAR, golden_id VARCHAR, hash VARCHAR)")
    for title in titles:
        there = ident(sent_name(title))
        columns = con.execute(f"SELECT * EXCLUDE ({OURS}) FROM {there} LIMIT 0").description or []
        names, reason = [column[0] for column in columns], "v.reason"
        for name in map(ident, names):
            reason = f"replace({reason}, CASE WHEN strlen(s.{name}) >= {SHORTEST} THEN s.{name} ELSE chr(31) END, '…')"
        con.execute(f"""
            UPDATE _verdicts AS v SET reason = {reason} FROM {there} AS s
            WHERE v.object = {literal(title)} AND v.golden_id = s._golden_id AND v.reason <> ''""")
        con.execute(f"INSERT INTO _hashes SELECT {literal(title)}, _golden_id, {row_hash(names)} FROM {there}")
    _lay_out_known(con, ledger)


def _among(statuses: Sequence[str]) -> str:
    return f"coalesce(status IN ({', '.join(map(literal, statuses))}), false)" if statuses else "false"


def _lay_out_known(con: Connection, ledger: Ledger) -> None:
    """The last answer that the ledger has of each record."""
    names = ["object", "golden_id", "event", "target_id", "field", "reason"]
    con.execute(f"CREATE TEMP TABLE _known ({', '.join(f'{name} VARCHAR' for name in names)})")
    last = """SELECT object, golden_id, event, target_id, field, reason FROM ledger WHERE id IN (
        SELECT max(id) FROM ledger WHERE target = ? AND environment = ? AND event <> 'sent'
        GROUP BY object, golden_id)"""
    known = ledger.journal.read(last, [ledger.target, ledger.environment])
    values = zip(*known, strict=True) if known else ([] for _ in names)
    append(con, "_known", pa.table([pa.array(column, pa.string()) for column in values], names=names))


def _field(pattern: str | None, error: str) -> str | None:
    found = re.search(pattern, error) if pattern else None
    return next(filter(None, found.groups()), None) if found else None


def new_lines(con: Connection) -> list[Line]:
    """What the ledger does not know yet."""
    new = """SELECT v.object, v.golden_id, v.event, h.hash, v.target_id, v.field, v.reason FROM _verdicts AS v
        JOIN _hashes AS h USING (object, golden_id) LEFT JOIN _known AS k USING (object, golden_id)
        WHERE v.event IS NOT NULL AND (v.event, coalesce(v.target_id, ''), coalesce(v.reason, ''))
            IS DISTINCT FROM (k.event, coalesce(k.target_id, ''), coalesce(k.reason, ''))
        ORDER BY v.object, v.golden_id"""
    return [Line(*line) for line in rows(con, new)]


def counted(con: Connection, titles: Iterable[str]) -> pd.DataFrame:
    """What became of the rows of each object."""
    each = [
        f"""SELECT {literal(title)} AS object, (SELECT count(*) FROM {ident(sent_name(title))}) AS sent,
            count(*) FILTER (WHERE event = 'created') AS created, count(*) FILTER (WHERE event = 'updated') AS updated,
            count(*) FILTER (WHERE event = 'refused') AS refused,
            (SELECT count(*) FROM {ident(sent_name(title))} WHERE _golden_id NOT IN (
                SELECT golden_id FROM _verdicts WHERE object = {literal(title)} AND event IS NOT NULL UNION ALL
                SELECT golden_id FROM _known WHERE object = {literal(title)} AND event <> 'undone')
            ) AS unprocessed,
            (SELECT count(*) FROM _found WHERE object = {literal(title)} AND golden_id IS NULL) AS never_sent
        FROM _verdicts WHERE object = {literal(title)}"""
        for title in titles
    ]
    return frame(con, " UNION ALL ".join(each))


def refused_rows(title: str) -> str:
    """The refused rows of an object with column and reason, as `refused.write_refused` takes them: those of these files
    and those of which earlier ones said it, so that a file read later takes no row away."""
    return f"""WITH said AS (SELECT golden_id, event, field, error FROM _verdicts
            WHERE object = {literal(title)} AND event IS NOT NULL)
        SELECT s.* EXCLUDE (_key, _wave, _place), v.field, v.error FROM (
            FROM said UNION ALL SELECT golden_id, event, field, reason FROM _known
            WHERE object = {literal(title)} AND golden_id NOT IN (SELECT golden_id FROM said)) AS v
        JOIN {ident(sent_name(title))} AS s ON s._golden_id = v.golden_id WHERE v.event = 'refused'"""
