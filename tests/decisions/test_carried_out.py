"""What people decide is what the next run does, whatever the model says, until it is undone."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

import workbench as wb
from tests import small
from tests.small import DAY, NEXT
from workbench.views.review import held_up, review

from .made import CONFIG, WHY, copied, golden_ids, outcomes, states


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small.project(tmp_path_factory.mktemp("decided") / "p", config=CONFIG)
    wb.open_project(root).run(until="reconcile")
    return root


@pytest.fixture
def project(first_run: Path, tmp_path: Path) -> wb.Project:
    return copied(first_run, tmp_path / "p")


def pair(project: wb.Project, left: str, right: str) -> tuple[str, str]:
    """The verdict on two customers, and who gave it."""
    query = f"""SELECT verdict, decided_by FROM match.customer_pairs
        WHERE source_l || ' ' || key_l = '{left}' AND source_r || ' ' || key_r = '{right}'"""
    ((verdict, by),) = project.sql(query).to_numpy().tolist()
    return verdict, by


def test_who_is_who_is_as_people_say(project: wb.Project) -> None:
    """The CRM's 1 is the ERP's 1 by all values, its 21 nobody's; people say otherwise, and a run undone goes back."""
    first = golden_ids(project)
    assert first["erp K01"] == first["crm C01"] and first["erp K05"] != first["crm C21"]
    apart = project.decisions.no_match("erp K01", "crm C01", why=WHY, user="wang")
    one = project.decisions.match(("crm", "C21"), ("erp", "K05"), why=WHY, user="li")
    project.run(until="golden")
    now = golden_ids(project)
    assert now["erp K01"] == first["erp K01"] != now["crm C01"]
    assert now["erp K05"] == now["crm C21"] in {first["erp K05"], first["crm C21"]}
    assert pair(project, "crm C01", "erp K01") == ("no_match", "wang")
    assert pair(project, "crm C21", "erp K05") == ("match", "li")
    sure = project.sql("SELECT DISTINCT confidence FROM match.customer_clusters WHERE key IN ('K05', 'C21', 'C01')")
    assert sure["confidence"].tolist() == [1.0]
    for act in (apart, one):
        project.decisions.undo(act, user="chen")
    project.run(until="golden")
    assert golden_ids(project) == first
    assert states(project) == ["undone", "undone", "stands", "stands"]


def test_who_is_related_is_not_one(project: wb.Project) -> None:
    """The CRM's 1 and the ERP's 1 agree in everything; a branch is kept apart until the relation is taken back."""
    first = golden_ids(project)
    act = project.decisions.relate("erp K01", "crm C01", "branch", why=WHY, user="wang")
    project.decisions.relate("erp K01", "crm C01", "group", why=WHY, user="wang")
    assert (("crm", "C01"), ("erp", "K01")) in project.decisions.decided("customer"), "nobody is asked again"
    project.run(until="golden")
    now = golden_ids(project)
    assert first["erp K01"] == first["crm C01"] == now["erp K01"] != now["crm C01"]
    assert pair(project, "crm C01", "erp K01") == ("no_match", "wang")
    found = project.sql(
        "SELECT kind, golden_id, related_id FROM gold.relations WHERE status = 'confirmed' ORDER BY kind"
    )
    ends = [now["erp K01"], now["crm C01"]]
    assert found.to_numpy().tolist() == [["branch", *ends], ["group", *ends]], "who was named first is the branch"
    assert project.matching.strata()["matches"].sum() == 0 and len(project.matching.vectors(decided=True)) == 1
    project.decisions.undo(act, user="wang")
    project.run(until="match")
    assert pair(project, "crm C01", "erp K01") == ("no_match", "wang"), "the group is still said"
    project.decisions.undo(2, user="wang")
    project.run(until="golden")
    assert golden_ids(project) == first and pair(project, "crm C01", "erp K01") == ("match", "model")


def test_one_and_related_is_a_contradiction_that_is_told(project: wb.Project) -> None:
    project.decisions.match("erp K05", "crm C21", why=WHY, user="li")
    project.decisions.relate("erp K05", "crm C21", "household", why=WHY, user="wang")
    project.run(until="golden")
    ids = golden_ids(project)
    assert ids["erp K05"] != ids["crm C21"] and pair(project, "crm C21", "erp K05") == ("no_match", "wang")
    told = project.sql('SELECT act, kind, "user", status FROM match.contradictions').to_numpy().tolist()
    assert told == [[1, "match", "li", "denied"]] and states(project) == ["denied", "stands"]
    assert len(project.matching.vectors()) == len(project.table("match.customer_pairs")), "each pair once"
    assert len(project.matching.vectors(decided=True)) == 1 and project.matching.strata()["matches"].sum() == 0
    project.decisions.undo(2, user="wang")
    project.run(until="golden")
    ids = golden_ids(project)
    assert ids["erp K05"] == ids["crm C21"] and project.table("match.contradictions").empty


