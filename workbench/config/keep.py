"""What workbench.yml says of how long runs are kept."""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field, PositiveInt

from .base import Model


def _days(given: object) -> object:
    """A number of days, also as people say it: 400 days, 1 day."""
    return re.sub(r"\s*days?$", "", given.strip()) if isinstance(given, str) else given


class KeepConfig(Model):
    """What `workbench compact` leaves of older runs."""

    runs: Annotated[PositiveInt, BeforeValidator(_days)] | None = Field(
        default=None, description="days for which the tables and pages of runs are kept; without it for ever"
    )
