-- What outlives state/: runs, what came in, how good it was, which failures opened and closed, golden ids.
-- Append-only but for runs.finished_at and runs.outcome.
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE runs (
    run_id TEXT PRIMARY KEY, as_of TEXT NOT NULL, user TEXT NOT NULL, version TEXT NOT NULL, config_hash TEXT NOT NULL,
    started_at TEXT NOT NULL, finished_at TEXT, outcome TEXT
);
CREATE TABLE stages (
    run_id TEXT NOT NULL, stage TEXT NOT NULL, seconds REAL NOT NULL, rows_in INTEGER NOT NULL, rows_out INTEGER NOT NULL,
    PRIMARY KEY (run_id, stage)
);
CREATE TABLE inputs (
    run_id TEXT NOT NULL, source TEXT NOT NULL, name TEXT NOT NULL, as_of TEXT NOT NULL, sha256 TEXT NOT NULL,
    rows INTEGER NOT NULL, rejects INTEGER NOT NULL
);
CREATE TABLE metrics (
    run_id TEXT NOT NULL, metric TEXT NOT NULL, source TEXT, entity TEXT, field TEXT, dimension TEXT,
    check_id TEXT, value REAL NOT NULL
);
CREATE TABLE failure_events (
    id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, as_of TEXT NOT NULL, event TEXT NOT NULL CHECK (event IN ('opened', 'resolved')),
    check_id TEXT NOT NULL, entity TEXT NOT NULL, source TEXT NOT NULL, key TEXT NOT NULL, field TEXT NOT NULL
);
CREATE INDEX failure_events_by_failure ON failure_events (check_id, entity, source, key, field, as_of, id);
CREATE TABLE golden_ids (
    id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, as_of TEXT NOT NULL, entity TEXT NOT NULL, golden_id TEXT NOT NULL,
    source TEXT NOT NULL, key TEXT NOT NULL, founding INTEGER NOT NULL
);
CREATE INDEX golden_ids_by_record ON golden_ids (entity, source, key);
