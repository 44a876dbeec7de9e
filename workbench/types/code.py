"""Codes of short lists: classes, groups, currencies, terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .base import MISSING, Cleaned, Level, SemanticType, Settings, fold, is_missing, rule_for, tidy


class Code(SemanticType):
    """A value out of a short list; the list itself belongs to the field's configuration."""

    name = "code"
    personal = False
    parts = {"key": "folded"}
    levels = (Level("same"),)
    headings = (
        r"(code|class|group|type|status|category|currency|terms|flag|gender|sex|region|industry|segment|unit)$|"
        r"^(waers|zterm|ktokd|kukla|brsch|bukrs|vkorg|vtweg|spart|regio|kdgrp|loevm|sperr|aufsd|shkzg|akont|umskz)$|"
        r"代[码碼]$|[类類][别別型]?$|等[级級]$|[状狀][态態]$|[币幣][种種别別]$|[条條]件$|性[别別]$|[产產][业業][类類]?[别別]?$"
    )

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """Few different short values, most of them repeated."""
        short = sum(len(value) <= 12 for value in sample) / (len(sample) or 1)
        repeated = 1 - len(set(sample)) / (len(sample) or 1)
        return 0.4 * self.named(heading) + 0.3 * short * repeated + 0.1 * short

    def standardise(self, value: str, context: Mapping[str, str | None], settings: Settings) -> Cleaned:
        """Trim and repair.

        >>> Code().standardise(" a1 ", {}, {}).value
        'a1'
        """
        if is_missing(value):
            return MISSING
        clean = tidy(value)
        return Cleaned(clean, {"key": fold(clean)}, rule=rule_for(value, clean, "tidied"))
