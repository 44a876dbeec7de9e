-- proof: what a new system holds, held against what was expected of it. Made for one target, in memory, by each reconciliation.
-- ledger: of each record the newest that loads say: event; whether it is in the new system by what they say (loaded), and
-- the hash of the row that arrived there last
CREATE TABLE proof.ledger (object VARCHAR, golden_id VARCHAR, event VARCHAR, loaded BOOLEAN, target_id VARCHAR,
    load_id BIGINT, "at" VARCHAR, "user" VARCHAR, reason VARCHAR, hash VARCHAR);
-- objects: lead has the entity's rows by which its records count; read: it was read back; told: loads say something of it
CREATE TABLE proof.objects (place INTEGER, object VARCHAR, entity VARCHAR, lead BOOLEAN, read BOOLEAN, told BOOLEAN);
-- golden: each golden id that the project, the ledger or the read-back has, by object; hits is how often it was read back,
-- stage how far it came (see technical.STAGES; NULL for what is no golden record), fate and reason what became of it
CREATE TABLE proof.golden (object VARCHAR, entity VARCHAR, golden_id VARCHAR, hits BIGINT, target_id VARCHAR,
    stage INTEGER, fate VARCHAR, reason VARCHAR);
-- rows: one fate a record of the sources
CREATE TABLE proof.rows (entity VARCHAR, source VARCHAR, _row BIGINT, key VARCHAR, golden_id VARCHAR, fate VARCHAR,
    reason VARCHAR);
-- cells: values that differ between what was expected and what was read back; differences: how many, by reason
CREATE TABLE proof.cells (object VARCHAR, golden_id VARCHAR, field VARCHAR, expected VARCHAR, actual VARCHAR, reason VARCHAR);
CREATE TABLE proof.differences (object VARCHAR, field VARCHAR, reason VARCHAR, rows BIGINT);
-- lineage: values of source records held against the expected ones of the new system: how many, by reason
CREATE TABLE proof.lineage (object VARCHAR, field VARCHAR, source VARCHAR, reason VARCHAR, rows BIGINT);
CREATE TABLE proof.unexplained (object VARCHAR, golden_id VARCHAR, field VARCHAR, source VARCHAR, key VARCHAR,
    stated VARCHAR, expected VARCHAR);
-- receivables: by customer, currency and due date; amounts of the sides apart, debits and credits apart; too_fine counts
-- actual amounts with more decimals than their currency has
CREATE TABLE proof.receivables (object VARCHAR, customer VARCHAR, currency VARCHAR, due VARCHAR, bucket VARCHAR,
    expected_items BIGINT, expected_debit DECIMAL(38, 6), expected_credit DECIMAL(38, 6),
    actual_items BIGINT, actual_debit DECIMAL(38, 6), actual_credit DECIMAL(38, 6), too_fine BIGINT);
-- controls: source = read back + each reason why not + difference, by measure and currency
CREATE TABLE proof.controls (object VARCHAR, measure VARCHAR, currency VARCHAR, line VARCHAR, amount DECIMAL(38, 6));
