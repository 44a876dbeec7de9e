"""required: the field has a value."""

from __future__ import annotations

from typing import ClassVar, Literal

from .base import Check, column


class Required(Check):
    """Every record has a value in the field. Dimension: completeness."""

    dimension: ClassVar[str] = "completeness"
    check: Literal["required"]

    def applies(self) -> str:
        return "true"

    def fails(self) -> str:
        return f"{column(self.column_name)} IS NULL AND {column(self.column_name + '__valid')} IS NULL"

    def reason(self) -> str:
        return "'missing'"
