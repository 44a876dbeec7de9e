"""Amounts in Chinese capitals, as bills carry them (People's Bank of China, 支付结算办法, 1997)."""

import re
from decimal import Decimal

_CHARS = ("零〇", "壹一", "贰二两", "叁三", "肆四", "伍五", "陆六", "柒七", "捌八", "玖九")
_DIGITS = {char: digit for digit, chars in enumerate(_CHARS) for char in chars}
_TENS = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
_DIGIT = f"[{''.join(_DIGITS)}]"
_AMOUNT = re.compile(
    rf"(负?)(?:([{''.join([*_DIGITS, *_TENS, *_MYRIADS])}]{{1,40}})(?:元|圆))?"
    rf"零?(?:({_DIGIT})角)?零?(?:({_DIGIT})分)?[整正]?"
)


def _whole(text: str) -> int | None:
    """A whole number in Chinese capitals, None when its places are not in falling order."""
    total = section = digit = 0
    last = 10**5
    for char in text:
        if char in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[char]
        elif char in _TENS:
            if _TENS[char] >= last:
                return None
            last, section, digit = _TENS[char], section + (digit or 1) * _TENS[char], 0
        else:
            if (unit := _MYRIADS[char]) == 10**8:
                total = (total + section + digit) * unit
            else:
                total += (section + digit) * unit
            section, digit, last = 0, 0, 10**5
    return total + section + digit


def read_capitals(text: str) -> Decimal | None:
    """An amount in Chinese capitals, simplified; None when it is none.

    >>> read_capitals("壹佰元整"), read_capitals("壹万贰仟叁佰元伍角"), read_capitals("叁亿零伍拾万元零捌分")
    (Decimal('100'), Decimal('12300.5'), Decimal('300500000.08'))
    """
    found = _AMOUNT.fullmatch(text)
    if not found or not any(found.groups()[1:]):
        return None
    sign, whole, tenths, cents = found.groups()
    number = _whole(whole or "")
    if number is None or number >= 10**16:
        return None
    exact = number + Decimal(_DIGITS.get(tenths, 0)) / 10 + Decimal(_DIGITS.get(cents, 0)) / 100
    return -exact if sign and exact else exact
