-- qa: what the checks found.
CREATE TABLE qa.results (check_id VARCHAR, "check" VARCHAR, entity VARCHAR, source VARCHAR, field VARCHAR,
    dimension VARCHAR, evaluated BIGINT, failed BIGINT, warn DOUBLE, fail DOUBLE, status VARCHAR);
CREATE TABLE qa.failures (check_id VARCHAR, entity VARCHAR, source VARCHAR, _row BIGINT, key VARCHAR,
    field VARCHAR, value VARCHAR, severity VARCHAR, reason VARCHAR, status VARCHAR);
-- measures: of a source as a whole, for the next date to be held against
CREATE TABLE qa.measures (check_id VARCHAR, entity VARCHAR, source VARCHAR, field VARCHAR, bucket VARCHAR, value DOUBLE);
CREATE TABLE qa.thresholds (dimension VARCHAR, threshold DOUBLE);
-- passing divided by evaluated rows for each check; their mean for each dimension
CREATE VIEW qa.scores AS
SELECT dimension, avg(score) AS score, count(*) AS checks, any_value(threshold) AS threshold FROM (
    SELECT dimension, check_id, 1 - sum(failed) / sum(evaluated) AS score
    FROM qa.results GROUP BY ALL HAVING sum(evaluated) > 0)
LEFT JOIN qa.thresholds USING (dimension) GROUP BY dimension;
