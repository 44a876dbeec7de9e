"""Codes that become words between two dates: what is learned, and what is asked."""

import shutil
from pathlib import Path

import pytest

import workbench as wb

from .drifting import CODED, FILE, MANY, ingested, learned, raw, two, written
from .saying import Say, changed, say
from .small import DAY, NEXT, THIRD, Row, customer

__all__ = ["say"]

WORDS = {"01": "Wholesale", "02": "Retail", "03": "Export"}
BEFORE = [r | {"city": f"0{n % 3 + 1}"} for n, r in enumerate(MANY)]


def worded(rows: list[Row] = BEFORE, **other: str) -> list[Row]:
    """The rows with words for their codes, those of some keys with another."""
    return [r | {"city": other.get(r["no"], WORDS[r["city"]])} for r in rows]


def cities(found: wb.Project) -> set[str]:
    return set(found.sql("SELECT DISTINCT city FROM std.customer WHERE source = 'erp'")["city"])


def test_words_that_stand_for_codes_are_learned(tmp_path: Path) -> None:
    third = [*worded(BEFORE[:20]), customer(40, city="Retail"), customer(41, city="Online")]
    days = {THIRD: {FILE: written(third)}}
    found = two(tmp_path, written(worded()), written(BEFORE), CODED, days=days)
    said = f"'Export' stands for '03', 'Retail' for '02', 'Wholesale' for '01' since {NEXT}"
    assert ingested(found, DAY, NEXT, until="golden") == [("city", 30, said)]
    assert [row[1:] for row in learned(found)] == [
        (NEXT, "code", "erp", "customers", "city", *pair)
        for pair in [("03", "Export"), ("02", "Retail"), ("01", "Wholesale")]
    ]
    assert raw(found, "city")[0] == ("Wholesale",), "raw is what came"
    changes = found.sql(
        "SELECT before, after, rule, count(*) AS n FROM std.changes WHERE source = 'erp' AND field = 'city' GROUP BY ALL ORDER BY 1"
    )
    assert changes.to_numpy().tolist() == [
        ["Export", "03", "code as before", 10], ["Retail", "02", "code as before", 10],
        ["Wholesale", "01", "code as before", 10],
    ]  # fmt: skip
    gold = found.sql("SELECT g.city FROM gold.customer AS g JOIN gold.xref AS x USING (golden_id) WHERE x.key = 'K05'")
    assert gold["city"].tolist() == ["02"]
    # later the words are known, and another one stays what it is
    assert [r[:2] for r in ingested(found, THIRD, until="standardise")] == [("city", 21)]
    assert cities(found) == {"01", "02", "03", "Online"} and len(learned(found)) == 3
    assert ingested(found, DAY, until="standardise") == [] and cities(found) == {"01", "02", "03"}
    shutil.rmtree(found.root / "state")
    assert ingested(found, NEXT, until="standardise") == [("city", 30, said)]
    assert cities(found) == {"01", "02", "03"} and len(learned(found)) == 3


def test_words_that_become_other_words_stand_for_the_first_codes(tmp_path: Path) -> None:
    german = {"Wholesale": "Grosshandel", "Retail": "Handel", "Export": "Ausfuhr"}
    third = [r | {"city": german[r["city"]]} for r in worded()]
    found = two(tmp_path, written(worded()), written(BEFORE), CODED, days={THIRD: {FILE: written(third)}})
    ingested(found, DAY, NEXT, THIRD, until="standardise")
    assert cities(found) == {"01", "02", "03"}


def test_a_column_may_have_another_heading_and_words_for_codes(tmp_path: Path) -> None:
    config = changed("items: erp/items.csv}", "items: erp/items.csv}", CODED).replace(
        "{customers: erp/customers.csv,", "{customers: {file: erp/customers.csv, columns: {city: class}},"
    )
    found = two(tmp_path, written(worded(), city="class"), written(BEFORE), config)
    assert [r[:2] for r in ingested(found, DAY, NEXT, until="standardise")] == [("city", 30), ("city", None)]
    assert cities(found) == {"01", "02", "03"}


UNSURE = {
    "one word for two codes": worded(K01="Retail", K04="Retail", K07="Retail"),
    "two words for one code": worded(K01="Big", K04="Big"),
    "too many that are seen once": worded(K01="A", K05="B"),
    "other records": [r | {"no": f"X{r['no']}"} for r in worded()],
}


@pytest.mark.parametrize("rows", UNSURE.values(), ids=list(UNSURE))
def test_words_that_are_not_certain_are_asked_for(tmp_path: Path, say: Say, rows: list[Row]) -> None:
    found = two(tmp_path, written(rows), written(BEFORE), CODED)
    say("run", found.root, "--as-of", DAY, "--until", "ingest", code=0)
    kinds = len({r["city"] for r in rows})
    say("run", found.root, "--as-of", NEXT, words=(
        f"erp.customers: 'city' (customer.city) has new values since {NEXT}: 100% of 30 rows, {kinds} different ones",
        "value,code", "Put this in place of sources.erp.tables.customers:\n"
        "    customers: {file: erp/customers.csv, values: {city: mappings/city.csv}}",
    ))  # fmt: skip
    assert learned(found) == []


def test_one_value_seen_once_is_no_hindrance(tmp_path: Path) -> None:
    found = two(tmp_path, written(worded(K01="Other")), written(BEFORE), CODED)
    ingested(found, DAY, NEXT, until="standardise")
    assert cities(found) == {"01", "02", "03", "Other"}


def test_some_new_codes_are_just_new(tmp_path: Path) -> None:
    rows = [r | ({"city": "04"} if n < 14 else {}) for n, r in enumerate(BEFORE)]
    assert ingested(two(tmp_path, written(rows), written(BEFORE), CODED), DAY, NEXT) == []


def test_columns_that_are_no_codes_are_left_alone(tmp_path: Path) -> None:
    assert ingested(two(tmp_path, written(worded()), written(BEFORE)), DAY, NEXT) == []


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("Wholesale,01\nRetail , 02\n", {"01", "02", "Export"}),
        ("", {"Wholesale", "Retail", "Export"}),
    ],
)
def test_the_configuration_says_what_words_stand_for(tmp_path: Path, lines: str, expected: set[str]) -> None:
    config = CODED.replace("{customers: erp/customers.csv,",
                           "{customers: {file: erp/customers.csv, values: {City: mappings/city.csv}},")  # fmt: skip
    found = two(tmp_path, written(worded()), written(BEFORE), config, mappings__city_csv=f"value,code\n{lines}")
    assert ingested(found, DAY, NEXT, until="standardise") == []
    assert cities(found) == expected and learned(found) == []


def test_a_list_of_other_shape_is_refused(tmp_path: Path, say: Say) -> None:
    config = CODED.replace("{customers: erp/customers.csv,",
                           "{customers: {file: erp/customers.csv, values: {city: mappings/city.csv}},")  # fmt: skip
    found = two(tmp_path, written(worded()), written(BEFORE), config, mappings__city_csv="code\n01\n")
    say("run", found.root, words=("mappings/city.csv", "value,code"))
    (found.root / "mappings" / "city.csv").unlink()
    say("run", found.root, words=("sources.erp.tables.customers.values.city", "no such file"))
