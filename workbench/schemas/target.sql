-- target: what the new systems get. Beside these, target.<target>__<object>: _golden_id, the target's fields.
CREATE TABLE target.problems (target VARCHAR, object VARCHAR, entity VARCHAR, golden_id VARCHAR, field VARCHAR,
    value VARCHAR, reason VARCHAR);
-- unmapped: values of fields with a code list (or values that the target lists) that have no new code, and in how many rows.
CREATE TABLE target.unmapped (target VARCHAR, object VARCHAR, field VARCHAR, codes VARCHAR, value VARCHAR, rows BIGINT);
CREATE TABLE target.objects (target VARCHAR, object VARCHAR, entity VARCHAR, file VARCHAR);
