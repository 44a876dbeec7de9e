-- What people filled into collection sheets; `source` and `key` name the record that founded the golden record then. Later
-- lines stand. Values may be personal: a person is erased here by deleting their lines.
CREATE TABLE collected (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, user TEXT NOT NULL, entity TEXT NOT NULL, golden_id TEXT NOT NULL,
    source TEXT NOT NULL, key TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL
);
