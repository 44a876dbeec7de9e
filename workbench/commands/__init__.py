"""The verbs of the command line: one short function each, which imports what it needs itself."""
