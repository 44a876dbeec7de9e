"""What benchmarks share: work timed, or measured in a process of its own; stages run alone; lines of the scoreboard."""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from workbench.config import Config
from workbench.stages.context import Counts, Run
from workbench.store import Connection, create_tables, session, transaction

DAY = date(2026, 9, 7)


class Line(NamedTuple):
    """A line of the scoreboard: what was measured, the bar, our figure, and a peer's in the same run."""

    what: str
    bar: str
    ours: str
    peer: str = ""


class Measured(NamedTuple):
    """What work gave, its seconds, those of the processor, and the most memory its process ever held, in MB.

    Many more seconds than the processor worked say that the machine was busy with something else.
    """

    result: Any
    seconds: float
    processor: float
    memory: float


def timed(work: Callable[[], object], times: int = 3) -> float:
    """The median seconds of some work."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def alone(prepare: Callable[..., Callable[[], Any]], *given: Any, times: int = 1) -> Measured:
    """Measure the work that `prepare(*given)` returns, each time in a process of its own; the fastest counts.

    What is prepared takes no time, but its memory counts.
    """
    context = multiprocessing.get_context("spawn")
    runs = []
    for _ in range(times):
        out, sender = context.Pipe(duplex=False)
        process = context.Process(target=_measure, args=(sender, prepare, given))
        process.start()
        sender.close()  # so that a process that dies ends the wait
        runs.append(Measured(*out.recv()))
        process.join()
    return min(runs, key=lambda run: run.seconds)


def _measure(sender: Any, prepare: Callable[..., Callable[[], Any]], given: tuple[Any, ...]) -> None:
    work = prepare(*given)
    started, worked = time.perf_counter(), time.process_time()
    result = work()
    seconds, processor = time.perf_counter() - started, time.process_time() - worked
    unit = 2**20 if sys.platform == "darwin" else 2**10
    sender.send((result, seconds, processor, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit))


@contextmanager
def quiet(file: Path) -> Iterator[Connection]:
    """A session that draws no progress bar, as DuckDB does in processes that it takes for somebody's at a prompt."""
    with session(file) as con:
        con.execute("SET enable_progress_bar = false")
        yield con


def run_stage(file: Path, config: Config, stage: Callable[[Connection, Run], Counts]) -> Counts:
    """One stage on the tables of a database, as a run does it for the first time: nothing is remembered."""
    with quiet(file) as con:
        con.execute("ATTACH ':memory:' AS memory")
        create_tables(con, "memory")
        with transaction(con):
            return stage(con, Run(config, DAY, f"{DAY}.1", b""))
