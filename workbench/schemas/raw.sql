-- raw: every file as it came. Beside these, raw.<source>__<table>: _row, then every column as text.
CREATE TABLE raw.files (source VARCHAR, "table" VARCHAR, path VARCHAR, as_of DATE, age_days INTEGER,
    sha256 VARCHAR, bytes BIGINT, rows BIGINT, rejects BIGINT, settings VARCHAR);
CREATE TABLE raw.rejects (source VARCHAR, "table" VARCHAR, _row BIGINT, line BIGINT, text VARCHAR,
    reason VARCHAR);
