-- What runs learned about extracts that changed their shape: a column's heading now (`after`) for the name it is known
-- by (`before`), or the value that now stands for a code. `as_of` is the date of the extract; `name` is the table.
CREATE TABLE learned (
    id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, as_of TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('column', 'code')),
    source TEXT NOT NULL, name TEXT NOT NULL, "column" TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL
);
