"""E-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping

from email_validator import EmailNotValidError, validate_email

from .base import MISSING, Cleaned, Level, SemanticType, Settings, fold, is_missing, rule_for, tidy

FREE_MAILERS = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com yahoo.com.tw "
    "yahoo.co.jp icloud.com me.com aol.com gmx.de gmx.net web.de t-online.de mail.ru yandex.ru "
    "proton.me protonmail.com qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com "
    "aliyun.com 139.com 189.cn 21cn.com tom.com hinet.net msa.hinet.net pchome.com.tw naver.com "
    "daum.net orange.fr free.fr libero.it".split()
)
ROLES = frozenset(
    "info sales service support admin office contact mail hr finance marketing accounts accounting "
    "ir pr webmaster postmaster hello enquiries inquiry purchase purchasing order orders noreply "
    "no-reply invest spokesman".split()
)
_SEPARATOR = re.compile(r"[\s;,、|]+|(?<=\w)/(?=[^/]*@)")
_WRAPPING = re.compile(r"\b(?:mailto|e-?mail): *|[<>\"'()]", re.IGNORECASE)


def _read(text: str) -> tuple[str, str] | None:
    """Local part and lower-case domain of one address, None when it is not one."""
    if text.count("@") != 1:
        return None
    try:
        found = validate_email(text, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return None
    domain = found.domain.lower()
    return (found.local_part, domain) if "." in domain else None


class Email(SemanticType):
    """An e-mail address: the domain in lower case, the local part as given."""

    name = "email"
    identifying = True
    parts = {
        "key": "lower case",
        "local": "before the @, lower case; none for a role such as info",
        "domain": "after the @; none for a free mailer",
        "others": "further addresses of the same cell",
    }
    levels = (Level("same"), Level("same local part", part="local"), Level("same domain", part="domain"))
    headings = r"\be ?-?mail|\bsmtp|邮箱|郵箱|[邮郵]件|电邮|電郵"

    def standardise(self, value: str, context: Mapping[str, str | None], settings: Settings) -> Cleaned:
        """Keep the first valid address of the cell; no look-up of its domain.

        >>> Email().standardise("Jane.Roe＠ACME.example", {}, {}).value
        'Jane.Roe@acme.example'
        """
        if is_missing(value):
            return MISSING
        clean = tidy(value)
        plain = clean.translate({0xFF20: "@", 0xFF0E: ".", 0xFF1B: ";", 0xFF0C: ","})
        pieces = [piece.strip(".") for piece in _SEPARATOR.split(_WRAPPING.sub("", plain))]
        read = [found for found in map(_read, pieces) if found]
        if not read:
            reason = "not an e-mail address" if "@" in plain else "no @ in it"
            return Cleaned(clean, {"key": fold(clean)}, False, reason, rule_for(value, clean, "tidied"))
        local, domain = read[0]
        found = f"{local}@{domain}"
        parts: dict[str, str | None] = {
            "key": found.lower(),
            "local": None if local.lower() in ROLES else local.lower(),
            "domain": None if domain in FREE_MAILERS else domain,
        }
        if len(read) > 1:
            parts["others"] = "; ".join("@".join(other) for other in read[1:])
            return Cleaned(found, parts, rule="several addresses: first kept")
        return Cleaned(found, parts, rule=rule_for(value, found, "domain in lower case, wrapping removed"))
