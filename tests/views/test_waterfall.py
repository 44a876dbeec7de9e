from itertools import pairwise
from math import log2
from pathlib import Path

import pytest

from workbench import Project
from workbench.errors import ConfigError
from workbench.views.pairs import SHOWN, pairs_data
from workbench.views.waterfall import waterfall, waterfall_data

from .made import HOSTILE, sound
from .records import JOINT, JOINT_PAIR, PAIRS, WEIGHTS, ends, matched


def test_the_steps_lead_from_any_pair_to_the_weight_of_the_pair(tmp_path: Path) -> None:
    with matched(tmp_path).session() as con:
        pair, steps = waterfall_data(con, "customer", "crm", "A", "erp", "2")
    assert [(step.title, step.said, step.weight) for step in steps] == [
        ("any pair", "before looking", -10.0), ("name", "near", 6.5), ("tax_id", "same", 15.5), ("city", "missing", 0.0),
    ]  # fmt: skip
    assert steps[-1].end == pair.weight == 12.0
    assert all(later.start == step.end for step, later in pairwise(steps))


def test_the_bar_of_a_field_has_the_rarity_of_its_value_and_says_so(tmp_path: Path) -> None:
    run = matched(tmp_path)
    with run.session() as con:
        pair, steps = waterfall_data(con, "customer", "crm", "A", "erp", "1")
    # 12.25 for the same name, 2.125 more as few have it
    assert [(step.said, step.weight) for step in steps[1:]] == [
        ("same · rare value +2.1", 14.375), ("same", 15.5), ("same", 4.5)
    ]  # fmt: skip
    assert steps[-1].end == pair.weight == 24.375
    assert "same · rare value +2.1" in sound(waterfall(run, "customer", "crm", "A", "erp", "1"))
    common = PAIRS.replace("24.375", "20.75").replace("2.125", "-1.5")
    with matched(tmp_path / "b", match_customer_pairs=common).session() as con:
        pair, steps = waterfall_data(con, "customer", "crm", "A", "erp", "1")
    assert (steps[1].said, steps[1].weight, steps[-1].end) == ("same · common value -1.5", 10.75, pair.weight)


def test_fields_compared_as_one_are_one_bar(tmp_path: Path) -> None:
    run = matched(tmp_path, match_customer_weights=JOINT, match_customer_pairs=JOINT_PAIR)
    with run.session() as con:
        pair, steps = waterfall_data(con, "customer", "crm", "A", "erp", "1")
    assert [(step.title, step.said, step.weight) for step in steps[1:]] == [
        ("name", "same", 12.25), ("tax_id + city", "step 1 of 2 · rare value +1.0", 5.0)
    ]  # fmt: skip
    assert steps[-1].end == pair.weight == 7.25


def test_what_speaks_for_relatives_is_the_last_bar(tmp_path: Path) -> None:
    less = PAIRS.replace("'2', 12.0,", "'2', 3.5,")  # the fields alone say 12.0
    run = matched(tmp_path, match_customer_pairs=less)
    with run.session() as con:
        pair, steps = waterfall_data(con, "customer", "crm", "A", "erp", "2")
    assert (steps[-1].title, steps[-1].weight, steps[-1].end) == ("(relatives)", -8.5, pair.weight)
    assert "a family or a group agrees so too" in sound(waterfall(run, "customer", "crm", "A", "erp", "2"))


def test_every_pair_of_the_demo_adds_up(demo: Project) -> None:
    run = demo.published()
    with run.session() as con:
        found = [
            pair for verdict in ("match", "review", "no_match") for pair in pairs_data(con, "customer", verdict, 10_000)
        ]
    assert len(found) > 1000
    for pair in found:
        total = pair.prior + sum(agreement.weight for agreement in pair.agreements) + pair.relatives
        assert total == pytest.approx(pair.weight, abs=SHOWN)  # relatives that hardly matter have no bar
        assert pair.probability == pytest.approx(1 / (1 + 2**-pair.weight), abs=1e-9)
    ruled = next(pair for pair in found if pair.decided_by == "rule")
    assert "A rule decides this pair" in sound(waterfall(run, "customer", *ends(ruled), review=(0.5, 0.95)))


def test_bars_have_signs_words_and_the_total(tmp_path: Path) -> None:
    run = matched(tmp_path)
    html = sound(waterfall(run, "customer", "crm", "B", "erp", "3"))
    assert all(text in html for text in ("▲ +12.2", "▼ −4.0", "– 0", "−1.8", "22.9%", "! review", "missing"))
    assert "one in 1,025" in html and "limit" not in html and "A rule decides" not in html
    assert "A rule decides this pair" in sound(waterfall(run, "customer", "crm", "B", "erp", "2"))


def test_limits_of_review_are_lines_at_their_weights(tmp_path: Path) -> None:
    run = matched(tmp_path)
    html = sound(waterfall(run, "customer", "crm", "B", "erp", "3", review=(0.5, 0.95)))
    low, high = -10.0, log2(0.95 / 0.05)
    place = 2 + (high - low) / (max(2.25, high) - low) * 96
    assert html.count('class="limit review"') == html.count('class="limit match"') == 5
    assert f'class="limit match" x1="{round(place, 2)}"' in html and "from 50.0%" in html and "95.0%." in html
    never = sound(waterfall(run, "customer", "crm", "B", "erp", "3", review=(0.0, 1.0)))
    assert "limit" not in never  # at no finite weight


def test_hostile_and_long_names_are_shown_short_and_escaped(tmp_path: Path) -> None:
    bad = WEIGHTS.replace("'name'", f"'{HOSTILE}'").replace("'city'", "'" + "c" * 200 + "'")
    html = sound(waterfall(matched(tmp_path, match_customer_weights=bad), "customer", "crm", "A", "erp", "1"))
    assert "&lt;script&gt;" in html and html.count("c" * 200) == 1  # in the title, whole


def test_a_pair_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="were not compared"):
        waterfall(matched(tmp_path), "customer", "crm", "A", "crm", "B")
