"""A steward at work in a real browser, without a mouse; two at once; what a phone and a screen reader get."""

import shutil
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.serving import dashboard
from tests.room.made import goes_over, many_pairs
from tests.small import NEXT, command
from workbench import open_project
from workbench.language import LANGUAGES

from .conftest import Open
from .sound import sound_in_any_light

pytestmark = pytest.mark.apt
MANY = 60


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return many_pairs(tmp_path_factory.mktemp("room") / "p", MANY)


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    with dashboard(root) as (address, _):
        yield address


def lines(root: Path) -> list[tuple[str, str, str]]:
    with sqlite3.connect(root / "journal.sqlite") as con:
        return con.execute("SELECT kind, key_l, why FROM decisions ORDER BY id").fetchall()


def heading(page: Any) -> Any:
    return page.locator(".room h2").first


def press(page: Any, key: str) -> None:
    """Press a key, and wait until something else is there."""
    before = page.url
    page.keyboard.press(key)
    page.wait_for_function("before => location.href !== before", arg=before)


def test_fifty_pairs_are_decided_without_touching_the_mouse(open_page: Open, root: Path, address: str) -> None:
    page = open_page("review?entity=customer", base=address)
    heading(page).wait_for()
    assert page.locator("#why").input_value() == ""
    page.keyboard.press("e")  # said once, it stays for the others
    page.locator("#why[value='seen side by side']").wait_for()
    shown = []
    for number in range(50):
        shown.append(heading(page).inner_text().split(" and ")[0].removeprefix("crm "))
        press(page, "n" if number % 5 == 4 else "m")
    page.get_by_text("50 decided here").wait_for()
    found = lines(root)
    assert [key for _, key, _ in found] == shown and len(set(shown)) == 50
    assert Counter(kind for kind, *_ in found) == {"match": 40, "no_match": 10}
    assert {why for *_, why in found} == {"seen side by side"}

    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.keyboard.press("w")
    page.keyboard.type("mn? asked")  # keys that mean nothing while one types
    page.keyboard.press("Escape")
    press(page, "m")
    press(page, "s")
    press(page, "u")
    page.keyboard.press("?")
    page.get_by_text("take back what you decided last").wait_for()
    assert lines(root)[50][2] == "mn? asked" and lines(root)[51][0] == "undo" and len(lines(root)) == 52
    page.reload()
    heading(page).wait_for()
    assert heading(page).inner_text().startswith(f"crm {found[0][1][:1]}") and "left=" in page.url


def test_two_have_different_pairs_and_one_leaves(open_page: Open, address: str) -> None:
    one, other = open_page("review", base=address), open_page("review", base=address)
    for page in (one, other):
        heading(page).wait_for()
    assert heading(one).inner_text() != heading(other).inner_text()
    other.locator(".left", has_text="also here").wait_for()


def test_a_run_that_is_published_comes_to_who_sits_there(open_page: Open, root: Path, address: str) -> None:
    page = open_page("review", base=address)
    heading(page).wait_for()
    before = heading(page).inner_text()
    shutil.copytree(root / "sources" / "2026-03-02", root / "sources" / NEXT)
    subprocess.run(command("run", root), check=True, capture_output=True, timeout=300)
    page.get_by_text("was published meanwhile").first.wait_for(timeout=40_000)
    assert heading(page).inner_text() == before
    assert open_project(root).published().run_id.startswith(NEXT)


@pytest.fixture(scope="module")
def over(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return goes_over(tmp_path_factory.mktemp("over") / "p").root


@pytest.fixture(scope="module")
def there(over: Path) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_USER", "wang")
        with dashboard(over) as (address, _):
            yield address


PLACES = {
    "pair": "review?",
    "confirm": "approvals?part=confirm&",
    "mapping": "approvals?part=mapping&",
    "issues": "approvals?part=issues&",
    "issue": "approvals?part=issues&issue=1&",
    "sample": "approvals?part=sample&",
}


def golden_id(root: Path, key: str) -> str:
    table = open_project(root).table("gold.xref")
    return str(table[table.key == key].golden_id.iloc[0])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", [*PLACES, "golden"])
def test_the_room_is_sound(
    open_page: Open, axe: str, over: Path, there: str, name: str, width: int, language: str
) -> None:
    place = PLACES.get(name) or f"review?golden={golden_id(over, 'C01')}&"
    page = open_page(f"{place}language={language}", width, base=there)
    page.locator("[data-on]").wait_for()
    sound_in_any_light(page, axe, f"room_{name}", language)


def test_a_golden_record_is_split_by_keys(open_page: Open, over: Path, there: str) -> None:
    page = open_page(f"review?golden={golden_id(over, 'C03')}", base=there)
    page.get_by_text("Characters that differ").wait_for()
    page.keyboard.press("2")
    page.get_by_role("button", name="group 2").wait_for()
    page.keyboard.press("e")
    page.locator("#why[value='seen side by side']").wait_for()
    page.keyboard.press("x")
    page.get_by_text("Written down as act").first.wait_for()
    page.get_by_label("Value").fill("88")
    page.get_by_label("Field").select_option("credit")
    page.get_by_role("button", name="Override").click()
    page.get_by_text("unconfirmed").first.wait_for()
    page.keyboard.press("u")
    page.get_by_text("unconfirmed").first.wait_for(state="detached")
    said = list(open_project(over).decisions.frame()[["kind", "status"]].itertuples(index=False, name=None))
    assert said == [("split", "stands"), ("override", "undone"), ("undo", "stands")]


def test_what_is_written_is_sent_with_its_button_and_else_stays(open_page: Open, over: Path, there: str) -> None:
    page = open_page(f"review?golden={golden_id(over, 'C02')}", base=there)
    page.get_by_text("Characters that differ").wait_for()
    page.locator("#why").fill("their letterhead")
    page.locator("#override-value").fill("上海")
    page.get_by_label("Field").select_option("city")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.get_by_role("button", name="group 2").wait_for()
    assert page.locator("#why").input_value() == "their letterhead"
    assert (page.locator("#override-field").input_value(), page.locator("#override-value").input_value()) == ("city", "上海")

    page.locator("#join-why").fill("one firm")
    page.locator("#join-other").fill("nobody")
    page.get_by_role("button", name="Join").click()
    page.get_by_text("There is no golden record 'nobody'").first.wait_for()
    assert page.locator("#join-other").input_value() == "" and page.locator("#why").input_value() == "one firm"
    assert page.locator("#override-value").input_value() == "上海"

    page.locator("#join-other").fill(golden_id(over, "C04"))
    page.get_by_role("button", name="Join").click()
    page.get_by_text("Written down as act").first.wait_for()
    assert lines(over)[-1][2] == "one firm"


def test_what_is_written_after_an_answer_that_changes_nothing_stays(open_page: Open, there: str) -> None:
    page = open_page("approvals?part=issues&issue=1", base=there)
    page.locator("#remark-0").fill("asked")
    turn = page.locator("[data-turn]")
    for number in ("1", "2"):
        page.get_by_role("button", name="Write down").click()
        page.locator(f"[data-turn='{number}']").wait_for()
    assert turn.count() == 1 and page.locator("#remark-0").input_value() == "asked"
