"""Waves: each golden record in exactly one, children with their parents, the largest first, and who is never deferred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

import workbench as wb
from workbench.config import Config
from workbench.config.references import references
from workbench.errors import ConfigError
from workbench.stages import plan
from workbench.stages.context import Run
from workbench.store import rows, session

from .. import small

DAY = date(2026, 3, 2)
ENTITIES = {
    "customer": {"fields": {"city": {"type": "text"}, "turnover": {"type": "money", "currency": "CNY"}}},
    "item": {"parent": "customer", "fields": {"currency": {"type": "code"},
                                              "amount": {"type": "money", "currency": "currency"}}},
    "line": {"parent": "item", "fields": {"disputed": {"type": "code"}}},
    "open_item": {"parent": "customer", "fields": {"number": {"type": "code"}}},
}  # fmt: skip
Customers = Sequence[tuple[str, str | None, Any]]
"""(golden id, city, turnover)"""

Items = Sequence[tuple[str, str | None, Any]]
"""(golden id, its customer, amount)"""


def config_of(waves: Sequence[Mapping[str, Any]], **more: Any) -> Config:
    sources = {"erp": {"tables": {"t": "t.csv"}}}
    return Config.model_validate({"project": "p", "entities": ENTITIES, "sources": sources, "waves": waves} | more)


def planned(config: Config, customers: Customers, items: Items = (), lines: Items = ()) -> dict[str, tuple[str, str]]:
    """Golden id -> (wave, reason), after a look that none is there twice."""
    with session(None) as con:
        con.execute("""CREATE SCHEMA gold;
            CREATE TABLE gold.customer (golden_id VARCHAR, city VARCHAR, turnover DECIMAL(38, 6));
            CREATE TABLE gold.item (golden_id VARCHAR, parent_golden_id VARCHAR, amount DECIMAL(38, 6),
                currency VARCHAR DEFAULT 'CNY');
            CREATE TABLE gold.line (golden_id VARCHAR, parent_golden_id VARCHAR, disputed VARCHAR);
            CREATE TABLE gold.open_item (golden_id VARCHAR, parent_golden_id VARCHAR)""")
        for table, found in (("customer", customers), ("item (golden_id, parent_golden_id, amount)", items),
                             ("line", lines)):  # fmt: skip
            for line in found:
                con.execute(f"INSERT INTO gold.{table} VALUES (?, ?, ?)", list(line))
        plan.run(con, Run(config, DAY, "r", b""))
        members = rows(con, "SELECT golden_id, wave, reason FROM wave.members")
    found = {golden_id: (wave, reason) for golden_id, wave, reason in members}
    assert len(found) == len(members)
    return found


def waves_of(*given: Any, **more: Any) -> dict[str, str]:
    return {golden_id: wave for golden_id, (wave, _) in planned(*given, **more).items()}


def test_the_first_wave_that_holds_takes_it_and_says_why() -> None:
    config = config_of([{"name": "north", "where": "city = 'Harbin'"}, {"name": "rich", "where": "turnover > 5"}])
    found = planned(config, [("C1", "Harbin", 9), ("C2", "Sanya", 9), ("C3", None, None), ("C4", "Sanya", 1)])
    assert found == {"C1": ("north", "city = 'Harbin'"), "C2": ("rich", "turnover > 5")}


def test_the_largest_go_first_ties_by_id_and_unknown_last() -> None:
    top = {"name": "top", "first": 3, "by": "turnover"}
    customers = [("C5", "", 7), ("C1", "", None), ("C4", "", 7), ("C3", "", 7), ("C2", "", 9)]
    found = waves_of(config_of([top, {"name": "rest"}]), customers)
    assert found == {"C2": "top", "C3": "top", "C4": "top", "C5": "rest", "C1": "rest"}
    found = waves_of(config_of([top | {"first": 5}, {"name": "rest"}]), customers)
    assert set(found.values()) == {"top"}


def test_a_rank_counts_only_those_whom_no_earlier_wave_took() -> None:
    waves = [{"name": "vip", "where": "city = 'VIP'"}, {"name": "top", "first": 1, "by": "turnover"}, {"name": "rest"}]
    found = waves_of(config_of(waves), [("C1", "VIP", 9), ("C2", "", 5), ("C3", "", 4)])
    assert found == {"C1": "vip", "C2": "top", "C3": "rest"}


def test_a_rank_may_be_computed_of_children() -> None:
    by = "(select sum(amount) from gold.item i where i.parent_golden_id = customer.golden_id)"
    config = config_of([{"name": "top", "first": 1, "by": by}, {"name": "rest"}])
    items = [("I1", "C1", 5), ("I2", "C2", 3), ("I3", "C2", 3)]
    assert waves_of(config, [("C1", "", 0), ("C2", "", 0)], items) | {} == {
        "C1": "rest", "I1": "rest", "C2": "top", "I2": "top", "I3": "top"}  # fmt: skip


def test_what_the_waves_are_not_of_goes_whole_with_the_first_that_goes_now() -> None:
    config = config_of([LATER, {"name": "top", "first": 1, "by": "customer.turnover"}, {"name": "rest"}])
    config.entities["product"] = config.entities["open_item"].model_copy(update={"parent": None})
    with session(None) as con:
        con.execute("""CREATE SCHEMA gold;
            CREATE TABLE gold.customer AS FROM (VALUES ('C1', 'Lhasa', 1), ('C2', '', 2), ('C3', '', 3))
                AS t(golden_id, city, turnover);
            CREATE TABLE gold.product AS FROM (VALUES ('P1', 'a'), ('P2', 'b')) AS t(golden_id, number);
            CREATE TABLE gold.item (golden_id VARCHAR, parent_golden_id VARCHAR, amount INT, currency VARCHAR);
            CREATE TABLE gold.line (golden_id VARCHAR, parent_golden_id VARCHAR);
            CREATE TABLE gold.open_item (golden_id VARCHAR, parent_golden_id VARCHAR)""")
        plan.run(con, Run(config, DAY, "r", b""))
        found = dict(rows(con, "SELECT golden_id, wave FROM wave.members"))
    assert found == {"C1": "dormant", "C2": "rest", "C3": "top", "P1": "top", "P2": "top"}


KEPT = {"item": "true", "line": "disputed = 'X'"}
LATER = {"name": "dormant", "where": "city = 'Lhasa'", "later": True}


def test_who_has_an_item_is_not_deferred_also_when_items_net_to_zero() -> None:
    waves = [LATER, {"name": "gone", "where": "turnover = 0", "archive": True}, {"name": "now", "where": "city = 'Lhasa'"},
             {"name": "last", "where": "city = 'Sanya'"}]  # fmt: skip
    customers = [("C1", "Lhasa", 1), ("C2", "Lhasa", 1), ("C3", "Wuhan", 0), ("C4", "Wuhan", 0), ("C5", "Sanya", 1)]
    items = [("I1", "C1", 5), ("I2", "C1", -5), ("I3", "C3", 1), ("I5", "C5", 1)]
    found = planned(config_of(waves, never_deferred=KEPT), customers, items)
    why = "never deferred: has an item"
    assert {name: found[name] for name in ("C1", "C2", "C3", "C4", "C5")} == {
        "C1": ("now", why),  # passes over `dormant`
        "C2": ("dormant", "city = 'Lhasa'"),
        "C3": ("last", why),  # no wave that goes now takes it
        "C4": ("gone", "turnover = 0"),
        "C5": ("last", "city = 'Sanya'"),  # nothing was passed over
    }
    assert found["I1"] == ("now", "goes with its customer")


def test_a_grandchild_counts_and_one_for_which_the_condition_does_not_hold_does_not() -> None:
    config = config_of([LATER, {"name": "now"}], never_deferred={"line": "disputed = 'X'"})
    customers = [("C1", "Lhasa", 1), ("C2", "Lhasa", 1)]
    items, lines = [("I1", "C1", 1), ("I2", "C2", 1)], [("L1", "I1", "X"), ("L2", "I2", "")]
    found = planned(config, customers, items, lines)
    assert (found["C1"], found["C2"][0]) == (("now", "never deferred: has a line"), "dormant")
    assert (found["L1"][0], found["L2"][0]) == ("now", "dormant")


def test_the_never_deferred_go_beyond_the_limit_of_a_rank() -> None:
    waves = [{"name": "later", "where": "true", "later": True}, {"name": "top", "first": 1, "by": "turnover"}]
    items = [(f"I{n}", f"C{n}", 1) for n in range(3)]
    found = waves_of(config_of(waves, never_deferred=KEPT), [(f"C{n}", "", n) for n in range(4)], items)
    assert found["C0"] == found["C1"] == found["C2"] == "top" and found["C3"] == "later"


def test_what_a_wave_comes_to_is_told_by_currency() -> None:
    with session(None) as con:
        con.execute("""CREATE SCHEMA gold;
            CREATE TABLE gold.customer AS FROM (VALUES ('C1', 'Lhasa', 1::DECIMAL(38, 6)), ('C2', '', 1))
                AS t(golden_id, city, turnover);
            CREATE TABLE gold.item AS FROM (VALUES ('I1', 'C1', 'CNY', 0.1::DECIMAL(38, 6)), ('I2', 'C1', 'CNY', 0.2),
                ('I3', 'C1', 'JPY', 1000), ('I4', 'C2', NULL, -1), ('I5', 'C2', 'CNY', NULL))
                AS t(golden_id, parent_golden_id, currency, amount);
            CREATE TABLE gold.line (golden_id VARCHAR, parent_golden_id VARCHAR, disputed VARCHAR);
            CREATE TABLE gold.open_item (golden_id VARCHAR, parent_golden_id VARCHAR)""")
        plan.run(con, Run(config_of([LATER, {"name": "now"}]), DAY, "r", b""))
        found = rows(con, "SELECT wave, entity, measure, currency, records, amount::VARCHAR FROM wave.amounts ORDER BY ALL")
    assert found == [
        ("dormant", "item", "amount", "CNY", 2, "0.300000"),
        ("dormant", "item", "amount", "JPY", 1, "1000.000000"),
        ("now", "item", "amount", "", 1, "-1.000000"),
    ]


CITY = st.sampled_from(["Lhasa", "Sanya", "Wuhan", None])
WAVE = st.fixed_dictionaries(
    {"where": st.sampled_from(["city = 'Lhasa'", "turnover > 2", "city is null", "true", "turnover / 0 > 1"]),
     "goes": st.sampled_from(["now", "later", "archive"]), "first": st.none() | st.integers(1, 3)}
)  # fmt: skip


@given(
    st.lists(st.tuples(CITY, st.none() | st.integers(0, 5)), max_size=8),
    st.lists(st.tuples(st.integers(0, 9), st.integers(-1, 1)), max_size=6),
    st.lists(WAVE, max_size=4),
)
def test_each_customer_is_in_exactly_one_wave_with_its_children(
    people: list[tuple[str | None, int | None]], owed: list[tuple[int, int]], given_waves: list[dict[str, Any]]
) -> None:
    waves: list[dict[str, Any]] = [
        {"name": f"w{n}", "where": wave["where"]}
        | ({} if wave["goes"] == "now" else {wave["goes"]: True})
        | ({"first": wave["first"], "by": "turnover"} if wave["first"] else {})
        for n, wave in enumerate(given_waves)
    ]
    waves.append({"name": "rest"})
    customers = [(f"C{n}", *person) for n, person in enumerate(people)]
    items = [(f"I{n}", f"C{owner}" if owner < len(people) else None, amount) for n, (owner, amount) in enumerate(owed)]
    found = waves_of(config_of(waves, never_deferred=KEPT), customers, items)
    assert {name for name in found if name[0] == "C"} == {name for name, _, _ in customers}
    assert all(found.get(name) == (found[owner] if owner else None) for name, owner, _ in items)
    deferred = {wave["name"] for wave in waves if wave.get("later") or wave.get("archive")}
    assert not deferred & {found[owner] for _, owner, _ in items if owner}
    for wave in waves:
        held = {owner for _, owner, _ in items if owner}
        taken = [name for name in found if name[0] == "C" and found[name] == wave["name"] and name not in held]
        assert "first" not in wave or len(taken) <= wave["first"]


@pytest.mark.parametrize(
    ("waves", "more", "words"),
    [
        ([{"name": "a", "first": 3}, {"name": "b"}], {}, "go together"),
        ([{"name": "a", "later": True, "archive": True}], {}, "either `later` or `archive`"),
    ],
)
def test_a_wave_that_cannot_be(waves: Any, more: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        config_of(waves, **more)


def test_names_that_point_nowhere_are_said_at_once() -> None:
    waves = [{"name": "a", "later": True}, {"name": "a", "archive": True, "where": "drop table x"}]
    config = config_of(waves, never_deferred={"order": "true", "item": "amount >"})
    said = {location: words for location, words in references(config) if location[0] in ("waves", "never_deferred")}
    assert "another wave is called 'a' too" in said["waves", 1]
    assert set(said) == {("waves", 1), ("waves", 1, "where"), ("never_deferred",), ("never_deferred", "order"),
                         ("never_deferred", "item")}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "place"),
    [({"never_deferred": {"item": "fone > 1"}}, "never_deferred"),
     ({"waves": [{"name": "a", "first": 1, "by": "turnovr"}]}, "waves: a, of customer: .*turnovr")],
)  # fmt: skip
def test_a_column_that_is_not_there_is_a_mistake_of_the_configuration(changed: dict[str, Any], place: str) -> None:
    with pytest.raises(ConfigError, match=place):
        planned(config_of(changed.pop("waves", [LATER, {"name": "b"}]), **changed), [("C1", "", 1)], [("I1", "C1", 1)])


def test_archived_is_an_outcome_and_its_amounts_add_up(tmp_path: Path) -> None:
    """K07 lives in the archived town and has an item, K08 in the town that waits."""
    waves = "waves:\n  - {name: gone, where: city = '第7市', archive: true}\n  - {name: wait, where: city = '第8市', later: true}\n"
    config = small.CONFIG.replace("waves:\n", waves)
    project = wb.open_project(small.project(tmp_path, config=config))
    result = project.run(until="reconcile")
    assert (result.outcomes["archived"], result.outcomes["deferred"], result.outcomes["unexplained"]) == (2, 2, 0)
    assert set(result.differences.values()) == {"0.00"}
    amounts = project.sql("SELECT amount FROM recon.amounts WHERE outcome = 'archived'")
    assert [str(amount) for amount in amounts["amount"]] == ["700.250000"]
    assert "archive" in str(project.trace("K07"))


def test_the_example_of_the_page(tmp_path: Path) -> None:
    """docs/plan.md, row by row."""
    page = (Path(__file__).parents[2] / "docs" / "plan.md").read_text("utf-8")
    text = "\n".join(line[4:] for line in page.split("    waves:\n")[1].split("\n\n")[0].splitlines())
    read = YAML(typ="safe").load(f"waves:\n{text}".replace("first: 200", "first: 1"))
    table = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in page.splitlines() if line.startswith("| C")]
    config = config_of(**read)
    with session(None) as con:
        con.execute("""CREATE SCHEMA gold;
            CREATE TABLE gold.customer (golden_id VARCHAR, class VARCHAR, last_order DATE, turnover INTEGER);
            CREATE TABLE gold.item (golden_id VARCHAR, parent_golden_id VARCHAR, amount INTEGER, currency VARCHAR);
            CREATE TABLE gold.line (golden_id VARCHAR, parent_golden_id VARCHAR);
            CREATE TABLE gold.open_item (golden_id VARCHAR, parent_golden_id VARCHAR, amount INTEGER)""")
        for golden_id, kind, last, turnover, items, *_ in table:
            con.execute("INSERT INTO gold.customer VALUES (?, ?, ?, ?)", [golden_id, kind, last, turnover])
            for number, amount in enumerate(items.replace("−", "-").split(" and ") if items else []):
                con.execute("INSERT INTO gold.open_item VALUES (?, ?, ?)", [f"{golden_id}.{number}", golden_id, amount])
        plan.run(con, Run(config, date(2026, 10, 12), "r", b""))
        found = rows(con, "SELECT golden_id, wave, reason FROM wave.members WHERE entity = 'customer' ORDER BY golden_id")
    assert len(table) == 6 and found == [(line[0], *line[5:]) for line in table]
