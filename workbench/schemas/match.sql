-- match: who is who. Beside this, match.<entity>_blocks, _weights, _pairs and _clusters.
CREATE TABLE match.new_ids (entity VARCHAR, golden_id VARCHAR, source VARCHAR, key VARCHAR, founding BOOLEAN);
