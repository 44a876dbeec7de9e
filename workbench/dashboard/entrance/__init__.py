"""Who comes in: where from, by which name, and for how long."""