def test_one_person_contradicts_nobody_however_their_name_is_typed(project: wb.Project) -> None:
    for name in ("Ren\u00e9", "Rene\u0301", "REN\u00c9"):
        project.decisions.match("crm C21", "erp K05", why=WHY, user=name)
        project.decisions.no_match("crm C21", "erp K05", why=WHY, user=name)
    assert states(project) == ["replaced"] * 5 + ["stands"]


def test_who_is_the_branch_is_said_by_the_order(project: wb.Project) -> None:
    """Of a pair each person's latest word counts, whichever record is named first; two who turn it round contradict."""
    decide = project.decisions
    decide.relate("crm C21", "erp K05", "branch", why=WHY, user="wang")
    decide.relate("erp K05", "crm C21", "branch", why="turned round", user="wang")
    assert states(project) == ["replaced", "stands"]
    decide.relate("crm C21", "erp K05", "branch", why=WHY, user="li")
    assert states(project) == ["replaced", "contradicted", "contradicted"]
    decide.unrelate("erp K05", "crm C21", "branch", why="no", user="li")
    assert states(project)[1:] == ["contradicted", "replaced", "contradicted"]
    decide.relate("erp K06", "crm C22", "household", why=WHY, user="wang")
    decide.relate("crm C22", "erp K06", "household", why=WHY, user="li")
    assert states(project)[4:] == ["stands", "stands"], "a household has nobody above another"


def test_what_others_deny_together_is_shown_as_denied(project: wb.Project) -> None:
    """Three customers: 5 is 21 and 21 is 6, but 5 is not 6."""
    project.decisions.match("erp K05", "crm C21", why=WHY, user="wang")
    project.decisions.match("erp K06", "crm C21", why=WHY, user="li")
    project.decisions.no_match("erp K05", "erp K06", why="two firms", user="wang")
    project.run()
    assert sorted(states(project)) == ["denied", "stands", "stands"] and states(project)[2] == "stands"
    (act,) = project.table("match.contradictions")["act"]
    assert project.table("match.decisions").set_index("act")["status"][act] == "denied"
    with project.published().session() as con:
        assert [(line["act"], line["status"]) for line in held_up(con, "customer")] == [(act, "denied")]
    shown = review(project.published(), "customer").body
    assert "denied" in shown and "stands" not in shown


def test_what_people_join_over_another_is_one_whatever_rules_say(project: wb.Project) -> None:
    """1, 5 and 6 have a tax number each, so a rule tells any two apart; they share a phone, so they are compared."""
    phone = small.customer(1)["phone"]
    rows = [row | {"phone": phone} if row["no"] in ("K05", "K06") else row for row in small.CUSTOMERS]
    small.extract(project.root, DAY, "erp/customers.csv", rows)
    project.run(until="match")
    assert pair(project, "erp K01", "erp K06") == ("no_match", "rule")
    project.decisions.match("erp K01", "erp K05", why=WHY, user="wang")
    project.decisions.match("erp K05", "erp K06", why=WHY, user="wang")
    project.run(until="golden")
    ids = golden_ids(project)
    assert ids["erp K01"] == ids["erp K05"] == ids["erp K06"] and states(project) == ["stands", "stands"]
    project.decisions.no_match("erp K01", "erp K06", why="but these", user="wang")
    project.run(until="golden")
    ids = golden_ids(project)
    assert ids["erp K01"] != ids["erp K06"] and sorted(states(project)) == ["denied", "stands", "stands"]


def cities(project: wb.Project, *records: str) -> list[str]:
    """The city of the golden record of each."""
    held, ids = project.table("gold.customer").set_index("golden_id")["city"], golden_ids(project)
    return [held[ids[record]] for record in records]


def test_after_a_merge_the_latest_override_of_a_person_counts(project: wb.Project) -> None:
    for record, city in {"erp K05": "大连", "crm C21": "天津"}.items():
        project.decisions.override(golden_ids(project)[record], "city", city, why=WHY, user="wang")
    project.run(until="golden")
    assert cities(project, "erp K05", "crm C21") == ["大连", "天津"]
    one = project.decisions.match("erp K05", "crm C21", why=WHY, user="wang")
    project.run(until="golden")
    assert cities(project, "erp K05") == ["天津"] and project.table("gold.fill_problems").empty
    assert states(project) == ["replaced", "stands", "stands"]
    project.decisions.override(golden_ids(project)["erp K05"], "city", "沈阳", why=WHY, user="WANG")
    project.run(until="golden")
    assert cities(project, "erp K05") == ["沈阳"] and states(project).count("replaced") == 2
    project.decisions.override(golden_ids(project)["erp K05"], "city", "锦州", why=WHY, user="li")
    project.run(until="golden")
    assert cities(project, "erp K05") not in (["大连"], ["天津"]), "what was replaced stays so"
    for act in (5, 4, one):
        project.decisions.undo(act)
    project.run(until="golden")
    assert cities(project, "erp K05", "crm C21") == ["大连", "天津"]


