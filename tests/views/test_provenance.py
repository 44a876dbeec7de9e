from pathlib import Path

import pytest

from workbench import Project
from workbench.errors import ConfigError
from workbench.views.pairs import clusters_data
from workbench.views.provenance import RULES, provenance, provenance_data

from .made import HOSTILE, sound
from .records import PROVENANCE, matched


def test_each_field_has_the_value_that_stands_and_what_lost(tmp_path: Path) -> None:
    run = matched(tmp_path)
    with run.session() as con:
        name, tax_id, city = provenance_data(con, "customer", "g1")
    assert (name.value, name.source, name.key, name.rule) == ("青岛钰璟有限公司", "erp", "1", "most_trusted")
    assert name.losing == [{"value": "Yujing", "source": "erp", "key": "2"}]
    assert tax_id.losing == [] and [lost["value"] for lost in city.losing] == ["青岛市"]
    html = sound(provenance(run, "customer", "g1"))
    assert "of the most trusted source" in html and "<s>Yujing</s>" in html and "&lt;script&gt;" in html
    assert "Values are pseudonyms" in html
    run.private = True
    assert "Values are pseudonyms" not in sound(provenance(run, "customer", "g1"))


def test_a_field_that_its_group_left_without_a_value_is_told(tmp_path: Path) -> None:
    left = PROVENANCE.replace("('city', '青岛市', 'crm', 'A', 'owner', false)", "('city', '青岛市', 'crm', 'A', NULL, false)")
    run = matched(tmp_path, gold_provenance=left.replace(f"('city', '{HOSTILE}'", "('city', NULL"))
    with run.session() as con:
        city = provenance_data(con, "customer", "g1")[2]
    assert city.value is None and [lost["value"] for lost in city.losing] == ["青岛市"]
    assert "<s>青岛市</s>" in sound(provenance(run, "customer", "g1"))


def test_amounts_that_are_kept_as_text_are_read_without_their_noughts(tmp_path: Path) -> None:
    amounts = PROVENANCE.replace("'Yujing'", "'12.500000'").replace("'青岛市'", "'v1.2.500000'")
    html = sound(provenance(matched(tmp_path, gold_provenance=amounts), "customer", "g1"))
    assert "<s>12.50</s>" in html and "<s>v1.2.500000</s>" in html  # what is no amount stays as it is


def test_a_record_alone_has_nothing_to_choose(tmp_path: Path) -> None:
    assert "made of one record alone, crm B" in sound(provenance(matched(tmp_path), "customer", "g2"))


def test_an_unknown_golden_id_and_an_older_run_are_errors(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="has the id 'g9'"):
        provenance(matched(tmp_path / "a"), "customer", "g9")
    with pytest.raises(ConfigError, match="Run its date again"):
        provenance(matched(tmp_path / "b", gold_provenance=""), "customer", "g1")


def test_the_demo_is_drawn_and_its_rules_have_words(demo: Project) -> None:
    run = demo.published()
    with run.session() as con:
        lowest = clusters_data(con, "customer").lowest
        for line in lowest:
            survivors = provenance_data(con, "customer", line["golden_id"])
            assert survivors and {survivor.rule for survivor in survivors} <= set(RULES)
    sound(provenance(run, "customer", lowest[0]["golden_id"]))
