"""E-mail addresses: the domain in lower case, the local part as given; of several in a cell the first valid one."""

import re

from email_validator import EmailNotValidError, validate_email

from .base import Cleaned, Context, Level, SemanticType, Settings
from .folding import fold, words

_NARROW = str.maketrans("＠．；，", "@.;,")
_SEPARATOR = re.compile(r"[\s;,、|]+|(?<=\w)/(?=[^/]*@)")
_WRAPPING = re.compile(r"\b(?:mailto|e-?mail): *|[<>\"'()]", re.IGNORECASE)


def _read(text: str) -> str | None:
    """One address with its domain in lower case, None when it is not one."""
    try:
        found = validate_email(text, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return None
    return f"{found.local_part}@{found.domain.lower()}" if "." in found.domain else None


class Email(SemanticType):
    name = "email"
    identifying = True
    parts = {
        "key": "lower case",
        "local": "before the @, lower case; none for a role such as info",
        "domain": "after the @; none for a free mailer",
        "others": "further addresses of the same cell",
    }
    levels = (Level("same"), Level("same local part", "local"), Level("same domain", "domain"))

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        pieces = _SEPARATOR.split(_WRAPPING.sub("", text.translate(_NARROW)))
        found = [address for piece in pieces if (address := _read(piece.strip(".")))]
        if not found:
            reason = "not an e-mail address" if "@" in fold(text) else "no @ in it"
            return Cleaned(text, {"key": fold(text)}, False, reason)
        key = found[0].lower()
        local, _, domain = key.rpartition("@")
        parts = {
            "key": key,
            "local": None if local in words("role") else local,
            "domain": None if domain in words("free mailer") else domain,
            "others": "; ".join(found[1:]) or None,
        }
        rule = "several addresses: first kept" if found[1:] else "domain in lower case, wrapping removed"
        return Cleaned(found[0], parts, rule=rule)
