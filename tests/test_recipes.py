"""Edits that people agreed to: tried, kept as a recipe, made by every run, taken back."""

import re
from pathlib import Path

import pytest

import workbench as wb
from workbench.errors import ConfigError, SourceError
from workbench.files import copy

from . import small

WHY = "the same city"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small.project(tmp_path_factory.mktemp("ran") / "p", {small.DAY: {}})
    wb.open_project(root).run(small.DAY)
    return root


@pytest.fixture
def project(ran: Path, tmp_path: Path) -> wb.Project:
    """A copy of one that has run."""
    copy(ran, tmp_path / "p")
    return wb.open_project(tmp_path / "p")


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
        ({"expression": "random()::varchar || value"}, "other values in every run"),
        ({"expression": "value || now()::varchar"}, "other values in every run"),
        ({"values": {"nobody": "x"}}, "no value is changed by this"),
        ({"expression": "value; drop table x"}, "not a SQL expression"),
        ({}, "either `values` or `expression`"),
    ],
)
def test_a_step_that_is_none_is_refused_before_anything_happens(
    project: wb.Project, given: dict[str, str], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        project.edit("erp.customers", "name", why=WHY, **given)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="why"):
        project.edit("erp.customers", "name", why=" ", expression="upper(value)")
    assert not (project.root / "recipes").exists()


def test_a_recipe_for_a_column_or_table_that_is_gone(project: wb.Project) -> None:
    with pytest.raises(SourceError, match=r"^erp\.customers has no column 'nmae'.*did you mean 'name'"):
        project.edit("erp.customers", "nmae", expression="upper(value)", why=WHY)
    with pytest.raises(ConfigError, match=r"There is no table 'erp\.customer'"):
        project.edit("erp.customer", "name", expression="upper(value)", why=WHY)
    project.edit("erp.customers", "name", expression="value || '!'", why=WHY)
    file = project.root / "recipes" / "erp.customers.yml"
    file.write_text(file.read_text("utf-8").replace("column: name", "column: gone"), "utf-8")
    with pytest.raises(SourceError, match=r"recipes/erp\.customers\.yml: erp\.customers has no column 'gone'"):
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


def test_masked_recipes_show_pseudonyms_and_nothing_is_decided(
    project: wb.Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    edit = {"table": "erp.customers", "column": "city", "why": WHY}
    project.edit(**edit, values={"第1市": "大连"})
    project.edit(**edit, expression="value || '区'")
    files = {file: file.read_bytes() for file in project.root.rglob("*.yml")}
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    masked = wb.open_project(project.root)
    values, expression = masked.recipes()["becomes"]
    assert len(values) == len("第1市 → 大连") and "第1市" not in values and "大连" not in values
    assert expression == "value || '区'"
    assert len(masked.edit(**edit, expression="value || '!'", dry_run=True)) == 12
    for refused in (
        lambda: masked.edit(**edit, expression="lower(value)"),
        lambda: masked.undo("erp.customers"),
        lambda: masked.take({"check": "required", "field": "customer.city"}),
        lambda: masked.collection(tmp_path / "out"),
        lambda: masked.collect(tmp_path / "out.xlsx"),
    ):
        with pytest.raises(ConfigError, match="without WORKBENCH_MASKED=1"):
            refused()
    assert {file: file.read_bytes() for file in project.root.rglob("*.yml")} == files
    assert not (tmp_path / "out").exists()


def test_a_trial_of_an_edit_leaves_the_project_as_it_is(project: wb.Project) -> None:
    edit = {"table": "erp.customers", "column": "name", "expression": "upper(value) || '!'", "why": WHY}
    tried = project.trial(edits=[edit], until="standardise")
    assert names(tried) == [f"{name.upper()}!" for name in names(project)]
    assert not (project.root / "recipes").exists()


def test_a_second_edit_sees_the_first_before_any_run(project: wb.Project) -> None:
    first = names(project)[0]
    project.edit("erp.customers", "name", values={first: "one"}, why=WHY)
    assert "one" in project.facets("erp.customers", "name").values["value"].tolist()
    shown = project.edit("erp.customers", "name", values={"one": "two", first: "never"}, why=WHY, dry_run=True)
    assert shown.values.tolist() == [["one", "two", 1]]


def test_the_recipe_of_the_documentation_is_one(project: wb.Project) -> None:
    text = (Path(__file__).parents[1] / "docs" / "cleaning.md").read_text("utf-8")
    [recipe] = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (project.root / "recipes").mkdir()
    (project.root / "recipes" / "erp.customers.yml").write_text(recipe.replace("ORT01", "city"), "utf-8")
    project.run(small.DAY, until="standardise")
    assert project.recipes()["why"].tolist() == ["one spelling each", "cities without 市"]
    cities = project.sql("SELECT city FROM std.customer WHERE source = 'erp'")["city"]
    assert len(cities) and not cities.str.endswith("市").any()


def test_a_recipe_that_runs_have_made_and_whose_column_goes(project: wb.Project) -> None:
    """The next extract has the column no more: the run stops with the recipe's name, also without it."""
    project.edit("erp.customers", "city", expression="value || '!'", why=WHY)
    project.run(small.DAY, until="standardise")
    rows = [{name: value for name, value in row.items() if name != "city"} for row in small.CUSTOMERS]
    small.extract(project.root, small.NEXT, "erp/customers.csv", small.text(rows, list(rows[0])))
    with pytest.raises(SourceError, match=r"recipes/erp\.customers\.yml"):
        project.run(small.NEXT, until="standardise")
    project.undo("erp.customers")
    with pytest.raises(SourceError, match="city"):  # the field of the configuration asks for it too
        project.run(small.NEXT, until="standardise")


def test_a_recipe_for_no_table_is_not_passed_over(project: wb.Project) -> None:
    (project.root / "recipes").mkdir()
    (project.root / "recipes" / "erp.custmers.yml").write_text("[]", "utf-8")
    with pytest.raises(ConfigError, match=r"no table 'erp\.custmers' of a source; did you mean 'erp\.customers'"):
        project.run(small.DAY, until="standardise")
