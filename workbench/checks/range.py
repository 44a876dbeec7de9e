"""range: the value lies between two bounds."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import model_validator

from .base import Check, column, text


class Range(Check):
    """A number or date from `min` to `max`, both included, either left out. Dimension: validity."""

    dimension: ClassVar[str] = "validity"
    check: Literal["range"]
    min: str | int | float | None = None
    max: str | int | float | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Range:
        if self.min is None and self.max is None:
            raise ValueError("give min, max or both")
        return self

    def fails(self) -> str:
        value = column(self.column_name)
        below = [] if self.min is None else [f"{value} < {self._bound(self.min)}"]
        above = [] if self.max is None else [f"{value} > {self._bound(self.max)}"]
        return " OR ".join(below + above)

    def reason(self) -> str:
        low, high = ("" if bound is None else str(bound) for bound in (self.min, self.max))
        return text(f"outside {low} .. {high}")

    def _bound(self, bound: str | int | float) -> str:
        return text(bound) if isinstance(bound, str) else str(bound)
