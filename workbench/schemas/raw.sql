-- raw: every file as it came. Beside these, raw.<source>__<table>: _row, then every column as text.
-- files: one line a file; of a folder's files each holds the rows from first_row on.
CREATE TABLE raw.files (source VARCHAR, "table" VARCHAR, path VARCHAR, as_of DATE, age_days INTEGER,
    sha256 VARCHAR, bytes BIGINT, first_row BIGINT, rows BIGINT, rejects BIGINT, repairs BIGINT, settings VARCHAR);
-- rejects: records that are not in the table; `repair` is the text that would be read, where only one is possible.
CREATE TABLE raw.rejects (source VARCHAR, "table" VARCHAR, _row BIGINT, file VARCHAR, line BIGINT, text VARCHAR,
    reason VARCHAR, repair VARCHAR);
-- repairs: records that are in the table as repaired.
CREATE TABLE raw.repairs (source VARCHAR, "table" VARCHAR, _row BIGINT, file VARCHAR, line BIGINT, text VARCHAR,
    reason VARCHAR, repair VARCHAR);
-- remarks: what a person should know about an extract; `text` is what it says there, where that is meant.
CREATE TABLE raw.remarks (source VARCHAR, "table" VARCHAR, file VARCHAR, said VARCHAR, "column" VARCHAR, rows BIGINT,
    text VARCHAR);
-- learned: what this run found out about headings (kind column) and codes (kind code) that are others since as_of.
CREATE TABLE raw.learned (as_of DATE, kind VARCHAR, source VARCHAR, "table" VARCHAR, "column" VARCHAR, before VARCHAR,
    after VARCHAR);
