"""What changed in the old systems' records between two runs, found by the hashes that each run keeps of its records."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa

from .config import Config
from .config.mistakes import suggestion
from .errors import ConfigError, StoreError
from .journal import COUNTING, Journal
from .published import HASHES, PRIVATE
from .store import Connection, copy_table, frame, open_files, view_file

NOTE = "What changed in the old systems: look each record up, and load those again that were loaded."

LOADED = """
    WITH told AS (
        SELECT golden_id, target || ' ' || environment AS place, event,
            row_number() OVER (PARTITION BY target, environment, object, golden_id ORDER BY id DESC) AS last
        FROM ledger WHERE event IN ('created', 'updated', 'undone'))
    SELECT golden_id, group_concat(DISTINCT place) FROM told WHERE last = 1 AND event <> 'undone' GROUP BY golden_id"""
"""The golden ids that lie in a new system, and in which."""

CHANGES = """
    WITH compared AS (
        SELECT entity, source, key, coalesce(o.golden_id, n.golden_id) AS golden_id,
            CASE WHEN o.fields IS NULL THEN 'new' WHEN n.fields IS NULL THEN 'gone' ELSE 'changed' END AS change,
            list_filter(n.fields, lambda field: n.hashes[list_position(n.fields, field)]
                IS DISTINCT FROM o.hashes[list_position(o.fields, field)]) AS fields
        FROM published.now AS n FULL JOIN published.before AS o USING (entity, source, key)
        WHERE (n.fields, n.hashes) IS DISTINCT FROM (o.fields, o.hashes))
    SELECT entity, source, key, change,
        CASE change WHEN 'changed' THEN array_to_string(fields, ', ') ELSE '' END AS fields,
        golden_id, coalesce(l.place, '') AS loaded
    FROM compared LEFT JOIN published.loaded AS l USING (golden_id)
    WHERE change <> 'changed' OR len(fields) > 0 ORDER BY entity, source, key"""


def changes(root: Path, config: Config, journal: Journal, since: str | None = None) -> pd.DataFrame:
    """The records that are new, changed or gone in the newest run, against that of `since` (a run or a date).

    By default against the newest run of a date up to that of the freeze (`cutover.freeze`). Columns: entity, source,
    key, change, fields (names of those that changed), golden_id, loaded (the new systems that have it, and so need it
    again). `attrs` has the two runs, as `since` and `until`, and whether their `configuration` is the same: where it is
    not, settings may have changed values and not the old system. Raises ConfigError for a run or date that there is
    none of, StoreError for runs without hashes.
    """
    newest, _ = journal.newest() or (None, None)
    if newest is None:
        raise StoreError(f"{root} has no finished run yet. Run it: workbench run {root}")
    before = _run(config, journal, since)
    if before == newest:
        raise ConfigError(f"Since {before} nothing was run: it is the newest run. Put newer extracts there and run.")
    con = open_files([root / PRIVATE])
    for name, run_id in (("before", before), ("now", newest)):
        _view(con, root, name, run_id)
    loaded = journal.read(LOADED)
    copy_table(con, "loaded", pa.table({name: pa.array([line[place] for line in loaded], pa.string())
                                        for place, name in enumerate(("golden_id", "place"))}))  # fmt: skip
    found = frame(con, CHANGES)
    hashes = journal.read("SELECT DISTINCT config_hash FROM runs WHERE run_id IN (?, ?)", [before, newest])
    found.attrs = {"since": before, "until": newest, "configuration": len(hashes) == 1}
    con.close()
    return found


def _run(config: Config, journal: Journal, since: str | None) -> str:
    """The run that is meant: one by name, or the newest that counts of a date or before it."""
    if since is None:
        if config.cutover is None:
            raise ConfigError("Since when? Give a run or a date, or `cutover` with its `freeze` in workbench.yml.")
        since = config.cutover.freeze.date().isoformat()
    runs = [run_id for (run_id,) in journal.read("SELECT run_id FROM runs ORDER BY rowid")]
    if since in runs:
        return since
    try:
        day = date.fromisoformat(since)
    except ValueError as error:
        raise ConfigError(f"There is no run {since!r}, and it is no date{suggestion(since, runs)}") from error
    query = f"SELECT run_id FROM runs WHERE rowid IN ({COUNTING}) AND as_of <= ? ORDER BY as_of DESC LIMIT 1"
    for (run_id,) in journal.read(query, [day.isoformat()]):
        return str(run_id)
    raise ConfigError(f"No run of {day} or before has finished. Run the extracts of that date first.")


def _view(con: Connection, root: Path, name: str, run_id: str) -> None:
    """The hashes of a run as published.<name>. Raises StoreError where there are none."""
    file = root / PRIVATE / run_id / HASHES
    if not file.is_file():
        day = run_id.rsplit(".", 1)[0]
        raise StoreError(f"{run_id} has left no hashes of its records. Run its date again: workbench run --as-of {day}")
    view_file(con, name, file)
