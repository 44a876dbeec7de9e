"""Into the new system, for real: what is sent, what it answered, what it holds afterwards."""
