"""36 checks on a million customers beside Pandera and Great Expectations: `python -m benchmarks.checking`.

Each keeps every failing row and must find as many of them by each rule as the others. The workbench starts from its
table on disk and ends with its results there; the peers start from a frame in memory and keep theirs in memory. The
workbench also runs the checks that a project has anyway (one for keys, one for each field).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
from rich.console import Console
from rich.table import Table

from benchmarks.checking_peers import PEERS, Failing
from benchmarks.customers import BRANCHES, COUNTRIES, CURRENCIES, LANGUAGES, TERMS, customers
from benchmarks.measured import Line, Measured, alone, quiet, run_stage
from workbench.config import Config
from workbench.stages import check
from workbench.stages.standardise import columns
from workbench.store import append, fresh_schema, ident, rows, session

BARS = {"pandera": 5, "great_expectations": 10}
ROWS = 1_000_000
RULES: list[dict[str, Any]] = [
    *({"check": "required", "field": name} for name in "name tax_id phone country city street".split()),
    *({"check": "unique", "field": name} for name in ("number", "account")),
    {"check": "unique", "field": "branch", "together": ["since", "class"]},
    {"check": "foreign_key", "field": "branch", "to": "branch"},
    {"check": "allowed", "field": "country", "values": COUNTRIES},
    {"check": "allowed", "field": "currency", "values": CURRENCIES},
    {"check": "allowed", "field": "language", "values": LANGUAGES},
    {"check": "allowed", "field": "terms", "values": TERMS},
    {"check": "allowed", "field": "class", "values": ["A", "B", "C"]},
    {"check": "allowed", "field": "status", "values": ["active", "blocked", "closed"]},
    {"check": "range", "field": "credit", "min": 0, "max": 10_000_000},
    {"check": "range", "field": "discount", "min": 0, "max": 100},
    {"check": "range", "field": "billed", "min": 0},
    {"check": "range", "field": "paid", "max": 1_000_000},
    {"check": "range", "field": "since", "min": "2000-01-01", "max": "2026-09-07"},
    {"check": "range", "field": "changed", "min": "2005-01-01"},
    {"check": "length", "field": "name", "min": 2, "max": 40},
    {"check": "length", "field": "english", "min": 4, "max": 60},
    {"check": "length", "field": "street", "min": 1, "max": 60},
    {"check": "length", "field": "city", "min": 2, "max": 30},
    {"check": "length", "field": "tax_id", "min": 18, "max": 18},
    {"check": "pattern", "field": "tax_id", "pattern": "[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}"},
    {"check": "pattern", "field": "phone", "pattern": r"\+[0-9]{8,15}"},
    {"check": "pattern", "field": "email", "pattern": r"[^@ ]+@[^@ ]+\.[a-z]{2,}"},
    {"check": "pattern", "field": "bank", "pattern": "[0-9]{12,19}"},
    {"check": "pattern", "field": "postcode", "pattern": "[0-9]{6}"},
    {"check": "pattern", "field": "account", "pattern": "0*[1-9][0-9]*"},
    {"check": "compare", "field": "changed", "operator": ">=", "to": "since"},
    {"check": "compare", "field": "closed", "operator": ">=", "to": "since"},
    {"check": "compare", "field": "billed", "operator": ">=", "to": "paid"},
]


TYPES = {"float64": "money", "datetime64[ns]": "date", "object": "text"}


def config(types: Mapping[str, str]) -> Config:
    """A project of the customers, whose fields have these types, with the rules as its checks."""
    return Config.model_validate({
        "project": "Checking",
        "entities": {
            "branch": {"fields": {"name": {"type": "text"}}},
            "customer": {"fields": {name: {"type": kind} for name, kind in types.items()}},
        },
        "sources": {"erp": {"tables": {"customers": "customers.csv"}}},
        "checks": [rule | {"field": f"customer.{rule['field']}"} for rule in RULES],
    })  # fmt: skip


def write(folder: Path) -> Callable[[], dict[str, str]]:
    """Write the customers as Parquet for the peers, and into a database as checks meet them; gives their types."""

    def work() -> dict[str, str]:
        frame = customers(ROWS)
        frame.to_parquet(folder / "customers.parquet")
        types = {name: TYPES[str(kind)] for name, kind in frame.drop(columns="key").dtypes.items()}
        with quiet(folder / "work.duckdb") as con:
            fresh_schema(con, "std")
            for entity, settings in config(types).entities.items():
                con.execute(f"CREATE TABLE {ident('std', entity)} ({', '.join(columns(settings.fields))})")
            branches = pa.table({"source": ["erp"] * len(BRANCHES), "_row": range(len(BRANCHES)), "key": BRANCHES})
            append(con, "std.branch", branches)
            valid = {f"{name}__valid": frame[name].notna().replace(False, None) for name in types}
            found = frame.assign(source="erp", _row=range(ROWS), **valid)
            append(con, "std.customer", pa.Table.from_pandas(found, preserve_index=False))
        return types

    return work


def workbench(folder: Path, types: Mapping[str, str]) -> Callable[[], Failing]:
    """The stage `check`."""

    def work() -> Failing:
        run_stage(folder / "work.duckdb", config(types), check.run)
        with session(folder / "work.duckdb", read_only=True) as con:
            return dict(rows(con, "SELECT check_id, failed FROM qa.results"))

    return work


def measure(folder: Path) -> dict[str, Measured]:
    """The workbench, and the peers that are installed, on the same customers."""
    types = alone(write, folder).result
    rules = dict(zip((check.label for check in config(types).checks), RULES, strict=True))
    found = {"workbench": alone(workbench, folder, types, times=3)}
    for name, (peer, times) in PEERS.items():
        if not find_spec(name):
            print(f"{name} is not installed, so nothing is said of it: pip install 'dq-workbench[bench]'")
            continue
        found[name] = alone(peer, folder / "customers.parquet", rules, times=times)
        for label in rules:
            ours, theirs = found["workbench"].result[label], found[name].result.get(label, 0)
            assert ours == theirs, f"{label}: the workbench finds {ours}, {name} {theirs}"
    return found


def main() -> list[Line]:
    """Print who took how long, and what was found."""
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder))
    ours = found.pop("workbench")
    shown = Table(
        "who",
        "seconds",
        "of the processor",
        "failures",
        "peak memory MB",
        title=f"{len(RULES)} checks on {ROWS:,} customers",
    )
    for name, run in {"workbench": ours, **found}.items():
        shown.add_row(
            name, f"{run.seconds:.2f}", f"{run.processor:.2f}", f"{sum(run.result.values()):,}", f"{run.memory:,.0f}"
        )
    Console().print(shown)
    return [
        Line(f"{len(RULES)} checks on {ROWS:,} rows beside {name}", f"{BARS[name]} times as fast",
             f"{run.seconds / ours.seconds:.1f} times: {ours.seconds:.2f} s", f"{run.seconds:.2f} s")
        for name, run in found.items()
    ]  # fmt: skip


if __name__ == "__main__":
    main()
