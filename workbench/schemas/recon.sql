-- recon: one outcome for each record, and amounts that add up.
CREATE TABLE recon.rows (target VARCHAR, entity VARCHAR, source VARCHAR, _row BIGINT, key VARCHAR,
    golden_id VARCHAR, outcome VARCHAR, reason VARCHAR);
CREATE TABLE recon.amounts (target VARCHAR, entity VARCHAR, measure VARCHAR, currency VARCHAR, source VARCHAR,
    outcome VARCHAR, rows BIGINT, amount DECIMAL(38, 6), debit DECIMAL(38, 6), credit DECIMAL(38, 6),
    unreadable_rows BIGINT);
-- what a source record had and its golden record has not
CREATE TABLE recon.differences AS
SELECT p.entity, p.golden_id, p.field, l.loser.source AS source, l.loser.key AS key,
    l.loser.value AS source_value, p.value AS target_value, 'survivorship: ' || p.rule AS reason
FROM gold.provenance AS p, LATERAL (SELECT unnest(p.losing) AS loser) AS l ORDER BY ALL;
