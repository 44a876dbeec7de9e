from concurrent.futures import ThreadPoolExecutor

from workbench.room import reservations
from workbench.room.reservations import Reservations


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_others_get_the_next_one_until_it_is_free() -> None:
    clock = Clock()
    held = Reservations(120, clock)
    assert held.first("1", "wang", "abc") == "a"
    assert held.first("2", "li", "abc") == "b"
    assert held.first("3", "li", "abc") == "c" and held.first("4", "zhao", "abc") is None
    assert held.look("4", "zhao", "a") == "wang" and held.others("1") == ["li", "zhao"]
    held.leave("2")
    assert held.first("4", "zhao", "abc") == "b"
    assert held.first("1", "wang", "bc") is None and held.first("4", "zhao", "abc") == "a"  # what one leaves is free


def test_it_is_over_without_a_sign_and_goes_on_with_one() -> None:
    clock = Clock()
    held = Reservations(120, clock)
    held.first("1", "wang", "ab")
    clock.at = 100
    held.renew("1")
    clock.at = 219
    assert held.first("2", "li", "ab") == "b"
    clock.at = 220
    held.renew("1")  # too late
    assert held.first("3", "zhao", "ab") == "a" and held.others("2") == ["zhao"]


def test_what_is_remembered_has_a_limit(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(reservations, "MOST", 5)
    held = Reservations()
    for number in range(50):
        held.first(str(number), f"p{number}", range(50))
    assert len(held.others("none")) == 5


def test_in_many_threads_nothing_is_given_twice() -> None:
    held = Reservations()
    with ThreadPoolExecutor(16) as pool:
        given = list(pool.map(lambda n: held.first(str(n), f"p{n}", range(200)), range(200)))
    assert sorted(given) == list(range(200))
