import json
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from workbench import Project, StoreError
from workbench.pipeline import database
from workbench.store import Connection, rows, session
from workbench.views.steps import Step
from workbench.views.trace import Trace, follow

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>{{ 7*7 }}[bold]'


def step(trace: Trace, title: str) -> Step:
    return next(step for step in trace.steps if step.title == title)


def one(project: Project, query: str) -> dict[str, Any]:
    return project.sql(f"{query} ORDER BY ALL LIMIT 1").to_dict("records")[0]


@pytest.fixture
def writable(demo: Project, tmp_path: Path) -> Iterator[Connection]:
    """A copy of the demo's tables that may be changed."""
    shutil.copy(database(demo.root), tmp_path / "copy.duckdb")
    with session(tmp_path / "copy.duckdb") as con:
        yield con


def test_a_merged_record_is_followed_to_its_end(demo: Project) -> None:
    record = one(demo, "SELECT source, key, golden_id FROM recon.rows WHERE entity = 'customer' AND outcome = 'merged'")
    trace = demo.trace(record["key"], record["source"])
    assert trace.golden_id == record["golden_id"]
    titles = [step.title for step in trace.steps]
    assert titles[:7] == ["As it came", "Standardised", "Checked", "Compared", "Joined", "Survived", "Planned"]
    assert "In salesforce, Account" in titles and "In odoo, company" in titles
    assert "merged into" in step(trace, "Joined").sentences[0]
    assert any(other["founding"] for other in step(trace, "Joined").rows)
    assert any(pair["verdict"] == "match" for pair in step(trace, "Compared").rows)
    first = step(trace, "Outcome").rows[0]
    assert (first["target"], first["outcome"]) == ("salesforce", "merged")


def test_the_raw_row_and_every_change_are_shown(demo: Project) -> None:
    change = one(demo, "FROM std.changes WHERE entity = 'customer' AND source = 'crm' AND field = 'phone'")
    key = one(demo, f"SELECT key FROM std.customer WHERE source = 'crm' AND _row = {change['_row']}")["key"]
    trace = demo.trace(key, "crm")
    assert {"field": "Phone", "value": change["before"]} in step(trace, "As it came").rows
    shown = next(line for line in step(trace, "Standardised").rows if line["field"] == "phone")
    assert (shown["before"], shown["rule"]) == (change["before"], change["rule"])


def test_failed_checks_are_shown(demo: Project) -> None:
    failure = one(demo, "SELECT source, key, check_id FROM qa.failures WHERE check_id = 'valid:customer.phone'")
    failures = step(demo.trace(failure["key"], failure["source"]), "Checked").rows
    assert failure["check_id"] in {line["check_id"] for line in failures}


def test_a_value_that_lost_is_named(demo: Project) -> None:
    lost = one(demo, """SELECT l.source, l.key, field, l.value AS lost, p.value AS won
        FROM (SELECT *, unnest(losing) AS l FROM gold.provenance) AS p WHERE field = 'name'""")  # fmt: skip
    line = next(
        line for line in step(demo.trace(lost["key"], lost["source"]), "Survived").rows if line["field"] == "name"
    )
    assert line["this record's"] == f"lost: {lost['lost']}" and line["golden value"] == lost["won"]


def test_a_golden_id_leads_to_the_record_that_founded_it(demo: Project) -> None:
    founder = one(demo, "FROM gold.xref WHERE entity = 'customer' AND founding")
    trace = demo.trace(founder["golden_id"])
    assert (trace.source, trace.key) == (founder["source"], founder["key"])


def test_a_redirected_id_leads_on(demo: Project, writable: Connection) -> None:
    founder = one(demo, "FROM gold.xref WHERE entity = 'customer' AND founding")
    writable.execute("INSERT INTO gold.redirects VALUES ('customer', 'formerly', ?)", [founder["golden_id"]])
    trace = follow(writable, demo.config, "customer", "formerly")
    assert trace.golden_id == founder["golden_id"]
    assert "The former golden id formerly leads here." in step(trace, "Joined").sentences


def test_children_are_all_counted(demo: Project) -> None:
    query = """SELECT p.source, p.key, p.golden_id FROM gold.open_item AS i
        JOIN gold.xref AS p ON p.entity = 'customer' AND p.golden_id = i.parent_golden_id AND NOT p.founding"""
    record = one(demo, query)
    items = demo.sql(f"SELECT amount FROM gold.open_item WHERE parent_golden_id = '{record['golden_id']}'")
    lines = step(demo.trace(record["key"], record["source"]), "Its children: open_item").rows
    assert sum(line["records"] for line in lines) == len(items)
    assert sum(Decimal(line["amount"]) for line in lines) == sum(Decimal(str(amount)) for amount in items["amount"])


