"""Countries, to ISO 3166 alpha-2."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from .base import Cleaned, Context, Level, SemanticType, Settings
from .folding import folded_key, table, tidy


@cache
def spellings() -> dict[str, str]:
    """Folded code or name -> alpha-2, from data/country.csv."""
    names = ((name, row[0]) for row in table("country") for name in (*row[:4], *row[4].split("|")))
    return {key: alpha2 for name, alpha2 in names if (key := folded_key(name))}


def region_of(context: Context) -> str | None:
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

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """Two letters alone are weak evidence: they may be any code."""
        if self.named(heading):
            return 0.5 + 0.5 * self.share_valid(sample)
        return (0.3 if all(len(value) <= 3 for value in sample) else 0.4) * self.share_valid(sample)

    def standardise(self, value: str, context: Context, settings: Settings) -> Cleaned:
        if tidy(value).upper() == "NA":  # elsewhere a placeholder for missing
            return Cleaned("NA", {"key": "NA"}, rule="" if value == "NA" else "ISO code")
        return super().standardise(value, context, settings)

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        key = folded_key(text)
        if found := spellings().get(key or ""):
            return Cleaned(found, {"key": found}, rule="ISO code")
        return Cleaned(text, {"key": key}, False, "no such country")
