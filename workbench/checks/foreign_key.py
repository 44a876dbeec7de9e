"""foreign_key: a child's parent is there."""

from __future__ import annotations

from typing import ClassVar, Literal

from .base import Check, column, text


class ForeignKey(Check):
    """The record's parent (or the record that a field names) exists in the same source. Dimension: consistency.

    `to` is the entity referred to; without `field` the reference is the record's parent key.
    """

    dimension: ClassVar[str] = "consistency"
    check: Literal["foreign_key"]
    to: str

    def value(self) -> str:
        return column(self.column_name or "parent_key")

    def applies(self) -> str:
        """A missing parent is an orphan too; a missing reference in a field is not evaluated."""
        return f"{self.value()} IS NOT NULL" if self.column_name else "true"

    def fails(self) -> str:
        parent = f'std."{self.to}"'
        return f"NOT EXISTS (FROM {parent} AS p WHERE p.source = r.source AND p.key = {self.value()})"

    def reason(self) -> str:
        return text(f"no {self.to} with this key")
