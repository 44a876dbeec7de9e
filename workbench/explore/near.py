"""Keys that are nearly one: the same once a character is taken out of each, or out of one of them.

So one character that was added, left out, mistyped or moved is seen through, as by an edit distance of 1. Keys are held
against each other by what is left of them, never pair by pair, so a million take seconds (the symmetric deletes of
W. Garbe's SymSpell). A digit is never taken out: house 12 is not house 13.
"""

from __future__ import annotations

from ..store import Connection

SHORTEST, LONGEST = 4, 100
"""Characters of a key that may miss one: of a shorter one too little is left, a longer one is no name."""


def near(con: Connection) -> None:
    """Give each key in `_keyed` that of its commonest neighbour, where this has no commoner one itself.

    So a cluster is what stands around one key: it does not grow from neighbour to neighbour.
    """
    con.execute("""
        CREATE TEMP TABLE _keys AS SELECT key, row_number() OVER (ORDER BY sum(rows) DESC, key) AS rank
        FROM _keyed WHERE key IS NOT NULL GROUP BY key""")
    con.execute(rf"""
        CREATE TEMP TABLE _lessened AS
        WITH places AS (
            SELECT rank, key, unnest(range(0, length(key) + 1)) AS place FROM _keys
            WHERE length(key) BETWEEN {SHORTEST} AND {LONGEST})
        SELECT rank, hash(CASE place WHEN 0 THEN key ELSE left(key, place - 1) || substr(key, place + 1) END) AS rest
        FROM places WHERE place = 0 OR NOT regexp_matches(substr(key, place, 1), '\p{{N}}')""")
    con.execute("""
        CREATE TEMP TABLE _joined AS
        WITH groups AS (SELECT rest, min(rank) AS first FROM _lessened GROUP BY rest HAVING min(rank) < max(rank))
        SELECT rank, min(first) AS centre FROM _lessened JOIN groups USING (rest) GROUP BY rank""")
    con.execute("""
        UPDATE _keyed SET key = middle.key
        FROM _keys AS own, _joined AS joined, _joined AS root, _keys AS middle
        WHERE own.key = _keyed.key AND joined.rank = own.rank AND joined.centre < own.rank
            AND root.rank = joined.centre AND root.centre = root.rank AND middle.rank = root.rank""")
    con.execute("DROP TABLE _keys; DROP TABLE _lessened; DROP TABLE _joined")
