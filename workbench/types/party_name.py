"""Names of business partners that are companies or persons."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .base import Cleaned, Context, SemanticType, Settings, share
from .company_name import CompanyName, company_parts, has_form
from .folding import any_of, simplified
from .person_name import looks_person, person_parts

_ORGANISATION = re.compile(
    rf"[\d&@]|\b(?:{any_of('organisation')})\b|(?:{any_of('organisation ending')})$|{any_of('organisation within')}"
)


class PartyName(SemanticType):
    """A company's name or a person's, each folded in its own way.

    It is told by the legal form, then by words of organisations, then by the shape of the name.
    """

    name = "party_name"
    identifying = True
    parts = {**CompanyName.parts, "kind": "company or person"}
    levels = CompanyName.levels

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """Best where the heading leaves it open and the sample has both companies and persons."""
        firms = share(sample, has_form)
        known = share(sample, lambda name: has_form(name) or looks_person(name))
        return 0.5 + 0.48 * known if self.named(heading) else 0.4 * known * (0.2 < firms < 0.8)

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        company = company_parts(text)
        if company["form"] or _ORGANISATION.search(simplified(text)) or not looks_person(text):
            return Cleaned(text, {**company, "kind": "company"})
        person = person_parts(text)
        key, reading = person["key"], person["latin"]
        return Cleaned(text, {"key": key, "latin": reading, "near": key, "near_latin": reading, "kind": "person"})
