"""unique: no two records of a source share the value."""

from __future__ import annotations

from typing import ClassVar, Literal

from .base import Check, column


class Unique(Check):
    """The value occurs once in its source. Dimension: uniqueness."""

    dimension: ClassVar[str] = "uniqueness"
    check: Literal["unique"]

    def fails(self) -> str:
        return "r._times > 1"

    def reason(self) -> str:
        return "r._times || ' records share this value'"

    def select(self, table: str) -> str:
        """Count the value within its source first."""
        counted = f"SELECT r.*, count(*) OVER (PARTITION BY r.source, {column(self.column_name)}) AS _times"
        return super().select(f"({counted} FROM {table} AS r)")
