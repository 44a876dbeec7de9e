"""Web addresses, with or without scheme; valid with a host that has a dot."""

import re

from .base import Cleaned, Context, SemanticType, Settings

_URL = re.compile(r"(?:([a-z][a-z+.-]*)://)?((?:[\w-]+\.)+(?:[^\W\d_]{2,}|xn--[\w-]+))(?::\d+)?(?:[/?#]\S*)?", re.I)


class Url(SemanticType):
    name = "url"
    parts = {"key": "the host in lower case, without www"}

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        found = _URL.fullmatch(text)
        if not found:
            return Cleaned(text, valid=False, reason="not a web address")
        scheme, host = found[1] or "", found[2].lower()
        value = scheme.lower() + text[len(scheme) :]
        return Cleaned(value, {"key": host.removeprefix("www.")}, rule="scheme in lower case")
