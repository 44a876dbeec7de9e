"""The kinds of tax numbers of the world, companies' and persons', and which of them a number is likely to be."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from string import ascii_uppercase, digits
from typing import Any
from unicodedata import decimal

import stdnum
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength
from stdnum.tw import ubn

from .folding import fold, table

_DRAWN = 400  # random numbers that tell how often chance passes a kind's rule
_MARK = re.compile(r"[^\w&]|_")
_LENGTHS = range(5, 16)


def compact(text: str) -> str:
    """Letters and digits of a text in upper case, digits of other scripts as ours; & is a letter in Mexico."""
    plain = _MARK.sub("", fold(text)).upper()
    return plain if plain.isascii() else "".join(str(decimal(char, char)) for char in plain)


def valid_ubn(number: str) -> bool:
    """Whether eight digits are a Taiwanese business number by the rule of 2023-04-01 (Ministry of Finance, Taiwan).

    The weighted sum is a multiple of 5 (python-stdnum still wants 10), or one less when the seventh digit is 7.
    """
    if not re.fullmatch(r"\d{8}", number, re.ASCII):
        return False
    rest = ubn.calc_checksum(number) % 5
    return rest == 0 or (rest == 4 and number[6] == "7")


@dataclass(frozen=True)
class Kind:
    """One kind of number: its name (country, _, name of the number), and python-stdnum's module for its rule."""

    name: str
    module: Any

    @property
    def country(self) -> str:
        """Alpha-2; EU for the numbers of the European Union."""
        return self.name[:2].upper()

    def accepts(self, number: str) -> bool:
        """Whether a number obeys the rule."""
        return not self.complaint(number)

    def key(self, number: str) -> str:
        """The comparable form of a number of this kind."""
        try:
            return str(self.module.compact(number))
        except (ValueError, IndexError):
            return number

    def complaint(self, number: str) -> str:
        """Why a number is none of this kind, in words; '' when it is one. Some modules stumble over odd shapes."""
        try:
            if not (self.name == "tw_ubn" and valid_ubn(number)):
                self.module.validate(number)
            return ""
        except InvalidChecksum:
            return "check digit wrong"
        except InvalidLength:
            return "wrong number of digits"
        except InvalidFormat:
            return "not written as tax numbers of its country are"
        except (ValueError, IndexError, KeyError, TypeError, AttributeError):
            return "not a number that its country gives out"

    def breaks(self, number: str) -> set[int] | None:
        """After how many letters and digits this kind is written with a mark; None when it has no such custom."""
        try:
            written = str(self.module.format(number))
        except (AttributeError, ValueError, IndexError, TypeError):
            return None
        return marks(written) if compact(written) == number else None


def marks(text: str) -> set[int]:
    """After how many letters and digits a text has a blank or a mark."""
    found, place = set(), 0
    for char in text:
        place += char.isalnum() or char == "&"
        found.add(0 if char.isalnum() or char == "&" else place)
    return found - {0, place}


@cache
def kinds(country: str | None = None) -> Sequence[Kind]:
    """All kinds of data/tax_kind.csv, or those of one country (alpha-2)."""
    if country:
        return tuple(kind for kind in kinds() if kind.country == country)
    modules = (module for module, _ in table("tax_kind"))
    return tuple(Kind(each.replace("_", "").replace(".", "_"), import_module(f"stdnum.{each}")) for each in modules)


@cache
def named(name: str) -> Kind:
    """The kind of a name. Raises StopIteration for one that data/tax_kind.csv has not."""
    return next(kind for kind in kinds() if kind.name == name)


@cache
def main_kind(country: str) -> Kind | None:
    """The kind that companies of a country are mostly known by."""
    modules: list[Any] = [stdnum.get_cc_module(country.lower(), name) for name in ("vat", "tin", "cn")]
    by_module = {kind.module: kind for kind in reversed(kinds(country))}
    return next((by_module[module] for module in (*modules, *reversed(by_module)) if module in by_module), None)


@lru_cache(4096)
def _chance(kind: Kind, shape: str) -> float:
    """How likely (0 to 1) a random number of a shape (9 a digit, A a letter) passes a kind's rule."""
    draw = random.Random(shape)
    alphabets = {"9": digits, "A": ascii_uppercase}
    drawn = ("".join(draw.choice(alphabets.get(char, char)) for char in shape) for _ in range(_DRAWN))
    return sum(map(kind.accepts, drawn)) / _DRAWN


@cache
def _lengths(kind: Kind) -> int:
    """Of how many lengths a kind's numbers are, as far as they are digits alone."""
    return sum(_chance(kind, "9" * length) > 0 for length in _LENGTHS) or 1


def _contradiction(kind: Kind, text: str, number: str, written: set[int]) -> int:
    """How far the marks within a number as written (0: not at all, to 3) are not where its kind has them."""
    if not written:
        return 0
    custom = kind.breaks(number)
    if custom is None or not written <= custom:
        return 2 if kind.accepts(text) else 3
    return int(written != custom)


def guesses(number: str, country: str | None = None) -> list[str]:
    """The kinds (at most three) that a number as written may be of, the likeliest first; `country` (alpha-2) if known.

    First come the kinds whose own way of writing has marks where the number has them. Among those the likeliest
    is the one of which there are fewest numbers: any of its numbers is then the more probable (Bayes, all kinds
    and the lengths of a kind equally probable before). How many there are is told by random numbers of its shape.

    >>> guesses("DE 234567802"), guesses("12.345.678-5", "CL"), guesses("91310000712345680Y")
    (['de_vat', 'eu_vat'], ['cl_rut'], ['cn_uscc'])
    """
    text = " ".join(fold(number).upper().split())
    plain = compact(text)
    shape = re.sub("[A-Z]", "A", re.sub(r"\d", "9", plain))
    written = marks(text)

    def unlikely(kind: Kind) -> tuple[int, float]:
        canonical = 1 if kind.key(plain) == plain else 2
        return _contradiction(kind, text, plain, written), _chance(kind, shape) * _lengths(kind) * canonical

    if len(text) > 40:
        return []
    ways = dict.fromkeys([plain, text])
    possible = [kind for kind in kinds(country) if any(map(kind.accepts, ways))]
    return [kind.name for kind in (sorted(possible, key=unlikely) if len(possible) > 1 else possible)][:3]
