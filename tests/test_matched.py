"""How good the matching is, by people and by a truth file, of a small project where a hand can tell."""

import csv
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import workbench as wb
from tests import small
from tests.saying import Say, say
from workbench.dashboard.pages import build
from workbench.dashboard.runs import Runs
from workbench.dashboard.visitor import Visitor
from workbench.errors import ConfigError, SourceError, StoreError
from workbench.published import Published

__all__ = ["say"]

STEWARD = Visitor("li", frozenset({"steward"}), "en")
WHY = "I asked them"
# the CRM's 3 to 6 are others that share a name or a phone with the ERP's 5 to 8; the others are the same by all values
ACCOUNTS = [
    *(small.customer(n, f"C{n:02d}") for n in (1, 2)),
    *(small.customer(n + 30, f"C{n:02d}", name=small.customer(n + 2)["name"]) for n in (3, 4)),
    *(small.customer(n + 30, f"C{n:02d}", phone=small.customer(n + 2)["phone"]) for n in (5, 6)),
]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small.project(tmp_path_factory.mktemp("matched") / "p", {small.DAY: {"crm/accounts.csv": ACCOUNTS}})
    wb.open_project(root).run()
    return root


@pytest.fixture
def project(ran: Path, tmp_path: Path) -> wb.Project:
    shutil.copytree(ran, tmp_path / "p")
    return wb.open_project(tmp_path / "p")


