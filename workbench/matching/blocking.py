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


def in_words(rule: Rule) -> str:
    """A rule as people read it.

    >>> in_words(["name.key", "city"])
    'name key and city'
    """
    return " and ".join(rule).replace(".", " ")


def share_of_budget(size: int, rules: Sequence[Rule], budget: int | None) -> int:
    """The pairs that each rule may give for so many records, `budget` None for the usual.

    >>> share_of_budget(10, [["phone"], ["email"]], None), share_of_budget(10, [["phone"], ["email"]], 7)
    (500000, 3)
    """
    return (budget or max(LEAST_BUDGET, BUDGET * size)) // max(len(rules), 1)


def block_keys(
    con: Connection, records: str, rules: Sequence[Rule], further: Sequence[str], budget: int | None,
    of: str | None = None,
) -> None:  # fmt: skip
    """Give each record its canonical keys, a column a rule: _b0, _b1 ... of the temp table _blocks (id, source, ...).

    A key is NULL where a column of its rule is missing. A rule gives no more than its share of the budget (pairs in
    all); where it would give more, its largest blocks are split by one of the columns `further`, and what is still too
    large then is left out. With `of`, a table of ids, there are only the blocks that hold one of these, and the records
    in them.

    The temp table _summary has by rule blocks, records and pairs to compare, the largest block before a split, how many
    blocks were split and left_out, and records_left_out with them or alone after a split. Records count in each of
    their blocks; `records` and `records_left_out` together are all that share a key.
    """
    con.execute(f"CREATE TEMP TABLE _keys AS SELECT id, source FROM {records}")
    con.execute("""CREATE TEMP TABLE _summary (rule INTEGER, blocks BIGINT, records BIGINT, pairs BIGINT,
        largest BIGINT, split BIGINT, left_out BIGINT, records_left_out BIGINT)""")  # fmt: skip
    most = share_of_budget(count(con, "SELECT count(*) FROM _keys"), rules, budget)
    columns = []
    for number, rule in enumerate(rules):
        find_keys(con, records, rule, of)
        _within_budget(con, records, rule, number, most, further)
        columns.append(f"_one{number}._b AS _b{number}")
    joins = " ".join(f"LEFT JOIN _one{number} USING (id)" for number in range(len(rules)))
    held = " OR ".join(f"_one{number}.id IS NOT NULL" for number in range(len(rules))) if of else "true"
    con.execute(f"CREATE TEMP TABLE _blocks AS SELECT id, source, {', '.join(columns)} FROM _keys {joins} WHERE {held}")
    for number in range(len(rules)):
        con.execute(f"DROP TABLE _one{number}")


def find_keys(con: Connection, records: str, rule: Rule, of: str | None = None) -> None:
    """_found (id, k): each record's keys by one rule, one row a key; its values are parted by chr(31), words last.

    With `of` only the keys that one of these has.
    """
    plain = [name for name in rule if not around(name)]
    special = [name for name in rule if around(name)]
    whole = [f"{ident(column_of(name))}::VARCHAR" for name in plain]
    present = " AND ".join(f"{column} IS NOT NULL" for column in whole) or "true"
    joined = " || chr(31) || ".join([*whole, *(f"_w{place}.w" for place in range(len(special)))])
    joins = ""
    for place, name in enumerate(special):
        words = _tokens if around(name) == "tokens" else _neighbours
        column = f"({ident(column_of(name))}::VARCHAR)"
        con.execute(f"CREATE TEMP TABLE _words{place} AS {words(records, column, of)}")
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


def _within_budget(con: Connection, records: str, rule: Rule, number: int, most: int, further: Sequence[str]) -> None:
    """_one<number> (id, _b): the keys of blocks that may be compared, and a line of _summary."""
    con.execute("""CREATE TEMP TABLE _sizes AS
        SELECT k, count(*) AS size, false AS kept FROM _found GROUP BY k HAVING count(*) > 1""")
    whole, largest = rows(con, "SELECT coalesce(sum(size), 0), coalesce(max(size), 0) FROM _sizes")[0]
    limit, pairs = _limit(rows(con, "SELECT size, count(*) FROM _sizes GROUP BY size ORDER BY size"), most)
    con.execute(f"UPDATE _sizes SET kept = size <= {limit}")
    large = count(con, "SELECT count(*) FROM _sizes WHERE NOT kept")
    if large:
        _split(con, records, most - pairs, [name for name in further if name not in map(column_of, rule)])
    con.execute(f"""
        INSERT INTO _summary SELECT {number}, count(*) FILTER (kept), coalesce(sum(size) FILTER (kept), 0)::BIGINT,
            coalesce(sum(size * (size - 1) // 2) FILTER (kept), 0)::BIGINT, {largest}, {large},
            count(*) FILTER (NOT kept), {whole} - coalesce(sum(size) FILTER (kept), 0)::BIGINT FROM _sizes""")
    key, grouped = ("list(k ORDER BY k)", "GROUP BY id") if any(map(around, rule)) else ("k", "")
    con.execute(f"""
        CREATE TEMP TABLE _one{number} AS SELECT id, {key} AS _b FROM _found JOIN _sizes USING (k)
        WHERE kept {grouped}""")
    con.execute("DROP TABLE _found; DROP TABLE _sizes")


