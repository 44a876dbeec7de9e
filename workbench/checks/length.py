"""length: the text is neither too short nor too long."""

from typing import Literal, Self

from pydantic import Field, model_validator

from .base import Check, text


class Length(Check):
    """From `min` to `max` characters, both included, either left out. Dimension: validity."""

    dimension = "validity"
    check: Literal["length"]
    min: int | None = Field(default=None, ge=0)
    max: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("give min, max or both")
        return self

    def fails(self) -> str:
        bounds = ((sign, bound) for sign, bound in (("<", self.min), (">", self.max)) if bound is not None)
        return " OR ".join(f"length({self.value()}::VARCHAR) {sign} {bound}" for sign, bound in bounds)

    def reason(self) -> str:
        bounds = f"{'' if self.min is None else self.min} .. {'' if self.max is None else self.max}"
        return f"length({self.value()}::VARCHAR) || {text(f' characters, not {bounds}')}"
