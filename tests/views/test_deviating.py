from pathlib import Path

import pytest

from workbench.errors import ConfigError
from workbench.views.ownership import compared_sources, deviating, deviating_data, owned, ownership

from .made import HOSTILE, published, sound

OWNERSHIP = f"""SELECT * FROM (VALUES
    ('customer', 'phone', 'buyer', 'crm', 'erp', 100::BIGINT, 25::BIGINT),
    ('customer', 'phone', 'prospect', 'crm', 'erp', 100::BIGINT, 0::BIGINT),
    ('customer', 'name', '', 'erp', 'crm', 10::BIGINT, 10::BIGINT),
    ('customer', 'name', '', 'erp', '{HOSTILE}', 3::BIGINT, 1::BIGINT),
    ('customer', 'terms', '', 'erp', 'erp', 0::BIGINT, 0::BIGINT))
    AS v(entity, field, stage, owners, source, compared, deviating)"""
DEVIATIONS = """SELECT 'customer' AS entity, 'g1' AS golden_id, 'name' AS field, '' AS stage, 'erp' AS owner, '1' AS owner_key,
    'x' AS owner_value, 'crm' AS source, 'A' AS key, 'y' AS value"""


def test_sources_and_fields_that_deviate_the_most_first(tmp_path: Path) -> None:
    run = published(tmp_path, [("2026-03-02", [], {})], gold_ownership=OWNERSHIP, gold_deviations=DEVIATIONS)
    with run.session() as con:
        found = [(line["source"], line["field"], line["compared"], line["deviating"], line["share"])
                 for line in deviating_data(con, "customer")]  # fmt: skip
        assert found == [("erp", "phone", 200, 25, 0.125), ("crm", "name", 10, 10, 1.0), (HOSTILE, "name", 3, 1, 1 / 3)]
        assert [line["field"] for line in deviating_data(con, "customer", "crm")] == ["name"]
        assert (owned(con), compared_sources(con)) == (["customer"], sorted(["crm", "erp", HOSTILE]))
    assert "12.5%" in sound(deviating(run, "customer"))
    assert "pseudonyms" in sound(ownership(run, "customer"))


def test_a_run_of_an_older_version_says_so(tmp_path: Path) -> None:
    run = published(tmp_path, [("2026-03-02", [], {})], qa_failures="SELECT 1 AS a")
    with run.session() as con:
        assert owned(con) == [] and compared_sources(con) == []
    with pytest.raises(ConfigError, match="gold_ownership is missing"):
        deviating(run, "customer")
