"""expression: a condition of your own on the record."""

from typing import Literal

from .base import Check, text


class Expression(Check):
    """The condition `that`, in SQL over the record's fields, is true. Unknown (NULL) is not evaluated.

    `as_of` is the as-of date. Dimension: consistency.
    """

    dimension = "consistency"
    check: Literal["expression"]
    that: str

    def detail(self) -> str:
        return f":{self.that}"

    def applies(self) -> str:
        return f"({self.that}) IS NOT NULL"

    def fails(self) -> str:
        return f"NOT ({self.that})"

    def reason(self) -> str:
        return text(f"not so: {self.that}")
