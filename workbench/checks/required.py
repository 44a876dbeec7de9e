"""required: the field has a value."""

from typing import Literal

from .base import Check, column


class Required(Check):
    """Every record has a value in the field. Dimension: completeness."""

    dimension = "completeness"
    check: Literal["required"]

    def applies(self) -> str:
        return "true"

    def fails(self) -> str:
        return f"{self.value()} IS NULL AND {column(self.column_name + '__valid')} IS NULL"

    def reason(self) -> str:
        return "'missing'"
