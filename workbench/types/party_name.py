"""Names of business partners that are companies or persons, each folded in its own way."""

import re

from .base import Cleaned, Context, Sample, Settings, share
from .company_name import CompanyName, split_form
from .folding import any_of, simplified
from .person_name import PersonName, looks_person

_ORGANISATION = re.compile(
    rf"[\d&@]|\b(?:{any_of('organisation')})\b|(?:{any_of('organisation ending')})$|{any_of('organisation within')}"
)


class PartyName(CompanyName):
    name = "party_name"
    parts = {**CompanyName.parts, "kind": "company or person"}

    def recognise(self, sample: Sample, heading: str) -> float:
        """Best where the heading leaves it open and the sample has both companies and persons."""
        firms = share(sample, lambda name: split_form(name)[1])
        known = share(sample, lambda name: split_form(name)[1] or looks_person(name))
        return 0.5 + 0.48 * known if self.named(heading) else 0.4 * known * (0.2 < firms < 0.8)

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        # a company by its legal form, else by words of organisations, else if it has not the shape of a person's name
        if split_form(text)[1] or _ORGANISATION.search(simplified(text)) or not looks_person(text):
            return Cleaned(text, {**super().read(text, context, settings).parts, "kind": "company"})
        person = PersonName().read(text, context, settings).parts
        key, reading = person["key"], person["latin"]
        return Cleaned(text, {"key": key, "latin": reading, "near": key, "near_latin": reading, "kind": "person"})
