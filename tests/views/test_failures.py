from pathlib import Path

import pytest

from workbench import Project
from workbench.errors import ConfigError
from workbench.published import Published
from workbench.views.failures import failures, failures_data, kinds, quality_matrix, quality_matrix_data

from .made import HOSTILE, published, sound

RESULTS = """SELECT * FROM (VALUES
    ('key:customer', 'key', 'customer', 'erp', '', 'uniqueness', 400, 0, 0.0, NULL, 'pass'),
    ('valid:customer.phone', 'valid', 'customer', 'erp', 'phone', 'validity', 300, 150, 0.1, 0.2, 'fail'),
    ('valid:customer.phone', 'valid', 'customer', 'crm', 'phone', 'validity', 100, 50, 0.9, NULL, 'pass'),
    ('required:customer.phone', 'required', 'customer', 'erp', 'phone', 'completeness', 400, 100, 0.1, NULL, 'warn'),
    ('valid:item.text', 'valid', 'item', 'erp', 'text', 'validity', 0, 0, 0.0, NULL, 'pass'),
    ('pattern:item.text:a', 'pattern', 'item', 'erp', 'text', 'validity', 10, 0, 0.0, NULL, 'pass'),
    ('pattern:item.text:b', 'pattern', 'item', 'erp', 'text', 'validity', 10, 1, 0.2, NULL, 'pass'),
    ('own', 'sorcery', 'item', 'erp', 'text', 'magic', 10, 1, 0.2, NULL, 'pass'))
    AS v(check_id, "check", entity, source, field, dimension, evaluated, failed, warn, fail, status)"""
FAILURES = f"""
    SELECT 'valid:customer.phone' AS check_id, 'customer' AS entity, 'erp' AS source, i AS _row, 'K' || i AS key,
        'phone' AS field, '+86 ' || i AS value, 'error' AS severity, 'no area code' AS reason,
        CASE WHEN i % 3 = 0 THEN 'new' ELSE 'persisting' END AS status FROM range(150) AS t(i)
    UNION ALL SELECT 'valid:customer.phone', 'customer', 'crm', i, 'C' || i, 'phone', '{HOSTILE}', 'error', '100% Wrong_', 'new'
        FROM range(50) AS t(i)
    UNION ALL SELECT 'required:customer.phone', 'customer', 'erp', i, 'K' || i, 'phone', NULL, 'warning', 'no value', 'new'
        FROM range(100) AS t(i)"""

HEADINGS = f"""SELECT * FROM (VALUES ('customer', 'phone', 'erp', 'TELF1'), ('customer', 'phone', 'crm', 'Phone'),
    ('customer', 'phone', 'sales', '{HOSTILE}')) AS v(entity, field, source, "column")"""


def failing(root: Path, results: str = RESULTS, found: str = FAILURES) -> Published:
    root.mkdir(exist_ok=True)
    return published(root, [("2026-03-02", [], {})], qa_results=results, qa_failures=found, std_headings=HEADINGS)


def test_pages_hold_every_row_once_in_one_order(tmp_path: Path) -> None:
    with failing(tmp_path).session() as con:
        for size in (7, 50, 299, 1000):
            first = failures_data(con, size=size)
            pages = [failures_data(con, size=size, page=number) for number in range(1, first.pages + 1)]
            seen = [(r["check_id"], r["status"], r["source"], r["_row"]) for page in pages for r in page.rows]
            assert seen == sorted(seen) and len(set(seen)) == len(seen) == 300
            assert [len(page.rows) for page in pages[:-1]] == [size] * (len(pages) - 1)


def test_rows_that_share_an_ordinal_are_paged_too(tmp_path: Path) -> None:
    same = FAILURES.replace("'erp' AS source, i AS _row", "'erp' AS source, i // 40 AS _row")
    with failing(tmp_path, found=same).session() as con:
        pages = [failures_data(con, size=7, page=number, search="area") for number in range(1, 23)]
    keys = [row["key"] for page in pages for row in page.rows]
    assert pages[0].pages == 22 and len(keys) == len(set(keys)) == 150


def test_filters_and_counts(tmp_path: Path) -> None:
    with failing(tmp_path).session() as con:
        found = failures_data(con, source="erp", field="phone", entity="customer")
        assert (found.total, found.pages, found.said) == (250, 5, "rows 1-50 of 250")
        assert found.checks == {"valid:customer.phone": 150, "required:customer.phone": 100}
        assert found.sources == {"erp": 250} and found.statuses == {"new": 150, "persisting": 100}
        assert failures_data(con, check="valid:customer.phone", status="new", source="erp").total == 50
        last = failures_data(con, page=99)
        assert (last.page, last.said) == (6, "rows 251-300 of 300") and failures_data(con, page=-1).page == 1
        none = failures_data(con, check="key:customer")
        assert (none.rows, none.total, none.pages, none.said) == ([], 0, 1, "no rows")


@pytest.mark.parametrize(
    ("search", "total"),
    [
        ("k14", 11 + 1),
        ("AREA CODE", 150),
        ("+86 149", 1),
        ("100% wrong_", 50),
        ("%", 50),
        ("_", 50),
        ("' OR 1=1 --", 0),
        ("", 300),
        ("{{ 7*7 }}", 50),
    ],
)
def test_search_is_a_text_in_key_value_or_reason(tmp_path: Path, search: str, total: int) -> None:
    with failing(tmp_path).session() as con:
        assert failures_data(con, search=search).total == total


