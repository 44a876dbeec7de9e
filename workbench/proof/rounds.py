"""Rounds: each rehearsal, and at last the cutover, that was reconciled, with its figures, to be read side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pandas as pd

from ..config import Config
from ..journal import Journal, now


def record(
    config: Config, journal: Journal, target: str, run_id: str, given: Mapping[str, str], figures: Mapping[str, int],
    user: str,
) -> int:  # fmt: skip
    """Write a round down, unless the last one was of the very same things; returns its number, from 1 for a target."""
    hashes, found = json.dumps(dict(given)), json.dumps(dict(figures))
    with journal.write() as con:
        known = con.execute("SELECT hashes FROM rounds WHERE target = ? ORDER BY round", [target]).fetchall()
        if known and known[-1] == (hashes,):
            return len(known)
        con.execute(
            "INSERT INTO rounds (at, user, target, environment, run_id, hashes, figures) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [now(), user, target, config.targets[target].environment, run_id, hashes, found],
        )
    return len(known) + 1


def rounds(journal: Journal, target: str) -> pd.DataFrame:
    """The rounds of a target side by side: a column each, named by its number, and a line a figure."""
    lines = journal.read(
        "SELECT at, user, environment, run_id, figures FROM rounds WHERE target = ? ORDER BY round", [target]
    )
    columns = {
        str(number): {"on": at[:16].replace("T", " "), "by": user, "environment": environment, "run": run_id}
        | json.loads(figures)
        for number, (at, user, environment, run_id, figures) in enumerate(lines, 1)
    }
    names = list(dict.fromkeys(name for column in columns.values() for name in column))
    found = {number: [str(column.get(name, 0)) for name in names] for number, column in columns.items()}
    return pd.DataFrame({"figure": names, **found})
