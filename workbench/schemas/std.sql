-- std: records in the form of their types. Beside these, std.<entity>: see stages/standardise.py.
CREATE TABLE std.changes (entity VARCHAR, source VARCHAR, _row BIGINT, field VARCHAR, before VARCHAR,
    after VARCHAR, rule VARCHAR, reason VARCHAR, proposal VARCHAR);
CREATE TABLE std.settings (entity VARCHAR, source VARCHAR, field VARCHAR, settings VARCHAR);