def test_what_is_not_there_is_an_error_that_names_what_is(tmp_path: Path) -> None:
    with failing(tmp_path).session() as con:
        for name, given, meant in (
            ("check", "valid:customer.fone", "valid:customer.phone"), ("source", "ERP", "crm, erp"), ("status", "gone", "new, persisting"),
            ("entity", "custmer", "customer"), ("field", "phones", "phone"),
        ):  # fmt: skip
            with pytest.raises(ConfigError, match=meant):
                failures_data(con, **{name: given})


def test_a_page_is_drawn(tmp_path: Path) -> None:
    run = failing(tmp_path)
    html = sound(failures(run, page=2))
    assert "Rows 51-100 of 300 (page 2 of 6)." in html and "Values are pseudonyms" in html and "× new" in html
    html = sound(failures(run, source="crm", search="wrong"))
    assert "in <b>crm</b> and that contain <b>wrong</b>: rows 1-50 of 50." in html and "&lt;script&gt;" in html
    assert "none." in sound(failures(run, search=HOSTILE * 3))
    nothing = failing(tmp_path / "b", found=f"SELECT * FROM ({FAILURES}) WHERE false")
    assert "No row fails any check." in sound(failures(nothing))


def test_the_matrix_has_each_check_by_field_and_kind(tmp_path: Path) -> None:
    run = failing(tmp_path)
    with run.session() as con:
        matrix = quality_matrix_data(con)
    assert kinds(matrix.failing) == ["required", "valid", "pattern", "sorcery"] and kinds(matrix.passing) == ["key"]
    assert list(matrix.failing) == ["customer", "item"] and list(matrix.passing) == ["customer"]
    (valid,) = matrix.failing["customer"]["phone"]["valid"]
    assert (valid["evaluated"], valid["failed"], valid["status"]) == (400, 200, "fail")
    assert [one["check_id"] for one in matrix.failing["item"]["text"]["pattern"]] == [
        "pattern:item.text:a",
        "pattern:item.text:b",
    ]
    html = sound(quality_matrix(run, lambda check: f"#{check}"))
    assert (
        'href="#valid:customer.phone"' in html
        and "×&nbsp;50.0%" in html
        and "!&nbsp;25.0%" in html
        and "✓&nbsp;10.0%" in html
    )
    assert "Fields with values that fail: 2 of 3" in html and "1 field passes every check" in html
    assert "the record" in html.partition("<details")[2] and "href" not in sound(quality_matrix(run))


def test_the_worst_field_stands_first_and_each_stands_once(tmp_path: Path) -> None:
    fields = [
        ("a", 0, "pass"),
        ("b", 1, "pass"),
        ("c", 30, "warn"),
        ("d", 60, "warn"),
        ("e", 5, "fail"),
        ("f", 0, "pass"),
    ]
    values = ", ".join(f"('valid:x.{name}', '{name}', {failed}, '{status}')" for name, failed, status in fields)
    run = failing(tmp_path, f"""SELECT check_id, 'valid' AS "check", 'x' AS entity, 'erp' AS source, field, 'validity' AS dimension,
        100 AS evaluated, failed, 0.0 AS warn, NULL AS fail, status FROM (VALUES {values}) AS v(check_id, field, failed, status)""")  # fmt: skip
    with run.session() as con:
        matrix = quality_matrix_data(con)
    assert [list(matrix.failing["x"]), list(matrix.passing["x"])] == [["e", "d", "c", "b"], ["a", "f"]]
    html = sound(quality_matrix(run))
    assert "Fields with values that fail: 4 of 6" in html and "2 fields pass every check" in html


def test_a_matrix_of_odd_names_or_of_nothing(tmp_path: Path) -> None:
    odd = f"""SELECT 'c' || i AS check_id, 'valid' AS "check", 'entity' || i AS entity, 'erp' AS source, '{"f" * 200}{HOSTILE}' AS field,
        'validity' AS dimension, 10 AS evaluated, 1 AS failed, 0.0 AS warn, NULL AS fail, 'warn' AS status FROM range(40) AS t(i)"""
    html = sound(quality_matrix(failing(tmp_path / "a", odd), lambda check: 'x"><script>'))
    assert html.count("rowgroup") == 40 and "<script" not in html
    assert "made no checks" in sound(quality_matrix(failing(tmp_path / "b", f"SELECT * FROM ({odd}) WHERE false")))


def test_the_demo_is_drawn(demo: Project) -> None:
    run = demo.published()
    html = sound(failures(run, check="valid:customer.phone", status="persisting"))
    assert "valid:customer.phone" in html and "Row" in html
    assert "credit_limit" in sound(quality_matrix(run))
    with run.session() as con:
        found = failures_data(con, size=100_000)
        results = run.records("SELECT sum(failed)::BIGINT AS failed FROM published.qa_results")
    assert len(found.rows) == found.total == results[0]["failed"]


def test_a_field_is_shown_with_what_extracts_call_it_where_that_is_something_else(tmp_path: Path) -> None:
    with failing(tmp_path / "p").session() as con:
        assert quality_matrix_data(con).headings == {("customer", "phone"): f"{HOSTILE}, TELF1"}
