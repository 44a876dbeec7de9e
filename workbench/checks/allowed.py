"""allowed: the value is one of a list."""

from typing import Literal

from pydantic import Field

from .base import Check, text


class Allowed(Check):
    """The value is in `values`. A field with a code list gets this check by itself. Dimension: validity."""

    dimension = "validity"
    check: Literal["allowed"]
    values: tuple[str, ...] = Field(min_length=1)

    def fails(self) -> str:
        return f"{self.value()}::VARCHAR NOT IN ({', '.join(text(value) for value in self.values)})"

    def reason(self) -> str:
        listed = ", ".join(self.values[:8]) + (" ..." if len(self.values) > 8 else "")
        return text(f"not one of {listed}")
