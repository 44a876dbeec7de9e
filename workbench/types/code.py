"""Codes of short lists: classes, groups, currencies, terms."""

from __future__ import annotations

from collections.abc import Sequence

from .base import Cleaned, Context, Level, SemanticType, Settings, share
from .folding import fold


class Code(SemanticType):
    """A value out of a short list; the list itself belongs to the field's configuration."""

    name = "code"
    personal = False
    parts = {"key": "folded"}
    levels = (Level("same"),)

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """Few different short values, most of them repeated."""
        repeated = 1 - len(set(sample)) / (len(sample) or 1)
        return 0.4 * self.named(heading) + (0.1 + 0.3 * repeated) * share(sample, lambda value: len(value) <= 12)

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        return Cleaned(text, {"key": fold(text)})
