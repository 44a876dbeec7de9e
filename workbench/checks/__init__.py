"""The checks: one file each. To add one, write its file and add its class to AnyCheck below."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from ..errors import ConfigError
from .agree import Agree
from .allowed import Allowed
from .base import Check, Share
from .children import Children
from .compare import Compare
from .confirmed import Confirmed, quoted
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
    | Confirmed
    | Expression
    | Fresh
    | Volume
    | Drift,
    Field(discriminator="check"),
]

_ANY: TypeAdapter[Check] = TypeAdapter(AnyCheck)

__all__ = [
    "DIMENSIONS", "Allowed", "AnyCheck", "Check", "Confirmed", "Depends", "Expression", "ForeignKey", "Key", "Measured",
    "Required", "Share", "Valid", "parse_check", "quoted",
]  # fmt: skip


def parse_check(given: Mapping[str, Any]) -> Check:
    """The check that a line of workbench.yml describes. Raises ConfigError with what is wrong with it."""
    try:
        return _ANY.validate_python(dict(given))
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc'][1:])) or 'check'}: {one['msg']}" for one in error.errors())
        raise ConfigError(f"{dict(given)} is no check: {wrong}.") from error
