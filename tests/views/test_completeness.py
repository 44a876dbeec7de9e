from pathlib import Path

import pytest

from workbench import Project
from workbench.errors import ConfigError
from workbench.published import Published
from workbench.views.completeness import completeness, completeness_data

from .made import HOSTILE, published, sound

DAY = "2026-03-02"
COLUMNS = """SELECT * FROM (VALUES
    ('erp', 'kna1', 'KUNNR', 1, 200, 0), ('erp', 'kna1', 'NAME1', 2, 200, 50), ('erp', 'kna1', 'NAME2', 3, 200, 200),
    ('crm', 'list', 'id', 1, 4, 1), ('crm', 'none', 'id', 1, 0, 0)
    ) AS t (source, "table", "column", place, rows, missing)"""


@pytest.fixture
def run(tmp_path: Path) -> Published:
    return published(tmp_path, [(DAY, [], {})], profile_columns=COLUMNS)


def test_tables_with_their_columns_and_shares(run: Published) -> None:
    with run.session() as con:
        found = {table["name"]: table for table in completeness_data(con)}
    assert list(found) == ["crm.list", "crm.none", "erp.kna1"]
    kna1 = found["erp.kna1"]
    assert [(c["column"], c["filled"], c["share"]) for c in kna1["columns"]] == [
        ("KUNNR", 200, 1),
        ("NAME1", 150, 0.75),
        ("NAME2", 0, 0),
    ]
    assert (kna1["rows"], kna1["share"], kna1["empty"]) == (200, pytest.approx(350 / 600), 1)
    assert found["crm.none"]["share"] is None


def test_the_worst_first(run: Published) -> None:
    with run.session() as con:
        found = completeness_data(con, worst_first=True)
    assert [table["name"] for table in found] == ["crm.none", "erp.kna1", "crm.list"]
    assert [column["column"] for column in found[1]["columns"]] == ["NAME2", "NAME1", "KUNNR"]


def test_a_cell_has_its_figure_and_an_empty_column_says_so(run: Published) -> None:
    html = sound(completeness(run, "erp.kna1"))
    assert "75.0%" in html and "100%" in html and html.count("<b>empty</b>") == 1
    assert 'title="NAME1: 150 of 200 rows"' in html and "crm.list" not in html
    assert "0 rows, 1 column, nothing in them" in sound(completeness(run))


def test_a_table_that_is_not_there_is_told_with_those_that_are(run: Published) -> None:
    with pytest.raises(ConfigError, match=r"did you mean 'erp\.kna1'"):
        completeness(run, "erp.kna2")


def test_no_columns_is_said(tmp_path: Path) -> None:
    run = published(tmp_path, [(DAY, [], {})], profile_columns=f"{COLUMNS} WHERE rows < 0")
    assert "There are no columns." in sound(completeness(run))


def test_forty_tables_with_long_and_hostile_names(tmp_path: Path) -> None:
    names = f"SELECT 's' AS source, 't' || n AS \"table\", unnest([$${HOSTILE}$$, '{'长' * 200}']) AS \"column\""
    query = f"{names}, 1 AS place, 10 AS rows, n % 11 AS missing FROM range(40) AS r (n)"
    html = sound(completeness(published(tmp_path, [(DAY, [], {})], profile_columns=query)))
    assert html.count("<h3>") == 40 and html.count("<li") == 80


def test_every_column_of_the_demo_is_drawn(demo: Project) -> None:
    run = demo.published()
    (columns,) = run.records("SELECT count(*) AS n FROM published.profile_columns")
    assert sound(completeness(run)).count("<li") == columns["n"]
    assert sound(completeness(run, worst_first=True)).count("<li") == columns["n"]
