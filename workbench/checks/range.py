"""range: the value lies between two bounds."""

from typing import Literal, Self

from pydantic import model_validator

from .base import Check, text


class Range(Check):
    """A number or date from `min` to `max`, both included, either left out. Dimension: validity."""

    dimension = "validity"
    check: Literal["range"]
    min: str | int | float | None = None
    max: str | int | float | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("give min, max or both")
        return self

    def fails(self) -> str:
        bounds = ((sign, bound) for sign, bound in (("<", self.min), (">", self.max)) if bound is not None)
        return " OR ".join(f"{self.value()} {sign} {text(b) if isinstance(b, str) else b}" for sign, b in bounds)

    def reason(self) -> str:
        return text(f"outside {'' if self.min is None else self.min} .. {'' if self.max is None else self.max}")
