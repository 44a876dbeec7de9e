import json
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tornado.web import create_signed_value

from workbench.dashboard.entrance.seal import KEY, LASTS, Clock, Pass, Seal, derived, kept_key
from workbench.errors import StoreError

NOON = 1_800_000_000.0


class Set:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Set:
    return Set()


@pytest.fixture
def seal(clock: Set) -> Seal:
    return Seal(b"k" * 32, "c", clock)


def test_a_cookie_says_who_signed_in_and_when(seal: Seal) -> None:
    assert seal.read(seal.make("王芳", "m")) == Pass("王芳", NOON, "m")


@pytest.mark.parametrize(("later", "lasts"), [(0, True), (LASTS - 1, True), (LASTS, False), (10 * LASTS, False)])
def test_it_ends_by_itself(seal: Seal, clock: Set, later: float, lasts: bool) -> None:
    cookie = seal.make("lee")
    clock.now += later
    assert (seal.read(cookie) is not None) == lasts


@pytest.mark.parametrize("back", [61, 3600, 10**8])
def test_a_cookie_of_a_time_to_come_does_not_count(seal: Seal, clock: Set, back: float) -> None:
    """A clock that was set back would let it last longer."""
    cookie = seal.make("lee")
    clock.now -= back
    assert seal.read(cookie) is None
    assert seal.read(seal.make("lee")) == Pass("lee", NOON - back)  # who signs in anew comes in


def test_every_other_letter_breaks_it(seal: Seal) -> None:
    cookie = seal.make("lee")
    for place, letter in enumerate(cookie):
        forged = cookie[:place] + ("A" if letter != "A" else "B") + cookie[place + 1 :]
        assert seal.read(forged) is None
        assert seal.read(cookie[:place]) is None


def test_another_key_or_another_cookie_makes_none_of_ours(seal: Seal, clock: Set) -> None:
    assert seal.read(Seal(b"o" * 32, "c", clock).make("lee")) is None
    assert seal.read(Seal(b"k" * 32, "d", clock).make("lee")) is None
    own = create_signed_value("", "c", json.dumps(["lee", NOON, ""]), clock=clock).decode()
    assert seal.read(own) is None and seal.read(None) is None and seal.read("") is None and seal.read("\xff|") is None


def test_who_signs_out_is_out_everywhere_until_they_sign_in_again(seal: Seal, clock: Set) -> None:
    cookies, other = [seal.make("lee"), seal.make("lee")], seal.make("li")
    seal.end("lee")
    assert [seal.read(cookie) for cookie in cookies] == [None, None] and seal.read(other)
    clock.now += 1
    assert seal.read(seal.make("lee"))


def test_the_clock_goes_on_when_it_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    steady, wall = time.monotonic(), time.time()
    monkeypatch.setattr(time, "monotonic", lambda: steady)
    monkeypatch.setattr(time, "time", lambda: wall)
    clock = Clock()
    monkeypatch.setattr(time, "time", lambda: wall - 86400)
    monkeypatch.setattr(time, "monotonic", lambda: steady + 60)
    assert clock() == pytest.approx(wall + 60)
    monkeypatch.setattr(time, "time", lambda: wall + 3600)  # asleep, the steady clock stood still
    assert clock() == pytest.approx(wall + 3600)


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    key = kept_key(tmp_path)
    assert kept_key(tmp_path) == key and len(key) == 32
    assert stat.S_IMODE((tmp_path / KEY).stat().st_mode) == 0o600
    assert len({key, derived(key, "a"), derived(key, "b")}) == 3


def test_processes_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    line = "import sys; from pathlib import Path; from workbench.dashboard.entrance.seal import kept_key; print(kept_key(Path(sys.argv[1])).hex())"
    started = [subprocess.Popen([sys.executable, "-c", line, tmp_path], stdout=subprocess.PIPE) for _ in range(4)]
    assert len({process.communicate(timeout=60)[0] for process in started}) == 1


@pytest.mark.parametrize("text", ["", "short", "g" * 64, "\xff" * 64])
def test_a_damaged_key_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / KEY).parent.mkdir()
    (tmp_path / KEY).write_text(text, "latin-1")
    with pytest.raises(StoreError, match=r"dashboard\.key is damaged.*signs in again"):
        kept_key(tmp_path)


def test_who_signs_out_while_the_clock_is_ahead_comes_in_again_when_it_is_right(seal: Seal, clock: Set) -> None:
    clock.now += 30 * 86400
    ahead = seal.make("lee")
    seal.end("lee")
    clock.now = NOON
    assert seal.read(ahead) is None
    again = seal.make("lee")
    assert seal.read(again) == Pass("lee", NOON) and seal.read(ahead) is None
