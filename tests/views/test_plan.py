"""The migration plan as data, by hand, and as a picture."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from workbench.errors import StoreError
from workbench.published import Published
from workbench.views.plan import plan, plan_data

from .made import HOSTILE, published, sound

DAY = "2026-03-02"
CUTOVER = """SELECT TIMESTAMP '2026-10-30 18:00' AS frozen_from, TIMESTAMP '2026-10-31 08:00' AS begins,
    TIMESTAMP '2026-10-31 20:00' AS ends, $$back to the old one$$ AS fallback, 120 AS fallback_minutes"""
GATES = [
    {"wave": "first", "gate": "explained", "state": "passed", "what": "unexplained: 0", "next": "-"},
    {"wave": "first", "gate": "reviewed", "state": "gate missed", "what": "pairs: 3", "next": "decide them"},
]


def made(root: Path, cutover: str = CUTOVER, name: str = "first") -> Published:
    """Three customers with an item of yen in a wave that goes now, one in a wave that is archived; an item of nobody."""
    return published(
        root, [(DAY, [], {})],
        recon_rows="""SELECT 'erp' AS target, e AS entity, 'old' AS source, n AS _row, n::VARCHAR AS key, g AS golden_id,
            'written' AS outcome FROM (VALUES ('customer', 1, 'A'), ('customer', 2, 'A'), ('customer', 3, 'B'),
            ('customer', 4, 'C'), ('customer', 5, 'D'), ('item', 1, 'I'), ('item', 2, 'J')) AS t(e, n, g)""",
        wave_entities="FROM (VALUES (1, 'customer', NULL), (2, 'item', 'customer')) AS t(place, entity, parent)",
        wave_waves=f"""FROM (VALUES (1, $${name}$$, false, false, 'Li', 'Wu', DATE '2026-10-31'),
            (2, 'old', false, true, '', '', NULL)) AS t(place, wave, later, archive, owner, checker, day)""",
        wave_members=f"""SELECT e AS entity, g AS golden_id, w AS wave, false AS later, w = 'old' AS archive, r AS reason
            FROM (VALUES ('customer', 'A', $${name}$$, 'never deferred: has an item'), ('customer', 'B', $${name}$$, 'true'),
            ('customer', 'C', $${name}$$, 'true'), ('item', 'I', $${name}$$, 'goes with its customer'),
            ('customer', 'D', 'old', 'true')) AS t(e, g, w, r)""",
        wave_amounts=f"""SELECT $${name}$$ AS wave, 'item' AS entity, 'amount' AS measure, 'JPY' AS currency, 1 AS records,
            10000000000000000.01::DECIMAL(38, 6) AS amount""",
        wave_cutover=cutover,
        target_objects="""FROM (VALUES ('erp', 'party', 'customer', 'party'), ('erp', 'move', 'item', 'move'))
            AS t(target, object, entity, file)""",
    )  # fmt: skip


def test_scope_waves_and_amounts(tmp_path: Path) -> None:
    found = plan_data(made(tmp_path), GATES)
    assert found.as_of == date(2026, 3, 2) and found.entities == ["customer", "item"]
    assert [(line["source"], line["entity"], line["records"], line["golden"]) for line in found.sources] == [
        ("old", "customer", 5, 4), ("old", "item", 2, 2)]  # fmt: skip
    assert [(line["wave"], line["goes"], line["counts"]) for line in found.waves] == [
        ("first", "now", {"customer": 3, "item": 1}), ("old", "archived", {"customer": 1, "item": 0})]  # fmt: skip
    assert [line["amount"] for line in found.amounts] == [Decimal("10000000000000000.01")]
    assert found.kept == [{"wave": "first", "reason": "has an item", "records": 1}]
    assert [(line["object"], line["after"]) for line in found.objects] == [("party", None), ("move", "party")]
    assert found.gates == GATES


def test_who_is_in_no_wave_has_a_line_so_that_the_columns_add_up(tmp_path: Path) -> None:
    found = plan_data(made(tmp_path))
    assert [(line["note"], line["counts"]) for line in found.left] == [
        ("without a parent that goes", {"customer": 0, "item": 1})]  # fmt: skip
    for entity in found.entities:
        lines = [line["counts"][entity] for line in (*found.waves, *found.left)]
        assert sum(lines) == sum(line["golden"] for line in found.sources if line["entity"] == entity)
    html = sound(plan(made(tmp_path)))
    assert "in no wave" in html and "without a parent that goes" in html


def test_a_day_outside_the_window_is_said_beside_its_wave(tmp_path: Path) -> None:
    """The wave's day is 2026-10-31; without a cutover there is nothing to say."""
    outside = "its day is outside the cutover window"
    late = CUTOVER.replace("2026-10-31", "2026-11-01")
    for name, cutover, note in (("on it", CUTOVER, ""), ("late", late, outside), ("none", f"{CUTOVER} LIMIT 0", "")):
        (tmp_path / name).mkdir()
        run = made(tmp_path / name, cutover)
        assert [wave["note"] for wave in plan_data(run).waves] == [note, ""]
        assert (outside in sound(plan(run))) == bool(note)


