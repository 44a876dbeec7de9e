"""compare: two fields of a record stand in the order they should."""

from typing import Literal

from .base import Check, column, text

WORDS = {"=": "equal to", "<>": "other than", "<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}


class Compare(Check):
    """The field is `=`, `<>`, `<`, `<=`, `>` or `>=` (`operator`) the field `to` of the same record.

    Dimension: consistency.
    """

    dimension = "consistency"
    own = ("to",)
    check: Literal["compare"]
    operator: Literal["=", "<>", "<", "<=", ">", ">="]
    to: str

    def detail(self) -> str:
        return f"{self.operator}{self.to}"

    def applies(self) -> str:
        return f"{self.value()} IS NOT NULL AND {column(self.to)} IS NOT NULL"

    def fails(self) -> str:
        return f"NOT ({self.value()} {self.operator} {column(self.to)})"

    def reason(self) -> str:
        return text(f"not {WORDS[self.operator]} {self.to}")
