"""What many share at a desk: what takes long for one keeps nobody else waiting."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from workbench.config.roles import SEE
from workbench.room import desk as desks
from workbench.room.desk import Desk, Person

PATIENCE = 120
"""Seconds after which what waits for a lock is given up."""


LONG: dict[str, tuple[str, Callable[[Desk], Any]]] = {
    "worksheet": ("worksheet", lambda desk: desk.worksheet("crm")),
    "queue": ("review_data", lambda desk: desk.queue("customer")),
    "decided": ("Decisions.decided", lambda desk: desk.decided("customer")),
}


@pytest.mark.parametrize("name", LONG)
def test_nobody_waits_for_what_takes_long_for_another(over: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    desk, begun, may_end, times = Desk(over), Event(), Event(), list[None]()
    path, asks = LONG[name]
    *of, last = path.split(".")
    owner = getattr(desks, of[0]) if of else desks
    does = getattr(owner, last)

    def slow(*given: Any, **named: Any) -> Any:
        times.append(None)
        begun.set()
        assert may_end.wait(PATIENCE)
        return does(*given, **named)

    monkeypatch.setattr(owner, last, slow)
    with ThreadPoolExecutor(4) as pool:
        both = [pool.submit(asks, desk) for _ in range(2)]
        try:
            assert begun.wait(PATIENCE)
            pool.submit(desk.demand, Person("wang"), "Looking", *SEE).result(PATIENCE)
            assert pool.submit(lambda: desk.run.run_id).result(PATIENCE)
            others = [other for other_name, (_, other) in LONG.items() if other_name != name]
            for other in others:
                pool.submit(other, desk).result(PATIENCE)
        finally:
            may_end.set()
        assert both[0].result() is both[1].result() and len(times) == 1
