"""valid: the value is what its type expects."""

from typing import Literal

from .base import Check, column, text


class Valid(Check):
    """The field's semantic type finds the value valid (check digit, syntax, calendar ...). Dimension: validity.

    The value shown is the raw one, the reason is the type's own.
    """

    dimension = "validity"
    check: Literal["valid"]

    def applies(self) -> str:
        return f"{column(self.column_name + '__valid')} IS NOT NULL"

    def fails(self) -> str:
        return f"NOT {column(self.column_name + '__valid')}"

    def select(self, table: str) -> str:
        """Join the change that says what was there and why it is not valid."""
        return (
            "SELECT r.source, r._row, r.key, c.before AS value, c.reason\n"
            f"FROM {table} AS r JOIN std.changes AS c ON c.entity = {text(self.on)} AND c.source = r.source\n"
            f"  AND c._row = r._row AND c.field = {text(self.column_name)} AND c.reason <> ''\nWHERE {self.fails()}"
        )
