"""What a source as a whole is measured by, and held against the as-of date before."""

from .base import Check, text


class Measured(Check):
    """One row a source is evaluated, where the date before has been measured too.

    The measures of a run are in qa.measures, those of the date before in memory.measures: check_id, source, bucket
    and value; they hold no values of the data.
    """

    def measure(self, table: str) -> str:
        """SELECT source, bucket, value of `table` (already quoted)."""
        raise NotImplementedError

    def of(self, schema: str) -> str:
        """FROM the measures of this check and of the source of `r`, now (qa) or before (memory)."""
        return f"FROM {schema}.measures AS m WHERE m.check_id = {text(self.label)} AND m.source = r.source"

    def applies(self) -> str:
        first = f'(SELECT min(f._row) FROM std."{self.on}" AS f WHERE f.source = r.source)'
        return f"r._row = {first} AND EXISTS ({self.of('memory')})"

    def select(self, table: str) -> str:
        """A source that fails has no row; its name stands for the key."""
        return f"SELECT * REPLACE (0 AS _row, source AS key) FROM ({super().select(table)})"