def _limit(sizes: Sequence[tuple[int, ...]], most: int) -> tuple[int, int]:
    """The largest size up to which all blocks together give no more than so many pairs, 0 for none; and their pairs.

    `sizes` has each size, in its order, with how many blocks have it.
    """
    limit = pairs = 0
    for size, blocks in sizes:
        more = blocks * size * (size - 1) // 2
        if pairs + more > most:
            break
        limit, pairs = size, pairs + more
    return limit, pairs


def _split(con: Connection, records: str, most: int, further: Sequence[str]) -> None:
    """Split the blocks that are not kept by the further column that keeps most records, and of these most pairs.

    All pieces together give no more pairs than `most`; records without a value of the column stay a piece too.
    """
    con.execute("""CREATE TEMP TABLE _large AS
        SELECT id, k FROM _found WHERE k IN (SELECT k FROM _sizes WHERE NOT kept)""")
    best, least, most_kept = None, 0, (0, 0)
    for column in map(ident, further):
        con.execute(f"""
            CREATE OR REPLACE TEMP TABLE _pieces AS SELECT size, count(*) AS blocks, count(*) FILTER (named) AS named
            FROM (SELECT count(*) AS size, {column} IS NOT NULL AS named FROM _large JOIN {records} USING (id)
                GROUP BY k, {column} HAVING count(*) > 1) GROUP BY size""")
        limit, _ = _limit(rows(con, "SELECT size, blocks FROM _pieces ORDER BY size"), most)
        sums = "coalesce(sum(named * size), 0), coalesce(sum(named * size * (size - 1) // 2), 0)"
        (kept,) = rows(con, f"SELECT {sums} FROM _pieces WHERE size <= {limit}")
        if kept > most_kept:
            best, least, most_kept = column, limit, kept
    if best:
        con.execute(f"""
            CREATE OR REPLACE TEMP TABLE _large AS
            SELECT id, k, concat_ws(chr(31), k, {best}) AS piece FROM _large JOIN {records} USING (id)""")
        con.execute("""
            CREATE OR REPLACE TEMP TABLE _found AS
            SELECT id, coalesce(piece, k) AS k FROM _found LEFT JOIN _large USING (id, k)""")
        con.execute(f"""
            CREATE OR REPLACE TEMP TABLE _sizes AS FROM _sizes WHERE kept UNION ALL
            SELECT piece, count(*), count(*) <= {least} FROM _large GROUP BY piece HAVING count(*) > 1""")
    con.execute("DROP TABLE IF EXISTS _large; DROP TABLE IF EXISTS _pieces")


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
    for number in range(len(rules)):
        con.execute(f"INSERT INTO _pairs {new_pairs(rules, number, apart, piece)}")


def new_pairs(rules: Sequence[Rule], number: int, apart: str = "false", piece: tuple[int, int] = (0, 1)) -> str:
    """SELECT of the pairs (l, r, rule) that a rule finds and none before it; as in `candidate_pairs`."""
    several = [any(map(around, rule)) for rule in rules]
    part = f"WHERE ('0x' || md5(k)[:8])::BIGINT % {piece[1]} = {piece[0]}" if piece[1] > 1 else ""
    keys = f"unnest(_b{number})" if several[number] else f"_b{number}"
    side = f"(FROM (SELECT *, {keys} AS k FROM _blocks WHERE _b{number} IS NOT NULL) {part})"
    earlier = "".join(f" AND ({shared(rules[n], n)}) IS NOT TRUE" for n in range(number))
    if several[number]:  # of several shared keys the first counts
        earlier += f" AND list_min(list_intersect(l._b{number}, r._b{number})) = l.k"
    return (
        f"SELECT l.id AS l, r.id AS r, {number} AS rule FROM {side} AS l JOIN {side} AS r "
        f"ON l.k = r.k AND l.id < r.id AND ({apart}) IS NOT TRUE{earlier}"
    )
