from pathlib import Path

import pytest

from workbench.errors import ConfigError
from workbench.views.blocking import blocking, blocking_data

from .made import HOSTILE, sound
from .records import matched

BLOCKS = f"""SELECT * FROM (VALUES
    (1, 3, 7, 5, 3, 1, 1, 40, '{HOSTILE}'), (0, 10, 20, 1000, 2, 0, 0, 0, 'phone tail'))
    AS v(rule, blocks, records, pairs, largest, split, left_out, records_left_out, shared)"""


def test_the_rules_in_their_order_with_their_pairs_as_bars(tmp_path: Path) -> None:
    run = matched(tmp_path, match_customer_blocks=BLOCKS)
    with run.session() as con:
        found = blocking_data(con, "customer")
    assert [(line["shared"], line["pairs"], line["records_left_out"]) for line in found] == [
        ("phone tail", 1000, 0), (HOSTILE, 5, 40),
    ]  # fmt: skip
    html = sound(blocking(run, "customer"))
    assert "1,000" in html and 'style="width:99.5%"' in html and 'style="width:0.5%"' in html
    assert html.index("phone tail") < html.index("&lt;script&gt;") < html.index(">40<")


def test_a_run_that_split_nothing_and_rules_that_found_nothing(tmp_path: Path) -> None:
    older = f"SELECT * EXCLUDE (split, records_left_out) REPLACE (0 AS pairs) FROM ({BLOCKS})"
    run = matched(tmp_path, match_customer_blocks=older)
    with run.session() as con:
        assert [(line["split"], line["records_left_out"]) for line in blocking_data(con, "customer")] == [(0, 0)] * 2
    assert 'style="width:0%"' in sound(blocking(run, "customer"))


def test_what_was_not_matched_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean 'customer'"):
        blocking(matched(tmp_path), "custmer")