def test_a_refused_record_says_why(demo: Project) -> None:
    where = "target = 'salesforce' AND entity = 'open_item' AND outcome = 'rejected'"
    refused = one(demo, f"SELECT source, key FROM recon.rows WHERE {where}")
    trace = demo.trace(refused["key"], refused["source"], "open_item")
    assert step(trace, "In salesforce, Open_Item__c").sentences == ["The target would refuse it:"]
    assert "orphan" in step(trace, "Outcome").rows[0]["reason"]


def test_text_json_and_html(demo: Project) -> None:
    founder = one(demo, "FROM gold.xref WHERE entity = 'customer' AND founding AND source = 'erp'")
    trace = demo.trace(founder["key"], "erp")
    assert json.loads(json.dumps(trace.as_dict()))["golden_id"] == founder["golden_id"]
    text = str(trace)
    assert text.startswith(f"customer {founder['key']} of erp") and "11. Outcome" in text
    assert all(line == line.rstrip() for line in text.splitlines())
    assert founder["golden_id"] in trace._repr_html_()


def test_what_is_shown_is_escaped() -> None:
    trace = Trace(HOSTILE, HOSTILE, HOSTILE, None, [Step(HOSTILE, [HOSTILE], [{HOSTILE: HOSTILE}])])
    html = trace._repr_html_()
    assert "<script" not in html and "<img" not in html and html.count("{{ 7*7 }}") == 7
    assert "[bold]" in str(trace)


def test_an_unknown_key_is_said(demo: Project) -> None:
    with pytest.raises(StoreError, match="No customer has the key 'nobody' in any source"):
        demo.trace("nobody")
    with pytest.raises(StoreError, match="in crm"):
        demo.trace("nobody", "crm")


def test_a_key_in_several_sources_must_be_told_apart(demo: Project, writable: Connection) -> None:
    (key,) = rows(writable, "SELECT min(key) FROM std.customer WHERE source = 'erp'")[0]
    (other,) = rows(writable, "SELECT min(key) FROM std.customer WHERE source = 'crm'")[0]
    for table in ("std.customer", "gold.xref"):
        writable.execute(f"UPDATE {table} SET key = ? WHERE source = 'crm' AND key = ?", [key, other])
    with pytest.raises(StoreError, match="crm, erp"):
        follow(writable, demo.config, "customer", key)
    assert follow(writable, demo.config, "customer", key, "crm").source == "crm"


def test_an_unreadable_line_is_found_by_the_key_in_it(demo: Project, writable: Connection) -> None:
    writable.execute("""INSERT INTO raw.rejects (source, "table", _row, line, text, reason)
        VALUES ('crm', 'accounts', 9999, 10000, 'A-99999,"华新",x,y', '4 fields instead of 15')""")  # fmt: skip
    writable.execute("""INSERT INTO recon.rows VALUES
        ('salesforce', 'customer', 'crm', 9999, NULL, NULL, 'rejected', 'unreadable: 4 fields')""")  # fmt: skip
    trace = follow(writable, demo.config, "customer", "A-99999")
    assert [step.title for step in trace.steps] == ["As it came", "Outcome"]
    assert trace.steps[0].rows[0]["reason"] == "4 fields instead of 15"
    assert trace.steps[1].rows[0]["outcome"] == "rejected"


def test_a_record_that_a_view_left_out_is_found(demo: Project, writable: Connection) -> None:
    key, row = rows(writable, "SELECT key, _row FROM std.customer WHERE source = 'erp' ORDER BY ALL LIMIT 1")[0]
    writable.execute("DELETE FROM std.customer WHERE source = 'erp' AND key = ?", [key])
    writable.execute("DELETE FROM gold.xref WHERE source = 'erp' AND key = ?", [key])
    writable.execute("""UPDATE recon.rows SET key = NULL, golden_id = NULL, outcome = 'excluded', reason = 'left out'
        WHERE entity = 'customer' AND source = 'erp' AND _row = ?""", [row])  # fmt: skip
    trace = follow(writable, demo.config, "customer", key)
    assert trace.golden_id is None
    assert {"field": "KUNNR", "value": key} in trace.steps[0].rows
    assert trace.steps[-1].rows[0]["outcome"] == "excluded"
