"""Blocking: only records that share a key are compared.

A rule names terms, such as `[name.key, city]`; records whose terms are all equal are a block, and every pair in a block
is compared. Three kinds of term:

    phone, name.key       a field or one of its parts
    tokens(name.words)    its rarest words (of Chinese, pairs of characters): one in common is enough
    near(name.latin)      its neighbours in the order of the alphabet (the sorted neighbourhood of M. A. Hernandez and
                          S. J. Stolfo, 1995), as blocks that overlap
"""

from __future__ import annotations

from collections.abc import Sequence

from ..config.terms import around, bare
from ..store import Connection, count, ident, rows

Rule = list[str]

LEAST_BUDGET, BUDGET = 1_000_000, 20
"""Pairs that are compared at most where the configuration says nothing: this many, or so many a record."""

RAREST = 3
"""Words of a record that `tokens` takes, the rarest of those that any other has."""

NEIGHBOURS = 10
"""Records in a block of `near`; each is in two blocks, which overlap by half."""


def column_of(term: str) -> str:
    """The std column that a term is about.

    >>> column_of("tokens(name.words)")
    'name__words'
    """
    return bare(term).replace(".", "__")


def block_keys(
    con: Connection, records: str, rules: Sequence[Rule], further: Sequence[str], budget: int | None,
    of: str | None = None,
) -> str:  # fmt: skip
    """Give each record its canonical keys, a column a rule: _b0, _b1 ... of the temp table _blocks (id, source, ...).

    A key is NULL where a column of its rule is missing. A rule may give its share of the budget (pairs in all); where
    it would give more, its largest blocks are split by one of the columns `further`, and what is still too large then
    is left out. With `of`, a table of ids, only the blocks that hold one of these, and the records in them.
    Returns SQL giving (rule, blocks, records, pairs, largest, split, left_out, records_left_out) by rule.
    """
    con.execute(f"CREATE TEMP TABLE _keys AS SELECT id, source FROM {records}")
    con.execute("""CREATE TEMP TABLE _summary (rule INTEGER, blocks BIGINT, records BIGINT, pairs BIGINT,
        largest BIGINT, split BIGINT, left_out BIGINT, records_left_out BIGINT)""")  # fmt: skip
    size = count(con, "SELECT count(*) FROM _keys")
    most = (budget or max(LEAST_BUDGET, BUDGET * size)) // max(len(rules), 1)
    columns = []
    for number, rule in enumerate(rules):
        _key_of(con, records, rule, of)
        _within_budget(con, records, rule, number, most, further)
        columns.append(f"_one{number}._b AS _b{number}")
    joins = " ".join(f"LEFT JOIN _one{number} USING (id)" for number in range(len(rules)))
    held = " OR ".join(f"_one{number}.id IS NOT NULL" for number in range(len(rules))) if of else "true"
    con.execute(f"CREATE TEMP TABLE _blocks AS SELECT id, source, {', '.join(columns)} FROM _keys {joins} WHERE {held}")
    for number in range(len(rules)):
        con.execute(f"DROP TABLE _one{number}")
    return "SELECT * FROM _summary"


def _key_of(con: Connection, records: str, rule: Rule, of: str | None) -> None:
    """_found (id, k): each record's keys by one rule, one row a key; with `of` the keys that one of these has."""
    plain = [name for name in rule if not around(name)]
    special = [name for name in rule if around(name)]
    whole = [f"{ident(column_of(name))}::VARCHAR" for name in plain]
    present = " AND ".join(f"{column} IS NOT NULL" for column in whole) or "true"
    joined = " || chr(31) || ".join([*whole, *(f"_w{place}.w" for place in range(len(special)))])
    joins = ""
    for place, name in enumerate(special):
        words = _tokens if around(name) == "tokens" else _neighbours
        con.execute(f"CREATE TEMP TABLE _words{place} AS {words(records, ident(column_of(name)), of)}")
        joins += f" JOIN _words{place} AS _w{place} USING (id)"
    once = "DISTINCT" if special else ""
    keys = f"SELECT {once} id, {joined} AS k FROM {records} {joins} WHERE {present}"
    only = f"WHERE k IN (SELECT k FROM ({keys}) WHERE id IN (SELECT id FROM {of}))" if of else ""
    con.execute(f"CREATE TEMP TABLE _found AS FROM ({keys}) {only}")
    for place in range(len(special)):
        con.execute(f"DROP TABLE _words{place}")


def _tokens(records: str, column: str, of: str | None) -> str:
    """Each record's rarest words; of a text in characters that are not parted, its pairs of neighbours.

    With `of` only of the records that have one of the rarest words of these.
    """
    rarest = f"""
        SELECT id, w FROM (SELECT DISTINCT id, w FROM said WHERE {{}}) JOIN counted USING (w)
        QUALIFY row_number() OVER (PARTITION BY id ORDER BY n, w) <= {RAREST}"""
    having = f"SELECT id FROM said WHERE w IN (SELECT w FROM ({rarest.format(f'id IN (SELECT id FROM {of})')}))"
    return f"""
        WITH said AS (
            SELECT id, unnest(CASE
                WHEN contains({column}, ' ') OR {column} !~ '[㐀-鿿]' THEN string_split({column}, ' ')
                ELSE list_transform(range(1, length({column})), lambda p: {column}[p:p + 1]) END) AS w
            FROM {records} WHERE {column} IS NOT NULL),
        counted AS (SELECT w, count(*) AS n FROM said GROUP BY w HAVING count(*) > 1)
        {rarest.format(f"id IN ({having})" if of else "true")}"""


