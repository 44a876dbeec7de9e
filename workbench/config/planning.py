"""What workbench.yml says of going over: waves, the cutover, who may do what, how much is looked at."""

from datetime import date, datetime
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from ..checks import Share
from .base import Model, Name

Role = Literal["analyst", "steward", "approver", "loader", "viewer"]
ROLES: tuple[Role, ...] = get_args(Role)


class WaveConfig(Model):
    """A group of customers that goes over together. A record is in the first wave whose condition holds."""

    name: Name
    where: str = "true"
    by: str | None = Field(default=None, description="a rank: an expression, the largest first")
    first: PositiveInt | None = Field(default=None, description="only so many, by rank")
    later: bool = Field(default=False, description="not written now")
    archive: bool = Field(default=False, description="never written: kept in archive/")
    owner: str = Field(default="", description="the person who answers for it")
    checker: str = Field(default="", description="the person who looks at each of its records")
    on: date | None = Field(default=None, description="the day it goes over")

    @property
    def deferred(self) -> bool:
        """Whether its records are not written now."""
        return self.later or self.archive

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if (self.by is None) != (self.first is None):
            raise ValueError("`first` (how many) and `by` (the largest of what) go together")
        if self.later and self.archive:
            raise ValueError("a wave is either `later` or `archive`")
        return self


class CutoverConfig(Model):
    """The hours in which the old system stops and the new one starts."""

    freeze: datetime = Field(description="from then on nobody changes customers in the old systems")
    start: datetime
    end: datetime = Field(description="from then on people work in the new system")
    fallback: str = Field(description="what is done when it cannot be finished in time")
    fallback_minutes: PositiveInt = Field(default=60, description="how long going back takes")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.freeze <= self.start < self.end:
            raise ValueError("`freeze`, `start` and `end` follow each other")
        return self


def _sure(value: float) -> float:
    if not 0.5 <= value < 1:
        raise ValueError("at least 50% and below 100%")
    return value


Sure = Annotated[Share, AfterValidator(_sure)]


class BusinessConfig(Model):
    """How much of what arrived people look at, and how right it must be."""

    accuracy: Sure = 0.999
    confidence: Sure = 0.95
    largest: PositiveInt = Field(default=20, description="customers with the largest amounts, all looked at")
    sample: PositiveInt = Field(default=200, description="customers drawn from the rest")
