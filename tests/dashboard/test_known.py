"""What is asked before everything that somebody does: who they are now."""

from pathlib import Path

import pytest

from tests.small import CONFIG
from workbench.config.planning import ROLES
from workbench.dashboard.entrance.login import Entry
from workbench.dashboard.entrance.seal import LASTS, Seal
from workbench.dashboard.known import Known
from workbench.errors import ConfigError, StoreError
from workbench.people import FILE, People

PASSWORDS = "\ndashboard: {sign_in: password}\n"
ROLED = "roles: {steward: [lee], approver: [wang, lee]}\n"
NOON = 1_800_000_000.0


class Set:
    """A clock that a test sets."""

    now = NOON

    def __call__(self) -> float:
        return self.now


def write(root: Path, more: str) -> None:
    (root / "workbench.yml").write_text(CONFIG + more, "utf-8")


def known(root: Path, more: str, clock: Set | None = None) -> tuple[Known, Seal]:
    write(root, more)
    seal = Seal(b"k" * 32, "c", clock or Set())
    return Known(root, seal), seal


def test_roles_are_those_that_the_settings_give_now(tmp_path: Path) -> None:
    people, _ = known(tmp_path, "\n" + ROLED)
    lee = people.visitor("lee", "zh")
    assert (lee.roles, lee.language, lee.signed_in) == ({"steward", "approver"}, "zh", False)
    assert people.visitor("Lee").roles == set() and people.visitor("Lee").ask == ("wang", "lee")
    write(tmp_path, "\nroles: {viewer: [lee]}\n")
    assert people.current(lee).roles == {"viewer"} and people.current(lee).language == "zh"
    write(tmp_path, "\nroles: {viewer: [wang]}\n")
    with pytest.raises(ConfigError, match=r"lee is signed in no longer, or has no role.*nothing was done"):
        people.current(lee)
    write(tmp_path, "\n")
    assert people.current(lee).roles == set(ROLES)  # where there are no roles everybody may do everything


def test_who_is_taken_out_of_the_people_does_nothing_more(tmp_path: Path) -> None:
    people, _ = known(tmp_path, PASSWORDS + ROLED)
    mine = People(tmp_path)
    mine.add("lee")
    lee = people.visitor("lee", since=NOON, mark=mine.mark("lee"))
    assert lee.signed_in and people.current(lee) == lee
    mine.add("lee")
    with pytest.raises(ConfigError, match="signed in no longer"):
        people.current(lee)  # with a password that is theirs no longer
    lee = people.visitor("lee", since=NOON, mark=mine.mark("lee"))
    assert people.current(lee) == lee and people.visitor("lee", since=NOON).roles == set()
    People(tmp_path).remove("lee")
    with pytest.raises(ConfigError, match="signed in no longer"):
        people.current(lee)
    write(tmp_path, PASSWORDS)
    with pytest.raises(ConfigError, match="signed in no longer"):
        people.current(lee)  # without roles too


def test_an_open_page_ends_with_its_sign_in(tmp_path: Path) -> None:
    clock = Set()
    people, seal = known(tmp_path, "\n" + ROLED, clock)
    first = people.visitor("lee", since=clock.now)
    clock.now += 60
    second = people.visitor("lee", since=clock.now)
    clock.now = NOON + LASTS
    with pytest.raises(ConfigError):
        people.current(first)
    assert people.current(second)
    seal.end("lee")
    with pytest.raises(ConfigError):
        people.current(second)


def test_what_cannot_be_told_is_not_done(tmp_path: Path) -> None:
    people, _ = known(tmp_path, PASSWORDS + ROLED)
    People(tmp_path).add("lee")
    lee = people.visitor("lee", mark=People(tmp_path).mark("lee"))
    write(tmp_path, PASSWORDS + ROLED + "no_such: 1\n")
    with pytest.raises(ConfigError, match="no_such"):
        people.current(lee)
    write(tmp_path, PASSWORDS + ROLED)
    assert people.current(lee)
    (tmp_path / FILE).write_text("{", "utf-8")
    with pytest.raises(StoreError, match="damaged"):
        people.current(lee)


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("overview", "overview"),
        ("overview?run=a&x=%2F%2Fb%0A", "overview?run=a&x=%2F%2Fb%0A"),
        ("overview?", "overview"),
        ("", ""),
        ("other", ""),
        ("//evil.com", ""),
        ("/overview", ""),
        ("overview/../x", ""),
        ("overview#//evil.com", ""),
        ("https:overview", ""),
    ],
)
def test_the_login_leads_to_pages_that_there_are(tmp_path: Path, asked: str, leads: str) -> None:
    assert Entry(Seal(b"", "c"), ["overview"], People(tmp_path)).place(asked) == leads
