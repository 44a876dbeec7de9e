"""Numbers of customers, documents and other things."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .base import Cleaned, Context, Level, SemanticType, Settings, share
from .folding import fold

_LOOKS = re.compile(r"[A-Z]{0,6}[-_/.]?\d[\w./-]{0,30}", re.IGNORECASE)


class Identifier(SemanticType):
    """A number or name that stands for one thing in its own system; leading zeros do not count in the key."""

    name = "identifier"
    parts = {"key": "folded, without leading zeros"}
    levels = (Level("same"),)

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """The heading; without it, values with digits that hardly repeat."""
        distinct = len(set(sample)) > 0.8 * len(sample)
        return 0.5 * self.named(heading) + (0.3 if distinct else 0.1) * share(sample, _LOOKS.fullmatch)

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        key = fold(text)
        return Cleaned(text, {"key": key.lstrip("0") or key})
