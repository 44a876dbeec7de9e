"""pattern: the whole value matches a regular expression."""

from __future__ import annotations

from typing import ClassVar, Literal

from .base import Check, column, text


class Pattern(Check):
    """The value matches `pattern` from its first to its last character (RE2 syntax). Dimension: validity."""

    dimension: ClassVar[str] = "validity"
    check: Literal["pattern"]
    pattern: str

    def detail(self) -> str:
        return f":{self.pattern}"

    def fails(self) -> str:
        return f"NOT regexp_full_match({column(self.column_name)}::VARCHAR, {text(self.pattern)})"

    def reason(self) -> str:
        return text(f"does not look like {self.pattern}")
