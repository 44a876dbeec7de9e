"""Delimited text read beside DuckDB's own reader and pandas', on made-up customers: `python -m benchmarks.reading`."""

from __future__ import annotations

import csv
import random
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import duckdb
import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks.measured import Line, alone
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


def main() -> list[Line]:
    """Print rows and memory for clean, quoted and dirty text of a million rows and twelve columns."""
    shown = Table("file", "reader", "rows", "speed", "peak memory MB", title=f"Reading {ROWS:,} rows of 12 columns")
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("clean", "all quoted", "dirty"):
            file = Path(folder) / f"{kind}.csv"
            write(file, kind)
            speeds = []
            for job in (ours, duck, pandas):
                rows, seconds, _, memory = alone(partial, job, file, times=3)
                speeds.append(f"{rows / seconds:,.0f} rows/s")
                shown.add_row(kind, job.__name__, f"{rows:,}", speeds[-1], f"{memory:,.0f}")
            title = f"reading {ROWS:,} rows, {kind}, beside DuckDB and pandas"
            lines.append(Line(title, "", speeds[0], ", ".join(speeds[1:])))
            file.unlink()
    Console().print(shown)
    return lines


if __name__ == "__main__":
    main()
