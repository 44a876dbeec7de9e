-- wave: who goes over when.
CREATE TABLE wave.members (entity VARCHAR, golden_id VARCHAR, wave VARCHAR, later BOOLEAN, reason VARCHAR);
