"""range: the value lies between two bounds."""

from typing import Literal, Self

from pydantic import model_validator

from .base import Check, number, text


class Range(Check):
    """A number or date from `min` to `max`, both included, either left out.

    Where a bound is a number, values that are none are not evaluated. Dimension: validity.
    """

    dimension = "validity"
    check: Literal["range"]
    min: str | int | float | None = None
    max: str | int | float | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("give min, max or both")
        return self

    def _compared(self) -> str:
        words = all(bound is None or isinstance(bound, str) for bound in (self.min, self.max))
        return self.value() if words else number(self.value())

    def applies(self) -> str:
        return f"{self._compared()} IS NOT NULL"

    def fails(self) -> str:
        bounds = ((sign, bound) for sign, bound in (("<", self.min), (">", self.max)) if bound is not None)
        return " OR ".join(f"{self._compared()} {sign} {text(b) if isinstance(b, str) else b}" for sign, b in bounds)

    def reason(self) -> str:
        return text(f"outside {'' if self.min is None else self.min} .. {'' if self.max is None else self.max}")
