-- What people say of issues, an empty value takes it back. Whether an issue is open is never said here: it follows from
-- what the runs counted (metrics). Owner, priority, due and comment are of all failures of a check; answer and remark are
-- of one, with its entity, source, key and field. `run_id` is the run whose failures the person had before them.
CREATE TABLE issue_events (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, user TEXT NOT NULL, run_id TEXT NOT NULL, check_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('owner', 'priority', 'due', 'comment', 'answer', 'remark')),
    entity TEXT, source TEXT, key TEXT, field TEXT, value TEXT NOT NULL
);
