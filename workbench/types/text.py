"""Free text: anything that has no kind of its own."""

from __future__ import annotations

from collections.abc import Sequence

from .base import Cleaned, Context, Level, SemanticType, Settings
from .folding import folded_key, latin

_LONGEST_READ = 40  # a reading tells city names and other short terms, not remarks


class Text(SemanticType):
    """Outer blanks and control characters go, everything else stays."""

    name = "text"
    parts = {
        "key": "folded: NFKC, simplified, letters and digits only",
        "latin": "the key in Latin letters (pinyin for Chinese), of a text of up to 40 characters",
    }
    levels = (
        Level("same"),
        Level("same reading", part="latin"),
        Level("near", at_least=0.92),
        Level("near reading", part="latin", at_least=0.92),
    )

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """Never more than a fallback."""
        return 0.2

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        return Cleaned(text, {"key": folded_key(text), "latin": latin(text) if len(text) <= _LONGEST_READ else None})
