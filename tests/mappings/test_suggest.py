"""Suggested lines, held against the mapping tables of the demo, which a person wrote, and against hand-made targets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import workbench as wb
from workbench.config import Config, columns_of, load
from workbench.mappings.lines import Line, blank, lines_of
from workbench.mappings.suggest import Suggestion, suggest, suggest_codes, suggestions
from workbench.targets import TargetField

from . import made

ROOT = Path(__file__).parents[2]
DEMO = load(ROOT / "data" / "demo")


def asked(line: Line) -> Line:
    """A line of a person as if it were to be filled in yet."""
    return Line(line.object, line.entity, line.field, line.limits, blank(line.object, line.field), line.number)


def held(config: Config, target: str) -> tuple[list[str], list[str], int]:
    """Fields of the demo's lines where another golden field is suggested, those where none is, and how many lines."""
    written = [line for line in lines_of(config, target) if line.row["from"]]
    found = [(line, suggest(config, asked(line), {})) for line in written]
    wrong = [line.field for line, best in found if best and columns_of(best.source) != set(line.golden)]
    return wrong, [line.field for line, best in found if not best], len(written)


@pytest.mark.parametrize(
    ("target", "nothing", "of"), [("salesforce", ["English_Name__c"], 34), ("odoo", [], 16)]
)
def test_the_demos_own_lines_are_suggested(target: str, nothing: list[str], of: int) -> None:
    assert held(DEMO, target) == ([], nothing, of)


def test_the_page_says_how_many() -> None:
    page = (ROOT / "docs" / "mapping.md").read_text("utf-8")
    for target, title in (("salesforce", "Salesforce"), ("odoo", "Odoo")):
        wrong, nothing, of = held(DEMO, target)
        assert re.search(rf"\| {title} \| {of} \| {of - len(wrong) - len(nothing)} \| {len(wrong)} \|", page)


@pytest.mark.parametrize(
    ("field", "limits", "source", "why"),
    [
        ("NAMORG1", {"title": "单位名称 / Legal name"}, "name", "both mean name"),
        ("F1", {"title": "税号"}, "tax_id", "both mean tax_id"),
        ("F2", {"title": "邮政编码"}, "postcode", "both mean postcode"),
        ("F3", {"title": "Telefon", "semantic": "phone"}, "phone", "usually has phone here"),
        ("F4", {"semantic": "email"}, "email", "usually has email here"),
        ("ORT01", {}, "city", "the same name: ORT01 and ORT01"),  # the ERP's heading of the city
        ("统一社会信用代码", {}, "tax_id", "the same name"),  # the sales list's heading
        ("Custommer_Class", {}, None, ""),
        ("Websit", {}, "website", "nearly the same name: Websit and "),
        ("Link", {"semantic": "url"}, "website", "the only url of a customer"),
        ("Shoe size", {}, None, ""),
    ],
)
def test_names_titles_headings_and_types(field: str, limits: dict[str, str], source: str | None, why: str) -> None:
    line = Line("o", "customer", field, TargetField.model_validate(limits), blank("o", field))
    found = suggest(DEMO, line, {})
    assert (found and found.source) == source
    assert why in (found.evidence if found else "") and (found is None or 0 < found.confidence <= 1)


def test_a_name_in_parts_and_the_parent() -> None:
    def of_contact(field: str, **limits: str) -> Suggestion | None:
        return suggest(DEMO, Line("o", "contact", field, TargetField(**limits), blank("o", field)), {})  # type: ignore[arg-type]

    name, parent = of_contact("full_name"), of_contact("account", ref="Account")
    assert name and name.source == "concat_ws(' ', first_name, last_name)"
    assert parent and parent.source == "parent_golden_id"


def test_values_speak_for_a_field() -> None:
    limits = TargetField(values=("Company", "Individual"))
    line = Line("o", "customer", "kind", limits, blank("o", "kind"))
    found = suggest(DEMO, line, {("customer", "class"): ["company", "INDIVIDUAL", "other", "none"]})
    assert found == Suggestion("class", 0.75, "2 of 4 values are the target's")
    assert suggest_codes(["01", "Companny"], limits.values or ()) == {"Companny": "Company"}


def test_a_weak_suggestion_does_not_take_a_golden_field_twice() -> None:
    street, second = (Line("o", "customer", f, TargetField(), blank("o", f)) for f in ("street", "addresss 2"))
    assert [line.field for line, _ in suggestions(DEMO, [street, second], {})] == ["street"]


def test_suggestions_are_added_and_wait_for_somebody(tmp_path: Path) -> None:
    table = "object,field,from,codes,default,note,author\nAccount,Name,name,,,,Li Na\nAccount,Phone,,,,,\n"
    project = wb.open_project(made.project(tmp_path / "p", table))
    shown = project.mapping().suggest()
    assert (tmp_path / "p" / "mappings" / "sf.csv").read_text("utf-8") == table
    found = dict(zip(shown["field"], shown["from"], strict=True))
    assert found["Phone"] == "phone" and found["BillingCity"] == "city" and "Name" not in found
    project.mapping().suggest(write=True)
    lines = {line["field"]: line for line in project.mapping().lines().to_dict("records")}
    assert lines["Phone"]["from"] == "phone" and lines["Phone"]["author"] == "suggested"
    assert re.match(r"95%: the target usually has phone here", lines["Phone"]["note"])
    assert (lines["Name"]["from"], lines["Name"]["author"]) == ("name", "Li Na")
    assert project.mapping().suggest().empty
    with pytest.raises(wb.ConfigError, match="nobody answers for these lines"):
        project.mapping().approve(user="Chen Jie")


def test_code_lists_are_suggested_from_what_was_found(tmp_path: Path) -> None:
    config = made.CONFIG.replace("kind: salesforce", "kind: odoo").replace(", objects: {Item__c: item}", "")
    root = made.project(tmp_path / "p", "object,field,from\ncompany,id,golden_id\ncompany,name,name\n", config=config)
    for file in root.glob("sources/*/*/*.csv"):
        file.write_text(file.read_text("utf-8").replace(",07\n", ",INVOICE\n").replace(",02\n", ",Deliverry\n"), "utf-8")
    project = wb.open_project(root)
    project.run(until="golden")
    found = project.mapping().suggest(write=True).set_index("field").loc["type"]
    assert (found["from"], found["codes"]) == ("class", "mappings/sf_company_type.csv")
    assert (root / "mappings" / "sf_company_type.csv").read_text("utf-8") == (
        "code,new code\nDeliverry,delivery\nINVOICE,invoice\n")  # fmt: skip
