"""children: a parent has the children it should have."""

from typing import Literal

from pydantic import Field

from .base import Check, text


class Children(Check):
    """At least `min` and at most `max` records of the child entity `of` belong to the record, in its own source.

    Dimension: completeness.
    """

    dimension = "completeness"
    other = ("of",)
    check: Literal["children"]
    of: str
    min: int = Field(default=1, ge=0)
    max: int | None = Field(default=None, ge=0)

    def detail(self) -> str:
        return f":{self.of}"

    def value(self) -> str:
        return f'(SELECT count(*) FROM std."{self.of}" AS c WHERE c.source = r.source AND c.parent_key = r.key)'

    def fails(self) -> str:
        most = "" if self.max is None else f" OR {self.value()} > {self.max}"
        return f"{self.value()} < {self.min}{most}"

    def reason(self) -> str:
        bounds = f"{self.min} .. {'' if self.max is None else self.max}"
        return f"{self.value()} || {text(f' {self.of}, not {bounds}')}"
