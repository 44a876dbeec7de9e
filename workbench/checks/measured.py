"""What a source as a whole is measured by, and held against the as-of date before."""

from .base import Check, text


class Measured(Check):
    """Each source is evaluated as a whole, where the date before has been measured, even if it brings nothing now.

    The measures of a run are in qa.measures, those of the date before in memory.measures: check_id, source, bucket
    and value; they hold no values of the data.
    """

    def measure(self, table: str) -> str:
        """SELECT source, bucket, value of `table` (already quoted)."""
        raise NotImplementedError

    def of(self, schema: str) -> str:
        """FROM the measures of this check and of the source of `r`, now (qa) or before (memory)."""
        return f"FROM {schema}.measures AS m WHERE m.check_id = {text(self.label)} AND m.source = r.source"

    def among(self, table: str) -> str:
        """The sources, now and before; one has no row, and its name stands for the key."""
        before = f"SELECT source FROM memory.measures WHERE check_id = {text(self.label)}"
        return f"(SELECT source, 0 AS _row, source AS key FROM (SELECT source FROM {table} UNION {before}))"

    def applies(self) -> str:
        return f"EXISTS ({self.of('memory')})"
