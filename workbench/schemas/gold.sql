-- gold: golden records and where they come from. Beside these, gold.<entity>: golden_id, parent_golden_id, fields.
CREATE TABLE gold.xref (entity VARCHAR, golden_id VARCHAR, source VARCHAR, key VARCHAR, founding BOOLEAN);
CREATE TABLE gold.redirects (entity VARCHAR, golden_id VARCHAR, redirects_to VARCHAR);
CREATE TABLE gold.provenance (entity VARCHAR, golden_id VARCHAR, field VARCHAR, value VARCHAR,
    source VARCHAR, key VARCHAR, rule VARCHAR,
    losing STRUCT(value VARCHAR, source VARCHAR, key VARCHAR)[]);
-- filled: of each field how many golden records have it from a source (stated), how many otherwise, how many lack it
CREATE TABLE gold.filled (entity VARCHAR, field VARCHAR, records BIGINT, stated BIGINT, derived BIGINT,
    reference BIGINT, collected BIGINT, override BIGINT, missing BIGINT);
-- fill_problems: what might have filled a gap, or been put in place of a value, and was not: refused by the type, or one
-- of several
CREATE TABLE gold.fill_problems (entity VARCHAR, golden_id VARCHAR, field VARCHAR, value VARCHAR,
    source VARCHAR, key VARCHAR, rule VARCHAR, reason VARCHAR);
-- consequences: fields of merged records with several values: chosen is the golden record's value, `values` those of the
-- records that count; status is decided (by rule or by a person's override) or review
CREATE TABLE gold.consequences (entity VARCHAR, golden_id VARCHAR, field VARCHAR, rule VARCHAR,
    "values" STRUCT(value VARCHAR, source VARCHAR, key VARCHAR)[], chosen VARCHAR, status VARCHAR);
-- deviations: where another source has not what the owner of the field has; stage is '' where the owner is always the same
CREATE TABLE gold.deviations (entity VARCHAR, golden_id VARCHAR, field VARCHAR, stage VARCHAR, owner VARCHAR,
    owner_key VARCHAR, owner_value VARCHAR, source VARCHAR, key VARCHAR, value VARCHAR);
-- ownership: the owners of each field by stage, and how many values of each other source were compared and deviate
CREATE TABLE gold.ownership (entity VARCHAR, field VARCHAR, stage VARCHAR, owners VARCHAR, source VARCHAR,
    compared BIGINT, deviating BIGINT);
-- relations: of a branch, member or ship-to (golden_id) to its head, group or bill-to (related_id); of the others to the
-- first of them. evidence is what both have in common, weight how much of it; status is found, confirmed or refused (by a
-- person, decided_by), or too many: a value that too many share to say anything, told once
CREATE TABLE gold.relations (entity VARCHAR, kind VARCHAR, golden_id VARCHAR, related_id VARCHAR, evidence VARCHAR,
    weight INTEGER, status VARCHAR, decided_by VARCHAR);
