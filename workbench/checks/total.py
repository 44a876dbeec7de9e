"""total: a sum is that of its items."""

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from .base import Check, number, text


class Total(Check):
    """The field is the sum of the child entity's field `of` (<entity>.<field>), within `tolerance`.

    A record without children is not evaluated (see `children`). Dimension: consistency.
    """

    dimension = "consistency"
    other = ("of",)
    check: Literal["total"]
    of: str
    tolerance: Decimal = Field(default=Decimal(0), ge=0)

    @model_validator(mode="after")
    def _of_a_field(self) -> Self:
        if not all(self.of.partition(".")):
            raise ValueError("give `of` as <entity>.<field>: the field to sum")
        return self

    def detail(self) -> str:
        return f":{self.of}"

    def _sum(self) -> str:
        child, _, name = self.of.partition(".")
        items = f'FROM std."{child}" AS c WHERE c.source = r.source AND c.parent_key = r.key'
        amount = number(f'c."{name}"')
        return f"(SELECT sum({amount}) {items})"

    def applies(self) -> str:
        return f"{number(self.value())} IS NOT NULL AND {self._sum()} IS NOT NULL"

    def fails(self) -> str:
        return f"abs({number(self.value())} - {self._sum()}) > {self.tolerance}"

    def reason(self) -> str:
        return text(f"not the sum of its {self.of}")
