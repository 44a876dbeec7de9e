-- target: what the new systems get. Beside these, target.<target>__<object>: _golden_id, the target's fields.
CREATE TABLE target.problems (target VARCHAR, object VARCHAR, entity VARCHAR, golden_id VARCHAR, field VARCHAR,
    value VARCHAR, reason VARCHAR);
CREATE TABLE target.objects (target VARCHAR, object VARCHAR, entity VARCHAR, file VARCHAR);
