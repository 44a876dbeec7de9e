-- memory: what a stage starts from beside its tables, laid out in a database in memory from the journal.
CREATE TABLE memory.open_failures (check_id VARCHAR, entity VARCHAR, source VARCHAR, key VARCHAR, field VARCHAR);
CREATE TABLE memory.measures (check_id VARCHAR, source VARCHAR, bucket VARCHAR, value DOUBLE);
CREATE TABLE memory.golden_ids (age BIGINT, as_of DATE, entity VARCHAR, golden_id VARCHAR, source VARCHAR, key VARCHAR,
    founding BOOLEAN);
-- learned: as known (before) and as extracts have it since as_of (after), of a column's heading or a code; oldest first.
CREATE TABLE memory.learned (age BIGINT, as_of DATE, kind VARCHAR, source VARCHAR, "table" VARCHAR, "column" VARCHAR,
    before VARCHAR, after VARCHAR);
-- collected: what people filled into collection sheets, by the record that had founded the golden record; a greater age is newer.
CREATE TABLE memory.collected (age BIGINT, "user" VARCHAR, entity VARCHAR, golden_id VARCHAR, source VARCHAR, key VARCHAR,
    field VARCHAR, value VARCHAR);
-- decisions: what people decided and nobody took back, of the same pair or field by the same person the latest; status is
-- stands, unconfirmed (it needs a second person) or contradicted (somebody else says otherwise: then neither is carried out).
CREATE TABLE memory.decisions (act BIGINT, "at" VARCHAR, "user" VARCHAR, entity VARCHAR, kind VARCHAR, source_l VARCHAR,
    key_l VARCHAR, source_r VARCHAR, key_r VARCHAR, field VARCHAR, value VARCHAR, why VARCHAR, status VARCHAR);
-- approved: the targets whose mapping a second person approved as it is now, and those that need none.
CREATE TABLE memory.approved (target VARCHAR);
-- erased: records erased on a person's demand, which no run takes again.
CREATE TABLE memory.erased (entity VARCHAR, source VARCHAR, key VARCHAR, "at" VARCHAR);
