"""How good the matching is, as far as people's decisions tell: it stands beside the verdicts, and is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..matching.blocking import Rule, shared
from ..matching.capture import blocking_recall, field_of
from ..matching.quality import Measure, Stratum, measures, strata
from ..store import Connection, count, ident, literal, rows

METRIC = "matching "
"""What the metrics of matching begin with."""

QUEUE = f"{METRIC}queue"


def measure(con: Connection, entity: str, rules: Sequence[Rule]) -> None:
    """match.<entity>_found, by which fields' rules matches are found; lines of match.strata and match.quality."""
    by_field: dict[str, list[str]] = {}
    for number, rule in enumerate(rules):
        by_field.setdefault(field_of(rule), []).append(f"({shared(rule, number)}) IS TRUE")
    listed = ", ".join(f"CASE WHEN {' OR '.join(ways)} THEN {literal(name)} END" for name, ways in by_field.items())
    con.execute(f"""
        CREATE TABLE {ident("match", f"{entity}_found")} AS
        SELECT list_filter([{listed}], lambda field: field IS NOT NULL) AS fields, count(*) AS pairs
        FROM (FROM _judged WHERE proposed = 'match') AS p
        JOIN _blocks AS l ON l.id = p.l JOIN _blocks AS r ON r.id = p.r
        GROUP BY ALL ORDER BY ALL""")
    found = strata(con, """(
        SELECT l.source AS source_l, l.key AS key_l, r.source AS source_r, r.key AS key_r, probability, proposed,
            CASE WHEN personal THEN verdict = 'match' END AS same
        FROM _judged AS j JOIN _records AS l ON l.id = j.l JOIN _records AS r ON r.id = j.r)""")
    _write(con, "match.strata", entity, found)
    _write(con, "match.quality", entity, measures(found, known_recall(con, entity)))


def known_recall(con: Connection, entity: str) -> float:
    """The blocking recall (0 to 1) that match.<entity>_found tells, 0 for none."""
    found = rows(con, f"SELECT fields, pairs FROM {ident('match', f'{entity}_found')}")
    fields = sorted({name for names, _ in found for name in names})
    by = np.array([[name in names for name in fields] for names, _ in found], dtype=bool)
    return blocking_recall(by.reshape(len(found), len(fields)), np.array([pairs for _, pairs in found], dtype=np.int64))


def remembered(con: Connection) -> list[tuple[Any, ...]]:
    """How many pairs wait for a person; the measures that enough was decided for, with their intervals; as metrics."""
    entities = [entity for (entity,) in rows(con, "SELECT DISTINCT entity FROM match.quality ORDER BY entity")]
    waiting = "SELECT count(*) FROM {} WHERE verdict = 'review'"
    counts = {entity: count(con, waiting.format(ident("match", f"{entity}_pairs"))) for entity in entities}
    return [(QUEUE, None, entity, None, None, None, many) for entity, many in counts.items()] + [
        line for name, column in (("", "value"), (" low", "low"), (" high", "high"))
        for line in rows(con, f"""SELECT '{METRIC}' || measure || '{name}', NULL, entity, NULL, NULL, NULL, {column}
            FROM match.quality WHERE {column} IS NOT NULL ORDER BY entity, measure""")
    ]  # fmt: skip


def _write(con: Connection, table: str, entity: str, lines: Sequence[Stratum | Measure]) -> None:
    for line in lines:
        con.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * (len(line) + 1))})", [entity, *line])
