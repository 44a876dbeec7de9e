"""Decisions of people: that two records are the same or not, values that stand, records to leave out."""