def test_who_stays_keeps_the_golden_id_of_a_founder_that_is_left_out(project: wb.Project) -> None:
    for name, rows in {"erp/customers.csv": small.CUSTOMERS, "crm/accounts.csv": small.ACCOUNTS}.items():
        small.extract(project.root, DAY, name, [row | {"email": ""} for row in rows])
    whole = golden_ids(project)["erp K02"]
    project.decisions.override(whole, "city", "大连", why=WHY)
    project.journal.collect("wang", [("customer", whole, "erp", "K02", "email", "new@firm2.cn")])
    act = project.decisions.exclude("erp K02", why="a test record")
    project.run(until="golden")
    assert golden_ids(project)["crm C02"] == whole and cities(project, "crm C02") == ["大连"]
    assert project.table("gold.customer").set_index("golden_id")["email"][whole] == "new@firm2.cn"
    assert states(project)[0] == "stands"
    left_out = project.sql("SELECT golden_id, founding FROM match.customer_clusters WHERE key = 'K02'")
    assert left_out["golden_id"].isna().all() and not left_out["founding"].any()
    project.decisions.exclude("crm C02", why="that too")
    project.run(until="golden")
    assert states(project)[0] == "waits" and whole not in golden_ids(project).values()
    project.decisions.undo(act)
    project.run(until="golden")
    assert golden_ids(project)["erp K02"] == whole and cities(project, "erp K02") == ["大连"]


def test_they_survive_the_deletion_of_state(project: wb.Project) -> None:
    project.decisions.match("erp K05", "crm C21", why=WHY)
    shutil.rmtree(project.root / "state")
    again = wb.open_project(project.root)
    again.run(until="golden")
    assert golden_ids(again)["erp K05"] == golden_ids(again)["crm C21"]
    assert again.sql("SELECT kind, status FROM match.decisions").to_numpy().tolist() == [["match", "stands"]]


def test_a_golden_record_is_split_into_groups(project: wb.Project) -> None:
    project.decisions.match("erp K01", "erp K05", why=WHY)
    project.run(until="golden")
    whole = golden_ids(project)["erp K01"]
    assert whole == golden_ids(project)["crm C01"] == golden_ids(project)["erp K05"]
    project.decisions.split(whole, [["erp K01"], [("erp", "K05")]], why=WHY)
    lines = project.decisions.frame().tail(3)
    ends = [" ".join(line) for line in lines[["source_l", "key_l", "source_r", "key_r"]].to_numpy()]
    assert sorted(ends) == ["crm C01 erp K01", "crm C01 erp K05", "erp K01 erp K05"], "C01, not named, is a group too"
    assert lines["act"].nunique() == 1 and states(project) == ["replaced", "stands", "stands", "stands"]
    project.run(until="golden")
    ids = golden_ids(project)
    apart = {ids["erp K01"], ids["crm C01"], ids["erp K05"]}
    assert len(apart) == 3 and whole in apart


def test_what_two_people_contradict_is_not_carried_out(project: wb.Project) -> None:
    project.decisions.match("erp K05", "crm C21", why=WHY, user="wang")
    project.decisions.no_match("crm C21", "erp K05", why="other owner", user="li")
    project.decisions.match("erp K06", "crm C22", why=WHY, user="wang")
    assert states(project) == ["contradicted", "contradicted", "stands"]
    project.run(until="golden")
    ids = golden_ids(project)
    assert ids["erp K05"] != ids["crm C21"] and ids["erp K06"] == ids["crm C22"]
    project.decisions.undo(2, why="I was wrong", user="li")
    assert states(project)[:2] == ["stands", "undone"]
    project.decisions.no_match("erp K05", "crm C21", why="I was", user="WANG")
    assert states(project)[0] == "replaced", "the same person said otherwise since, and is one by any capitals"


def laid_out(project: wb.Project) -> list[list[str]]:
    """What the golden stage is given of overrides."""
    found = project.sql("SELECT source_l, key_l, field, status FROM match.decisions WHERE kind = 'override'")
    return [[str(cell) for cell in line] for line in found.to_numpy().tolist()]


def test_an_override_is_in_the_form_of_its_type_and_kept_with_the_founding_record(project: wb.Project) -> None:
    golden_id = golden_ids(project)["crm C01"]
    project.decisions.override(golden_id, "phone", "0086 139-1173-4082", why=WHY)
    assert project.decisions.frame()["value"].tolist() == ["+8613911734082"]
    project.run(until="match")
    assert laid_out(project) == [["erp", "K01", "phone", "stands"]]


