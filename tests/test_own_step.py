"""The example of docs/own_step.md does what it says, and what is wrong in such a file is told with its line."""

import re
from pathlib import Path

import pytest

import workbench as wb
from workbench.errors import ConfigError
from workbench.types import TYPES

from . import small

TEXT = (Path(__file__).parents[1] / "docs" / "own_step.md").read_text("utf-8")
[EXAMPLE] = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
CONFIG = small.CONFIG.replace("region: CN", "region: CN\nown: own.py").replace(
    "city: {type: text}", "city: {type: text}\n      membership: {type: membership}"
)
CONFIG = CONFIG.replace("city: city,", "city: city, membership: city,")


@pytest.fixture(autouse=True)
def usual_types() -> object:
    before = dict(TYPES)
    yield
    TYPES.clear()
    TYPES.update(before)


def project(root: Path, own: str) -> Path:
    cities = ["m 123456", "M-123456", "M654321", "12"]
    rows = [small.customer(number, city=city) for number, city in enumerate(cities, 1)]
    made = small.project(root / "p", {small.DAY: {"erp/customers.csv": rows}}, CONFIG)
    (made / "own.py").write_text(own, "utf-8")
    return made


def test_the_example_of_the_documentation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = wb.open_project(project(tmp_path, EXAMPLE))
    found.run(small.DAY, until="check")
    read = found.sql(
        "SELECT membership, membership__valid AS valid FROM std.customer WHERE source = 'erp' ORDER BY _row"
    )
    assert read.to_numpy().tolist() == [["M-123456", True], ["M-123456", True], ["M-654321", True], ["12", False]]
    assert found.table("own.shared_memberships").to_numpy().tolist() == [["M-123456", 2]]
    failing = found.sql(
        "SELECT value, reason FROM qa.failures WHERE check_id = 'valid:customer.membership' AND source = 'erp'"
    )
    assert failing.to_numpy().tolist() == [["12", "not M and six digits"]]
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    assert "123456" not in str(wb.open_project(found.root).table("own.shared_memberships"))


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("def after_check(con, run:", r"own\.py:1: SyntaxError"),
        ("import nothing_of_that_name", r"own\.py:1: ModuleNotFoundError"),
        ("TYPES = [3]", "3 is no instance of a SemanticType"),
        (EXAMPLE.replace('"membership"', '"phone"', 1), "there is a type 'phone' already"),
        (EXAMPLE + "\n\ndef after_lunch(con, run):\n    pass\n", "after_lunch: there is no such stage"),
        (EXAMPLE + "\n\ndef after_ingest(con, run):\n    return 1 / 0\n", r"own\.py:\d+: ZeroDivisionError"),
        (
            EXAMPLE + "\n\ndef after_ingest(con, run):\n    con.execute('SELECT x')\n",
            r"own\.py:\d+: BinderException.*x",
        ),
        (EXAMPLE.replace("text.upper()", "text.uper()"), r"own\.py:\d+: AttributeError.*uper"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(tmp_path: Path, own: str, said: str) -> None:
    root = project(tmp_path, own)
    with pytest.raises(ConfigError, match=said):
        wb.open_project(root).run(small.DAY, until="standardise")


def test_a_step_that_fails_leaves_the_stage_as_it_was(tmp_path: Path) -> None:
    root = project(tmp_path, EXAMPLE)
    found = wb.open_project(root)
    found.run(small.DAY, until="standardise")
    (root / "own.py").write_text(EXAMPLE.replace("std.customer", "std.nothing"), "utf-8")
    with pytest.raises(ConfigError, match="nothing"):
        wb.open_project(root).run(small.DAY, until="standardise")
    assert len(found.table("std.customer")) > 0 and len(found.table("own.shared_memberships")) == 1


def test_the_file_is_the_projects(tmp_path: Path) -> None:
    root = project(tmp_path, EXAMPLE)
    (root / "workbench.yml").write_text(CONFIG.replace("own.py", "../own.py"), "utf-8")
    with pytest.raises(ConfigError, match="lies outside the project"):
        wb.open_project(root)
    (root / "workbench.yml").write_text(CONFIG.replace("own.py", "none.py"), "utf-8")
    with pytest.raises(ConfigError, match="no Python file that is there"):
        wb.open_project(root)


def test_the_file_may_have_dataclasses(tmp_path: Path) -> None:
    top = "from __future__ import annotations\n\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass Found:\n    n: int\n"
    assert wb.open_project(project(tmp_path, f"{top}\n\n{EXAMPLE}")).config.own_steps
