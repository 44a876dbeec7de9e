"""Web addresses, with or without scheme; valid with a host that has a dot."""

import re

from .base import Cleaned, Context, SemanticType, Settings

_NARROW = str.maketrans("：／．。", ":/..")
_URL = re.compile(r"(?:([a-z][a-z+.-]*)://)?((?:[\w-]+\.)+(?:[^\W\d_]{2,}|xn--[\w-]+))(?::\d+)?(?:[/?#]\S*)?", re.I)


_SLIPS = re.compile(r"^(https?)(?:[:;]/*|/+)(?=[^/])", re.I)


def _refused(text: str) -> Cleaned:
    """A text that is no web address, with the address that it probably should be."""
    if "@" in text.split("/")[0]:
        return Cleaned(text, valid=False, reason="an e-mail address, not a web address")
    mended = (
        _SLIPS.sub(r"\1://", text.translate(_NARROW).replace(" ", "").replace("www,", "www."))
        if len(text) < 300
        else ""
    )
    proposal = mended if mended != text and _URL.fullmatch(mended) else None
    return Cleaned(text, valid=False, reason="not a web address", proposal=proposal)


class Url(SemanticType):
    name = "url"
    parts = {"key": "the host in lower case, without www"}

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        found = _URL.fullmatch(text)
        if not found:
            return _refused(text)
        scheme, host = found[1] or "", found[2].lower()
        value = scheme.lower() + text[len(scheme) :]
        return Cleaned(value, {"key": host.removeprefix("www.")}, rule="scheme in lower case")
