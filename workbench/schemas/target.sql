-- target: what the new systems get. Beside these, target.<target>__<object>: _golden_id, the target's fields.
-- problems: what the target refuses; doubtful: what it takes though it is wrong
CREATE TABLE target.problems (target VARCHAR, object VARCHAR, entity VARCHAR, golden_id VARCHAR, field VARCHAR,
    value VARCHAR, reason VARCHAR);
CREATE TABLE target.doubtful (target VARCHAR, object VARCHAR, entity VARCHAR, golden_id VARCHAR, field VARCHAR,
    value VARCHAR, reason VARCHAR);
-- unmapped: values of fields with a code list (or values that the target lists) that have no new code, and in how many rows.
CREATE TABLE target.unmapped (target VARCHAR, object VARCHAR, field VARCHAR, codes VARCHAR, value VARCHAR, rows BIGINT);
-- objects: those that take an entity, parents first; the rows of an entity's lead are what became of its records
CREATE TABLE target.objects (target VARCHAR, object VARCHAR, entity VARCHAR, file VARCHAR, lead BOOLEAN);
