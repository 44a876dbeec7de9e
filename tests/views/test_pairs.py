from pathlib import Path

import pytest

from workbench import Project
from workbench.errors import ConfigError
from workbench.views.cluster_graph import cluster_graph
from workbench.views.pairs import chance, clusters, clusters_data, find_pair, matched_entities, pairs, pairs_data
from workbench.views.side_by_side import side_by_side
from workbench.views.waterfall import waterfall, waterfall_data

from .made import HOSTILE, published, sound
from .records import PAIRS, ends, matched

NO_PAIRS = "SELECT '' AS source_l, '' AS key_l, '' AS source_r, '' AS key_r, 0.0 AS weight, 0.0 AS probability, '' AS verdict, '' AS decided_by, [0]::TINYINT[] AS levels, [0]::FLOAT[] AS rarity WHERE false"


def test_pairs_come_nearest_to_even_odds_first_with_what_they_agree_in(tmp_path: Path) -> None:
    run = matched(tmp_path)
    with run.session() as con:
        assert matched_entities(con) == ["customer"]
        found = pairs_data(con, "customer")
        assert [ends(pair) for pair in found] == [("crm", "B", "erp", "3"), ("erp", "1", "erp", "2")]
        assert [pair.chance for pair in found] == ["22.9%", "77.1%"]
        assert (found[0].fields("agree"), found[0].fields("differ"), found[0].fields("missing")) == (
            "name (same)",
            "city",
            "tax_id",
        )
        assert [pair.decided_by for pair in pairs_data(con, "customer", "no_match")] == ["rule", "model"]
        assert len(pairs_data(con, "customer", "match", 1)) == 1
    html = sound(pairs(run, "customer", "match", 1))
    assert "The 1 of 2 pairs that are nearest to call." in html and "Pairs compared: 6; the same: 2" in html


def test_what_rounds_to_certainty_is_not_called_certain() -> None:
    assert (chance(1.0), chance(0.0), chance(0.95)) == (">99.9%", "<0.1%", "95.0%")


def test_a_pair_is_found_either_way_round(tmp_path: Path) -> None:
    with matched(tmp_path).session() as con:
        assert find_pair(con, "customer", "crm", "A", "erp", "1") == find_pair(con, "customer", "erp", "1", "crm", "A")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("customer", "crm", "A", "crm", "C"), "were not compared.*crm A was compared with erp 1, erp 2"),
        (("customer", "crm", "Z", "erp", "1"), "crm has no customer with the key 'Z'.*lists pairs"),
        (("custmer", "crm", "A", "erp", "1"), "'custmer'; did you mean 'customer'"),
    ],
)
def test_a_pair_that_is_not_there_is_an_error_that_helps(tmp_path: Path, asked: tuple[str, ...], said: str) -> None:
    with matched(tmp_path).session() as con, pytest.raises(ConfigError, match=said):
        find_pair(con, *asked)


def test_a_run_that_knew_nothing_of_rare_values_is_drawn(tmp_path: Path) -> None:
    """The weight of its pairs is that of their levels alone."""
    older = f"SELECT * EXCLUDE (rarity) FROM ({PAIRS.replace('24.375', '22.25')})"
    run = matched(tmp_path, match_customer_pairs=older)
    with run.session() as con:
        pair, steps = waterfall_data(con, "customer", "crm", "A", "erp", "1")
    assert [agreement.rarity for agreement in pair.agreements] == [0, 0, 0]
    assert [step.weight for step in steps[1:]] == [12.25, 15.5, 4.5] and steps[-1].end == pair.weight == 22.25
    for view in (waterfall, side_by_side):
        assert "· rare value" not in sound(view(run, "customer", "crm", "A", "erp", "1"))
    assert "22.9%" in sound(pairs(run, "customer")) and "<svg" in sound(cluster_graph(run, "customer", "g1"))


def test_without_matched_records_or_pairs_it_says_so(tmp_path: Path) -> None:
    run = published(tmp_path, [("2026-03-02", [], {})], qa_results="SELECT 1 AS x")
    with pytest.raises(ConfigError, match="No records were matched"):
        pairs(run, "customer")
    empty = matched(tmp_path / "b", match_customer_pairs=NO_PAIRS)
    assert "No pair was compared" in sound(pairs(empty, "customer"))
    none = matched(
        tmp_path / "c",
        match_customer_pairs=f"{NO_PAIRS} UNION ALL SELECT 'a', 'b', 'c', 'd', 9, 0.99, 'match', 'model', [2, 1, 1], [0, 0, 0]",
    )
    assert "None. Pairs compared: 1; the same: 1" in sound(pairs(none, "customer"))
    with pytest.raises(ConfigError, match=r"verdict 'revue'; did you mean 'review'"):
        pairs(none, "customer", "revue")


def test_clusters_by_size_and_those_to_trust_least(tmp_path: Path) -> None:
    run = matched(tmp_path)
    with run.session() as con:
        found = clusters_data(con, "customer")
    assert found.sizes == [
        {"size": 1, "golden_records": 3, "records": 3},
        {"size": 3, "golden_records": 1, "records": 3},
    ]
    assert found.lowest == [
        {"golden_id": "g1", "size": 3, "confidence": 0.9997, "members": ["erp 1", "crm A", "erp 2"]}
    ]
    html = sound(clusters(run, "customer"))
    assert "g1" in html and "erp 1, crm A, erp 2" in html and ">99.9%" not in html and "&gt;99.9%" in html


def test_nothing_joined_is_said(tmp_path: Path) -> None:
    alone = "SELECT 'erp' AS source, 'k' AS key, 'g' AS golden_id, 1.0 AS confidence, true AS founding"
    assert "nothing was joined" in sound(clusters(matched(tmp_path / "a", match_customer_clusters=alone), "customer"))
    none = matched(tmp_path / "b", match_customer_clusters=f"{alone} WHERE false")
    assert "There are no records." in sound(clusters(none, "customer"))


def test_hostile_keys_are_escaped(tmp_path: Path) -> None:
    bad = f"SELECT '{HOSTILE}' AS a, '{HOSTILE}' AS b, 'c', 'd', 9.0, 0.99, 'match', 'model', [2, 1, 1], [0, 0, 0]"
    html = sound(pairs(matched(tmp_path, match_customer_pairs=f"{NO_PAIRS} UNION ALL {bad}"), "customer", "match"))
    assert "&lt;script&gt;" in html and "{{ 7*7 }}" in html


def test_the_demo_is_drawn(demo: Project) -> None:
    run = demo.published()
    for verdict in ("match", "review", "no_match"):
        sound(pairs(run, "customer", verdict))
    assert "To trust least" in sound(clusters(run, "customer"))
