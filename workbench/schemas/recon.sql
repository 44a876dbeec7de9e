-- recon: one outcome for each record, and amounts that add up.
CREATE TABLE recon.rows (target VARCHAR, entity VARCHAR, source VARCHAR, _row BIGINT, key VARCHAR,
    golden_id VARCHAR, outcome VARCHAR, reason VARCHAR);
CREATE TABLE recon.amounts (target VARCHAR, entity VARCHAR, measure VARCHAR, currency VARCHAR, source VARCHAR,
    outcome VARCHAR, rows BIGINT, amount DECIMAL(38, 6), debit DECIMAL(38, 6), credit DECIMAL(38, 6),
    unreadable_rows BIGINT);
-- what a source record had and its golden record has not
CREATE TABLE recon.differences AS
SELECT p.entity, p.golden_id, p.field, l.loser.source AS source, l.loser.key AS key,
    l.loser.value AS source_value, p.value AS target_value,
    'survivorship: ' || p.rule || CASE c.status WHEN 'review' THEN '; for review' ELSE '' END AS reason
FROM gold.provenance AS p
LEFT JOIN gold.consequences AS c ON c.entity = p.entity AND c.golden_id = p.golden_id AND c.field = p.field,
    LATERAL (SELECT unnest(p.losing) AS loser) AS l ORDER BY ALL;
-- survival: amounts of entities that are matched, by the rule that made the golden ones: what its golden records' source
-- records state, and what these have of it, each in its own currency; rule is excluded for records that people left out.
-- The lines of a currency add up to all that sources state in it, and to all that gold has.
CREATE TABLE recon.survival (entity VARCHAR, field VARCHAR, currency VARCHAR, rule VARCHAR, golden_records BIGINT,
    stated DECIMAL(38, 6), kept DECIMAL(38, 6));
