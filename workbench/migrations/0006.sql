-- The ledger: what a new system was told of each golden record, and what it answered. Append-only. `sent` is written before the
-- call, the verdict after it; a `sent` without verdict is looked up in the new system before anything is sent again.
CREATE TABLE loads (
    load_id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, target TEXT NOT NULL, environment TEXT NOT NULL,
    wave TEXT NOT NULL, user TEXT NOT NULL, process TEXT NOT NULL, backup TEXT NOT NULL,
    started_at TEXT NOT NULL, finished_at TEXT, outcome TEXT
);
CREATE TABLE ledger (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, load_id INTEGER, target TEXT NOT NULL, environment TEXT NOT NULL,
    object TEXT NOT NULL, golden_id TEXT NOT NULL,
    event TEXT NOT NULL CHECK (event IN ('sent', 'created', 'updated', 'refused', 'undone')),
    hash TEXT, target_id TEXT, field TEXT, reason TEXT
);
CREATE INDEX ledger_by_record ON ledger (target, environment, object, golden_id, id);
-- What was read back from a new system: the hash of each object's rows, which lie in state/readback/.
CREATE TABLE readbacks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, user TEXT NOT NULL, target TEXT NOT NULL, environment TEXT NOT NULL,
    object TEXT NOT NULL, rows INTEGER NOT NULL, hash TEXT NOT NULL
);
-- A round is a rehearsal (or the cutover) that was reconciled: its figures, by name.
CREATE TABLE rounds (
    round INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, user TEXT NOT NULL, target TEXT NOT NULL, environment TEXT NOT NULL,
    run_id TEXT NOT NULL, hashes TEXT NOT NULL, figures TEXT NOT NULL
);
-- Who signed what, and the hashes of all that it was signed for, as JSON. It lapses when one of them is another.
CREATE TABLE signatures (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, user TEXT NOT NULL, target TEXT NOT NULL, part TEXT NOT NULL,
    hashes TEXT NOT NULL, note TEXT NOT NULL
);
-- Approved mapping tables: the hash of each line, and who wrote it.
CREATE TABLE approvals (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, user TEXT NOT NULL, target TEXT NOT NULL,
    hash TEXT NOT NULL, author TEXT NOT NULL, note TEXT NOT NULL
);
-- What people found of the records that were looked at; `readback` tells which read-back they looked at.
CREATE TABLE sampled (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, user TEXT NOT NULL, target TEXT NOT NULL, entity TEXT NOT NULL,
    golden_id TEXT NOT NULL, field TEXT NOT NULL, stratum TEXT NOT NULL, readback TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('right', 'wrong')), note TEXT NOT NULL
);
-- Who did what, beside what the tables above and the decisions already say: loads, undos, erasures, unmaskings, exports.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, user TEXT NOT NULL, action TEXT NOT NULL, what TEXT NOT NULL,
    why TEXT NOT NULL
);
-- Records erased on a person's demand; later extracts of them are left out. Their keys stay as the proof of it.
CREATE TABLE erased (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, user TEXT NOT NULL, entity TEXT NOT NULL, source TEXT NOT NULL,
    key TEXT NOT NULL, why TEXT NOT NULL
);
-- What nobody changes any more, an erasure neither: these tables hold keys and names of acts, no values.
CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'ledger is append-only'); END;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'ledger is append-only'); END;
CREATE TRIGGER signatures_no_update BEFORE UPDATE ON signatures BEGIN SELECT RAISE(ABORT, 'signatures is append-only'); END;
CREATE TRIGGER signatures_no_delete BEFORE DELETE ON signatures BEGIN SELECT RAISE(ABORT, 'signatures is append-only'); END;
CREATE TRIGGER approvals_no_update BEFORE UPDATE ON approvals BEGIN SELECT RAISE(ABORT, 'approvals is append-only'); END;
CREATE TRIGGER approvals_no_delete BEFORE DELETE ON approvals BEGIN SELECT RAISE(ABORT, 'approvals is append-only'); END;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER erased_no_update BEFORE UPDATE ON erased BEGIN SELECT RAISE(ABORT, 'erased is append-only'); END;
CREATE TRIGGER erased_no_delete BEFORE DELETE ON erased BEGIN SELECT RAISE(ABORT, 'erased is append-only'); END;
