-- gold: golden records and where they come from. Beside these, gold.<entity>: golden_id, parent_golden_id, fields.
CREATE TABLE gold.xref (entity VARCHAR, golden_id VARCHAR, source VARCHAR, key VARCHAR, founding BOOLEAN);
CREATE TABLE gold.redirects (entity VARCHAR, golden_id VARCHAR, redirects_to VARCHAR);
CREATE TABLE gold.provenance (entity VARCHAR, golden_id VARCHAR, field VARCHAR, value VARCHAR,
    source VARCHAR, key VARCHAR, rule VARCHAR,
    losing STRUCT(value VARCHAR, source VARCHAR, key VARCHAR)[]);
-- filled: of each field how many golden records have it from a source (stated), how many otherwise, how many lack it
CREATE TABLE gold.filled (entity VARCHAR, field VARCHAR, records BIGINT, stated BIGINT, derived BIGINT,
    reference BIGINT, collected BIGINT, missing BIGINT);
-- fill_problems: what might have filled a gap and did not: refused by the type, or one of several values
CREATE TABLE gold.fill_problems (entity VARCHAR, golden_id VARCHAR, field VARCHAR, value VARCHAR,
    source VARCHAR, key VARCHAR, rule VARCHAR, reason VARCHAR);
