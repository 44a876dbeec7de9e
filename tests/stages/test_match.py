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


def ids(root: Path, accounts: list[small.Row], config: str = small.CONFIG) -> dict[str, str]:
    """The golden id of every record of a run with these accounts."""
    project = wb.open_project(small.project(root, {small.DAY: {"crm/accounts.csv": accounts}}, config))
    project.run(small.DAY)
    found = project.table("match.customer_clusters")
    assert len(found) == len(small.CUSTOMERS) + len(accounts) == found.drop_duplicates(["source", "key"]).shape[0]
    return {f"{source} {key}": golden for source, key, golden in found[["source", "key", "golden_id"]].to_numpy()}


DISTINCT = small.CONFIG.replace("    block:", "    distinct: crm\n    block:")


def made(root: Path, config: str, accounts: list[small.Row], customers: list[small.Row]) -> wb.Project:
    """A project of these accounts and customers, matched."""
    files = {"crm/accounts.csv": accounts, "erp/customers.csv": customers}
    project = wb.open_project(small.project(root, {small.DAY: files}, config))
    project.run(small.DAY, until="match")
    return project


def together(project: wb.Project) -> list[list[str]]:
    """The keys of each golden record of several records."""
    found = project.sql("SELECT list(key ORDER BY key) AS keys FROM match.customer_clusters GROUP BY golden_id")
    return sorted(list(keys) for keys in found["keys"] if len(keys) > 1)


def judged(project: wb.Project, *keys: str) -> list[str]:
    """What is proposed of each of these CRM records and the ERP's K01, what it comes to, and who says so."""
    found = project.sql("SELECT key_l, proposed, verdict, decided_by FROM match.customer_pairs WHERE key_r = 'K01'")
    told = {key: f"{proposed}: {verdict} by {by}" for key, proposed, verdict, by in found.to_numpy()}
    return [told[key] for key in keys]


def test_people_free_the_second_best_and_outdo_the_best(tmp_path: Path) -> None:
    """Of two accounts that are the ERP's 1 the one with its mail is the best; what the model proposes stays as it was."""
    accounts = [small.customer(1, "C01"), small.customer(1, "C02", email=""), *small.ACCOUNTS[1:]]
    project = made(tmp_path / "p", DISTINCT, accounts, small.CUSTOMERS)
    assert judged(project, "C01", "C02") == ["match: match by model", "ruled out: no_match by rule"]
    act = project.decisions.no_match("erp K01", "crm C01", why="a namesake", user="wang")
    project.run(until="match")
    assert judged(project, "C01", "C02") == ["match: no_match by wang", "ruled out: match by model"]
    assert ["C02", "K01"] in together(project)
    project.decisions.undo(act, user="wang")
    project.decisions.match("erp K01", "crm C02", why="asked", user="wang")
    project.run(until="match")
    assert judged(project, "C01", "C02") == ["match: no_match by rule", "ruled out: match by wang"]
    assert ["C02", "K01"] in together(project)


def test_a_run_that_learns_and_one_with_its_model_agree_on_who_is_outdone(tmp_path: Path) -> None:
    """The ERP has customer 1 twice, and so have the accounts: to be outdone is no word against two records, so both of
    the ERP's are one with the account that speaks most for them."""
    customers = [small.customer(1, email=""), small.customer(1, "K91"), *small.CUSTOMERS[1:]]
    accounts = [small.customer(1, "C01", email=""), small.customer(1, "C91"), *small.ACCOUNTS[1:]]
    project = made(tmp_path / "p", DISTINCT, accounts, customers)
    pairs = project.sql("SELECT key_l, key_r FROM match.customer_pairs WHERE proposed = 'ruled out' ORDER BY ALL")
    assert pairs.to_numpy().tolist() == [["C01", "K91"], ["C91", "K01"]]
    learned = together(project)
    assert ["C91", "K01", "K91"] in learned
    (project.root / "new.csv").write_text(small.text(accounts, small.HEADINGS["crm/accounts.csv"]), "utf-8")
    found = project.arrivals(project.root / "new.csv", "crm")
    assert found["golden_id"].tolist() == found["before"].tolist(), "and so do arrivals"
    (model,) = project.sql("SELECT model FROM match.models")["model"]
    (project.root / "model.json").write_text(model, "utf-8")
    config = DISTINCT.replace("    distinct:", "    model: model.json\n    distinct:")
    (project.root / "workbench.yml").write_text(config, "utf-8")
    again = wb.open_project(project.root)
    again.run(until="match")
    assert together(again) == learned


def test_keys_that_two_sources_share_are_two_records(tmp_path: Path) -> None:
    found = ids(tmp_path / "p", [small.customer(21, "K01"), small.customer(1, "K02")])
    assert found["crm K01"] != found["erp K01"], "another customer under the same key"
    assert found["crm K02"] == found["erp K01"] != found["erp K02"]


def test_no_record_shares_anything(tmp_path: Path) -> None:
    found = ids(tmp_path / "p", [small.customer(n, f"C{n:02d}") for n in (31, 32)])
    assert len(set(found.values())) == len(found)


def test_a_field_that_all_have_alike_and_one_that_nobody_has(tmp_path: Path) -> None:
    accounts = [small.customer(n, f"C{n:02d}", email="", city="上海") for n in (1, 2, 31)]
    config = small.CONFIG.replace("match:\n  customer:\n", "match:\n  customer:\n    compare: [name, phone, email, city]\n")
    found = ids(tmp_path / "p", accounts, config)
    assert found["crm C01"] == found["erp K01"] and found["crm C02"] == found["erp K02"]
    assert list(found.values()).count(found["crm C31"]) == 1


def test_records_of_which_nothing_is_known_are_nobodys(tmp_path: Path) -> None:
    blank = dict.fromkeys(("name", "tax_id", "phone", "email", "city"), "")
    found = ids(tmp_path / "p", [small.customer(1, "C01", **blank), small.customer(2, "C02", **blank)])
    assert len(set(found.values())) == len(found)


def test_a_single_record(tmp_path: Path) -> None:
    root = small.project(tmp_path / "p", {small.DAY: {
        "erp/customers.csv": small.CUSTOMERS[:1], "erp/items.csv": small.ITEMS[:1], "crm/accounts.csv": [],
    }})  # fmt: skip
    project = wb.open_project(root)
    project.run(small.DAY)
    assert project.table("match.customer_clusters")["confidence"].tolist() == [1.0]
    assert project.table("match.customer_pairs").empty and len(project.table("gold.customer")) == 1
