"""What new systems would refuse, and what they would take though it is wrong, of every record that goes over.

All of it at once, with the records of the old systems where it can be mended.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from .config import Config
from .config.mistakes import suggestion
from .errors import ConfigError
from .store import Connection, frame, literal
from .workbook import Sheet, write_workbook

NOTE = "What the new system refuses has to be mended; of what is doubtful people say whether it is meant."
COLUMNS = ("target", "object", "golden_id", "source", "key", "field", "value", "problem", "kind")


def preflight(con: Connection, config: Config, target: str | None = None) -> pd.DataFrame:
    """A row each problem of a record of a source: target, object, golden_id, source, key, field, value, problem, kind.

    `kind` is refused or doubtful. Raises ConfigError for an unknown target.
    """
    if target is not None and target not in config.targets:
        raise ConfigError(f"There is no target '{target}'{suggestion(target, config.targets)}")
    chosen = f"WHERE target = {literal(target)}" if target else ""
    return frame(
        con,
        f"""WITH found AS (
            SELECT *, 'refused' AS kind FROM target.problems UNION ALL SELECT *, 'doubtful' FROM target.doubtful)
        SELECT f.target, f.object, f.golden_id, x.source, x.key, f.field, f.value, f.reason AS problem, f.kind
        FROM (FROM found {chosen}) AS f LEFT JOIN gold.xref AS x ON x.entity = f.entity AND x.golden_id = f.golden_id
        ORDER BY f.target, f.kind DESC, f.object, f.field, f.golden_id, x.source, x.key, problem""",
    )


def write_preflight(found: pd.DataFrame, file: Path) -> None:
    """Write the problems to a new .xlsx, a sheet for each kind. Raises as `write_workbook`."""
    kinds = ("refused", "doubtful")
    write_workbook(file, [Sheet(kind, NOTE, found[found["kind"] == kind].drop(columns="kind"), ()) for kind in kinds])
