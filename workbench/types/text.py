"""Free text: anything that has no kind of its own; outer blanks and control characters go, all else stays."""

from .base import Cleaned, Context, Level, Sample, SemanticType, Settings
from .folding import folded_key, latin


class Text(SemanticType):
    name = "text"
    parts = {"key": "folded: letters and digits only, simplified", "latin": "a reading, if short as a city's name is"}
    levels = (
        Level("same"),
        Level("same reading", "latin"),
        Level("near", "key", 0.92),
        Level("near reading", "latin", 0.92),
        Level("alike", "key", 0.82),
    )

    def recognise(self, sample: Sample, heading: str) -> float:
        return 0.2  # never more than a fallback

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        return Cleaned(text, {"key": folded_key(text), "latin": latin(text) if len(text) <= 40 else None})
