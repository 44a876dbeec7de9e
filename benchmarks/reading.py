"""Reading delimited text: ours into DuckDB beside DuckDB's own reader and pandas', on made-up customers."""

from __future__ import annotations

import csv
import multiprocessing
import random
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pandas as pd
from rich.console import Console
from rich.table import Table

from workbench.config import ReadOptions
from workbench.sources import read
from workbench.store import append, ident, transaction

ROWS = 1_000_000
COLUMNS = "id,name,名称,email,phone,street,city,country,since,credit limit,class,note".split(",")
NAMES = "Acme Global Northwind Contoso Blue Silver River Stone Apex Union Trading Foods Steel Optics Paper".split()
HAN = "华东 北方 长江 宏图 金桥 腾达 瑞丰 信诚 光明 贸易 科技 实业 食品 机械 电子".split()


def customers(count: int) -> Iterator[list[str]]:
    """Made-up customers, the same at every run."""
    draw = random.Random(1)
    for n in range(count):
        name, han = " ".join(draw.choices(NAMES, k=2)), "".join(draw.choices(HAN, k=2))
        yield [f"C{n:08}", f"{name} Ltd", f"{han}有限公司", f"info{n}@example.com",
               f"+86 10 {draw.randrange(10**8):08}", f"Long Road {n % 999}",
               draw.choice(("北京", "上海", "Leeds")), draw.choice(("CN", "GB")),
               f"20{n % 25:02}-{n % 12 + 1:02}-{n % 28 + 1:02}", f"{draw.randrange(10**6)}.50", "ABC"[n % 3],
               "" if n % 4 else "calls back"]  # fmt: skip


def write(file: Path, kind: str) -> None:
    """A file of customers: clean, clean and all in quotes, or with what breaks readers in one row in a hundred."""
    quoting = csv.QUOTE_ALL if kind == "all quoted" else csv.QUOTE_MINIMAL
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, quoting=quoting, lineterminator="\n")
        writer.writerow(COLUMNS)
        for n, row in enumerate(customers(ROWS)):
            if kind == "dirty" and n % 50 == 7:
                row[-1] = "calls back, but late\nand seldom"
            if kind == "dirty" and n % 100 == 50:
                row.append("surplus")
            writer.writerow(row)
            if kind == "dirty" and n % 10_000 == 99:
                text.write('C9,"Acme "Global" Ltd",x\n')


def ours(file: Path) -> int:
    """The way of the ingest stage: batch after batch into a table."""
    extract = read(file, ReadOptions())
    con = duckdb.connect()
    columns = ", ".join(f"{ident(name)} VARCHAR" for name in extract.columns)
    con.execute(f"CREATE TABLE t (_row BIGINT, {columns})")
    with transaction(con):
        for batch in extract.batches:
            append(con, "t", batch.rows)
    return count(con)


def duck(file: Path) -> int:
    """DuckDB, which leaves out what it cannot read."""
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    options = "all_varchar=true, ignore_errors=true, strict_mode=false"
    con.execute(f"CREATE TABLE t AS FROM read_csv($1, {options})", [str(file)])
    return count(con)


def pandas(file: Path) -> int:
    """pandas with its lenient engine, which skips what it cannot read."""
    return len(pd.read_csv(file, engine="python", on_bad_lines="skip", dtype=str))


def count(con: duckdb.DuckDBPyConnection) -> int:
    """The rows of the table."""
    return int(con.execute("SELECT count(*) FROM t").fetchall()[0][0])


def _measured(job: Callable[[Path], int], file: Path, out: multiprocessing.Queue[tuple[int, float, float]]) -> None:
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    rows = job(file)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    out.put((rows, time.perf_counter() - started, peak / 1024))


def measured(job: Callable[[Path], int], file: Path) -> tuple[int, float, float]:
    """Rows read, seconds, and megabytes of memory beyond the start, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    out: multiprocessing.Queue[tuple[int, float, float]] = context.Queue()
    process = context.Process(target=_measured, args=(job, file, out))
    process.start()
    result = out.get()
    process.join()
    return result


def reading(out: Console, scratch: Path) -> None:
    """Clean, quoted and dirty text of a million rows and twelve columns."""
    shown = Table("file", "reader", "rows", "rows/s", "memory MB", title=f"Reading {ROWS:,} rows of 12 columns")
    for kind in ("clean", "all quoted", "dirty"):
        file = scratch / f"{kind}.csv"
        write(file, kind)
        for job in (ours, duck, pandas):
            rows, seconds, memory = min((measured(job, file) for _ in range(3)), key=lambda run: run[1])
            shown.add_row(kind, job.__name__, f"{rows:,}", f"{rows / seconds:,.0f}", f"{memory:,.0f}")
        file.unlink()
    out.print(shown)
