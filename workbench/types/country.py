"""Countries by code or by name in English or Chinese, to ISO 3166 alpha-2; NA is Namibia here."""

from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .base import Cleaned, Context, Sample, SemanticType, Settings
from .folding import folded_key, table, words


@cache
def spellings() -> dict[str | None, str]:
    """Folded code or name -> alpha-2, from data/country.csv."""
    return {folded_key(name): row[0] for row in table("country") for name in [*row[:4], *row[4].split("|")] if name}


@cache
def _long_names() -> list[str]:
    return [name for name in spellings() if name and len(name) >= 5]


def region_of(context: Context) -> str | None:
    """The country (alpha-2) to read a value by: its record's, when there is such a one, else the project's."""
    country = context.get("country")
    return country if country and spellings().get(country.lower()) == country else context.get("region")


def probably(folded: str) -> str | None:
    """The one country that a name of five letters and more names but for one slip, None when there is none.

    >>> probably("germny"), probably("untiedstates"), probably("iren")
    ('DE', 'US', None)
    """
    if not 5 <= len(folded) <= 60:
        return None
    near = process.extract(folded, _long_names(), scorer=OSA.distance, score_cutoff=1, limit=None)
    found = {spellings()[name] for name, _, _ in near}
    return found.pop() if len(found) == 1 else None


class Country(SemanticType):
    name = "country"
    parts = {"key": "alpha-2, or the folded text when it is no country"}
    placeholders = words("placeholder") - {"na"}

    def recognise(self, sample: Sample, heading: str) -> float:
        """Two letters alone are weak evidence: they may be any code."""
        weight = 0.4 if any(len(value) > 3 for value in sample) else 0.3
        return 0.5 * self.named(heading) + weight * self.share_valid(sample)

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        if found := spellings().get(key := folded_key(text)):
            return Cleaned(found, {"key": found}, rule="ISO code")
        return Cleaned(text, {"key": key}, False, "no such country", proposal=probably(key or ""))
