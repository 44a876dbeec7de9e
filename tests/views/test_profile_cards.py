from pathlib import Path

import pytest

from workbench import Project
from workbench.errors import ConfigError
from workbench.published import Published
from workbench.views.profile_cards import profile_cards, profile_cards_data

from .made import HOSTILE, published, sound

DAY = "2026-03-02"
COLUMNS = """SELECT * FROM (VALUES
    ('key', 1, 100, 0, 100, 'identifier', 0.9, NULL, NULL, NULL, NULL, NULL, 100, 0, 1),
    ('amount', 2, 100, 10, 80, 'money', 0.9, 5, 10, 25.5, 60, 1200, 88, 2, 4),
    ('country', 3, 100, 20, 2, 'country', 1, NULL, NULL, NULL, NULL, NULL, 80, 0, 1),
    ('nothing', 4, 100, 100, 0, 'text', 0, NULL, NULL, NULL, NULL, NULL, 0, 0, 0),
    ('same', 5, 100, 0, 1, 'money', 1, 7, 7, 7, 7, 7, 100, 0, 1)
    ) AS t ("column", place, rows, missing, "distinct", type, likelihood, q05, q25, q50, q75, q95, valid, invalid, shapes)"""
VALUES = """SELECT * FROM (VALUES ('country', 'CN', 60), ('country', 'DE', 20), ('key', '0001', 1), ('same', '7', 100))
    AS t ("column", value, rows)"""
SHAPES = """SELECT * FROM (VALUES ('country', 'A', 80), ('key', '9', 100)) AS t ("column", shape, rows)"""


def of_table(query: str, table: str = "kna1") -> str:
    return f"SELECT 'erp' AS source, $${table}$$ AS \"table\", t.* FROM ({query}) AS t"


@pytest.fixture
def run(tmp_path: Path) -> Published:
    tables = {"profile_columns": COLUMNS, "profile_values": VALUES, "profile_shapes": SHAPES}
    return published(tmp_path, [(DAY, [], {})], **{name: of_table(query) for name, query in tables.items()})


def test_amounts_show_their_spread_repeating_values_themselves_others_their_shapes(run: Published) -> None:
    with run.session() as con:
        found = {column["column"]: column for column in profile_cards_data(con, "erp.kna1")}
    assert list(found) == ["key", "amount", "country", "nothing", "same"]
    assert [column["shown"] for column in found.values()] == ["shapes", "quantiles", "values", "values", "values"]
    assert found["key"]["lines"] == [{"said": "9", "rows": 100}]
    assert found["country"]["lines"] == [{"said": "CN", "rows": 60}, {"said": "DE", "rows": 20}]
    assert found["amount"]["valid_share"] == pytest.approx(88 / 90) and found["nothing"]["valid_share"] is None


def test_a_card_says_what_its_column_is(run: Published) -> None:
    html = sound(profile_cards(run, "erp.kna1"))
    assert html.count('<section class="card">') == 5
    assert "100: each once" in html and "60 · 75.0%" in html and "97.8%" in html
    assert "empty: none of 100 rows holds a value" in html
    assert "nine of ten numbers are from 5 to 1,200, the middle one is 25.5" in html
    assert "Values are pseudonyms" in html


def test_a_table_that_is_not_there_is_told_with_those_that_are(run: Published) -> None:
    with pytest.raises(ConfigError, match=r"There is no table 'kna1'.*accepted: erp\.kna1"):
        profile_cards(run, "kna1")


def test_any_name_and_value_can_be_drawn(tmp_path: Path) -> None:
    long, hostile = "名" * 200, HOSTILE.replace("'", "''")
    tables = {
        name: of_table(query.replace("'country'", f"'{long}'").replace("'CN'", f"'{hostile}'"), HOSTILE)
        for name, query in (("profile_columns", COLUMNS), ("profile_values", VALUES), ("profile_shapes", SHAPES))
    }
    run = published(tmp_path, [(DAY, [], {})], **tables)
    assert "&lt;script&gt;" in sound(profile_cards(run, f"erp.{HOSTILE}"))


def test_every_table_of_the_demo_is_drawn(demo: Project) -> None:
    run = demo.published()
    for line in run.records("""SELECT source || '.' || "table" AS name, count(*) AS n
            FROM published.profile_columns GROUP BY ALL ORDER BY ALL"""):
        html = sound(profile_cards(run, line["name"]))
        assert html.count('<section class="card">') == line["n"]
    assert "Values are pseudonyms" not in html
    assert "Values are pseudonyms" in sound(profile_cards(Published(demo.root), "erp.kna1"))
