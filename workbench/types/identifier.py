"""Numbers or names of things in their own system; leading zeros count in the value, not in the key."""

import re

from .base import Cleaned, Context, Level, Sample, SemanticType, Settings, share
from .folding import fold

_LOOKS = re.compile(r"[A-Z]{0,6}[-_/.]?\d[\w./-]{0,30}", re.IGNORECASE)

_SHORTENED = re.compile(r"[1-9](?:\.\d+)?e\+\d\d")


class Identifier(SemanticType):
    name = "identifier"
    parts = {"key": "folded, without leading zeros"}
    levels = (Level("same"), Level("one slip", slips=1), Level("two slips", slips=2))
    related = tuple(level.name for level in levels)

    def recognise(self, sample: Sample, heading: str) -> float:
        """The heading; without it, values with digits that hardly repeat."""
        distinct = len(set(sample)) > 0.8 * len(sample)
        return 0.5 * self.named(heading) + (0.3 if distinct else 0.1) * share(sample, _LOOKS.fullmatch)

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        folded = fold(text)
        if _SHORTENED.fullmatch(folded):
            return Cleaned(text, {}, False, "lost digits: a spreadsheet shortened the number")
        return Cleaned(text, {"key": folded.lstrip("0") or folded})
