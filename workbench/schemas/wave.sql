-- wave: who goes over when, and who does not. The first wave is place 1.
CREATE TABLE wave.waves (place INTEGER, wave VARCHAR, later BOOLEAN, archive BOOLEAN, owner VARCHAR, checker VARCHAR,
    day DATE);
CREATE TABLE wave.members (entity VARCHAR, golden_id VARCHAR, wave VARCHAR, later BOOLEAN, archive BOOLEAN,
    reason VARCHAR);
-- amounts: the money fields of the records that customers take along, by wave; nothing is converted
CREATE TABLE wave.amounts (wave VARCHAR, entity VARCHAR, measure VARCHAR, currency VARCHAR, records BIGINT,
    amount DECIMAL(38, 6));
-- entities: parents before their children; cutover: one row, or none
CREATE TABLE wave.entities (place INTEGER, entity VARCHAR, parent VARCHAR);
CREATE TABLE wave.cutover (frozen_from TIMESTAMP, begins TIMESTAMP, ends TIMESTAMP, fallback VARCHAR,
    fallback_minutes INTEGER);
