"""E-mail addresses: the domain in lower case, the local part as given; of several in a cell the first valid one.

Syntax by RFC 5321, 5322 and 6531 (email-validator), without asking DNS. A domain that is one of the common slips in
data/email_typo.csv is not valid, and what was probably meant is proposed.
"""

import re
from functools import cache, lru_cache

from email_validator import EmailNotValidError, validate_email
from email_validator.rfc_constants import EMAIL_MAX_LENGTH

from .base import Cleaned, Context, Level, SemanticType, Settings
from .folding import fold, table, words

_NARROW = str.maketrans("＠．；，：（）＜＞　", "@.;,:()<> ")
_SEPARATOR = re.compile(r"[\s;,、|()<>\"']+|(?<=\w)/(?=[^/]*@)")
_LABEL = re.compile(r"^(?:mailto|[^\W\d_-]+(?:-mail)?): *", re.IGNORECASE)
_SLIPS = re.compile(r"\s*([@.])[\s.]*(?:(?<=@)@)?|\s+")
_PLAIN = re.compile(r"(?=[^@]{1,64}@)([a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*)@([a-z0-9.-]+)", re.IGNORECASE | re.ASCII)
_LONGEST = 2_000


@cache
def _words(kind: str) -> frozenset[str]:
    """One list of data/email_word.csv."""
    return frozenset(word for each, row in table("email_word") if each == kind for word in row.split())


@cache
def _meant() -> dict[str, str]:
    """Domain, or ending with its dot, as people mistype it -> as it is meant."""
    return {written: meant for meant, row in table("email_typo") for written in row.split()}


def meant(domain: str) -> str | None:
    """What a mistyped domain was probably meant to be, None when it is no known slip.

    >>> meant("gmial.com"), meant("acme.con"), meant("acme.com")
    ('gmail.com', 'acme.com', None)
    """
    if domain in _meant():
        return _meant()[domain]
    pieces = domain.split(".")
    for place in range(1, len(pieces)):
        ending = "." + ".".join(pieces[place:])
        if ending in _meant():
            mended = ".".join(pieces[:place]) + _meant()[ending]
            return _meant().get(mended, mended)
    return None


@lru_cache(maxsize=10_000)
def _domain(domain: str) -> str | None:
    """A domain of ASCII characters in lower case, None when it is not one."""
    return (_validated(f"a@{domain}") or "").removeprefix("a@") or None


def _read(text: str) -> str | None:
    """One address with its domain in lower case, None when it is not one."""
    plain = _PLAIN.fullmatch(text)
    if not plain or len(text) > EMAIL_MAX_LENGTH:
        return _validated(text) if "@" in text else None
    domain = _domain(plain[2])  # many addresses have one domain
    return f"{plain[1]}@{domain}" if domain else None


def _validated(text: str) -> str | None:
    try:
        found = validate_email(text, check_deliverability=False, globally_deliverable=False)
    except (EmailNotValidError, UnicodeError):
        return None
    domain = found.ascii_domain if text.isascii() and found.ascii_domain else found.domain
    return f"{found.local_part}@{domain.lower()}" if "." in domain else None


def _kind(local: str, domain: str) -> str | None:
    """'throw-away', 'role', 'free mailer', or None for an address of a person or a company's own."""
    if domain in _words("throw-away"):
        return "throw-away"
    if local in words("role") or local.rstrip("0123456789_-.") in words("role") | _words("role"):
        return "role"
    return "free mailer" if domain in words("free mailer") else None


def _filler(local: str, domain: str) -> bool:
    """Whether both sides of an address only fill a field, as in test@test.com."""
    return local in _words("filler") and domain.split(".")[0] in _words("filler")


class Email(SemanticType):
    name = "email"
    identifying = True
    parts = {
        "key": "lower case; none for fillers such as test@test.com",
        "local": "before the @, lower case; none for a role such as info",
        "domain": "after the @; none for a free mailer",
        "kind": "role, throw-away, free mailer; none for others",
        "others": "further addresses of the same cell",
    }
    levels = (
        Level("same"),
        Level("one slip", slips=1),
        Level("same local part", "local"),
        Level("near local part", "local", 0.9),
        Level("same domain", "domain"),
    )
    related = tuple(level.name for level in levels)

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        if len(text) > _LONGEST:
            return Cleaned(text, {}, False, "not an e-mail address")
        narrow = text.translate(_NARROW)
        parted = (_LABEL.sub("", piece).strip(".") for piece in _SEPARATOR.split(_LABEL.sub("", narrow)))
        pieces = [piece for piece in parted if piece]
        read = [address for piece in pieces if (address := _read(piece))]
        if not read:
            mended = _read(_SLIPS.sub(r"\1", narrow.replace(",", ".")))
            reason = "not an e-mail address" if "@" in fold(text) else "no @ in it"
            return Cleaned(text, {"key": fold(text)}, False, reason, proposal=mended)
        found = sorted(read, key=lambda address: meant(address.rpartition("@")[2]) is not None)  # a right one first
        key = found[0].lower()
        local, _, domain = key.rpartition("@")
        kind = _kind(local, domain)
        parts = {
            "key": key,
            "local": None if kind == "role" else local,
            "domain": None if domain in words("free mailer") else domain,
            "kind": kind,
            "others": "; ".join(found[1:]) or None,
        }
        rule = "domain in lower case, wrapping removed" if len(read) == len(pieces) else "words around it removed"
        rule = "several addresses: first kept" if found[1:] else rule
        if _filler(local, domain):
            return Cleaned(found[0], {"others": parts["others"]}, False, "placeholder, not a real address", rule)
        if probably := meant(domain):
            proposal = f"{found[0].rpartition('@')[0]}@{probably}"
            return Cleaned(found[0], parts, False, f"{domain} is a slip of the pen", rule, proposal)
        return Cleaned(found[0], parts, rule=rule)