def answered(file: Path, same: set[tuple[str, str]]) -> Path:
    """A sample as it comes back: the pairs of these keys are matches, the others are not."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        given = list(csv.DictReader(lines))
    for line in given:
        line["decision"] = "match" if (line["key_l"], line["key_r"]) in same else "no match"
        line["why"] = WHY
    back = file.with_name("back.csv")
    back.write_text(small.text(given, list(given[0])), "utf-8")
    return back


def said(frame: pd.DataFrame) -> dict[str, tuple[float, float, float]]:
    return {line["measure"]: (line["value"], line["low"], line["high"]) for line in frame.to_dict("records")}


def test_a_sample_of_all_pairs_tells_all(project: wb.Project, tmp_path: Path) -> None:
    pairs = project.table("match.customer_pairs")
    assert len(pairs) == 6 and (pairs["proposed"] == "match").sum() >= 2
    assert project.matching.quality()["value"].drop(index=3).isna().all()
    good_before = str(build(Runs(project.root), "Small", "matching", {"entity": "customer"}, STEWARD).below)
    assert project.matching.sample(tmp_path / "s.csv") == 6
    heading = (tmp_path / "s.csv").read_text("utf-8-sig").split("\n")[0]
    assert heading.startswith("place,entity,") and "probability" not in heading and "stratum" not in heading
    same = {("C01", "K01"), ("C03", "K05")}
    assert project.decisions.read(answered(tmp_path / "s.csv", same), "li") == 6
    before = project.matching.quality()
    found = said(before)
    called = set(zip(*(pairs.loc[pairs["proposed"] == "match", name] for name in ("key_l", "key_r")), strict=True))
    right = len(called & same)
    assert found["precision"] == pytest.approx((right / len(called),) * 3)  # all pairs are seen: no doubt is left
    assert found["recall"] == pytest.approx((right / 2,) * 3)
    assert found["matches"] == (2, 2, 2)
    assert before["reviewed"].tolist()[:2] == [len(called), 6]
    project.run()  # the verdicts are people's now; measured is what the model said of these pairs
    pd.testing.assert_frame_equal(project.matching.quality(), before)
    assert project.matching.sample(tmp_path / "more.csv", 500) == 0
    run = Published(project.root)
    kept = {
        line["metric"]: line["value"]
        for line in run.records(
            "SELECT metric, value FROM published.metrics WHERE entity = 'customer' AND metric LIKE 'matching %' AND counts"
        )
    }
    good = str(build(Runs(project.root), "Small", "matching", {"entity": "customer"}, STEWARD).below)
    assert "Nobody has decided a sample of the pairs yet" in good_before and "--sample FILE" in good_before and "Not enough" not in good
    assert "measured by what people decided" in good and "Matching over time: customer" in good
    assert kept["matching precision"] == kept["matching precision low"] == found["precision"][0]
    assert len(run.records("FROM published.match_strata")) == len(project.matching.strata())


def test_another_decision_counts_at_once(project: wb.Project, tmp_path: Path) -> None:
    project.matching.sample(tmp_path / "s.csv")
    project.decisions.read(answered(tmp_path / "s.csv", {("C01", "K01")}), "li")
    assert project.matching.strata()["matches"].sum() == 1
    project.decisions.match("crm C02", "erp K02", why=WHY, user="li")  # li's own mind has changed
    assert project.matching.strata()["matches"].sum() == 2
    project.decisions.no_match("crm C03", "erp K05", why=WHY, user="wang")  # li says so too
    assert project.matching.strata()["reviewed"].sum() == 6
    act = project.decisions.match("crm C03", "erp K05", why=WHY, user="wang")  # who is right nobody knows
    assert project.matching.strata()["reviewed"].sum() < 6
    project.decisions.undo(act)
    assert project.matching.strata()["reviewed"].sum() == 6


def test_blocking_recall_is_that_of_the_fields_that_found(project: wb.Project) -> None:
    found = project.table("match.customer_found")
    called = int((project.table("match.customer_pairs")["proposed"] == "match").sum())
    assert found["pairs"].sum() == called
    assert ["tax_id", "phone", "email", "name"] in [list(fields) for fields in found["fields"]]
    assert 0 < project.matching.quality().set_index("measure").loc["blocking recall", "value"] <= 1


def test_decided_pairs_in_the_shapes_of_recordlinkage(project: wb.Project) -> None:
    project.decisions.match("crm C01", "erp K01", why=WHY)
    project.decisions.no_match("crm C03", "erp K05", why=WHY)
    assert len(project.matching.vectors()) == 6
    vectors = project.matching.vectors(decided=True)
    assert sorted(vectors.index) == [("crm C01", "erp K01"), ("crm C03", "erp K05")]
    known, matches = project.matching.decided()
    assert list(matches) == [("crm C01", "erp K01")] and known.index.equals(vectors.index)
    with pytest.raises(ConfigError, match="1 of the compared pairs are matches and 1 are not"):
        project.matching.classifiers()


def truth(to: Path, lines: str) -> Path:
    to.write_text(lines, "utf-8")
    return to


def test_scores_against_a_truth_worked_by_hand(project: wb.Project, tmp_path: Path) -> None:
    clusters = project.table("match.customer_clusters").set_index(["source", "key"])["golden_id"]
    assert clusters["crm", "C01"] == clusters["erp", "K01"] and clusters["crm", "C02"] == clusters["erp", "K02"]
    assert clusters["erp", "K11"] != clusters["erp", "K12"]
    file = truth(tmp_path / "t.csv", "source,key,cluster\ncrm,C01,a\nerp,K01,a\ncrm,C02,b\nerp,K02,c\n"
                 "erp,K11,d\nerp,K12,d\nerp,gone,d\n")  # fmt: skip
    found = project.matching.score(file).set_index("measure")["value"]
    # found C01-K01 and C02-K02, true C01-K01 and K11-K12; of the true clusters a alone is found as it is
    assert [found[f"pair {name}"] for name in ("precision", "recall", "F1")] == [0.5, 0.5, 0.5]
    assert found["B-cubed precision"] == found["B-cubed recall"] == pytest.approx(5 / 6)
    assert found["B-cubed F1"] == pytest.approx(5 / 6) and found["clusters exactly right"] == 1 / 4
    assert found["records compared"] == 6 and found["records only in the truth"] == 1
    assert found["records not in the truth"] == 18 - 6


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("source,key\ncrm,C01\n", ("no column cluster",)),
        ("source,key,cluster\ncrm,C01,a\ncrm,C01,b\n,K01,a\n",
         ("line 3: source crm and key C01 stand in an earlier line", "line 4: source, key or cluster is blank")),
        ("source,key,cluster\ncrn,C01,a\n", ("no source 'crn'", "erp")),
        ("source,key,cluster\ncrm,c1,a\n", ("none of its records",)),
    ],
)  # fmt: skip
def test_a_wrong_truth_is_told(ran: Path, tmp_path: Path, lines: str, words: tuple[str, ...]) -> None:
    with pytest.raises(SourceError) as told:
        wb.open_project(ran).matching.score(truth(tmp_path / "t.csv", lines))
    assert all(word in str(told.value) for word in words), told.value


def test_what_cannot_be_measured_is_told(ran: Path, tmp_path: Path) -> None:
    known = wb.open_project(ran).matching
    with pytest.raises(ConfigError, match="not matched"):
        known.quality("item")
    with pytest.raises(ConfigError, match="from 1 on"):
        known.sample(tmp_path / "s.csv", 0)
    with pytest.raises(StoreError, match="no results yet"):
        wb.open_project(small.project(tmp_path / "new")).matching.quality()


def test_on_the_command_line(project: wb.Project, say: Say, tmp_path: Path) -> None:
    root = project.root
    say("matching", root, code=0, words=("precision", "Nobody has decided a sample of the pairs yet", "--sample"))
    say("matching", root, "--sample", tmp_path / "s.csv", "--pairs", 50, code=0, words=("6 pairs to decide",))
    say("decisions", root, "--read", answered(tmp_path / "s.csv", {("C01", "K01")}), code=0)
    lines = json.loads(say("matching", root, "--json", code=0))
    assert {line["measure"]: line["value"] for line in lines}["matches"] == 1
    file = truth(tmp_path / "t.csv", "source,key,cluster\ncrm,C01,a\nerp,K01,a\n")
    say("score", root, file, code=0, words=("pair precision", "100%", "records compared"))
    assert json.loads(say("score", root, file, "--json", code=0))[0] == {
        "measure": "pair precision", "value": 1.0, "unit": "share"
    }  # fmt: skip
    say("matching", root, "--classifiers", code=2, words=("needs 10 of each",))
    say("score", root, tmp_path / "none.csv", code=2, words=("no such file",))


def test_without_a_match_nothing_is_known_of_blocking(tmp_path: Path) -> None:
    alone = {"crm/accounts.csv": [small.customer(30, "C30")], "erp/customers.csv": [small.customer(1)]}
    project = wb.open_project(small.project(tmp_path / "p", {small.DAY: alone}))
    project.run(until="match")
    found = project.matching.quality().set_index("measure")["value"]
    assert found.pop("matches") == 0 and found.isna().all() and project.matching.strata().empty
    assert project.matching.sample(tmp_path / "s.csv") == 0


@pytest.fixture
def decided(tmp_path: Path) -> wb.Project:
    """All twelve customers are in both; people said so, and that a dozen other pairs are none."""
    accounts = [small.customer(n, f"C{n:02d}") for n in range(1, 13)]
    project = wb.open_project(small.project(tmp_path / "taught", {small.DAY: {"crm/accounts.csv": accounts}}))
    project.run(until="match")
    for n in range(1, 13):
        project.decisions.match(f"crm C{n:02d}", f"erp K{n:02d}", why=WHY, user="li")
        project.decisions.no_match(f"crm C{n:02d}", f"erp K{n % 12 + 1:02d}", why=WHY, user="li")
    project.run()
    return project


def test_a_classifier_is_put_in_charge(decided: wb.Project, say: Say) -> None:
    file = decided.root / "taught.json"
    say("matching", decided.root, "--teach", file, code=0, words=("match.<entity>.model: taught.json",))
    with pytest.raises(SourceError, match="is there already"):
        decided.matching.teach(file)
    config = decided.root / "workbench.yml"
    config.write_text(config.read_text("utf-8").replace("  customer:\n    block:", "  customer:\n    model: taught.json\n    block:"), "utf-8")
    project = wb.open_project(decided.root)
    project.run()
    pairs = project.table("match.customer_pairs")
    same = pairs["key_l"].str[1:] == pairs["key_r"].str[1:]
    assert (pairs.loc[same, "proposed"] == "match").all() and not (pairs.loc[~same, "proposed"] == "match").any()
    used, given = (json.loads(text) for text in (project.table("match.models")["model"][0], file.read_text("utf-8")))
    assert [group["fields"] for group in used["groups"]] == [group["fields"] for group in given["groups"]]
    assert used["relatives"] == 0 and used["matches"] == pytest.approx(given["matches"])


def test_too_few_decisions_teach_nothing(project: wb.Project, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="needs 10 of each"):
        project.matching.teach(tmp_path / "m.json")
    assert not (tmp_path / "m.json").exists()
