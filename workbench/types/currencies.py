"""Currencies and units as amounts and headings write them.

The decimals that a currency has are those of ISO 4217 (data/currency.csv).
"""

import re
from collections.abc import Iterable

from .folding import any_of, simplified, table, words


def _any(names: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


PLACES = {word: int(places) for code, places, row in table("currency") for word in (code.lower(), *row.split())}
"""The decimals of a currency, by its code in small letters or its name."""
_NAMES = _any({*PLACES, *words("currency code")})
CURRENCY = re.compile(rf"(?=[^\d\s.,])(?:(?<![a-z])(?:{_NAMES})(?![a-z])|{any_of('currency')})")
ZEROS = {"千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8}
ZEROS |= {"k": 3, "mn": 6, "mio": 6, "bn": 9, "lakh": 5, "crore": 7}  # not m, a thousand to some
"""The zeros that a unit behind an amount stands for."""

_HEADED = ZEROS | dict.fromkeys(("仟", "t", "tsd", "000", "000s", "thousand", "thousands"), 3)
_HEADED |= dict.fromkeys(("million", "millions"), 6) | dict.fromkeys(("billion", "billions"), 9)
_UNIT, _MONEY = rf"(?<![a-z\d])({_any(_HEADED)})", rf"(?:{_NAMES}|{any_of('currency')})"
_IN_UNITS = re.compile(  # 万元, EUR mn, (in thousands), or a Chinese unit at the end
    rf"(?:{_UNIT}\.? ?(?:of )?{_MONEY}|{_MONEY} ?'?{_UNIT}|(?:[(\[:]|\bin) ?'?(?!t\b){_UNIT}"
    r"|(?<!\d)([千仟万亿]|百万|千万)) ?(?=$|[)\],/])"
)


def unit(heading: str) -> int:
    """What the amounts under a heading are to be multiplied by; 1 where it names no unit.

    >>> [unit(heading) for heading in ("注册资本(万元)", "Turnover (k EUR)", "Sales, in thousands", "Amount")]
    [10000, 1000, 1000, 1]
    """
    found = _IN_UNITS.search(simplified(heading.replace("_", " ")))
    return 10 ** _HEADED[next(filter(None, found.groups()))] if found else 1
