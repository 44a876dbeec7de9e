"""Free text: anything that has no kind of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .base import MISSING, Cleaned, Level, SemanticType, Settings, is_missing, rule_for, tidy
from .folding import folded_key


class Text(SemanticType):
    """Outer blanks and control characters go, everything else stays."""

    name = "text"
    parts = {"key": "folded: NFKC, simplified, letters and digits only"}
    levels = (Level("same"), Level("near", at_least=0.92))

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """Never more than a fallback."""
        return 0.2

    def standardise(self, value: str, context: Mapping[str, str | None], settings: Settings) -> Cleaned:
        """Trim and repair; every text is valid.

        >>> Text().standardise("  北京　市 ", {}, {}).value
        '北京 市'
        """
        if is_missing(value):
            return MISSING
        clean = tidy(value)
        return Cleaned(clean, {"key": folded_key(clean)}, rule=rule_for(value, clean, "tidied"))
