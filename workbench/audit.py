"""Who did what when: one list from all tables of the journal, without the values that were given."""

from __future__ import annotations

import pandas as pd

from .journal import Journal

COLUMNS = ("at", "user", "action", "what")



def _said(*columns: str) -> str:
    """SQL for what columns say, one after the other; SQLite's own concat_ws is too young."""
    parts = (f"coalesce(' ' || {column}, '')" for column in columns)
    return f"ltrim({' || '.join(parts)})"


TRAIL = f"""
    SELECT at, user, action, what FROM (
        SELECT started_at AS at, user, 'run' AS action, run_id || ': ' || coalesce(outcome, 'not finished') AS what
        FROM runs
        UNION ALL SELECT coalesce(finished_at, started_at), user, 'write load files', run_id
        FROM stages JOIN runs USING (run_id) WHERE stage = 'publish'
        UNION ALL SELECT at, user, kind, 'act ' || act || coalesce(' of act ' || "of", '') || ': '
            || {_said("entity", "source_l", "key_l", "source_r", "key_r", "field")} || iif(count(*) > 1, ' ...', '')
        FROM decisions GROUP BY act
        UNION ALL SELECT at, user, 'issue ' || kind, {_said("check_id", "source", "key", "field")} FROM issue_events
        UNION ALL SELECT at, user, 'collect', {_said("entity", "golden_id", "field")} FROM collected
        UNION ALL SELECT at, user, 'approve mapping', target || ' by ' || author || ': ' || hash FROM approvals
        UNION ALL SELECT at, user, 'sign ' || part, target FROM signatures
        UNION ALL SELECT started_at, user, 'load ' || load_id,
            {_said("target", "environment", "wave", "run_id")} || ': ' || coalesce(outcome, 'not finished') FROM loads
        UNION ALL SELECT at, user, 'read back', {_said("target", "environment", "object")} FROM readbacks
        UNION ALL SELECT at, user, 'round ' || round, {_said("target", "environment", "run_id")} FROM rounds
        UNION ALL SELECT at, user, 'look at', {_said("target", "entity", "golden_id", "field")} || ': ' || verdict
        FROM sampled
        UNION ALL SELECT at, user, 'erase', {_said("entity", "source", "key")} FROM erased
        UNION ALL SELECT at, user, action, what FROM audit)
    ORDER BY at"""


def trail(journal: Journal) -> pd.DataFrame:
    """Everything that anybody did, oldest first: at (UTC), user, action, what. Keys and names, no values or notes."""
    return pd.DataFrame(journal.read(TRAIL), columns=list(COLUMNS))
