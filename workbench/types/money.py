"""Amounts of money, exact to the last written decimal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Context, Decimal

from .base import MISSING, Cleaned, SemanticType, Settings, fold, is_missing, rule_for, tidy
from .folding import simplified

_EXACT = Context(prec=80)
_PLAIN = re.compile(r"-?\d{1,30}(?:\.\d{1,6})?", re.ASCII)
_CURRENCY = re.compile(
    r"(?:nt|us|hk|au|ca|sg|r)?\$|[¥€£₩₹฿₽]|"
    r"(?<![a-z])(?:cny|rmb|usd|eur|gbp|jpy|twd|ntd|hkd|krw|sgd|aud|cad|chf|inr|sek|nok|dkk|pln)(?![a-z])|"
    r"新台币|人民币|台币|美[元金]|泰铢|欧元|港[币元]|日[元円]|英镑|元整?|圆整?|円"
)
_UNITS = {"千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "": 0}
_NUMBER = re.compile(r"(\(?)([-+]?)([\d.,' ]*\d[\d.,' ]*?)(\)?) ?(百万|千万|千|万|亿|)(-?)(\)?)", re.ASCII)
_MARKS = re.compile(r"[.,]")


def _votes(text: str) -> str | None:
    """The decimal mark that one number proves by its own shape, None when it leaves it open.

    >>> [_votes(text) for text in ("1.234,56", "12,5", "4374,13", "11888.625", "1.234", "1,234,567")]
    [',', ',', ',', '.', None, '.']
    """
    marks: list[str] = _MARKS.findall(text)
    if not marks:
        return None
    last = marks[-1]
    before, _, after = text.rpartition(last)
    if len(set(marks)) == 2:
        return last
    if len(marks) > 1:
        return "." if last == "," else ","
    lead = "".join(char for char in before if char.isdigit())
    return last if len(after) != 3 or len(lead) > 3 or lead in ("", "0") else None


def _strip(value: str) -> str:
    """A folded amount without its currency and odd minus signs."""
    text = fold(tidy(value)).replace("−", "-").replace("–", "-").replace("’", "'")
    if not text.isascii():
        text = simplified(text)
    return " ".join(_CURRENCY.sub(" ", text).split()).replace("- ", "-").replace(" -", "-")


def read_amount(text: str, decimal: str) -> Decimal | None:
    """A stripped amount under a decimal mark; None when it is not one that fits DECIMAL(38,6).

    >>> read_amount("1.234,56-", ","), read_amount("(12)", "."), read_amount("1.2万", ".")
    (Decimal('-1234.56'), Decimal('-12'), Decimal('12000'))
    """
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    opened, sign, digits, closed, unit, trailing, closed_late = found.groups()
    if bool(opened) != bool(closed or closed_late) or bool(sign) + bool(trailing) + bool(opened) > 1:
        return None
    whole, _, fraction = digits.strip().partition(decimal)
    groups = re.split(r"[., ']", whole)
    separators = set(re.findall(r"[., ']", whole))
    grouped = len(separators) <= 1 and (len(groups) == 1 or _grouped(groups))
    if not grouped or (fraction and not fraction.isdecimal()):
        return None
    number = Decimal(("".join(groups) or "0") + (f".{fraction}" if fraction else ""))
    if _UNITS[unit]:
        number = Decimal(format(_EXACT.scaleb(number, _UNITS[unit]), "f"))
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:
        number = Decimal(format(number, "f").rstrip("0").rstrip("."))
    places = -int(number.as_tuple().exponent)
    if places > 6 or number.adjusted() >= 30:
        return None
    negative = number and (sign == "-" or trailing or opened)
    return number.copy_negate() if negative else number


def _grouped(groups: list[str]) -> bool:
    return 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])


class Money(SemanticType):
    """An amount as an exact decimal; the mark for decimals is read off the whole column."""

    name = "money"
    sql = "DECIMAL(38,6)"
    headings = (
        r"amount|price|balance|\bcredit ?limit|\brevenue|\btotal\b|\bcost\b|\bsalary|\bvalue\b|\bfee\b|"
        r"^(dmbtr|wrbtr|netwr|klimk|umsav)|金[额額]|[价價]格|[单單][价價]|[余餘][额額]|[应應][收付]|[额額]度|"
        r"[资資]本|面[额額]|[销銷]售[额額]|含税"
    )

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """The heading; without it, decimals or a currency are needed, as any number could be a code."""
        share = self.share_valid(sample)
        if self.named(heading):
            return 0.5 + 0.5 * share
        shown = sum(bool(_votes(_strip(value)) or _CURRENCY.search(fold(value))) for value in sample)
        return share * (0.45 if shown * 2 > len(sample) else 0.15)

    def fit(self, values: Iterable[tuple[str, int]]) -> Settings:
        """The decimal mark that most numbers of the column prove; a dot when none does."""
        votes = {".": 0, ",": 0}
        for value, count in values:
            if vote := _votes(_strip(value)):
                votes[vote] += count
        return {"decimal": "," if votes[","] > votes["."] else "."}

    def standardise(self, value: str, context: Mapping[str, str | None], settings: Settings) -> Cleaned:
        """Read an amount exactly.

        >>> Money().standardise("1.234,56-", {}, {"decimal": ","}).value
        Decimal('-1234.56')
        >>> Money().standardise("新台幣 10.0000元", {}, {}).value
        Decimal('10.0000')
        """
        decimal = settings.get("decimal", ".")
        if decimal == "." and _PLAIN.fullmatch(value):
            number: Decimal | None = Decimal(value)
        elif is_missing(value):
            return MISSING
        else:
            number = read_amount(_strip(value), decimal)
        if number is None:
            return Cleaned(None, valid=False, reason="not an amount", rule="not readable: emptied")
        number = number if number else abs(number)
        return Cleaned(number, rule=rule_for(value, number, f"read with '{decimal}' before the decimals"))
