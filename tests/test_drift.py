"""Extracts that change their shape between two dates: headings, columns, and who is told."""

import shutil
from pathlib import Path

import pytest

import workbench as wb
from workbench.errors import SourceError
from workbench.pipeline import mend

from .drifting import FILE, MANY, NAMED, ingested, learned, raw, two, written
from .saying import Say, changed, say
from .small import CUSTOMERS, DAY, NEXT, THIRD, customer, extract, project, ran, told, workbench

__all__ = ["say"]

PHONE = (f"{NEXT}.1", NEXT, "column", "erp", "customers", "phone", "phone", "telephone")


# headings


def test_columns_that_came_are_gone_or_stand_elsewhere_are_said(tmp_path: Path) -> None:
    config = changed(", city: city, credit", ", credit", changed("      city: {type: text}\n", ""))
    rows = [{"name": r["name"], "no": r["no"], **r, "size": str(n % 2)} for n, r in enumerate(MANY)]
    found = two(tmp_path, written(rows, city=""), config=config)
    assert ingested(found, DAY) == []
    assert ingested(found, NEXT) == [
        ("city", None, f"is gone since {NEXT}"),
        ("size", None, f"is new since {NEXT}"),
        (None, None, f"has its columns in another order since {NEXT}"),
    ]
    assert learned(found) == []
    tables = found.sql("SELECT table_name AS t FROM information_schema.tables WHERE table_schema = 'raw'")
    assert {name for name in tables["t"] if "__" in name} == {"erp__customers", "erp__items", "crm__accounts"}


def test_the_same_headings_say_nothing_and_a_date_without_an_extract_is_said(tmp_path: Path) -> None:
    found = two(tmp_path, written(MANY), days={THIRD: {FILE: written([r | {"size": "1"} for r in MANY])}})
    assert ingested(found, DAY, NEXT) == []
    assert ingested(found, THIRD) == [("size", None, f"is new since {THIRD}")]
    extract(found.root, "2026-03-23", "erp/items.csv", [])
    assert ingested(found, "2026-03-23") == [(None, None, f"no extract of 2026-03-23: that of {THIRD} stands")]


def test_other_letters_are_the_same_heading(tmp_path: Path) -> None:
    assert ingested(two(tmp_path, written(MANY, phone="PHONE")), DAY, NEXT) == []


# columns with another heading


def test_a_column_with_the_same_values_is_learned(tmp_path: Path) -> None:
    rows = [r | ({"phone": "12"} if n < 2 else {"phone": f" {r['phone']}\t"}) for n, r in enumerate(MANY)]
    found = two(tmp_path, written(rows, phone="telephone"))
    said = [("phone", None, f"is called telephone since {NEXT} (93.3% of 30 records have the same value)")]
    assert ingested(found, DAY, NEXT, until="standardise") == said
    assert learned(found) == [PHONE]
    assert raw(found, "phone") == [(r["phone"].replace("\t", "\t"),) for r in rows]
    assert found.sql("SELECT count(phone__valid) AS n FROM std.customer WHERE source = 'erp'")["n"][0] == 30
    for table in ("rejects", "repairs"):
        assert found.table(f"raw.{table}").empty


@pytest.mark.parametrize(("wrong", "certain"), [(3, True), (4, False)])
def test_nine_of_ten_values_must_agree(tmp_path: Path, wrong: int, certain: bool) -> None:
    rows = [r | ({"phone": "12"} if n < wrong else {}) for n, r in enumerate(MANY)]
    found = two(tmp_path, written(rows, phone="telephone"))
    ingested(found, DAY)
    if certain:
        assert ingested(found, NEXT)[0][0] == "phone"
    else:
        with pytest.raises(SourceError, match=r"'telephone' \(86.7% of 30 records"):
            found.run(as_of=NEXT, until="standardise")


@pytest.mark.parametrize(("number", "wrong", "certain"), [(3, 0, True), (2, 0, False), (19, 0, True), (19, 1, False)])
def test_of_few_records_all_must_agree(tmp_path: Path, number: int, wrong: int, certain: bool) -> None:
    rows = [r | ({"phone": "12"} if n < wrong else {}) for n, r in enumerate(MANY[:number])]
    found = two(tmp_path, written(rows, phone="telephone"), written(MANY[:number]))
    ingested(found, DAY)
    if certain:
        assert ingested(found, NEXT)[0][0] == "phone"
    else:
        with pytest.raises(SourceError, match=r"columns: {phone: telephone}"):
            found.run(as_of=NEXT, until="standardise")


