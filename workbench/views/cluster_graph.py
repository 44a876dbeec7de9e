"""The records of a golden record and the pairs among them, drawn as a graph."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt

from markupsafe import Markup

from ..language import gettext as _
from ..published import Published
from ..store import Connection, records
from ..words import told
from .pairs import Pair, ask_pairs, chance, golden_record, part
from .svg import picture, tag, text
from .view import View, draw

MOST = 24
FEW = 8
"""Records up to which the lines between them have room for labels."""

WIDE, MIDDLE, AROUND, STEP, ROOMY = 560, 280, 130, 38, 66
"""The picture's width, its middle, half the width of the ring, and the room from a record to the next below it."""


@dataclass(frozen=True)
class Node:
    """A record, and the probability that it belongs here."""

    source: str
    key: str
    founding: bool
    confidence: float

    @property
    def name(self) -> str:
        """The source and key."""
        return f"{self.source} {self.key}"


@dataclass(frozen=True)
class Graph:
    """The records drawn (of `size` there are), the founding one first, and the compared pairs among them."""

    entity: str
    golden_id: str
    size: int
    nodes: list[Node]
    pairs: list[Pair]


def cluster_graph_data(con: Connection, entity: str, golden_id: str, most: int = MOST) -> Graph:
    """The records of a golden id, of many the ones with most pairs.

    Raises ConfigError for an unknown golden id.
    """
    clusters, pairs = part(con, entity, "clusters"), part(con, entity, "pairs")
    size, _founder = golden_record(con, entity, golden_id)
    members = f"members AS MATERIALIZED (SELECT * FROM {clusters} WHERE golden_id = $golden_id)"
    chosen = records(con, f"""
        WITH {members},
        ends AS (
            SELECT unnest([(p.source_l, p.key_l), (p.source_r, p.key_r)]) AS record FROM {pairs} AS p
            SEMI JOIN members AS l ON l.source = p.source_l AND l.key = p.key_l
            SEMI JOIN members AS r ON r.source = p.source_r AND r.key = p.key_r),
        degrees AS (SELECT record, count(*) AS degree FROM ends GROUP BY record)
        SELECT source, key, founding, confidence FROM members LEFT JOIN degrees ON record = (source, key)
        ORDER BY degree DESC NULLS LAST, founding DESC, source, key LIMIT $most""",
        {"golden_id": golden_id, "most": most})  # fmt: skip
    nodes = sorted((Node(**line) for line in chosen), key=lambda node: (not node.founding, node.source, node.key))
    known = {"s": [node.source for node in nodes], "k": [node.key for node in nodes]}
    drawn = "(SELECT unnest($s) AS source, unnest($k) AS key)"
    among = f"""SEMI JOIN {drawn} AS l ON l.source = source_l AND l.key = key_l
        SEMI JOIN {drawn} AS r ON r.source = source_r AND r.key = key_r
        ORDER BY weight DESC, source_l, key_l, source_r, key_r"""
    return Graph(entity, golden_id, size, nodes, ask_pairs(con, entity, among, known))


def cluster_graph(run: Published, entity: str, golden_id: str) -> View:
    """The records of a golden id as a graph, with a table of the pairs among them."""
    with run.session() as con:
        graph = cluster_graph_data(con, entity, golden_id)
    return draw("cluster_graph", graph=graph, picture=_picture(graph) if len(graph.nodes) > 1 else None)


def layout(size: int) -> list[tuple[float, float]]:
    """Places on a ring, the left side downwards and then the right, evenly apart in height so that names have room."""
    left = (size + 1) // 2
    high = height(size)
    places = []
    for number in range(size):
        side, of, at = (-1, left, number) if number < left else (1, size - left, number - left)
        y = (2 * at + 1) / of - 1
        places.append((MIDDLE + side * AROUND * sqrt(1 - 0.8 * y * y), (1 + y) * high / 2))
    return places


def height(size: int) -> float:
    """The ring's, with room for labels on the lines where the records are few."""
    return (size + 1) // 2 * (ROOMY if size <= FEW else STEP)


def _picture(graph: Graph) -> Markup:
    places = layout(len(graph.nodes))
    at = {(node.source, node.key): place for node, place in zip(graph.nodes, places, strict=True)}
    lines, labels = [], []
    taken = [*places, *((x + side * 44, y + line) for x, y in places for side in (_side(x),) for line in (-8, 8))]
    for pair in graph.pairs:
        start, end = at[pair.source_l, pair.key_l], at[pair.source_r, pair.key_r]
        hover = _("{one} and {other}: {verdict}, {chance}").format(
            one=pair.left, other=pair.right, verdict=told(pair.verdict.replace("_", " ")), chance=pair.chance
        )
        line = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1], "class_": f"edge {pair.verdict}"}
        lines.append(tag("line", tag("title", hover), **line))
        label = _free(start, end, taken) if len(places) <= FEW else None
        if label:
            taken.append(label)
            labels.append(text(*label, pair.chance, class_="halo note", text_anchor="middle"))
    said = _("{records} records and {pairs} pairs among them, each in the table below.")
    said = said.format(records=len(graph.nodes), pairs=len(graph.pairs))
    nodes = [_node(node, *place) for node, place in zip(graph.nodes, places, strict=True)]
    named = _("Golden record {id}").format(id=graph.golden_id)
    return picture(WIDE, height(len(places)), named, said, [*lines, *labels, *nodes])


def _side(x: float) -> int:
    """Names stand outside of the ring."""
    return -1 if x < MIDDLE else 1


def _free(
    start: tuple[float, float], end: tuple[float, float], taken: list[tuple[float, float]]
) -> tuple[float, float] | None:
    """A place on a line where its label covers no other and no record; the middle if it is free."""
    for way in (0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78):
        x, y = (a + way * (b - a) for a, b in zip(start, end, strict=True))
        if all(hypot((x - other[0]) / 2.6, y - other[1]) > 20 for other in taken):
            return x, y
    return None


def _node(node: Node, x: float, y: float) -> Markup:
    side = _side(x)
    where = {"text_anchor": "end" if side < 0 else "start"}
    said = _("{record}: founding record, {chance} sure") if node.founding else _("{record}: {chance} sure")
    disc = tag(
        "circle",
        tag("title", said.format(record=node.name, chance=chance(node.confidence))),
        cx=x,
        cy=y,
        r=9 if node.founding else 7,
        class_=f"record{' founding' if node.founding else ''}",
    )
    source = node.source + (_(" · founding") if node.founding else "")
    room = MIDDLE - AROUND - 18
    return tag(
        "g",
        [
            disc,
            text(x + side * 16, y - 8, source, room=room, class_="note", **where),
            text(x + side * 16, y + 8, node.key, room=room, **where),
        ],
    )
