-- gold: golden records and where they come from. Beside these, gold.<entity>: golden_id, parent_golden_id, fields.
CREATE TABLE gold.xref (entity VARCHAR, golden_id VARCHAR, source VARCHAR, key VARCHAR, founding BOOLEAN);
CREATE TABLE gold.redirects (entity VARCHAR, golden_id VARCHAR, redirects_to VARCHAR);
CREATE TABLE gold.provenance (entity VARCHAR, golden_id VARCHAR, field VARCHAR, value VARCHAR,
    source VARCHAR, key VARCHAR, rule VARCHAR,
    losing STRUCT(value VARCHAR, source VARCHAR, key VARCHAR)[]);