def _neighbours(records: str, column: str, of: str | None) -> str:
    """Each record's two blocks among the records in the order of a column; with `of` the blocks that hold these."""
    only = f"WHERE w IN (SELECT w FROM blocks WHERE id IN (SELECT id FROM {of}))" if of else ""
    return f"""
        WITH placed AS (
            SELECT id, row_number() OVER (ORDER BY {column}, id) - 1 AS place
            FROM {records} WHERE {column} IS NOT NULL),
        blocks AS (
            SELECT id, 'a' || place // {NEIGHBOURS} AS w FROM placed
            UNION ALL SELECT id, 'b' || (place + {NEIGHBOURS // 2}) // {NEIGHBOURS} FROM placed)
        FROM blocks {only}"""


def _size(con: Connection) -> None:
    """_sizes (k, size): the blocks of more than one record."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _sizes AS
        SELECT k, count(*) AS size FROM _found GROUP BY k HAVING count(*) > 1""")


def _within_budget(con: Connection, records: str, rule: Rule, number: int, most: int, further: Sequence[str]) -> None:
    """_one<number> (id, _b): the keys of blocks that may be compared, and a line of _summary."""
    _size(con)
    limit = _limit(con, most)
    split = count(con, f"SELECT count(*) FROM _sizes WHERE size > {limit}")
    if split:
        _split(con, records, limit, [name for name in further if name not in map(column_of, rule)])
        _size(con)
    con.execute(f"""
        INSERT INTO _summary SELECT {number}, count(*) FILTER (size <= {limit}),
            coalesce(sum(size) FILTER (size <= {limit}), 0)::BIGINT,
            coalesce(sum(size * (size - 1) // 2) FILTER (size <= {limit}), 0)::BIGINT, coalesce(max(size), 0), {split},
            count(*) FILTER (size > {limit}), coalesce(sum(size) FILTER (size > {limit}), 0)::BIGINT FROM _sizes""")
    key, grouped = ("list(k ORDER BY k)", "GROUP BY id") if any(map(around, rule)) else ("k", "")
    con.execute(f"""
        CREATE TEMP TABLE _one{number} AS SELECT id, {key} AS _b FROM _found JOIN _sizes USING (k)
        WHERE size <= {limit} {grouped}""")
    con.execute("DROP TABLE _found; DROP TABLE _sizes")


def _limit(con: Connection, most: int) -> int:
    """The largest size of a block up to which all blocks together give no more than so many pairs."""
    sizes = rows(con, "SELECT size, count(*) FROM _sizes GROUP BY size ORDER BY size")
    pairs, limit = 0, 1
    for size, blocks in sizes:
        pairs += blocks * size * (size - 1) // 2
        if pairs > most:
            return max(limit, 2)
        limit = size
    return max(limit, 2)


def _split(con: Connection, records: str, limit: int, further: Sequence[str]) -> None:
    """Add to the keys of larger blocks the value of that further column which keeps most pairs."""
    con.execute(f"CREATE TEMP TABLE _large AS SELECT k FROM _sizes WHERE size > {limit}")
    best, kept = None, 0
    for column in further:
        pairs = count(
            con,
            f"""
            SELECT coalesce(sum(size * (size - 1) // 2), 0) FROM (
                SELECT count(*) AS size FROM _found SEMI JOIN _large USING (k) JOIN {records} USING (id)
                WHERE {ident(column)} IS NOT NULL GROUP BY k, {ident(column)}) WHERE size BETWEEN 2 AND {limit}""",
        )
        if pairs > kept:
            best, kept = column, pairs
    if best:
        con.execute(f"""
            CREATE OR REPLACE TEMP TABLE _found AS
            SELECT id, CASE WHEN EXISTS (FROM _large WHERE _large.k = a.k) AND r.{ident(best)} IS NOT NULL
                THEN a.k || chr(31) || r.{ident(best)} ELSE a.k END AS k
            FROM _found AS a JOIN {records} AS r USING (id)""")
    con.execute("DROP TABLE _large")


def shared(rule: Rule, number: int) -> str:
    """The SQL condition under which l and r, rows of _blocks, share a key of a rule."""
    return f"list_has_any(l._b{number}, r._b{number})" if any(map(around, rule)) else f"l._b{number} = r._b{number}"


def candidate_pairs(
    con: Connection, rules: Sequence[Rule], apart: str = "false", piece: tuple[int, int] = (0, 1)
) -> None:
    """Fill the temp table _pairs (l, r, rule): l < r, each pair once, by the first rule that finds it.

    `apart` is a condition on l and r, rows of _blocks, under which two records are not compared at all. `piece` (n, of)
    is the share of the keys that is looked at: all pieces together give what the whole gives.
    """
    con.execute("CREATE TEMP TABLE _pairs (l BIGINT, r BIGINT, rule INTEGER)")
    several = [any(map(around, rule)) for rule in rules]
    part = f"WHERE ('0x' || md5(k)[:8])::BIGINT % {piece[1]} = {piece[0]}" if piece[1] > 1 else ""
    for number in range(len(rules)):
        keys = f"unnest(_b{number})" if several[number] else f"_b{number}"
        side = f"(FROM (SELECT *, {keys} AS k FROM _blocks WHERE _b{number} IS NOT NULL) {part})"
        earlier = "".join(f" AND ({shared(rules[n], n)}) IS NOT TRUE" for n in range(number))
        if several[number]:  # of several shared keys the first counts
            earlier += f" AND list_min(list_intersect(l._b{number}, r._b{number})) = l.k"
        con.execute(
            f"INSERT INTO _pairs SELECT l.id, r.id, {number} FROM {side} AS l JOIN {side} AS r "
            f"ON l.k = r.k AND l.id < r.id AND ({apart}) IS NOT TRUE{earlier}"
        )
