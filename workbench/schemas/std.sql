-- std: records in the form of their types. Beside these, std.<entity>: see stages/standardise.py.
CREATE TABLE std.changes (entity VARCHAR, source VARCHAR, _row BIGINT, field VARCHAR, before VARCHAR,
    after VARCHAR, rule VARCHAR, reason VARCHAR, proposal VARCHAR);
-- edits: each distinct value of a raw column that a recipe changed; the rule names its last step that did
CREATE TABLE std.edits (source VARCHAR, "table" VARCHAR, "column" VARCHAR, before VARCHAR, after VARCHAR, rule VARCHAR);
CREATE TABLE std.settings (entity VARCHAR, source VARCHAR, field VARCHAR, settings VARCHAR);
