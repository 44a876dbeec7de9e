"""What takes long is done beside the server's other work; the page that asked may be left meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from bokeh.document import Document
from tornado.ioloop import IOLoop

Done = TypeVar("Done")

WORK = ThreadPoolExecutor(8, "beside")
"""Where it is done, so that one who waits for a lock keeps nobody else waiting."""


def beside(document: Document, work: Callable[[], Done], then: Callable[[Future[Done]], None]) -> None:
    """Do something in a thread, and hand what came of it to `then` when it is the page's turn, if that is still open.

    To be called in the server's thread.
    """
    loop = IOLoop.current()

    def back(done: Future[Done]) -> None:
        context = document.session_context
        if context is not None and not context.destroyed:  # told here, where sessions end too
            document.add_next_tick_callback(partial(then, done))

    WORK.submit(work).add_done_callback(lambda done: loop.add_callback(back, done))
