"""The semantic types. A new one is a file, a file of cases, and a name in this list."""

from .address import Address
from .base import MISSING, Cleaned, Level, Sample, SemanticType, Settings, Value
from .code import Code
from .company_name import CompanyName
from .country import Country
from .date import Date
from .email import Email
from .identifier import Identifier
from .money import Money
from .party_name import PartyName
from .person_name import PersonName
from .phone import Phone
from .ref import Ref
from .tax_id import TaxId
from .text import Text
from .url import Url

__all__ = ["MISSING", "TYPES", "Cleaned", "Level", "SemanticType", "Settings", "Value", "guess"]

_TOLD_BY_SHAPE: list[type[SemanticType]] = [Email, Url, Phone, Date, TaxId, Country, Address]
_TOLD_BY_WORDS: list[type[SemanticType]] = [CompanyName, PersonName, PartyName]
_ALMOST_ANYTHING: list[type[SemanticType]] = [Money, Ref, Identifier, Code, Text]

TYPES = {kind.name: kind() for kind in _TOLD_BY_SHAPE + _TOLD_BY_WORDS + _ALMOST_ANYTHING}


def guess(sample: Sample, heading: str) -> tuple[str, float]:
    """The type that best fits a column's non-missing values and heading, and how likely (0 to 1) it is.

    >>> guess(["jane@acme.example", "info@huarui.example"], "E-Mail")
    ('email', 1.0)
    """
    scores = ((name, kind.recognise(sample, heading)) for name, kind in TYPES.items())
    return max(scores, key=lambda scored: scored[1])
