"""References to a record of another table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .base import MISSING, Cleaned, Level, SemanticType, Settings


class Ref(SemanticType):
    """Exactly as it came, because it must join."""

    name = "ref"
    parts = {"key": "the value itself"}
    levels = (Level("same"),)
    headings = r"\bparent\b|\bref(erence)?( (id|no))?$|\bfk\b|\bbelongs to\b|上[级級]|所[属屬]|[关關][联聯]"

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """By heading alone: the values look like any identifier."""
        return 0.85 * self.named(heading)

    def standardise(self, value: str, context: Mapping[str, str | None], settings: Settings) -> Cleaned:
        """Nothing is changed; only blanks are missing.

        >>> Ref().standardise(" 007 ", {}, {}).value
        ' 007 '
        """
        return Cleaned(value, {"key": value}) if value.strip() else MISSING
