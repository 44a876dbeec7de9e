"""Numbers of customers, documents and other things."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .base import MISSING, Cleaned, Level, SemanticType, Settings, fold, is_missing, rule_for, tidy

_LOOKS = re.compile(r"[A-Z]{0,6}[-_/.]?\d[\w./-]{0,30}", re.IGNORECASE)


class Identifier(SemanticType):
    """A number or name that stands for one thing in its own system; leading zeros do not count in the key."""

    name = "identifier"
    parts = {"key": "folded, without leading zeros"}
    levels = (Level("same"),)
    headings = (
        r"(?<!pa)(?<!val)id$|\b(no|nr|num|number|key|guid)$|"
        r"\b(account|document|invoice|order|customer) (no|number|code|id)\b|"
        r"^(kunnr|belnr|lifnr|vbeln|adrnr|parnr|buzei|partner|vbund)$|[编編][号號碼码]|[客户戶]{2}代?[号號码碼]|"
        r"[单單][号號]|公司代[号號]|序[号號]"
    )

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """The heading; without it, values with digits that hardly repeat."""
        count = len(sample) or 1
        looks = sum(bool(_LOOKS.fullmatch(value)) for value in sample) / count
        distinct = len(set(sample)) / count
        return 0.5 * self.named(heading) + (0.3 * looks if distinct > 0.8 else 0.1 * looks)

    def standardise(self, value: str, context: Mapping[str, str | None], settings: Settings) -> Cleaned:
        """Trim and repair; leading zeros stay in the value.

        >>> found = Identifier().standardise(" 0000012345", {}, {})
        >>> found.value, found.parts["key"]
        ('0000012345', '12345')
        """
        if is_missing(value):
            return MISSING
        clean = tidy(value)
        folded = fold(clean)
        return Cleaned(clean, {"key": folded.lstrip("0") or folded}, rule=rule_for(value, clean, "tidied"))
