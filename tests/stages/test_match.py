"""Who is who in a small project: what rules forbid, and fields that are compared as one."""

from pathlib import Path

import workbench as wb

from .. import small


def matched(root: Path, config: str, accounts: list[small.Row]) -> list[str]:
    """The keys of the CRM's records that are a customer of the ERP."""
    project = wb.open_project(small.project(root, {small.DAY: {"crm/accounts.csv": accounts}}, config))
    project.run(small.DAY, until="match")
    found = project.sql("""
        SELECT key FROM match.customer_clusters AS c WHERE source = 'crm' AND EXISTS (
            FROM match.customer_clusters AS e WHERE e.source = 'erp' AND e.golden_id = c.golden_id) ORDER BY key""")
    return [str(key) for key in found["key"]]


def test_what_is_known_to_differ_keeps_records_apart(tmp_path: Path) -> None:
    accounts = [small.customer(n, f"C{n:02d}") for n in (1, 2, 3)]
    accounts[1]["city"], accounts[2]["city"] = "第99市", ""
    assert matched(tmp_path / "without", small.CONFIG, accounts) == ["C01", "C02", "C03"]
    rule = small.CONFIG.replace("match:\n  customer:\n", "match:\n  customer:\n    apart: city.key\n")
    assert matched(tmp_path / "with", rule, accounts) == ["C01", "C03"]


def test_fields_that_say_the_same_are_compared_as_one(tmp_path: Path) -> None:
    together = "match:\n  customer:\n    compare: [[name, tax_id], phone, email]\n"
    root = tmp_path / "p"
    accounts = [small.customer(n, f"C{n:02d}") for n in (1, 2)]
    assert matched(root, small.CONFIG.replace("match:\n  customer:\n", together), accounts) == ["C01", "C02"]
    weights = wb.open_project(root).sql("SELECT DISTINCT field FROM match.customer_weights ORDER BY field")
    assert weights["field"].tolist() == ["(prior)", "email", "name + tax_id", "phone"]
