"""unique: no two records of a source share the value."""

from typing import Literal

from .base import Check


class Unique(Check):
    """The value occurs once in its source. Dimension: uniqueness."""

    dimension = "uniqueness"
    check: Literal["unique"]

    def fails(self) -> str:
        return "r._times > 1"

    def reason(self) -> str:
        return "r._times || ' records share this value'"

    def select(self, table: str) -> str:
        """Count the value within its source first."""
        counted = f"SELECT r.*, count(*) OVER (PARTITION BY r.source, {self.value()}) AS _times"
        return super().select(f"({counted} FROM {table} AS r)")
