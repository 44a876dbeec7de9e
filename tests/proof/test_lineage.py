"""Why the new system is to have another value than a source: each reason by hand, and what no reason explains."""

from workbench.store import rows

from .planted import Migration, Row, laid_out

ERP: Row = {"name": "华东", "city": "old1", "phone": "+86 1", "tax": "x1"}


def _told(made: Migration) -> dict[tuple[str, str], str]:
    with laid_out(made) as (con, _, _):
        assert sum(n for (n,) in rows(con, "SELECT rows FROM proof.lineage WHERE object = 'Party'")) == 4 * len(
            made.std["customer"])  # fmt: skip
        return {line[:2]: line[2] for line in rows(con, "SELECT field, source, reason FROM proof.lineage")}


def test_each_value_of_a_merged_customer_has_its_reason() -> None:
    crm: Row = {"name": "华东贸易", "city": None, "phone": "+86 2", "tax": "x1"}
    assert _told(Migration([(ERP, crm)], [])) == {
        ("title", "erp"): "equal", ("title", "crm"): "merged",
        ("town", "erp"): "mapped", ("town", "crm"): "merged",
        ("phone", "erp"): "owner's value", ("phone", "crm"): "equal",
        ("vat", "erp"): "equal", ("vat", "crm"): "equal",
    }  # fmt: skip


def test_a_value_that_nobody_has_is_the_default() -> None:
    assert _told(Migration([(ERP | {"city": None}, None)], []))["town", "erp"] == "default"


def test_what_survived_and_is_no_ones_value_is_not_explained() -> None:
    made = Migration([(ERP, ERP | {"name": "华东贸易"})], [])
    made.std["customer"][0]["name"] = "another"  # the record that is said to have it has it no more
    told = _told(made)
    assert told["title", "erp"] == told["title", "crm"] == "UNEXPLAINED"


def test_a_mapping_that_gave_another_value_is_not_explained() -> None:
    made = Migration([(ERP, None)], [])
    made.expected["Party"][0] |= {"title": "华西", "town": "N7"}
    told = _told(made)
    assert told["title", "erp"] == told["town", "erp"] == "UNEXPLAINED"
    assert told["phone", "erp"] == told["vat", "erp"] == "equal"


def test_a_person_s_word_stands_and_a_rule_that_fills_beside_a_stated_value_does_not() -> None:
    for rule, reason in (("override", "manual decision"), ("collected", "manual decision"), ("derived", "UNEXPLAINED")):
        made = Migration([(ERP, None)], [])
        made.provenance = [(*line[:3], "new", "", "", rule) if line[2] == "name" else line for line in made.provenance]
        made.gold["customer"][0]["name"] = made.expected["Party"][0]["title"] = "new"
        assert _told(made)["title", "erp"] == reason
