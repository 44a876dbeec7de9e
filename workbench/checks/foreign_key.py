"""foreign_key: a child's parent is there."""

from typing import Literal

from .base import Check, column, text


class ForeignKey(Check):
    """The record's parent (or the record that a field names) exists in the same source. Dimension: consistency.

    `to` is the entity referred to. Without `field` the reference is the record's parent key, and a record without
    one is an orphan too.
    """

    dimension = "consistency"
    other = ("to",)
    check: Literal["foreign_key"]
    to: str

    def value(self) -> str:
        return column(self.column_name or "parent_key")

    def fails(self) -> str:
        return f'NOT EXISTS (FROM std."{self.to}" AS p WHERE p.source = r.source AND p.key = {self.value()})'

    def reason(self) -> str:
        return text(f"no {self.to} with this key")
