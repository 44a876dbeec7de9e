"""References to a record of another table: exactly as they came, because they must join; only blanks are missing."""

from .base import MISSING, Cleaned, Context, Sample, SemanticType, Settings


class Ref(SemanticType):
    name = "ref"
    parts = {"key": "the value itself"}

    def recognise(self, sample: Sample, heading: str) -> float:
        """By heading alone: the values look like any identifier."""
        return 0.85 * self.named(heading)

    def standardise(self, value: str, context: Context, settings: Settings) -> Cleaned:
        return Cleaned(value, {"key": value}) if value.strip() else MISSING
