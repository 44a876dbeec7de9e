"""Edits that people agreed to: tried, kept as a recipe, made by every run, taken back."""

from pathlib import Path

import pytest

import workbench as wb
from workbench.errors import ConfigError, SourceError

from . import small

WHY = "the same city"


@pytest.fixture
def project(tmp_path: Path) -> wb.Project:
    project = wb.open_project(small.project(tmp_path / "p", {small.DAY: {}}))
    project.run(small.DAY)
    return project


def names(project: wb.Project) -> list[str]:
    found = project.sql("SELECT name FROM std.customer WHERE source = 'erp' ORDER BY _row")
    return [str(name) for name in found["name"]]


def test_a_dry_run_shows_and_writes_nothing(project: wb.Project) -> None:
    first = names(project)[0]
    shown = project.edit("erp.customers", "name", values={first: "New Name", "nobody": "x"}, why=WHY, dry_run=True)
    assert shown.values.tolist() == [[first, "New Name", 1]]
    assert not (project.root / "recipes").exists()


def test_steps_are_made_in_their_order_by_every_run_and_written_down(project: wb.Project) -> None:
    first = names(project)[0]
    raw = project.table("raw.erp__customers")
    project.edit("erp.customers", "name", values={first: "new name"}, why="misspelt", user="anna")
    project.edit("erp.customers", "name", expression="upper(value)", why="capitals", user="bo")
    project.run(small.DAY)
    assert names(project)[0] == "NEW NAME"
    assert project.table("raw.erp__customers").equals(raw), "raw stays as it came"
    changes = project.sql("""SELECT before, after, rule FROM std.changes
        WHERE source = 'erp' AND field = 'name' AND rule LIKE 'recipe%' AND _row = 1""")
    assert changes.values.tolist() == [[first, "NEW NAME", "recipe: capitals"]]
    text = (project.root / "recipes" / "erp.customers.yml").read_text("utf-8")
    assert "by: anna" in text and "by: bo" in text and "why: misspelt" in text
    assert project.undo("erp.customers").why == "capitals"
    project.run(small.DAY)
    assert names(project)[0] == "new name"
    project.undo("erp.customers")
    project.run(small.DAY)
    assert names(project)[0] == first
    with pytest.raises(ConfigError, match="no step to undo"):
        project.undo("erp.customers")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"expression": "read_csv('x')"}, "may not read files"),
        ({"expression": "tax_id"}, "speak of `value` alone"),
        ({"expression": "value; drop table x"}, "not a SQL expression"),
        ({}, "either `values` or `expression`"),
    ],
)
def test_a_step_that_is_none_is_refused_before_anything_happens(
    project: wb.Project, given: dict[str, str], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        project.edit("erp.customers", "name", why=WHY, **given)  # type: ignore[arg-type]
    assert not (project.root / "recipes").exists()


def test_a_recipe_for_a_column_or_table_that_is_gone(project: wb.Project) -> None:
    with pytest.raises(SourceError, match=r"there is no column 'nmae'.*did you mean 'name'"):
        project.edit("erp.customers", "nmae", expression="upper(value)", why=WHY)
    with pytest.raises(ConfigError, match=r"There is no table 'erp\.customer'"):
        project.edit("erp.customer", "name", expression="upper(value)", why=WHY)
    project.edit("erp.customers", "name", expression="upper(value)", why=WHY)
    file = project.root / "recipes" / "erp.customers.yml"
    file.write_text(file.read_text("utf-8").replace("column: name", "column: gone"), "utf-8")
    with pytest.raises(SourceError, match=r"recipes/erp\.customers\.yml: there is no column 'gone'"):
        project.run(small.DAY)
    file.write_text("- [not a step", "utf-8")
    with pytest.raises(ConfigError, match="not YAML"):
        project.run(small.DAY)


def through(project: wb.Project, view: str) -> list[str]:
    """The names after the project's edits, its customers read through a view."""
    config = project.root / "workbench.yml"
    (project.root / "views").mkdir(exist_ok=True)
    (project.root / "views" / "c.sql").write_text(view, "utf-8")
    text = config.read_text("utf-8")
    assert "from: customers" in text
    config.write_text(text.replace("from: customers", "from: views/c.sql\n        lead: customers", 1), "utf-8")
    wb.open_project(project.root).run(small.DAY, until="standardise")
    return names(project)


@pytest.mark.parametrize(
    "view",
    [
        "select c.* from raw.erp__customers as c",
        "select erp__customers.* from raw.erp__customers",
        "select * from RAW.ERP__Customers tablesample 100%",
        "select x.* from (raw.erp__customers as x join raw.erp__customers as y on x._row = y._row)",
        "select * from raw.erp__customers as c (_row, no, name)",
    ],
)
def test_views_see_what_recipes_made(project: wb.Project, view: str) -> None:
    project.edit("erp.customers", "name", expression="upper(value) || '!'", why=WHY)
    before = names(project)
    assert through(project, view) == [f"{name.upper()}!" for name in before]


def test_what_hangs_on_an_edited_table_stays(project: wb.Project) -> None:
    """Only the first three rows have a partner; the columns have other names."""
    project.edit("erp.customers", "name", expression="value || '!'", why=WHY)
    project.edit("erp.customers", "city", expression="value || '?'", why=WHY)
    before = names(project)
    view = """select n as _row, k as no, called as name, '' as tax_id, '' as phone, '' as email, '' as city, '' as credit
        from (raw.erp__customers as x (n, k, called) join raw.erp__customers as y on y._row = x.n and y._row <= 3)"""
    assert through(project, view) == [f"{name}!" for name in before[:3]]


def test_what_a_view_makes_of_an_edit_is_its_own(project: wb.Project) -> None:
    project.edit("erp.customers", "name", expression="value || '!'", why=WHY)
    view = "select * replace (left(name, 3) as name) from raw.erp__customers where _row > 2"
    assert len(through(project, view)) == 10
    assert len(project.table("std.edits")) == 12
    assert project.sql("SELECT _row FROM std.changes WHERE rule LIKE 'recipe%'").empty


def test_on_the_command_line(project: wb.Project) -> None:
    first, root = names(project)[0], str(project.root)
    step = ["edit", root, "erp.customers", "name", "--set", f"{first}=New [Name]", "--why", WHY, "--user", "Wang Li"]
    assert small.workbench(*step, "--dry-run").returncode == 0
    assert "There are none" in small.workbench("recipes", root).stdout
    done = small.workbench(*step)
    assert (done.returncode, "1 values in 1 rows change" in done.stdout) == (0, True)
    listed = small.workbench("recipes", root).stdout
    assert "New [Name]" in listed and "Wang Li" in listed
    assert "Taken back: erp.customers, name" in small.workbench("recipes", root, "--undo", "erp.customers").stdout
    wrong = small.workbench("edit", root, "erp.customers", "name", "--set", "x", "--why", WHY)
    assert wrong.returncode == 2 and "give OLD=NEW" in wrong.stderr


def test_a_trial_of_an_edit_leaves_the_project_as_it_is(project: wb.Project) -> None:
    edit = {"table": "erp.customers", "column": "name", "expression": "upper(value) || '!'", "why": WHY}
    tried = project.trial(edits=[edit], until="standardise")
    assert names(tried) == [f"{name.upper()}!" for name in names(project)]
    assert not (project.root / "recipes").exists()
