from pathlib import Path

import pytest

from workbench import Project
from workbench.errors import ConfigError
from workbench.published import Published
from workbench.views.filled import filled, filled_data

from .made import HOSTILE, published, sound

DAY = "2026-03-02"


def made(root: Path, field: str = "name") -> Published:
    root.mkdir(exist_ok=True)
    query = f"""SELECT * FROM (VALUES ('customer', $${field}$$, 10, 4, 1, 2, 1, 1, 1), ('customer', 'city', 10, 10, 0, 0, 0, 0, 0),
        ('item', 'amount', 1200, 1200, 0, 0, 0, 0, 0))
        AS t (entity, field, records, stated, derived, reference, collected, override, missing)"""
    return published(root, [(DAY, [], {})], gold_filled=query)


def test_fields_with_gaps_are_listed_and_their_ways(tmp_path: Path) -> None:
    run = made(tmp_path)
    with run.session() as con:
        customer, item = filled_data(con)
        assert [line["name"] for line in filled_data(con, "item")] == ["item"]
    assert [line["field"] for line in customer["fields"]] == ["name"] and item["fields"] == []
    html = sound(filled(run))
    assert "Sources have every field of every record." in html and "1,200 golden records" in html


def test_an_unknown_entity_and_an_older_run_are_errors(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="accepted: customer, item"):
        filled(made(tmp_path / "a"), "order")
    with pytest.raises(ConfigError, match="Run its date again"):
        filled(published(tmp_path, [(DAY, [], {})]))


def test_any_name_can_be_drawn(tmp_path: Path) -> None:
    sound(filled(made(tmp_path, HOSTILE)))


def stated(demo: Project, entity: str, field: str) -> int:
    """The golden records of which a source's own record has the field's value, an English name perhaps as its name."""
    english = {"name_en": "name"} if entity == "customer" else {}
    return int(demo.sql(f"""SELECT count(DISTINCT g.golden_id) AS n FROM gold."{entity}" AS g
        JOIN gold.xref AS x ON x.entity = '{entity}' AND x.golden_id = g.golden_id
        JOIN std."{entity}" AS s ON s.source = x.source AND s.key = x.key 
            AND g."{field}" IN (s."{field}", s."{english.get(field, field)}")
        """).n.item())


def test_the_demo_adds_up(demo: Project) -> None:
    """What sources state is counted once more, from their own records."""
    run = demo.published()
    with run.session() as con:
        for entity in filled_data(con):
            for line in entity["fields"]:
                ways = ("stated", "derived", "reference", "collected", "override", "missing")
                assert sum(line[way] for way in ways) == entity["records"]
                assert line["stated"] == stated(demo, entity["name"], line["field"])
    sound(filled(run))
