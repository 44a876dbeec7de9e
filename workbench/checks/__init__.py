"""The checks: one file each. To add one, write its file and add its class to AnyCheck below."""

from typing import Annotated

from pydantic import Field

from .allowed import Allowed
from .base import Check, Share
from .depends import Depends
from .expression import Expression
from .foreign_key import ForeignKey
from .fresh import Fresh
from .key import Key
from .pattern import Pattern
from .range import Range
from .required import Required
from .unique import Unique
from .valid import Valid

DIMENSIONS = ("completeness", "validity", "uniqueness", "consistency", "timeliness")

AnyCheck = Annotated[
    Required | Valid | Key | Unique | ForeignKey | Allowed | Range | Pattern | Expression | Fresh | Depends,
    Field(discriminator="check"),
]

__all__ = [
    "DIMENSIONS", "Allowed", "AnyCheck", "Check", "Depends", "Expression", "ForeignKey", "Key", "Required", "Share",
    "Valid",
]  # fmt: skip
