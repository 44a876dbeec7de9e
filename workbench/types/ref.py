"""References to a record of another table."""

from __future__ import annotations

from collections.abc import Sequence

from .base import MISSING, Cleaned, Context, Level, SemanticType, Settings


class Ref(SemanticType):
    """Exactly as it came, because it must join; only blanks are missing."""

    name = "ref"
    parts = {"key": "the value itself"}
    levels = (Level("same"),)

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """By heading alone: the values look like any identifier."""
        return 0.85 * self.named(heading)

    def standardise(self, value: str, context: Context, settings: Settings) -> Cleaned:
        return Cleaned(value, {"key": value}) if value.strip() else MISSING
