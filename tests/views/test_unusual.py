from pathlib import Path

from workbench.views.unusual import unusual

from .made import HOSTILE, published, sound

CALM = [10, 12, 9, 11, 10]


def page(root: Path, failed: list[int], check: str = "valid:customer.phone") -> str:
    root.mkdir(exist_ok=True)
    days = [(f"2026-03-{n + 1:02}", [("crm", "validity", check, 1000, many)], {}) for n, many in enumerate(failed)]
    return sound(unusual(published(root, days, qa_failures="SELECT 1 AS _row")))


def test_what_left_its_band_stands_beside_it(tmp_path: Path) -> None:
    found = page(tmp_path / "a", [*CALM, 300])
    assert "share failing: valid:customer.phone (crm)" in found and "30.0%" in found and "unusual" in found
    assert 'aria-label="30.0%; usual is 0% to 3.2%"' in found  # .01 + 7 * the root of 10 / 1000
    assert "usual</span>" in page(tmp_path / "b", [*CALM, 10])


def test_too_little_history_is_said_with_how_much_there_is(tmp_path: Path) -> None:
    found = page(tmp_path, [10, 12, 300])
    assert "not enough history" in found and "2 runs" in found and "5 are needed" in found


def test_a_run_that_measured_nothing(tmp_path: Path) -> None:
    assert "measured nothing" in sound(unusual(published(tmp_path, [("2026-03-02", [], {})], qa_failures="SELECT 1 AS a")))


def test_names_are_escaped(tmp_path: Path) -> None:
    assert "&lt;script&gt;" in page(tmp_path, [*CALM, 300], HOSTILE)