def test_two_different_values_tell_nothing(tmp_path: Path) -> None:
    rows = [r | {"city": f"{n % 2}"} for n, r in enumerate(MANY)]
    found = two(tmp_path, written(rows, city="town"), written(rows))
    ingested(found, DAY)
    with pytest.raises(SourceError, match=r"'town' \(100% of 30 records have the same value\)"):
        found.run(as_of=NEXT, until="standardise")


def test_two_candidates_are_both_named(tmp_path: Path, say: Say) -> None:
    rows = [r | {"mobile": r["phone"]} for r in MANY]
    found = two(tmp_path, written(rows, phone="telephone", city=""))
    say("run", found.root, "--as-of", DAY, code=0)
    said = say("run", found.root, "--as-of", NEXT, words=(
        f"erp.customers: 'phone' is gone since {NEXT}; it is used in sources.erp.records.customer.fields.phone.",
        "'telephone' (100% of 30 records have the same value), 'mobile' (100% of 30 records have the same value)",
        f"'city' is gone since {NEXT}; it is used in sources.erp.records.customer.fields.city.",
        "Put this in place of sources.erp.tables.customers:\n"
        "    customers: {file: erp/customers.csv, columns: {phone: telephone}}\n",
    ))  # fmt: skip
    assert "crm" not in said
    assert learned(found) == []
    assert [line["stage"] for line in found.status()["stages"] if line["run_id"] == f"{NEXT}.1"] == []


def test_a_new_copy_of_a_column_that_stays_is_none(tmp_path: Path) -> None:
    rows = [r | {"telephone": r["phone"]} for r in MANY]
    assert ingested(two(tmp_path, written(rows)), DAY, NEXT) == [("telephone", None, f"is new since {NEXT}")]


def test_a_key_with_another_heading_is_found_and_the_others_by_it(tmp_path: Path) -> None:
    after = written([*MANY[1:], customer(31)], no="number", phone="telephone")
    found = two(tmp_path, after)
    assert ingested(found, DAY, NEXT, until="standardise") == [
        ("no", None, f"is called number since {NEXT} (96.7% of 30 records have the same value)"),
        ("phone", None, f"is called telephone since {NEXT} (100% of 29 records have the same value)"),
    ]
    assert [row[5:] for row in learned(found)] == [("no", "no", "number"), ("phone", "phone", "telephone")]
    assert raw(found, "no") == [(f"K{n:02d}",) for n in range(2, 32)]


def test_a_key_that_does_not_tell_records_apart_is_not_guessed(tmp_path: Path) -> None:
    rows = [r | {"no": f"K{n % 10}"} for n, r in enumerate(MANY)]
    found = two(tmp_path, written(rows, no="number"), written(rows))
    ingested(found, DAY)
    with pytest.raises(SourceError, match=r'sources.erp.records.customer.key[\s\S]*columns: {"no": number}'):
        found.run(as_of=NEXT, until="standardise")


def test_what_was_learned_holds_later_and_changes_nothing_earlier(tmp_path: Path) -> None:
    after = written(MANY, phone="telephone")
    # on the third date nothing could be learned: no value is as it was
    third = written([r | {"phone": f"139{n:08d}"} for n, r in enumerate(MANY)], phone="telephone")
    found = two(tmp_path, after, days={THIRD: {FILE: third}})
    assert ingested(found, DAY) == []
    first = raw(found)
    ingested(found, NEXT)
    for _ in range(2):
        assert ingested(found, THIRD) == [("phone", None, f"is called telephone since {NEXT}")]
        assert raw(found, "phone")[1] == ("13900000001",)
        assert ingested(found, DAY) == [] and raw(found) == first
        shutil.rmtree(found.root / "state")
    assert ingested(found, NEXT) == [("phone", None, f"is called telephone since {NEXT}")]
    assert learned(found) == [PHONE]


def test_a_second_new_heading_is_learned_too(tmp_path: Path) -> None:
    days = {THIRD: {FILE: written(MANY, phone="mobile")}, "2026-03-23": {FILE: written(MANY)}}
    found = two(tmp_path, written(MANY, phone="telephone"), days=days)
    assert ingested(found, DAY, NEXT, THIRD)[0][2].startswith(f"is called mobile since {THIRD} (100%")
    assert ingested(found, NEXT) == [("phone", None, f"is called telephone since {NEXT}")]
    assert ingested(found, "2026-03-23") == []
    assert [row[6:] for row in learned(found)] == [("phone", "telephone"), ("phone", "mobile")]


