import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.views import svg

HOSTILE = "<script>alert(1)</script>\" onload='x'"
FLOATS = st.floats(-1e9, 1e9, allow_nan=False)


@given(FLOATS, FLOATS)
def test_a_scale_leads_its_ends_to_its_ends(low: float, high: float) -> None:
    scale = svg.linear(low, high, 10, 90)
    if low == high:
        assert scale(low) == 50
    else:
        assert scale(low) == pytest.approx(10) and scale(high) == pytest.approx(90)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_ticks_are_few_even_and_cover_what_is_drawn(low: float, extent: float) -> None:
    found = svg.ticks(low, low + extent)
    assert 2 <= len(found) <= 8
    room = 1e-6 * max(extent, abs(low), 1)
    assert found[0] <= low + room and found[-1] >= low + extent - room
    steps = [b - a for a, b in pairwise(found)]
    assert max(steps) - min(steps) <= room


def test_a_single_value_is_its_own_tick() -> None:
    assert svg.ticks(0.5, 0.5) == [0.5]


@given(st.lists(st.floats(0, 100), max_size=12), st.floats(0, 30))
def test_places_are_spread_in_their_order_within_their_bounds(places: list[float], gap: float) -> None:
    found = svg.spread(places, gap, 0, 100)
    possible = min(gap, 100 / max(len(places) - 1, 1))
    ordered = sorted(found)
    assert all(-1e-6 <= place <= 100 + 1e-6 for place in found)
    assert all(b - a >= possible - 1e-6 for a, b in pairwise(ordered))
    order = sorted(range(len(places)), key=lambda number: (places[number], number))
    assert [found[number] for number in order] == ordered


def test_places_with_room_stay_where_they_are() -> None:
    assert svg.spread([10, 50, 90], 17, 0, 100) == [10, 50, 90]


def test_dates_stand_by_time_and_the_last_one_keeps_its_label() -> None:
    dates = [date(2026, 1, 1) + timedelta(days=n * n) for n in range(20)]
    places = svg.days(dates, 0, 361)
    assert places[dates[3]] == pytest.approx(9)
    kept = svg.thinned(places, 60)
    assert kept[-1] == dates[-1]
    assert all(places[b] - places[a] >= 60 for a, b in pairwise(kept))


def test_items_have_bands_side_by_side() -> None:
    assert svg.ordinal(["a", "b"], 0, 100) == {"a": 25, "b": 75}
    assert svg.ordinal([], 0, 100) == {}


def test_a_long_text_is_cut_to_its_room_and_whole_on_hover() -> None:
    name = "客户" * 100
    drawn = str(svg.text(0, 0, name, room=80))
    shown = re.sub("<title>.*</title>|<[^>]*>", "", drawn)
    assert shown.endswith("…") and svg.width(shown) <= 80 and f"<title>{name}</title>" in drawn
    assert svg.short("abc", 2) == "…"


def test_everything_put_in_is_escaped() -> None:
    drawn = [
        svg.text(0, 0, HOSTILE),
        svg.tag("rect", tag=HOSTILE),
        svg.mark(0, 0, 9, HOSTILE),
        svg.picture(10, 10, HOSTILE, HOSTILE, [svg.tag("g", HOSTILE)]),
    ]
    for html in map(str, drawn):
        assert "<script" not in html and "onload='" not in html


def test_a_picture_says_what_it_shows() -> None:
    drawn = str(svg.picture(700, 300, "Name", "What it shows", []))
    assert 'viewBox="0 0 700 300"' in drawn and 'role="img"' in drawn
    assert 'aria-label="Name. What it shows"' in drawn
    assert "<title>Name</title><desc>What it shows</desc>" in drawn


def test_attributes_are_written_as_svg_has_them() -> None:
    assert str(svg.tag("rect", class_="a", stroke_width=1.50, x=None)) == '<rect class="a" stroke-width="1.5"></rect>'
