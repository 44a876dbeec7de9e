-- meta: the run, seconds and rows of each stage whose results stand.
CREATE SCHEMA IF NOT EXISTS meta;
CREATE TABLE IF NOT EXISTS meta.stage (run_id VARCHAR, stage VARCHAR, seconds DOUBLE, rows_in BIGINT, rows_out BIGINT);
