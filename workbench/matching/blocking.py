"""Blocking: only records that share a key are compared."""

from __future__ import annotations

from ..store import Connection, ident

MAX_BLOCK = 500
"""Records sharing one key beyond which the key says nothing (a placeholder, a switchboard); such blocks are left
out and listed in match.<entity>_blocks."""


def column_of(name: str) -> str:
    """The std column of a blocking name: `phone`, or a part as in `name.key`.

    >>> column_of("name.key")
    'name__key'
    """
    return name.replace(".", "__")


def block_keys(con: Connection, records: str, rules: list[list[str]]) -> str:
    """Give each record one canonical key a rule, in the columns _b0, _b1 ... of the temp table _blocks.

    A key is NULL where a column of its rule is missing, or where more than MAX_BLOCK records share it.
    Returns SQL giving (rule, blocks, records, pairs, largest, left_out) by rule.
    """
    keys = []
    for number, rule in enumerate(rules):
        columns = [f"{ident(column_of(name))}::VARCHAR" for name in rule]
        present = " AND ".join(f"{column} IS NOT NULL" for column in columns)
        joined = " || chr(31) || ".join(columns)
        keys.append(f"CASE WHEN {present} THEN {joined} END AS _k{number}")
    con.execute(f"CREATE TEMP TABLE _keys AS SELECT id, source, {', '.join(keys)} FROM {records}")
    kept = ", ".join(
        f"CASE WHEN count(*) OVER (PARTITION BY _k{n}) <= {MAX_BLOCK} THEN _k{n} END AS _b{n}"
        for n in range(len(rules))
    )
    con.execute(f"CREATE TEMP TABLE _blocks AS SELECT id, source, {kept} FROM _keys")
    summary = [
        f"SELECT {n} AS rule, count(*) AS blocks, sum(size)::BIGINT AS records, "
        f"coalesce(sum(size * (size - 1) // 2) FILTER (WHERE size <= {MAX_BLOCK}), 0)::BIGINT AS pairs, "
        f"max(size) AS largest, count(*) FILTER (WHERE size > {MAX_BLOCK}) AS left_out "
        f"FROM (SELECT count(*) AS size FROM _keys WHERE _k{n} IS NOT NULL GROUP BY _k{n})"
        for n in range(len(rules))
    ]
    return " UNION ALL ".join(summary)


def candidate_pairs(con: Connection, rules: int, apart: str = "false") -> None:
    """Fill the temp table _pairs (l, r, rule): l < r, each pair once, by the first rule that finds it.

    `apart` is a condition on l and r, rows of _blocks, under which two records are not compared at all.
    """
    con.execute("CREATE TEMP TABLE _pairs (l BIGINT, r BIGINT, rule INTEGER)")
    for number in range(rules):
        earlier = "".join(f" AND (l._b{n} = r._b{n}) IS NOT TRUE" for n in range(number))
        con.execute(
            f"INSERT INTO _pairs SELECT l.id, r.id, {number} FROM _blocks AS l JOIN _blocks AS r "
            f"ON l._b{number} = r._b{number} AND l.id < r.id AND ({apart}) IS NOT TRUE{earlier}"
        )
