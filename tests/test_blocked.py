"""What blocking will do, told before anything is compared, of a small project where a hand can count."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

import workbench as wb
from tests import small
from tests.saying import Say, changed, say
from workbench.errors import ConfigError, StoreError

__all__ = ["say"]

# the CRM's 1 to 4 are the ERP's; its five others share the ERP's first phone
ACCOUNTS = [
    *(small.customer(n, f"C{n:02d}") for n in (1, 2, 3, 4)),
    *(small.customer(n, f"C{n:02d}", phone=small.customer(1)["phone"]) for n in (21, 22, 23, 24, 25)),
]
BLOCK = "    block: [[tax_id.key], [phone.tail], [email.key], [name.key]]\n"
RULES = "    block: [[phone.key], [name.key, city], [tokens(name.words)], [near(name.latin)]]\n"


@pytest.fixture(scope="module")
def standardised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = changed(BLOCK, RULES)
    root = small.project(tmp_path_factory.mktemp("blocked") / "p", {small.DAY: {"crm/accounts.csv": ACCOUNTS}}, config)
    wb.open_project(root).run(until="standardise")
    return root


@pytest.fixture
def project(standardised: Path, tmp_path: Path) -> wb.Project:
    shutil.copytree(standardised, tmp_path / "p")
    return wb.open_project(tmp_path / "p")


def configured(project: wb.Project, old: str, new: str) -> wb.Project:
    """The project with another configuration, not run again."""
    file = project.root / "workbench.yml"
    file.write_text(changed(old, new, file.read_text("utf-8")), "utf-8")
    return wb.open_project(project.root)


def lines(found: pd.DataFrame) -> list[tuple[object, ...]]:
    return [tuple(line) for line in found.to_numpy().tolist()]


def test_each_rule_with_what_it_adds_worked_by_hand(project: wb.Project) -> None:
    """The first phone is of seven, 21 pairs, those of 2 to 4 are of two; by name and city are four pairs, one a
    customer, which share a phone too."""
    found = project.matching.blocking()
    assert lines(found[["rule", "blocks", "records", "pairs", "new", "largest", "split", "left_out"]])[:2] == [
        ("phone key", 4, 13, 24, 24, 7, 0, 0),
        ("name key and city", 4, 8, 4, 0, 2, 0, 0),
    ]
    assert found["rule"].tolist()[2:] == ["tokens(name words)", "near(name latin)"]
    assert (found["budget"] == 250_000).all() and found["records_left_out"].sum() == 0


def test_the_budget_is_that_of_the_configuration_as_it_is_now(project: wb.Project) -> None:
    """Of 16 pairs four are for each rule: the phone of seven is split by tax id or name or e-mail, which all say that
    only K01 and C01 are alike; the five others are left out."""
    found = configured(project, RULES, "    budget: 16\n" + RULES).matching.blocking()
    assert lines(found[["rule", "blocks", "records", "pairs", "new", "split", "left_out", "records_left_out"]])[:2] == [
        ("phone key", 4, 8, 4, 4, 1, 0, 5), ("name key and city", 4, 8, 4, 0, 0, 0, 0),
    ]  # fmt: skip
    assert (found["pairs"] <= found["budget"]).all() and (found["budget"] == 4).all()


def test_it_is_what_the_run_then_does_and_changes_nothing(project: wb.Project) -> None:
    before = (project.root / "state/work.duckdb").read_bytes()
    told, recall = project.matching.blocking(), project.matching.blocking_recall()
    assert recall is None
    project.matching.largest_blocks()
    assert (project.root / "state/work.duckdb").read_bytes() == before
    project.run(until="match")
    done = project.table("match.customer_blocks")
    assert lines(told[list(done.columns[1:])]) == lines(done.drop(columns="rule"))
    assert told["new"].sum() == len(project.table("match.customer_pairs"))
    known = project.matching.quality().set_index("measure").loc["blocking recall", "value"]
    assert project.matching.blocking_recall() == known and 0 < known <= 1


def test_who_is_never_matched_or_left_out_is_in_no_block(project: wb.Project) -> None:
    act = project.decisions.exclude("crm C21", why="a test")
    never = configured(project, RULES, RULES + "    never: key = 'C22' AND as_of = '2026-03-02'\n")
    assert lines(never.matching.blocking()[["records", "largest"]])[0] == (11, 5)
    project.decisions.undo(act)
    assert lines(never.matching.blocking()[["records", "largest"]])[0] == (12, 6)


def test_pairs_of_a_source_without_duplicates_are_not_compared(project: wb.Project) -> None:
    """Of the phone of seven only K01 is of the ERP: six pairs, and one of each of the three others."""
    found = configured(project, RULES, RULES + "    distinct: [crm]\n").matching.blocking()
    assert lines(found[["pairs", "new"]])[0] == (24, 9)


def test_the_largest_blocks_with_what_their_records_share(project: wb.Project) -> None:
    phone = small.customer(1)["phone"]
    first, *_ = lines(project.matching.largest_blocks(rule="phone key"))
    assert first[0] == "phone key" and str(first[1]).endswith(phone) and first[2] == 7
    city = project.matching.largest_blocks(rule="name key and city", top=2)
    assert city["records"].tolist() == [2, 2] and city["value"].str.contains(r" \| 第\d市$").all()
    every = project.matching.largest_blocks()
    assert len(every) == 10 and every["records"].is_monotonic_decreasing and every["records"][0] >= 7
    assert project.matching.largest_blocks(rule="near(name latin)").empty


def test_masked_there_are_counts_of_true_values_and_no_values(
    project: wb.Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = project.matching.blocking()
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    masked = wb.open_project(project.root).matching
    pd.testing.assert_frame_equal(masked.blocking(), plain)
    with pytest.raises(ConfigError, match="Masked, a project is only looked at"):
        masked.largest_blocks()


def test_what_cannot_be_told_says_what_to_do(project: wb.Project, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean 'phone key'"):
        project.matching.largest_blocks(rule="phone kex")
    with pytest.raises(ConfigError, match="from 1 on"):
        project.matching.largest_blocks(top=0)
    with pytest.raises(ConfigError, match="not matched"):
        project.matching.blocking("item")
    later = configured(project, "      city: {type: text}\n", "      city: {type: text}\n      fax: {type: phone}\n")
    with pytest.raises(StoreError, match=r"knew nothing of customer\.fax\.key\. Run .* --until standardise"):
        later.matching.blocking()
    new = wb.open_project(small.project(tmp_path / "new"))
    with pytest.raises(StoreError, match="no results yet"):
        new.matching.blocking()
    new.run(until="ingest")
    with pytest.raises(StoreError, match="are not standardised yet"):
        new.matching.blocking()


def test_on_the_command_line(project: wb.Project, say: Say) -> None:
    root = project.root
    say("blocking", root, code=0, words=("phone key", "0 of 0", "612 pairs, 210 of them different, of 1,000,000 that all rules may give",
                                         "not known before a run has matched"))  # fmt: skip
    project.run(until="match")
    say("blocking", root, "--entity", "customer", code=0, words=("of all, as the newest run that matched tells",))
    say("blocking", root, "--entity", "item", words=("not matched",))
