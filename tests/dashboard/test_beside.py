"""What is done beside the server's other work: it comes back to the page that asked, if that is still open."""

import asyncio
from concurrent.futures import Future
from threading import Event, get_ident
from types import SimpleNamespace
from typing import Any

import pytest
from bokeh.document import Document

from workbench.dashboard.beside import beside


async def told(*, left: bool) -> list[Future[int]]:
    """What a page is told of work during which it is left, or is not."""
    document: Any = Document()
    context = SimpleNamespace(destroyed=False)
    document._session_context = lambda: context
    found, may, done = list[Future[int]](), Event(), Event()

    def work() -> int:
        assert may.wait(60)
        done.set()
        return get_ident()

    beside(document, work, found.append)
    context.destroyed = left
    may.set()
    assert await asyncio.to_thread(done.wait, 60)
    await asyncio.sleep(0.1)  # its way back
    for turn in document.session_callbacks:
        turn.callback()
    return found


def test_it_is_done_in_another_thread_and_told_in_the_turn_of_the_page() -> None:
    assert [done.result() != get_ident() for done in asyncio.run(told(left=False))] == [True]


def test_a_page_that_was_left_meanwhile_is_told_nothing(caplog: pytest.LogCaptureFixture) -> None:
    assert asyncio.run(told(left=True)) == [] and caplog.text == ""
