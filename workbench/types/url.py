"""Web addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .base import MISSING, Cleaned, Level, SemanticType, Settings, fold, is_missing, rule_for, tidy

_URL = re.compile(
    r"(?:(?P<scheme>[a-z][a-z+.-]*)://)?(?P<host>[^\s/?#:@]+)(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE
)
_HOST = re.compile(r"(?:[\w-]+\.)+(?:[^\W\d_]{2,}|xn--[\w-]+)")


class Url(SemanticType):
    """A web address, with or without its scheme."""

    name = "url"
    parts = {"key": "the host in lower case, without www"}
    levels = (Level("same"),)
    headings = r"\burl\b|\bweb|\bhome ?page|^uri addr|[网網][址站]"

    def standardise(self, value: str, context: Mapping[str, str | None], settings: Settings) -> Cleaned:
        """The scheme in lower case; valid with a host that has a dot.

        >>> found = Url().standardise("HTTP://www.Acme.example/A", {}, {})
        >>> found.value, found.parts["key"]
        ('http://www.Acme.example/A', 'acme.example')
        """
        if is_missing(value):
            return MISSING
        clean = tidy(value)
        found = _URL.fullmatch(clean)
        host = fold(found["host"]) if found else ""
        if not found or not _HOST.fullmatch(host):
            return Cleaned(clean, {"key": None}, False, "not a web address", rule_for(value, clean, "tidied"))
        scheme = found["scheme"] or ""
        clean = scheme.lower() + clean[len(scheme) :]
        rule = rule_for(value, clean, "scheme in lower case")
        return Cleaned(clean, {"key": host.removeprefix("www.")}, rule=rule)
