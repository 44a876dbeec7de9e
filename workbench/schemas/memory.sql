-- memory: what a stage starts from beside its tables, laid out in a database in memory from the journal.
CREATE TABLE memory.open_failures (check_id VARCHAR, entity VARCHAR, source VARCHAR, key VARCHAR, field VARCHAR);
CREATE TABLE memory.golden_ids (age BIGINT, as_of DATE, entity VARCHAR, golden_id VARCHAR, source VARCHAR, key VARCHAR,
    founding BOOLEAN);
