"""A project of which only what it published is there, made by hand: the history through a journal, tables by SQL."""

from collections.abc import Iterable, Mapping
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from workbench.export import write_parquet
from workbench.journal import Journal
from workbench.published import Published, write_history
from workbench.store import session
from workbench.views.view import View

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>{{ 7*7 }}'
Check = tuple[str, str, str, int, int]
"""(source, dimension, check_id, evaluated, failed)"""

Run = tuple[str, Iterable[Check], Mapping[str, float]]
"""(as-of date, what its checks found, the thresholds by dimension)"""


def published(
    root: Path, runs: Iterable[Run], inputs: Mapping[str, list[tuple[Any, ...]]] | None = None, **tables: str
) -> Published:
    """Runs in their order, and the tables (name: SQL) of the last one, which is opened; `inputs` by as-of date."""
    journal, last = Journal(root), ""
    for as_of, checks, thresholds in runs:
        last = journal.start_run(date.fromisoformat(as_of), "me", "1", "")
        notes = {"metrics": metrics(checks, thresholds), "inputs": (inputs or {}).get(as_of, [])}
        journal.remember(last, {"stage": "check", "seconds": 1.0, "rows_in": 0, "rows_out": 0}, notes)
        journal.finish_run(last, "passed")
    folder = root / "reports" / last / "tables"
    folder.mkdir(parents=True)
    with session(None) as con:
        for name, query in tables.items():
            write_parquet(con, query, folder / f"{name}.parquet")
    write_history(root, "made", journal)
    return Published(root, last)


def metrics(checks: Iterable[Check], thresholds: Mapping[str, float]) -> list[tuple[Any, ...]]:
    """What the stage check notes of a run: see `stages/check.py`."""
    found: list[tuple[Any, ...]] = []
    sums: dict[str, dict[str, list[int]]] = {}
    for source, dimension, check_id, evaluated, failed in checks:
        for metric, value in (("evaluated", evaluated), ("failed", failed)):
            found.append((metric, source, "customer", "", dimension, check_id, float(value)))
        both = sums.setdefault(dimension, {}).setdefault(check_id, [0, 0])
        both[0], both[1] = both[0] + evaluated, both[1] + failed
    for dimension, its in sums.items():
        scores = [1 - failed / evaluated for evaluated, failed in its.values() if evaluated]
        if scores:
            found.append(("score", None, None, None, dimension, None, sum(scores) / len(scores)))
    found += [("threshold", None, None, None, dimension, None, value) for dimension, value in thresholds.items()]
    return found


class _Reader(HTMLParser):
    """Notes which elements there are and that each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag not in ("meta", "br", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def sound(view: View) -> str:
    """The body of a view, after a look that it is well formed, without script and without anything from outside."""
    html = str(view.body)
    reader = _Reader()
    reader.feed(html)
    assert reader.open == []
    assert not reader.seen & {"script", "img", "iframe", "link", "style"}
    assert not {name for name in reader.attributes if name.startswith("on")} and "src" not in reader.attributes
    assert "http" not in html and "{{ 49" not in html
    assert html in view._repr_html_()
    return html
