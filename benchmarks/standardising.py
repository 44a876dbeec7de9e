"""Customers of eight fields standardised, few, half or all of them different: `python -m benchmarks.standardising`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
from rich.console import Console
from rich.table import Table
from stdnum.cn import uscc

from benchmarks.measured import Line, alone, quiet, run_stage
from workbench.config import Config
from workbench.stages import standardise
from workbench.store import append, fresh_schema

ROWS = 200_000
SHARES = (0.1, 0.5, 1.0)
FIELDS = "company_name person_name phone email address tax_id date money".split()
HAN = "华瑞东方金龙海天明远中和安康平福兴盛达信诚恒通泰宏伟国建民文志强丽娟秀英桂芳玉兰春梅"
SYLLABLES = "ber gar lin mon ta vel dor ka ris sen wel ton".split()
GIVEN = "Jane John Maria Peter Anna Thomas Laura Martin Julia Daniel".split()
PLACES = "High Street, Leeds LS1 4AP|Market Rd, London SW1A 2AA|Elm Ave, Springfield IL 62704".split("|")
CONFIG = Config.model_validate({
    "project": "Standardising",
    "entities": {"customer": {"fields": {name: {"type": name} for name in FIELDS}}},
    "sources": {"erp": {"tables": {"customers": "customers.csv"}, "records": {"customer": {
        "from": "customers", "key": "key", "fields": {name: name for name in FIELDS}}}}},
})  # fmt: skip


def spelt(number: int, alphabet: Sequence[str], length: int) -> str:
    """A number in the digits of an alphabet, the last one first."""
    return "".join(alphabet[number // len(alphabet) ** place % len(alphabet)] for place in range(length))


def chinese(n: int) -> list[str]:
    """The values of customer `n` in China, in the order of FIELDS."""
    name, code = spelt(n, HAN, 4), f"91310115{n:09}"
    day, second = divmod(n, 86_400)
    return [
        f"北京{name}科技有限公司", f"王{spelt(n, HAN, 4)}", f"138{n:08}", f"Info{n}@Example{n % 999}.cn",
        f"上海市浦东新区{name[:2]}路{n % 1000}号{n // 1000}室", code + uscc.calc_check_digit(code),
        f"20{day + 10}-03-{n % 28 + 1:02} {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}", f"¥{n:,}.50",
    ]  # fmt: skip


def western(n: int) -> list[str]:
    """The values of customer `n` elsewhere, in the order of FIELDS."""
    name, given = spelt(n, SYLLABLES, 5).title(), GIVEN[n % 10]
    day, second = divmod(n, 86_400)
    return [
        f"{name} {given} Trading Co., Ltd.", f"{given} {name}", f"+44 20 7{n:07}", f"{given}.{name}@Example.com",
        f"{n} {PLACES[n % 3]}", f"GB {n:09}",
        f"{n % 28 + 1}/03/20{day + 10} {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}", f"{n}.00 EUR",
    ]  # fmt: skip


def write(file: Path, share: float) -> Callable[[], None]:
    """A raw table of ROWS customers, of which this share have values that no other has."""

    def work() -> None:
        distinct = int(ROWS * share)
        known = [(chinese if n % 2 else western)(n) for n in range(distinct)]
        columns = zip(*(known[n % distinct] for n in range(ROWS)), strict=True)
        table = {"_row": range(1, ROWS + 1), "key": [f"C{n:08}" for n in range(ROWS)]}
        table |= {name: list(column) for name, column in zip(FIELDS, columns, strict=True)}
        with quiet(file) as con:
            fresh_schema(con, "raw")
            texts = ", ".join(f"{name} VARCHAR" for name in ["key", *FIELDS])
            con.execute(f"CREATE TABLE raw.erp__customers (_row BIGINT, {texts})")
            append(con, "raw.erp__customers", pa.table(table))

    return work


def standardised(file: Path) -> Callable[[], int]:
    """The stage `standardise`; gives the records."""
    return lambda: run_stage(file, CONFIG, standardise.run).rows_out


def main() -> list[Line]:
    """Print rows a second and memory for each share of distinct values."""
    title = f"{ROWS:,} customers of {len(FIELDS)} typed fields standardised"
    shown = Table("distinct", "seconds", "of the processor", "rows/s", "peak memory MB", title=title)
    lines = []
    for share in SHARES:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "work.duckdb"
            alone(write, file, share)
            run = alone(standardised, file)
        speed = f"{run.result / run.seconds:,.0f}"
        shown.add_row(f"{share:.0%}", f"{run.seconds:.1f}", f"{run.processor:.1f}", speed, f"{run.memory:,.0f}")
        lines.append(Line(f"{title}, {share:.0%} distinct", "", f"{speed} rows/s, {run.memory:,.0f} MB"))
    Console().print(shown)
    return lines


if __name__ == "__main__":
    main()