def test_a_sensitive_override_needs_a_second_person(project: wb.Project) -> None:
    act = project.decisions.override(golden_ids(project)["erp K01"], "credit", "5000", why=WHY, user="wang")
    assert states(project) == ["unconfirmed"]
    with pytest.raises(wb.ConfigError, match="wang's own: somebody else must confirm it"):
        project.decisions.confirm(act, user="Wang")
    agreed = project.decisions.confirm(act, user="li")
    assert states(project) == ["stands", "stands"]
    project.decisions.undo(agreed, user="li")
    assert states(project) == ["unconfirmed", "undone", "stands"]
    with pytest.raises(wb.ConfigError, match=r"Act 2 needs nobody's agreement: it is confirm, undone"):
        project.decisions.confirm(agreed, user="chen")
    project.run(until="match")
    assert laid_out(project) == [["erp", "K01", "credit", "unconfirmed"]]


def test_nothing_else_waits_for_a_second_person(project: wb.Project) -> None:
    golden_id = golden_ids(project)["erp K01"]
    for field, values in {"city": ("大连", "天津"), "credit": ("5", "6")}.items():
        for user, value in zip(("wang", "li"), values, strict=True):
            project.decisions.override(golden_id, field, value, why=WHY, user=user)
    project.decisions.match("erp K05", "crm C21", why=WHY, user="wang")
    project.decisions.no_match("erp K05", "crm C21", why=WHY, user="li")
    assert states(project) == ["contradicted"] * 6
    for act in (1, 2, 5, 6):
        with pytest.raises(wb.ConfigError, match=r"needs nobody's agreement: it is .*, contradicted"):
            project.decisions.confirm(act, user="chen")
    project.decisions.confirm(3, user="chen")
    project.decisions.undo(4, user="li")
    assert states(project)[2:4] == ["stands", "undone"], "who was agreed to while contradicted is so afterwards"


def test_a_decision_waits_for_a_record_that_has_gone(first_run: Path, tmp_path: Path) -> None:
    project = copied(first_run, tmp_path / "p")
    project.decisions.match("erp K05", "crm C21", why=WHY)
    project.decisions.exclude("crm C21", why=WHY)
    for name, kept in small.EXTRACTS.items():
        rows = [row for row in kept if isinstance(row, dict) and row.get("no") != "C21"]
        small.extract(project.root, NEXT, name, rows)
    project.run(NEXT, until="reconcile")
    assert project.table("match.decisions")["status"].tolist() == ["waits", "waits"]
    assert states(project) == ["waits", "waits"] and outcomes(project, "excluded") == {}
    project.decisions.undo(2)
    project.run(DAY, until="golden")
    assert golden_ids(project)["erp K05"] == golden_ids(project)["crm C21"], "for whatever date it is carried out"


def test_what_is_left_out_takes_its_items_along_and_all_adds_up(project: wb.Project) -> None:
    """K02 has items of 200.25 and -0.01 yuan and 10000 yen; C02 stays, with its values."""
    project.decisions.exclude("erp K02", why="a test record", user="li")
    project.decisions.exclude(("erp", "900003|1"), why="paid", entity="item", user="li")
    result = project.run(until="reconcile")
    assert outcomes(project, "excluded") == {
        "K02": "left out by li: a test record",
        **dict.fromkeys(["900002|1", "900014|1", "900015|1"], "with its customer, left out by li: a test record"),
        "900003|1": "left out by li: paid",
    }
    assert result.outcomes["unexplained"] == 0 and sum(result.outcomes.values()) == 34 and not result.gates
    assert set(result.differences.values()) == {"0.00"}
    amounts = project.table("recon.amounts")
    left_out = amounts[amounts["outcome"] == "excluded"].set_index("currency")["amount"].to_dict()
    assert left_out == {"CNY": Decimal("500.49"), "JPY": Decimal("10000")}
    for _, lines in amounts.groupby("currency"):
        sums = lines.groupby("outcome")["amount"].sum()
        assert sums["source"] == sum(sums.drop(["source", "merged"], errors="ignore"))
    ids = golden_ids(project)
    assert "erp K02" not in ids and "crm C02" in ids
    assert len(project.sql("SELECT * FROM match.customer_clusters WHERE key = 'K02'")) == 1
    assert project.sql("SELECT count(*) AS n FROM match.customer_pairs WHERE key_r = 'K02'")["n"].tolist() == [0]
    assert project.trace("K02").golden_id is None


def test_a_record_left_out_is_nobodys_match(project: wb.Project) -> None:
    project.decisions.match("erp K05", "crm C21", why=WHY)
    project.decisions.exclude("crm C21", why=WHY)
    project.run(until="golden")
    assert "crm C21" not in golden_ids(project)
