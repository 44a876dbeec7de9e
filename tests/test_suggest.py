"""Checks are proposed from the data, tried, and taken into workbench.yml with its comments kept."""

import json
from pathlib import Path

import pytest

import workbench as wb
from workbench.errors import ConfigError
from workbench.files import copy
from workbench.suggest import _regex

from . import small

CITIES = {"100000": "北京", "200000": "上海", "310000": "杭州", "510000": "广州"}


def things() -> str:
    """120 records: a postcode tells the city, but for two records, of which one is misspelt."""
    lines = ["no,post,city,grade,part"]
    for n in range(120):
        post, city = list(CITIES.items())[n % 4]
        city = "广州" if n == 5 else city
        lines.append(f"N{n:04},{post},{city},{'ABC'[n % 3] if n != 7 else 'Z'},P-{n % 10}{n % 7}")
    return "\n".join(lines) + "\n"


CONFIG = """\
project: things
region: CN
entities:
  thing:
    fields:
      no: {type: identifier}
      post: {type: code}
      city: {type: text}
      grade: {type: code}
      part: {type: text}
sources:
  it:
    tables: {list: things.csv}
    records: {thing: {from: list, key: no, fields: {no: no, post: post, city: city, grade: grade, part: part}}}
checks:   # agreed with the plant
  - {check: required, field: thing.no}
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("ran") / "p"
    folder = root / "sources" / small.DAY
    folder.mkdir(parents=True)
    (folder / "things.csv").write_text(things(), "utf-8")
    (root / "workbench.yml").write_text(CONFIG, "utf-8")
    wb.open_project(root).run()
    return root


@pytest.fixture
def project(ran: Path, tmp_path: Path) -> wb.Project:
    """A copy of one that has run."""
    copy(ran, tmp_path / "p")
    return wb.open_project(tmp_path / "p")


def test_what_nearly_all_records_obey_is_proposed_with_what_breaks_it(project: wb.Project) -> None:
    found = {(one.check["check"], one.check["field"]): one for one in project.suggest()}
    assert found["depends", "thing.city"].check["by"] == ["post"]
    assert found["depends", "thing.city"].failing == 1
    assert found["unique", "thing.no"].failing == 0
    assert found["allowed", "thing.grade"].check["values"] == ["A", "B", "C"]
    assert found["allowed", "thing.grade"].failing == 1
    assert found["pattern", "thing.part"].check["pattern"] == "\\\\pL-[0-9]{2}".replace("\\\\", "\\")
    assert ("required", "thing.no") not in found, "it is there"
    assert all(one.evidence and one.failing <= one.evaluated for one in found.values())


def test_a_check_is_tried_before_it_is_saved(project: wb.Project) -> None:
    before = (project.root / "workbench.yml").read_text("utf-8")
    failing = project.check({"check": "depends", "field": "thing.city", "by": ["post"]})
    assert failing[["_row", "value"]].values.tolist() == [[6, "广州"]]
    assert (project.root / "workbench.yml").read_text("utf-8") == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"check": "sparkling", "field": "thing.city"}, "is no check"),
        ({"check": "range", "field": "thing.city"}, "give min, max or both"),
        ({"check": "required", "field": "thing.nothing"}, "nothing"),
    ],
)
def test_what_is_no_check_is_refused_with_the_reason(project: wb.Project, given: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        project.check(given)


@pytest.mark.parametrize(
    "given",
    [
        {"check": "required", "field": "thing.nothing"},
        {"check": "required", "field": "thing.no"},  # it is there
        {"check": "sparkling", "field": "thing.city"},
    ],
)
def test_what_would_break_the_file_is_not_taken(project: wb.Project, given: dict[str, str]) -> None:
    before = (project.root / "workbench.yml").read_text("utf-8")
    with pytest.raises(ConfigError):
        project.take(given)
    assert (project.root / "workbench.yml").read_text("utf-8") == before


def test_what_is_held_against_the_date_before_cannot_be_tried(project: wb.Project) -> None:
    with pytest.raises(ConfigError, match="only a run can make it"):
        project.check({"check": "volume", "entity": "thing", "change": 0.5})


def test_one_is_taken_with_comments_kept_and_made_by_the_next_run(project: wb.Project) -> None:
    one = next(one for one in project.suggest() if one.check["check"] == "depends")
    project.take(one.check)
    text = (project.root / "workbench.yml").read_text("utf-8")
    assert "# agreed with the plant" in text and text.count("check:") == 2
    project.run()
    failed = project.sql("SELECT sum(failed) AS n FROM qa.results WHERE \"check\" = 'depends'")
    assert failed["n"].tolist() == [one.failing]
    assert one.check not in [other.check for other in project.suggest()]


def test_with_json_nothing_else_is_printed(project: wb.Project) -> None:
    done = small.workbench("suggest", project.root, "--take", "1", "--json")
    assert "check" in json.loads(done.stdout)[0] and "Taken into workbench.yml" in done.stderr


def test_numbers_with_and_without_a_mark_behind_are_two_ways_of_writing(tmp_path: Path) -> None:
    folder = tmp_path / "sources" / small.DAY
    folder.mkdir(parents=True)
    parts = ["0.5%" if n % 3 == 0 else f"0.{n % 9}" for n in range(120)]
    cities = ["Linz am Rhein" if n % 3 == 0 else "Bonn" for n in range(120)]
    lines = (f"N{n:04},100000,{cities[n]},A,{part}" for n, part in enumerate(parts))
    (folder / "things.csv").write_text("no,post,city,grade,part\n" + "\n".join(lines), "utf-8")
    (tmp_path / "workbench.yml").write_text(CONFIG, "utf-8")
    project = wb.open_project(tmp_path)
    project.run(until="check")
    patterns = {one.check["field"]: one for one in project.suggest() if one.check["check"] == "pattern"}
    assert patterns["thing.part"].check["pattern"] == r"[0-9]+\.[0-9]+"
    assert patterns["thing.part"].failing == 40
    assert "thing.city" not in patterns


def test_shapes_become_expressions_that_match_no_more() -> None:
    assert _regex("AA-9999", "") == r"\pL{2}-[0-9]{4}"
    assert _regex("9.9", "+") == r"[0-9]+\.[0-9]+"
