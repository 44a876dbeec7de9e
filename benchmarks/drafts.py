"""What `workbench init` gets right of files nobody configured: `python -m benchmarks.drafts`, as docs/drafts.md has it.

WORKBENCH_REAL_DATA names the folder of the extracts; what is right was said by hand, in tests/real/expected/.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from ruamel.yaml import YAML

import workbench as wb
from benchmarks.linkage.datasets import DATASETS, read, who_is_who
from benchmarks.linkage.datasets import DEMO as DEMO_FILES
from benchmarks.measured import Line
from workbench.draft import Draft
from workbench.matching.evaluate import Scores, score
from workbench.store import session

ROOT = Path(__file__).parents[1]
DAY = "2026-09-07"
EXPECTED = {file.stem: YAML(typ="safe").load(file) for file in sorted((ROOT / "tests/real/expected").glob("*.yml"))}
LINKED = ("fodors_zagats", "pseudopeople", "senzing_truthset", "splink_fake_1000")
"""Datasets of which it is known who is who."""

DEMO = "demo, first date"


class Miss(NamedTuple):
    """What the draft says of a key or a column, and what is right."""

    place: str
    drafted: str
    expected: str


@dataclass(frozen=True)
class Judged:
    """How many tables were drafted, how many keys and columns of those listed rightly, and the misses."""

    tables: int
    keys: tuple[int, int]
    columns: tuple[int, int]
    misses: list[Miss]

    @property
    def share(self) -> float:
        """Keys and columns that are right (0 to 1)."""
        return (self.keys[0] + self.columns[0]) / (self.keys[1] + self.columns[1])


def draft(dataset: str, data: Path, root: Path) -> Draft:
    """Draft a project from a dataset as it came; the column that gives away who is who is taken out."""
    if dataset == "splink_fake_1000":
        people = root.with_name(f"{root.name}.csv")
        read(data / dataset / "fake_1000.csv").drop(columns="cluster").to_csv(people, index=False)
        return wb.init_project(root, {"people": people}, as_of=DAY)
    return wb.init_project(root, {name: data / path for name, path in EXPECTED[dataset]["sources"].items()}, as_of=DAY)


def judge(drafted: Draft, expected: Mapping[str, Mapping[str, Any]]) -> Judged:
    """Hold keys and types against those that are right."""
    keys = dict(_keys(drafted))
    types = {f"{line.source}.{line.table}.{line.column}": str(line.type) for line in drafted.fields.itertuples()}
    right_keys = {table: tuple(known["key"]) for table, known in expected.items() if "key" in known}
    right_types = {f"{t}.{column}": kind for t, known in expected.items() for column, kind in known["columns"].items()}
    wrong_keys = [table for table, key in right_keys.items() if keys.get(table) != key]
    wrong_types = [column for column, right in right_types.items() if types.get(column) not in right.split("|")]
    misses = [
        *(Miss(f"{t}: key", " + ".join(keys.get(t, ())), " + ".join(right_keys[t])) for t in wrong_keys),
        *(Miss(c, types.get(c, ""), right_types[c].replace("|", " or ")) for c in wrong_types),
    ]
    return Judged(
        tables=len(drafted.tables),
        keys=(len(right_keys) - len(wrong_keys), len(right_keys)),
        columns=(len(right_types) - len(wrong_types), len(right_types)),
        misses=misses,
    )


def _keys(drafted: Draft) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(source.table, key) of the tables that give records, and of those that are looked up."""
    for entity in drafted.entities:
        for record in entity.records.values():
            yield ".".join(record.table.place), record.key.columns
            yield from ((".".join(look.reference.to.place), look.key.columns) for look in record.lookups)


def linked(project: wb.Project, truth: pd.DataFrame) -> Scores:
    """How well a run's clusters agree with a truth of source, key, cluster."""
    with session(None) as con:
        con.register("found", project.sql("SELECT source, key, golden_id AS cluster FROM match.customer_clusters"))
        con.register("truth", truth)
        return score(con, "found", "truth")


def truth(dataset: str, data: Path, project: wb.Project) -> pd.DataFrame:
    """Who is who in a dataset of `LINKED`, by the keys of the project drafted from it: source, key, cluster."""
    if dataset == "pseudopeople":
        persons = " UNION ALL ".join(
            f"SELECT '{name}' AS source, _row, simulant_id AS cluster FROM raw.{name}__{name}_2020_dirty"
            for name in EXPECTED[dataset]["sources"]
        )
        return project.sql(f"SELECT source, key, cluster FROM std.customer JOIN ({persons}) USING (source, _row)")
    return DATASETS[dataset](data).truth


def link_demo(root: Path) -> Scores:
    """Draft the demo's first date from its extracts alone, run it untouched, and hold it against its truth."""
    wb.init_project(root, {name: DEMO_FILES / "sources" / DAY / name for name in ("erp", "crm", "sales")}, as_of=DAY)
    project = wb.open_project(root)
    project.run(until="match")
    return linked(project, who_is_who(read(DEMO_FILES / "truth" / "customer.csv"), "source", "key", "cluster"))


def judged_table(found: Mapping[str, Judged]) -> list[str]:
    """Hits, a line a dataset, then the misses, a line each."""
    lines = [
        f"| {name} | {j.tables} | {j.keys[0]} of {j.keys[1]} | {j.columns[0]} of {j.columns[1]} | {j.share:.1%} |"
        for name, j in found.items()
    ]
    misses = [f"| {name} | {' | '.join(miss)} |" for name, judged in found.items() for miss in judged.misses]
    return [
        *_heading("dataset", "tables", "keys right", "columns right", "share"), *lines, "",
        *_heading("dataset", "key or column", "drafted", "right"), *misses,
    ]  # fmt: skip


def linked_table(found: Mapping[str, Scores]) -> list[str]:
    """How well the untouched drafts link, a line a dataset."""
    lines = [f"| {name} | {s.precision:.3f} | {s.recall:.3f} | {s.f1:.3f} |" for name, s in found.items()]
    return [*_heading("dataset", "pair precision", "pair recall", "pair F1"), *lines]


def _heading(*names: str) -> list[str]:
    return [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]


def main() -> list[Line]:
    """Draft and judge every dataset, run those of which it is known who is who, and print the tables."""
    data = Path(os.environ["WORKBENCH_REAL_DATA"])
    judged, scores = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for name in dict.fromkeys([*EXPECTED, *LINKED]):
            drafted = draft(name, data, Path(folder) / name)
            if name in EXPECTED:
                judged[name] = judge(drafted, EXPECTED[name]["tables"])
            if name in LINKED:
                project = wb.open_project(drafted.root)
                project.run(until="match")
                scores[name] = linked(project, truth(name, data, project))
        scores[DEMO] = link_demo(Path(folder) / "demo")
    print("\n".join([*judged_table(judged), "", *linked_table(scores)]))
    shares = [Line(f"keys and columns drafted rightly, {name}", "", f"{j.share:.1%}") for name, j in judged.items()]
    linked_by = [Line(f"pair F1 of the untouched draft, {name}", "", f"{s.f1:.3f}") for name, s in scores.items()]
    return [*shares, *linked_by]


if __name__ == "__main__":
    main()