def test_a_date_that_was_passed_over_hides_nothing(tmp_path: Path) -> None:
    after = written(MANY, phone="telephone", city="")
    found = two(tmp_path, after, days={THIRD: {FILE: after}})
    ingested(found, DAY)
    with pytest.raises(SourceError, match=rf"'city' is gone since {NEXT}; .*fields.city"):
        found.run(as_of=THIRD, until="ingest")
    same = written(MANY, phone="telephone")
    found = two(tmp_path / "other", same, days={THIRD: {FILE: same}})
    assert ingested(found, DAY, THIRD)[0][2].startswith(f"is called telephone since {NEXT} (100%")


def test_the_configuration_says_it_by_hand(tmp_path: Path) -> None:
    rows = [r | {"mobile": r["phone"]} for r in MANY]
    config = NAMED.replace("MORE", "columns: {phone: mobile}")
    found = two(tmp_path, written(rows, phone="telephone"), config=config)
    assert ingested(found, DAY) == []
    assert ingested(found, NEXT) == [
        ("phone", None, "is called mobile"),
        ("telephone", None, f"is new since {NEXT}"),
        (None, None, f"has its columns in another order since {NEXT}"),
    ]
    assert learned(found) == []


def test_the_configuration_wins_over_what_was_learned(tmp_path: Path) -> None:
    third = written([r | {"mobile": "1"} for r in MANY], phone="telephone")
    found = two(tmp_path, written(MANY, phone="telephone"), days={THIRD: {FILE: third}})
    ingested(found, DAY, NEXT)
    (found.root / "workbench.yml").write_text(NAMED.replace("MORE", "columns: {phone: mobile}"), "utf-8")
    ingested(wb.open_project(found.root), THIRD)
    assert raw(found, "phone, telephone")[0] == ("1", MANY[0]["phone"])


def test_a_heading_that_the_configuration_uses_itself_stays(tmp_path: Path) -> None:
    found = two(tmp_path, written(MANY, phone="telephone"))
    ingested(found, DAY, NEXT)
    shared = "fields: &customer {name: name, tax_id: tax_id, phone: phone"
    config = changed(shared, shared.replace("phone: phone", "phone: telephone")).replace(
        "fields: *customer", "fields: {name: name}"
    )
    (found.root / "workbench.yml").write_text(config, "utf-8")
    for place in range(2):
        assert ingested(wb.open_project(found.root), NEXT, until="standardise") == [
            ("phone", None, f"is gone since {NEXT}"),
            ("telephone", None, f"is new since {NEXT}"),
        ]
        assert found.sql("SELECT count(phone) AS n FROM std.customer")["n"][0] == 30
        if not place:  # nor is it taken for another where nothing was learned yet
            (found.root / "journal.sqlite").unlink()
            shutil.rmtree(found.root / "state")


# columns that are gone for good


def test_a_used_column_that_is_gone_stops_the_run(tmp_path: Path, say: Say) -> None:
    config = changed("credit: credit}\n      item", "credit: 'case when city = no then credit end'}\n      item")
    found = two(tmp_path, written(MANY, credit=""), config=config)
    say("run", found.root, "--as-of", DAY, code=0)
    say("run", found.root, "--as-of", NEXT, words=(
        f"'credit' is gone since {NEXT}; it is used in sources.erp.records.customer.fields.credit. "
        "Columns that came: none.", "where it is gone for good, take it out of these places",
    ))  # fmt: skip
    assert raw(found, "credit")[0] == ("1000.00",), "what the last good run left stands"


VIEW = "SELECT c._row, c.no, upper(c.name) AS name{more} FROM raw.erp__customers AS c"


def viewed(more: str = "") -> dict[str, str]:
    config = changed("        from: customers\n", "        from: views/c.sql\n        lead: customers\n")
    fields = "name: name, tax_id: tax_id, phone: phone, email: email, city: city, credit: credit}\n      item"
    return {"config": changed(fields, "name: name}\n      item", config.replace("&customer ", "")).replace(
        "*customer", "{name: name}"), "views__c_sql": VIEW.format(more=more)}  # fmt: skip


def test_a_column_that_a_view_reads_is_used(tmp_path: Path) -> None:
    found = two(tmp_path, written(MANY, city=""), **viewed(", c.City || '' AS town"))
    ingested(found, DAY)
    with pytest.raises(SourceError, match=rf"'city' is gone since {NEXT}; it is used in views/c.sql"):
        found.run(as_of=NEXT, until="standardise")


