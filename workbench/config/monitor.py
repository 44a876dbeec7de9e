"""What workbench.yml says of `workbench monitor`: whom it tells, and how often extracts come."""

import re
from typing import Self

from pydantic import Field, PositiveInt, model_validator

from .base import Model


class MonitorConfig(Model):
    """Whom `workbench monitor` tells of a gate that fell or of what is unusual; nobody, unless somebody is named."""

    command: list[str] | None = Field(
        default=None, min_length=1, description="a program and its arguments, which gets JSON on its standard input"
    )
    webhook: str | None = Field(
        default=None, description="${VARIABLE} with an address that JSON is posted to"
    )
    every: PositiveInt | None = Field(default=None, description="days between extracts: it is told when they are late")

    @model_validator(mode="after")
    def _no_address(self) -> Self:
        if self.webhook and not re.fullmatch(r"\$\{\w+\}", self.webhook):
            raise ValueError("whoever has a webhook's address can write there: set a variable to it, write ${VARIABLE}")
        return self
