"""The checks: one file each. To add one, write its file and add its class to AnyCheck below."""

from typing import Annotated

from pydantic import Field

from .agree import Agree
from .allowed import Allowed
from .base import Check, Share
from .children import Children
from .compare import Compare
from .depends import Depends
from .drift import Drift
from .expression import Expression
from .foreign_key import ForeignKey
from .fresh import Fresh
from .generic import Generic
from .key import Key
from .length import Length
from .measured import Measured
from .outlier import Outlier
from .pattern import Pattern
from .range import Range
from .required import Required
from .spelling import Spelling
from .total import Total
from .unique import Unique
from .valid import Valid
from .volume import Volume

DIMENSIONS = ("completeness", "validity", "uniqueness", "consistency", "timeliness")

AnyCheck = Annotated[
    Required
    | Valid
    | Allowed
    | Range
    | Length
    | Pattern
    | Generic
    | Spelling
    | Outlier
    | Key
    | Unique
    | ForeignKey
    | Children
    | Depends
    | Compare
    | Total
    | Agree
    | Expression
    | Fresh
    | Volume
    | Drift,
    Field(discriminator="check"),
]

__all__ = [
    "DIMENSIONS", "Allowed", "AnyCheck", "Check", "Depends", "Expression", "ForeignKey", "Key", "Measured",
    "Required", "Share", "Valid",
]  # fmt: skip
