"""The keyed diff of two tables, usable without a project."""
