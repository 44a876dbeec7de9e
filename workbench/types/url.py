"""Web addresses."""

from __future__ import annotations

import re

from .base import Cleaned, Context, Level, SemanticType, Settings
from .folding import fold

_URL = re.compile(r"(?:([a-z][a-z+.-]*)://)?([^\s/?#:@]+)(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]+\.)+(?:[^\W\d_]{2,}|xn--[\w-]+)")


class Url(SemanticType):
    """A web address, with or without its scheme; valid with a host that has a dot."""

    name = "url"
    parts = {"key": "the host in lower case, without www"}
    levels = (Level("same"),)

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        found = _URL.fullmatch(text)
        host = fold(found[2]) if found else ""
        if not found or not _HOST.fullmatch(host):
            return Cleaned(text, valid=False, reason="not a web address")
        scheme = found[1] or ""
        value = scheme.lower() + text[len(scheme) :]
        return Cleaned(value, {"key": host.removeprefix("www.")}, rule="scheme in lower case")
