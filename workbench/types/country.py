"""Countries, to ISO 3166 alpha-2."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from .base import MISSING, Cleaned, Level, SemanticType, Settings, is_missing, rule_for, tidy
from .folding import folded_key


@cache
def spellings() -> dict[str, str]:
    """Folded code or name -> alpha-2, from country.csv (columns alpha2, alpha3, english, chinese, other)."""
    text = files(__package__).joinpath("country.csv").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for row in csv.DictReader(text.splitlines()):
        names = [row["alpha2"], row["alpha3"], row["english"], row["chinese"], *row["other"].split("|")]
        found.update({key: row["alpha2"] for name in names if (key := folded_key(name))})
    return found


def region_of(context: Mapping[str, str | None]) -> str | None:
    """The country (alpha-2) to read a value by: its record's, when there is such a one, else the project's.

    >>> region_of({"country": "DU", "region": "CN"}), region_of({"country": "DE", "region": "CN"})
    ('CN', 'DE')
    """
    country = context.get("country")
    return country if country and spellings().get(country.lower()) == country else context.get("region")


class Country(SemanticType):
    """A country by code or by name in English or Chinese; NA is Namibia here."""

    name = "country"
    personal = False
    parts = {"key": "alpha-2, or the folded text when it is no country"}
    levels = (Level("same"),)
    headings = r"\bcountry|\bnation|^land ?1?$|国家|國家|[国國][别別籍]|[註注][冊册]地?[国國]?$"

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """Two letters alone are weak evidence: they may be any code."""
        if self.named(heading):
            return 0.5 + 0.5 * self.share_valid(sample)
        return (0.3 if all(len(value) <= 3 for value in sample) else 0.4) * self.share_valid(sample)

    def standardise(self, value: str, context: Mapping[str, str | None], settings: Settings) -> Cleaned:
        """Look a code or name up.

        >>> [Country().standardise(text, {}, {}).value for text in ("台灣", "Germany", "NA", "Deutschland")]
        ['TW', 'DE', 'NA', 'DE']
        """
        clean = tidy(value)
        if is_missing(clean) and clean.upper() != "NA":
            return MISSING
        key = folded_key(clean)
        if found := spellings().get(key or ""):
            return Cleaned(found, {"key": found}, rule=rule_for(value, found, "ISO code"))
        return Cleaned(clean, {"key": key}, False, "no such country", rule_for(value, clean, "tidied"))
