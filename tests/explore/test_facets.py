"""Facets add up to the rows they are of, and say what stands in a column."""

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench as wb
from workbench.errors import ConfigError, SourceError
from workbench.explore import Facets, facets
from workbench.store import append, session

from .. import small


def made(values: list[str | None], column: str = "v", where: str = "true") -> Facets:
    with session(None) as con:
        con.execute(f"CREATE TABLE t ({column} VARCHAR)")
        append(con, "t", pa.table({column: pa.array(values, pa.string())}))
        return facets(con, "t", column, where)


def test_hand_checked() -> None:
    found = made(["Acme 1", "Acme 2", "Acme 2", "华瑞", " ", None, "12.5", "-3", "1e400"])
    assert found.summary == {"rows": 9, "blank": 2, "distinct": 6, "repeated": 2, "shapes": 5}
    assert found.values.iloc[0].tolist() == ["Acme 2", 2]
    assert found.shapes.iloc[0].tolist() == ["Aa 9", 3, "Acme 2"]
    assert found.lengths.to_numpy().tolist() == [[2, 2, 2], [4, 4, 1], [5, 5, 1], [6, 6, 3]]
    assert found.numbers[["first", "last", "rows"]].to_numpy().tolist() == [[-3.0, -3.0, 1.0], [12.5, 12.5, 1.0]]
    assert found.dates.empty


def test_dates_are_read_as_the_column_writes_them() -> None:
    days = [f"{day:02}.0{month}.{year}" for day in (5, 17, 28) for month in (1, 2) for year in (2020, 2024)]
    found = made([*days, "someday"], "created_on")
    assert [(str(line.first)[:10], line.rows) for line in found.dates.itertuples()] == [
        ("2020-01-05", 6),
        ("2024-01-05", 6),
    ]
    assert made(["2024-01-31", "2024-01-01", "2024-03-05"], "created_on").dates["rows"].tolist() == [2, 1]


@settings(max_examples=40)
@given(st.lists(st.one_of(st.none(), st.text(max_size=8), st.integers().map(str)), max_size=40))
def test_any_values_are_all_accounted_for(values: list[str | None]) -> None:
    stored = [value.encode(errors="replace").decode() if value else value for value in values]
    found = made(stored)
    filled = found.summary["rows"] - found.summary["blank"]
    assert found.summary["rows"] == len(values)
    assert found.lengths["rows"].sum() == filled
    if found.summary["distinct"] <= 20:
        assert found.values["rows"].sum() == found.shapes["rows"].sum() == filled
    assert found._repr_html_()


def test_of_a_project(tmp_path: Path) -> None:
    project = wb.open_project(small.project(tmp_path / "p", {small.DAY: {}}))
    project.run(small.DAY, until="standardise")
    found = project.facets("erp.customers", "city")
    assert found.summary["rows"] == len(small.CUSTOMERS)
    one = found.values["value"][0]
    assert project.facets("erp.customers", "city", f"city = '{one}'").summary["distinct"] == 1
    project.edit("erp.customers", "city", values={one: "<b>Else</b>"}, why="to see it")
    project.run(small.DAY, until="standardise")
    seen = project.facets("erp.customers", "city")  # as the recipe has it
    assert one not in seen.values["value"].tolist()
    assert "&lt;b&gt;Else" in seen._repr_html_() and "<b>Else" not in seen._repr_html_()
    with pytest.raises(SourceError, match="has no column 'ctiy'"):
        project.facets("erp.customers", "ctiy")
    with pytest.raises(ConfigError, match=r"erp\.customers\.city"):
        project.facets("erp.customers", "city", "nothing = 1")
    with pytest.raises(ConfigError, match=r"erp\.customers\.city"):
        project.facets("erp.customers", "city", "city IN (SELECT content FROM read_text('/etc/passwd'))")
