import re
from pathlib import Path

import pytest

from workbench import Project
from workbench.errors import ConfigError
from workbench.published import OUTCOMES, Published
from workbench.views.flow import flow, flow_data

from .made import HOSTILE, published, sound

DAY = "2026-03-02"
ROWS = """
    SELECT target, entity, source, outcome FROM (VALUES
        ('odoo', 'customer', 'erp', 'written', 100000), ('odoo', 'customer', 'erp', 'merged', 1),
        ('odoo', 'customer', 'crm', 'rejected', 2), ('odoo', 'order', 'erp', 'written', 7),
        ('sap', 'order', 'erp', 'unexplained', 5)
    ) AS t (target, entity, source, outcome, n), range(n)"""


@pytest.fixture
def run(tmp_path: Path) -> Published:
    return published(tmp_path, [(DAY, [], {})], recon_rows=ROWS)


def test_records_by_source_entity_and_outcome(run: Published) -> None:
    with run.session() as con:
        found = [tuple(line.values()) for line in flow_data(con)]
        assert flow_data(con, "sap", "customer") == []
    assert found == [
        ("crm", "customer", "rejected", 2),
        ("erp", "customer", "written", 100000),
        ("erp", "customer", "merged", 1),
        ("erp", "order", "written", 7),
    ]


def test_ribbons_are_as_wide_as_their_records_are_many_and_none_too_narrow_to_see(run: Published) -> None:
    html = sound(flow(run, "odoo", "customer"))
    wide = {said: float(v) for v, said in re.findall(r'v([\d.]+)C[^"]+"[^>]*><title>([^<]+)</title>', html)}
    assert wide == {
        "crm customer: 2 rejected": 2,
        "erp customer: 1 merged": 2,
        "erp customer: 100,000 written": pytest.approx(300, abs=0.1),
    }


def test_both_sides_add_up(run: Published) -> None:
    html = sound(flow(run))
    counts = re.findall(r'class="note" text-anchor="end">([\d,]+)( \([^<]*)?</text>', html)
    left = [int(n.replace(",", "")) for n, share in counts if not share]
    right = [int(n.replace(",", "")) for n, share in counts if share]
    assert left == [2, 100001, 7] and right == [100007, 1, 2]
    heights = re.findall(r'width="10" height="([\d.]+)" class="(node|fill-\w+)"', html)
    both = [sum(float(h) for h, kind in heights if (kind == "node") == side) for side in (True, False)]
    assert both[0] == pytest.approx(both[1], abs=0.05)
    assert "Of 100,010 records: 100,007 written, 1 merged, 2 rejected." in html


def test_a_name_that_is_not_there_is_told_with_those_that_are(run: Published) -> None:
    with pytest.raises(ConfigError, match="accepted: odoo, sap"):
        flow(run, "salesforce")
    with pytest.raises(ConfigError, match=r"did you mean 'customer'.*accepted: customer, order"):
        flow(run, entity="customers")


def test_no_records_is_said(tmp_path: Path) -> None:
    run = published(tmp_path, [(DAY, [], {})], recon_rows=f"{ROWS} WHERE false")
    assert "There are no records." in sound(flow(run))


def test_forty_entities_are_drawn_by_source_with_all_figures_below(tmp_path: Path) -> None:
    many = "SELECT 't' AS target, 'entity ' || n AS entity, 'source ' || n % 3 AS source, 'written' AS outcome"
    run = published(tmp_path, [(DAY, [], {})], recon_rows=f"{many} FROM range(40) AS r (n)")
    html = sound(flow(run))
    assert html.count('class="node"') == 3 and "entity 39" in html and "the figures have them apart" in html


def test_any_name_can_be_drawn(tmp_path: Path) -> None:
    names = "SELECT $${0}$$ AS target, $${0}$$ AS entity, $${0}$$ AS source, 'written' AS outcome"
    query = f"{names.format(HOSTILE)} UNION ALL {names.format('客' * 200)}"
    run = published(tmp_path, [(DAY, [], {})], recon_rows=query)
    for target in (HOSTILE, "客" * 200):
        sound(flow(run, target))


def test_the_demo_adds_up_to_the_records_read(demo: Project) -> None:
    run = demo.published()
    (read,) = run.records("""SELECT count(*) AS n FROM published.recon_rows WHERE target = 'salesforce'""")
    with run.session() as con:
        found = flow_data(con, "salesforce")
    assert sum(line["records"] for line in found) == read["n"] > 0
    assert {line["outcome"] for line in found} <= set(OUTCOMES)
    html = sound(flow(run, "salesforce"))
    assert f"Of {read['n']:,} records" in html
    for entity in demo.config.entities:
        sound(flow(run, "odoo", entity))
