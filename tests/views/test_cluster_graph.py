from itertools import pairwise
from pathlib import Path

import pytest

from workbench import Project
from workbench.errors import ConfigError
from workbench.views.cluster_graph import MOST, cluster_graph, cluster_graph_data, layout
from workbench.views.pairs import clusters_data

from .made import HOSTILE, sound
from .records import matched

COLUMNS = "AS v(source_l, key_l, source_r, key_r, weight, probability, verdict, decided_by, levels)"


def test_records_are_nodes_and_the_pairs_among_them_edges(tmp_path: Path) -> None:
    run = matched(tmp_path)
    with run.session() as con:
        graph = cluster_graph_data(con, "customer", "g1")
    assert [(node.name, node.founding) for node in graph.nodes] == [("erp 1", True), ("crm A", False), ("erp 2", False)]
    assert [(pair.left, pair.right, pair.verdict) for pair in graph.pairs] == [
        ("crm A", "erp 1", "match"), ("crm A", "erp 2", "match"), ("erp 1", "erp 2", "review"),
    ]  # fmt: skip
    html = sound(cluster_graph(run, "customer", "g1"))
    assert html == str(cluster_graph(run, "customer", "g1").body)
    assert html.count('class="edge match"') == 3 and html.count('class="edge review"') == 2  # one each in the legend
    assert "erp · founding" in html and "77.1%" in html and "3 records of customer are one." in html


def test_a_record_alone_is_said_to_be(tmp_path: Path) -> None:
    assert "made of one record alone, crm <code>B</code>" in sound(cluster_graph(matched(tmp_path), "customer", "g2"))


def test_an_unknown_golden_id_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"No golden record of customer has the id 'g9'.*clusters\(run"):
        cluster_graph(matched(tmp_path), "customer", "g9")


@pytest.mark.parametrize("size", range(2, MOST + 1))
def test_names_have_room_and_no_line_runs_through_a_third_record(size: int) -> None:
    places = layout(size)
    assert len(set(places)) == size
    for side in (-1, 1):
        heights = [y for x, y in places if (x - 280) * side > 0]
        assert all(later - above >= 34 for above, later in pairwise(heights))
    for a, (ax, ay) in enumerate(places):
        for b, (bx, by) in enumerate(places[:a]):
            for c, (cx, cy) in enumerate(places):
                if c not in (a, b):
                    assert abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) > 1e-6


def test_of_many_records_those_with_the_most_pairs_are_drawn(tmp_path: Path) -> None:
    many = "SELECT 'erp' AS source, format('{:03d}', i) AS key, 'g' AS golden_id, 0.99 AS confidence, i = 0 AS founding FROM range(300) AS t(i)"
    # 299 hangs on all, the others only on their neighbour
    star = f"""SELECT source_l, key_l, source_r, key_r, weight, probability, verdict, decided_by, levels::TINYINT[] AS levels, [0, 0, 0]::FLOAT[] AS rarity FROM (
        SELECT 'erp', format('{{:03d}}', i), 'erp', '299', 12.0, 0.99, 'match', 'model', [1, 1, -1] FROM range(299) AS t(i)
        UNION ALL SELECT 'erp', format('{{:03d}}', i), 'erp', format('{{:03d}}', i + 1), 12.0, 0.99, 'match', 'model', [1, 1, -1] FROM range(250, 298) AS t(i)) {COLUMNS}"""
    run = matched(tmp_path, match_customer_clusters=many, match_customer_pairs=star)
    with run.session() as con:
        graph = cluster_graph_data(con, "customer", "g")
    assert (graph.size, len(graph.nodes)) == (300, MOST)
    assert {"299", "251", "252"} <= {node.key for node in graph.nodes} and "100" not in {
        node.key for node in graph.nodes
    }
    html = sound(cluster_graph(run, "customer", "g"))
    assert "300 records of customer are one. Drawn are the 24" in html


def test_hostile_and_long_keys_are_escaped_and_cut(tmp_path: Path) -> None:
    bad = f"SELECT * FROM (VALUES ('{HOSTILE}', '{'k' * 200}', 'g', 0.5, true), ('erp', '2', 'g', 0.5, false)) AS v(source, key, golden_id, confidence, founding)"
    html = sound(cluster_graph(matched(tmp_path, match_customer_clusters=bad), "customer", "g"))
    assert "…" in html and "0 pairs among them" in html


def test_the_demo_is_drawn(demo: Project) -> None:
    run = demo.published()
    with run.session() as con:
        lowest = clusters_data(con, "customer").lowest
    for line in lowest:
        assert "<svg" in sound(cluster_graph(run, "customer", line["golden_id"]))
