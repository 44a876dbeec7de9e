"""Names of business partners that are companies or persons."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .base import MISSING, Cleaned, SemanticType, Settings, fold, is_missing, rule_for, tidy
from .company_name import CompanyName, company_parts
from .folding import simplified
from .person_name import looks_person, person_parts

_ORGANISATION = re.compile(
    r"[\d&@]|\b(bank|university|college|school|hotel|hospital|group|trading|international|industries|services?|systems?|"
    r"solutions|store|shop|market|restaurant|association|foundation|institute|ministry|club|center|centre|works|"
    r"foods?|motors?|energy|logistics|partners|technolog(y|ies)|brothers|sons)\b|"
    r"[厂店行局院校社会部所站队场中心厅馆坊]$|公司|集团|银行|大学|医院|工作室|事务所|合作社"
)


def kind_of(name: str, form: str | None) -> str:
    """'company' or 'person', by legal form, then by telling words, then by the shape of the name.

    >>> kind_of("Acme GmbH", "gmbh"), kind_of("张伟", None), kind_of("First National Bank", None)
    ('company', 'person', 'company')
    """
    if form or _ORGANISATION.search(simplified(fold(name))):
        return "company"
    return "person" if looks_person(name) else "company"


class PartyName(SemanticType):
    """A name that is a company's or a person's; each is folded in its own way."""

    name = "party_name"
    identifying = True
    parts = {
        "key": "as for a company or a person",
        "latin": "the name in Latin letters (pinyin for Chinese)",
        "form": "the legal form of a company, folded",
        "core": "a company's key without an outer city or province",
        "kind": "company or person",
    }
    levels = CompanyName.levels
    headings = (
        r"\b(customer|client|partner|party|debtor|account) ?(full )?name\b|^(name|name ?1|customer|client)$|"
        r"^[客户戶]{2}(名[称稱])?$|[业業][务務]伙伴|往[来來][单單]位|[户戶]名"
    )

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """Best where the heading leaves it open and the sample has both companies and persons."""
        firms = [bool(company_parts(tidy(value))["form"]) for value in sample]
        known = sum(firm or looks_person(value) for value, firm in zip(sample, firms, strict=True))
        share = known / (len(sample) or 1)
        both = 0.2 < sum(firms) / (len(sample) or 1) < 0.8
        return 0.5 + 0.48 * share if self.named(heading) else 0.4 * share * both

    def standardise(self, value: str, context: Mapping[str, str | None], settings: Settings) -> Cleaned:
        """Trim and repair.

        >>> PartyName().standardise("Mr. John Smith", {}, {}).parts["kind"]
        'person'
        """
        if is_missing(value):
            return MISSING
        clean = tidy(value)
        parts = company_parts(clean)
        kind = kind_of(clean, parts["form"])
        if kind == "person":
            person = person_parts(clean)
            parts = {"key": person["key"], "latin": person["latin"], "form": None, "core": None}
        return Cleaned(clean, {**parts, "kind": kind}, rule=rule_for(value, clean, "tidied"))
