"""pattern: the whole value matches a regular expression."""

from typing import Literal

from .base import Check, text


class Pattern(Check):
    """The value matches `pattern` from its first to its last character (RE2 syntax). Dimension: validity."""

    dimension = "validity"
    check: Literal["pattern"]
    pattern: str

    def detail(self) -> str:
        return f":{self.pattern}"

    def fails(self) -> str:
        return f"NOT regexp_full_match({self.value()}::VARCHAR, {text(self.pattern)})"

    def reason(self) -> str:
        return text(f"does not look like {self.pattern}")
