-- What people decide of records: that two are the same or are not, a value that stands, a record to leave out. Append-only:
-- an act is taken back by a further one. `act` is the id of the first row of what a person did at once, `of` the act that an
-- undo or a confirm is about. Of a pair (source_l, key_l) < (source_r, key_r); what is of one record has no right side.
-- Values and notes may be personal and are nowhere else: a person is erased here by deleting their lines, ids do not come again.
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, user TEXT NOT NULL, act INTEGER NOT NULL, entity TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('match', 'no_match', 'split', 'override', 'exclude', 'relate', 'unrelate', 'confirm', 'undo')),
    source_l TEXT, key_l TEXT, source_r TEXT, key_r TEXT, field TEXT, value TEXT,
    why TEXT NOT NULL CHECK (trim(why) <> '' OR kind IN ('confirm', 'undo')), "of" INTEGER
);
CREATE INDEX decisions_by_act ON decisions (act);
CREATE INDEX decisions_by_of ON decisions ("of");