def test_a_column_that_a_view_only_mentions_is_not(tmp_path: Path) -> None:
    found = two(tmp_path, written(MANY, city=""), **viewed(" -- the city is not asked for\n"))
    assert ingested(found, DAY, NEXT, until="standardise") == [("city", None, f"is gone since {NEXT}")]


def test_on_the_first_date_a_missing_column_is_as_ever(tmp_path: Path) -> None:
    found = wb.open_project(project(tmp_path / "p", {DAY: {FILE: written(MANY, city="")}}))
    with pytest.raises(SourceError, match=r"fields.city: no column 'city'"):
        found.run()


def test_an_older_extract_that_cannot_be_read_now_is_said(tmp_path: Path) -> None:
    found = two(tmp_path, written(MANY), before="")
    assert ingested(found, NEXT) == [
        (None, None, f"cannot be compared with the extract before that of {NEXT}: it cannot be read now")
    ]


def test_files_of_a_folder_may_write_a_heading_otherwise(tmp_path: Path) -> None:
    config = changed("erp/customers.csv", "erp/all").replace("city: city", "city: straße")
    files = {
        f"erp/all/{n}.csv": written(MANY[n * 15 : n * 15 + 15], city=name)
        for n, name in enumerate(("Straße", "STRASSE"))
    }
    found = wb.open_project(project(tmp_path / "p", {DAY: files}, config))
    assert ingested(found, DAY) == []
    assert raw(found, '"Straße"') == [(r["city"],) for r in MANY]


def test_many_columns_of_few_values_are_compared_to_the_end(tmp_path: Path) -> None:
    """All of 100 columns with other headings, whose values are nearly all the same: in the time that a test has."""
    rows = [customer(n) | {f"c{m}": "X" for m in range(100)} for n in range(1, 30_001)]
    after = written(rows, **{f"c{m}": f"d{m}" for m in range(100)})
    ingested(two(tmp_path, after, written(rows)), NEXT)


# the journal, and the command line

KILLED = """
import os
from workbench.journal import Journal
told = Journal.remember
Journal.remember = lambda journal, run, *what: os._exit(9) if run == "2026-03-09.1" else told(journal, run, *what)
"""


def test_a_run_killed_before_it_told_the_journal_loses_nothing(tmp_path: Path) -> None:
    found = two(tmp_path, written(MANY, phone="telephone"))
    ingested(found, DAY)
    assert workbench("run", found.root, "--as-of", NEXT, script=KILLED).returncode == 9
    assert learned(found) == []
    for _ in range(2):
        mend(found.root, found.journal)
        assert learned(found) == [PHONE]


def test_the_command_line_prints_the_remarks(tmp_path: Path) -> None:
    found = two(tmp_path, written([r | {"size": "1"} for r in MANY]))
    said = told(workbench("run", found.root, "--until", "ingest", COLUMNS="150"), 0, "Remarks", f"is new since {NEXT}")
    assert "None" not in said
    done = workbench("run", found.root, "--json")
    assert ran(done)["remarks"] == [
        {"source": "erp", "table": "customers", "column": "size", "rows": None, "said": f"is new since {NEXT}"}
    ]
    page = (found.root / "reports" / f"{NEXT}.2" / "index.html").read_text("utf-8")
    assert f"is new since {NEXT}" in page


def test_nothing_said_has_values_of_persons(tmp_path: Path) -> None:
    after = written([*MANY[1:], customer(31)], no="number", phone="telephone", email="mail")
    found = two(tmp_path, after)
    said = str(ingested(found, DAY, NEXT)) + str(learned(found))
    assert not [value for row in MANY for value in row.values() if value in said]


def test_customers_are_the_usual_ones() -> None:
    assert MANY[:12] == CUSTOMERS


def test_a_recipe_stays_with_its_column_under_another_heading(tmp_path: Path) -> None:
    """Recognised by its values it takes its known name; what is not certain stops the run and names the recipe."""
    found = two(tmp_path, written(MANY, name="Kundenname"), days={THIRD: {FILE: written(MANY, name="")}})
    ingested(found, DAY)
    found.edit("erp.customers", "name", expression="value || '!'", why="to see it")
    found.run(as_of=NEXT, until="standardise")
    names = found.sql("SELECT name FROM std.customer WHERE source = 'erp'")["name"]
    assert len(names) == len(MANY) and names.str.endswith("!").all()
    with pytest.raises(SourceError, match=r"recipes/erp\.customers\.yml"):
        found.run(as_of=THIRD, until="ingest")
