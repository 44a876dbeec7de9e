from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import Project
from workbench.errors import ConfigError
from workbench.views.pairs import pairs_data
from workbench.views.side_by_side import marked, side_by_side, side_by_side_data

from .made import HOSTILE, sound
from .records import JOINT, JOINT_PAIR, RECORDS, ends, matched


def test_the_fields_of_both_records_with_how_they_agree(tmp_path: Path) -> None:
    with matched(tmp_path).session() as con:
        _, lines = side_by_side_data(con, "customer", "erp", "2", "crm", "A")
    assert [(line.field, line.left, line.right, line.agreement.said) for line in lines] == [
        ("name", "青岛钰璟有限公司", "Yujing", "near"), ("tax_id", "91", "91", "same"), ("city", "青岛市", None, "missing"),
    ]  # fmt: skip


def test_fields_compared_as_one_are_a_line_each_with_what_they_say_together(tmp_path: Path) -> None:
    run = matched(tmp_path, match_customer_weights=JOINT, match_customer_pairs=JOINT_PAIR)
    with run.session() as con:
        _, lines = side_by_side_data(con, "customer", "crm", "A", "erp", "1")
    assert [(line.field, line.left, line.right, line.agreement.said) for line in lines] == [
        ("name", "青岛钰璟有限公司", "青岛钰璟有限公司", "same"),
        ("tax_id", "91", "91", "step 1 of 2"), ("city", "青岛市", "青岛", "step 1 of 2"),
    ]  # fmt: skip
    assert "tax_id + city: step 1 of 2" in sound(side_by_side(run, "customer", "crm", "A", "erp", "1"))


def test_characters_are_marked_only_where_values_are_true(tmp_path: Path) -> None:
    run = matched(tmp_path)
    masked = sound(side_by_side(run, "customer", "crm", "A", "erp", "1"))
    assert "<mark>" not in masked and "values here are pseudonyms" in masked and "=&nbsp;same" in masked
    run.private = True
    html = sound(side_by_side(run, "customer", "crm", "A", "erp", "1"))
    assert "青岛<mark>市</mark>" in html and "pseudonyms" not in html


def test_records_whose_values_are_not_published_are_told_by_their_levels(tmp_path: Path) -> None:
    html = sound(side_by_side(matched(tmp_path / "a"), "customer", "crm", "C", "erp", "3"))
    assert "is not published" in html and "differ in name, tax_id, city" in html
    older = matched(tmp_path / "b", match_customer_records="")
    assert "agree in name (same), tax_id (same), city (same)" in sound(
        side_by_side(older, "customer", "crm", "A", "erp", "1")
    )


@given(st.text(max_size=40), st.text(max_size=40))
def test_the_pieces_are_the_values_and_what_is_not_marked_is_the_same(left: str, right: str) -> None:
    pieces = marked(left, right)
    assert ["".join(piece for piece, _ in side) for side in pieces] == [left, right]
    kept = ["".join(piece for piece, differs in side if not differs) for side in pieces]
    assert kept[0] == kept[1]
    assert (left == right) == (not any(differs for side in pieces for _, differs in side))


def test_values_with_little_in_common_differ_as_a_whole() -> None:
    assert marked("+8653262761393", "Shenyang") == ([("+8653262761393", True)], [("Shenyang", True)])


def test_long_values_are_cut_and_hostile_ones_escaped(tmp_path: Path) -> None:
    long = RECORDS.replace("'Yujing'", f"'{'y' * 5_000}'")
    run = matched(tmp_path, match_customer_records=long)
    run.private = True
    html = sound(side_by_side(run, "customer", "crm", "A", "erp", "2"))
    assert "4,000 characters more" in html and len(html) < 10_000
    assert "&lt;script&gt;" in sound(side_by_side(run, "customer", "crm", "B", "erp", "3"))
    assert HOSTILE not in sound(side_by_side(run, "customer", "crm", "B", "erp", "3"))


def test_a_pair_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="has no customer"):
        side_by_side(matched(tmp_path), "customer", "crm", "A", "erp", "77")


def test_the_demo_is_drawn(demo: Project) -> None:
    run = demo.published()
    with run.session() as con:
        found = pairs_data(con, "customer", "review") + pairs_data(con, "customer", "match", 5)
    for pair in found:
        html = sound(side_by_side(run, "customer", *ends(pair)))
        assert ("<mark>" in html) == run.private