def test_the_point_of_no_return_leaves_time_to_load_and_to_go_back(tmp_path: Path) -> None:
    """The run takes 1 s, the load an hour and a half: 20:00 less two hours less this is 16:30."""
    cutover = plan_data(made(tmp_path), loads={"first": 5400.0}).cutover
    assert cutover is not None
    assert cutover.no_return == datetime(2026, 10, 31, 16, 30) and cutover.unmeasured == []
    run, load = cutover.steps
    assert (run.begins, run.latest) == (datetime(2026, 10, 31, 8), datetime(2026, 10, 31, 16, 29, 59))
    assert (load.begins, load.latest) == (datetime(2026, 10, 31, 8, 0, 1), cutover.no_return)
    assert cutover.spare == cutover.no_return - load.begins == timedelta(hours=8, minutes=29, seconds=59)


def test_a_load_that_was_not_measured_is_said(tmp_path: Path) -> None:
    run = made(tmp_path)
    cutover = plan_data(run).cutover
    assert cutover is not None
    assert cutover.unmeasured == ["first"] and cutover.no_return == datetime(2026, 10, 31, 18)
    assert "no time is set aside for: first" in sound(plan(run))


def test_a_window_that_is_too_short_is_said(tmp_path: Path) -> None:
    run = made(tmp_path)
    cutover = plan_data(run, loads={"first": 11 * 3600.0}).cutover
    assert cutover is not None and cutover.spare == timedelta(seconds=-3601)
    html = sound(plan(run, loads={"first": 11 * 3600.0}))
    assert "too short by 1 h" in html and "the window ends Sat 20:00" in html


def test_it_is_drawn_with_its_gates(tmp_path: Path) -> None:
    html = sound(plan(made(tmp_path), GATES))
    assert "10,000,000,000,000,000.01" in html and "decide them" in html and "! gate missed" in html
    assert "point of no return Sat 18:00" in html and "back to the old one" in html


def test_without_a_cutover_there_is_none(tmp_path: Path) -> None:
    run = made(tmp_path, f"{CUTOVER} LIMIT 0")
    assert plan_data(run).cutover is None and "<svg" not in sound(plan(run))


@pytest.mark.parametrize("loads", [{}, {HOSTILE: 60.0}])
def test_any_name_can_be_drawn(tmp_path: Path, loads: dict[str, float]) -> None:
    sound(plan(made(tmp_path, CUTOVER.replace("$$back", f"$${HOSTILE}"), HOSTILE), loads=loads))


def test_a_run_of_an_older_version_is_said(tmp_path: Path) -> None:
    run = published(tmp_path, [(DAY, [], {})], recon_rows="SELECT 1 AS n")
    with pytest.raises(StoreError, match="Run the project again"):
        plan_data(run)


def test_a_load_of_all_waves_at_once_measures_them_all(tmp_path: Path) -> None:
    run = made(tmp_path)
    with run.session() as con:
        con.execute("""CREATE OR REPLACE VIEW published.wave_waves AS FROM (VALUES
            (1, 'first', false, false, '', '', NULL::DATE), (2, 'second', false, false, '', '', NULL::DATE))
            AS t(place, wave, later, archive, owner, checker, day)""")
    whole = {"first, second": 5400.0}
    cutover = plan_data(run, loads=whole).cutover
    assert cutover is not None and cutover.unmeasured == []
    assert [(step.name, step.seconds) for step in cutover.steps][1:] == [("load first, second", 5400.0)]
    single = plan_data(run, loads=whole | {"first": 60.0, "second": 120.0}).cutover
    assert single is not None
    assert [step.name for step in single.steps][1:] == ["load first", "load second"], "each by itself tells more"
