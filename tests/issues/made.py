"""A project with three checks, a journal in which runs are written by hand, and what they found."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from workbench.config import Config, load
from workbench.journal import Journal

CONFIG = """\
project: Made
entities:
  customer: {fields: {name: {type: text, required: true}, phone: {type: phone}}}
sources:
  erp: &source
    tables: {list: erp.csv}
    records: {customer: {from: list, key: no, fields: {name: name, phone: phone}}}
  crm: {<<: *source, tables: {list: crm.csv}}
checks:
  - {check: valid, field: customer.phone, warn: 20%, fail: 50%}
stewards: {customer: Chen, customer.phone: Li}
"""
NAME, PHONE = "required:customer.name", "valid:customer.phone"
Found = dict[str, dict[str, list[str]]]
"""The keys of the failing rows, by check and source; of a source a check looks at ten rows."""


def config(root: Path) -> Config:
    (root / "workbench.yml").write_text(CONFIG, "utf-8")
    return load(root)


def ran(journal: Journal, day: str, found: Found, outcome: str = "passed") -> str:
    """Write a run as the stage check and the end of a run do."""
    run = journal.start_run(date.fromisoformat(day), "me", "1", "")
    metrics = [
        (metric, source, "customer", check.rpartition(".")[2], "validity", check, float(value))
        for metric in ("evaluated", "failed")
        for check, sources in found.items()
        for source, keys in sources.items()
        for value in ({"evaluated": 10, "failed": len(keys)}[metric],)
    ]
    stage = {"stage": "check", "seconds": 0.0, "rows_in": 0, "rows_out": 0}
    journal.remember(run, stage, {"metrics": metrics, "failures": list(failures(found))})
    journal.finish_run(run, outcome)
    return run


def failures(found: Found) -> Iterable[tuple[str, ...]]:
    for check, sources in found.items():
        for source, keys in sources.items():
            yield from ((check, "customer", source, key, check.rpartition(".")[2]) for key in keys)
