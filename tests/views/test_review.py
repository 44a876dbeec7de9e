from pathlib import Path

import pytest

from workbench.errors import ConfigError
from workbench.views.review import held_up, review, review_data

from .made import HOSTILE, sound
from .records import matched

REVIEW = """SELECT * FROM (VALUES
    (1, 'pair', 'crm', 'B', 'erp', '3', 'g2', 'g4', 0.229, 2, 7, '1200.00 CNY'),
    (2, 'pair', 'erp', '1', 'erp', '2', 'g1', 'g1', 0.771, 3, 0, NULL),
    (3, 'golden record', 'crm', 'A', 'erp', '2', 'g1', 'g1', 0.9997, 3, 0, NULL))
    AS v(place, what, source_l, key_l, source_r, key_r, golden_l, golden_r, probability, records, children, amounts)"""
DECISIONS = f"""SELECT * FROM (VALUES
    ('customer', 1, '2026-03-02', 'wang', 'match', 'crm', 'B', 'erp', '3', NULL, 'contradicted'),
    ('customer', 2, '2026-03-02', '{HOSTILE}', 'no_match', 'crm', 'B', 'erp', '3', NULL, 'contradicted'),
    ('customer', 3, '2026-03-02', 'li', 'override', 'erp', '1', NULL, NULL, 'credit', 'unconfirmed'),
    ('customer', 4, '2026-03-02', 'li', 'match', 'crm', 'C', 'erp', '1', NULL, 'stands'),
    ('vendor', 5, '2026-03-02', 'li', 'match', 'crm', 'C', 'erp', '1', NULL, 'waits'))
    AS v(entity, act, "at", "user", kind, source_l, key_l, source_r, key_r, field, status)"""
TABLES = {"match_customer_review": REVIEW, "match_decisions": DECISIONS}


def test_it_lists_what_waits_and_shows_the_first_in_full(tmp_path: Path) -> None:
    run = matched(tmp_path, **TABLES)
    with run.session() as con:
        assert [item.ends for item in review_data(con, "customer", 2)] == [
            ("crm", "B", "erp", "3"),
            ("erp", "1", "erp", "2"),
        ]
        assert [line["act"] for line in held_up(con, "customer")] == [1, 2, 3]
    html = sound(review(run, "customer", limit=2, shown=1))
    assert "The first 2 of 3 lines." in html and "22.9%" in html
    assert "1200.00 CNY" not in html and "The amounts, which count in the order, are not shown here." in html
    assert html.count('<table class="waterfall">') == html.count('<table class="sides">') == 1
    assert html.count("<h2>crm B and erp 3") == 1  # the pair is named once
    assert "For a person to decide: " in html and "1 golden record" in html
    assert "contradicted" in html and "unconfirmed" in html and "vendor" not in html
    linked = sound(review(run, "customer", shown=0, link=lambda item: f"pair?no={item.place}"))
    assert "All 3 lines." in linked and '<a href="pair?no=3" aria-label="3: crm A and erp 2">' in linked and "waterfall" not in linked


def test_amounts_are_for_those_who_may_see_values(tmp_path: Path) -> None:
    run = matched(tmp_path, **TABLES)
    run.private = True
    html = sound(review(run, "customer", shown=0))
    assert "1200.00 CNY" in html and "are not shown here" not in html


def test_a_golden_record_has_its_graph(tmp_path: Path) -> None:
    html = sound(review(matched(tmp_path, **TABLES), "customer", shown=3))
    assert html.count("<h2>Golden record g1</h2>") == 1 and html.count('<table class="waterfall">') == 3


def test_chains_of_decisions_that_contradict_each_other_are_shown(tmp_path: Path) -> None:
    chained = DECISIONS.replace("('customer', 1,", "('customer', 9,")
    html = sound(review(matched(tmp_path, **TABLES, match_contradictions=chained), "customer"))
    assert '<th scope="row" class="right">9</th>' in html and "denied" in html


def test_nothing_waits(tmp_path: Path) -> None:
    tables = {name: f"{query} WHERE false" for name, query in TABLES.items()}
    html = sound(review(matched(tmp_path, **tables), "customer"))
    assert "Nothing: no pair is too near to call" in html and "not carried out" not in html
    with pytest.raises(ConfigError, match="did you mean 'customer'"):
        review(matched(tmp_path / "b", **tables), "custmer")
    with pytest.raises(ConfigError, match="match_customer_review is missing from this run"):
        review(matched(tmp_path / "c"), "customer")
