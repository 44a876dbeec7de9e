-- match: who is who. Beside this, match.<entity>_blocks, _weights, _pairs, _clusters and _found.
CREATE TABLE match.new_ids (entity VARCHAR, golden_id VARCHAR, source VARCHAR, key VARCHAR, founding BOOLEAN);
-- models: the matching models, as JSON.
CREATE TABLE match.models (entity VARCHAR, model VARCHAR);
-- shares: how often a value of a field's part occurs on average, as records have it: rarity is held against it.
CREATE TABLE match.shares (entity VARCHAR, field VARCHAR, part VARCHAR, share DOUBLE);
-- decisions: what people decided of records; status as in memory.decisions, or else waits, where a record is not in the
-- extracts (of an override: no record of its golden record), denied, where others say otherwise through other records or as
-- they relate the two (these hold), or replaced, where one's later override is of the same golden record now.
CREATE TABLE match.decisions (entity VARCHAR, act BIGINT, "at" VARCHAR, "user" VARCHAR, kind VARCHAR, source_l VARCHAR,
    key_l VARCHAR, source_r VARCHAR, key_r VARCHAR, field VARCHAR, status VARCHAR);
-- contradictions: decisions that two records are one and that others deny.
CREATE VIEW match.contradictions AS FROM match.decisions WHERE status = 'denied' ORDER BY act, source_l, key_l;
-- excluded: records that a person leaves out of the migration or that were erased on demand, and their children; whose word
-- it is, and why.
CREATE TABLE match.excluded (entity VARCHAR, source VARCHAR, key VARCHAR, said VARCHAR, why VARCHAR);
-- strata: compared pairs by what rules and model propose and how likely they are matches; how many of the sample are decided.
CREATE TABLE match.strata (entity VARCHAR, stratum VARCHAR, proposed VARCHAR, pairs BIGINT, expected DOUBLE,
    reviewed BIGINT, matches BIGINT);
-- quality: precision and recall that the decided sample tells, with 95% intervals; NULL where too little is decided.
CREATE TABLE match.quality (entity VARCHAR, measure VARCHAR, value DOUBLE, low DOUBLE, high DOUBLE, reviewed BIGINT,
    unit VARCHAR);
