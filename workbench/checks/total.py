"""total: a sum is that of its items."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from .base import Check, text


class Total(Check):
    """The field is the sum of the child entity's field `of` (<entity>.<field>), within `tolerance`.

    A record without children is not evaluated (see `children`). Dimension: consistency.
    """

    dimension = "consistency"
    other = ("of",)
    check: Literal["total"]
    of: str
    tolerance: Decimal = Field(default=Decimal(0), ge=0)

    def detail(self) -> str:
        return f":{self.of}"

    def _sum(self) -> str:
        child, _, name = self.of.partition(".")
        items = f'FROM std."{child}" AS c WHERE c.source = r.source AND c.parent_key = r.key'
        return f'(SELECT sum(c."{name}") {items})'

    def applies(self) -> str:
        return f"{self.value()} IS NOT NULL AND {self._sum()} IS NOT NULL"

    def fails(self) -> str:
        return f"abs({self.value()} - {self._sum()}) > {self.tolerance}"

    def reason(self) -> str:
        return text(f"not the sum of its {self.of}")
