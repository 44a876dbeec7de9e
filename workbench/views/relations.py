"""What belongs together without being one: relations as a list, and whose parent a golden record is as a tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..errors import ConfigError
from ..published import Published
from ..store import Connection, exists, records
from .view import View, draw

SHOWN = 50

RELATED = """
    WITH RECURSIVE links AS (
        SELECT DISTINCT golden_id, related_id FROM published.gold_relations
        WHERE entity = $1 AND related_id IS NOT NULL AND status <> 'refused'),
    near AS (
        SELECT $2::VARCHAR AS golden_id
        UNION SELECT CASE l.golden_id WHEN n.golden_id THEN l.related_id ELSE l.golden_id END
        FROM near AS n JOIN links AS l ON n.golden_id IN (l.golden_id, l.related_id))
    SELECT * FROM published.gold_relations WHERE entity = $1 AND status <> 'refused' AND related_id IS NOT NULL
        AND golden_id IN (FROM near) ORDER BY kind, name, golden_id"""
"""All relations that a golden record is joined to, over others too."""


@dataclass
class Node:
    """A golden record in a tree: how it is related to the one above it, and what is below it."""

    golden_id: str
    name: str | None
    kind: str = ""
    status: str = ""
    below: list[Node] = field(default_factory=list)


def relations_data(con: Connection, entity: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """How many relations there are by kind and status, and each, the strongest evidence of what is found first.

    Raises ConfigError for a run of an older version.
    """
    if not exists(con, "published", "gold_relations"):
        raise ConfigError("The table gold_relations is missing from this run. Run its date again.")
    summed = records(con, """SELECT kind, status, count(*) AS relations FROM published.gold_relations
        WHERE entity = ? GROUP BY ALL ORDER BY ALL""", [entity])  # fmt: skip
    found = records(con, """FROM published.gold_relations WHERE entity = ?
        ORDER BY status = 'found' DESC, weight DESC, kind, golden_id, related_id""", [entity])  # fmt: skip
    return summed, found


def tree_data(con: Connection, entity: str, golden_id: str) -> list[Node]:
    """The trees a golden record is in, from those that belong to none. Raises ConfigError where it is not related."""
    lines = records(con, RELATED, [entity, golden_id])
    if not lines:
        raise ConfigError(f"{golden_id} has no relations in this run.")
    names = {line["related_id"]: line["related_name"] for line in lines}
    names |= {line["golden_id"]: line["name"] for line in lines}
    below: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        below.setdefault(line["related_id"], []).append(line)
    met = set[str]()  # relations of several kinds may lead to one twice, or in a circle

    def grow(node: Node) -> Node:
        met.add(node.golden_id)
        for line in below.get(node.golden_id, []):
            if line["golden_id"] not in met:
                node.below.append(grow(Node(line["golden_id"], line["name"], line["kind"], line["status"])))
        return node

    owned = {line["golden_id"] for line in lines}
    trees = [grow(Node(top, names[top])) for top in sorted(names) if top not in owned]
    return trees if golden_id in met else [*trees, grow(Node(golden_id, names[golden_id]))]


def relations(run: Published, entity: str, golden_id: str | None = None) -> View:
    """The relations of an entity; of one golden record the tree it stands in."""
    with run.session() as con:
        summed, found = relations_data(con, entity)
        trees = tree_data(con, entity, golden_id) if golden_id else []
    return draw("relations", entity=entity, summed=summed, found=found[:SHOWN], of=len(found), trees=trees,
                golden_id=golden_id, private=run.private)  # fmt: skip
