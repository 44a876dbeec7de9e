"""Valid identification numbers and plausible phone numbers."""

from random import Random

from generator.names import City

USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
DIGITS = "0123456789"
ORGANISATION = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def digits(rng: Random, n: int) -> str:
    """`n` random digits, the first not 0."""
    return rng.choice("123456789") + "".join(rng.choice(DIGITS) for _ in range(n - 1))


def organisation_code(rng: Random, modern: bool) -> str:
    """Nine places with the check character of GB 11714; codes given since 2015 begin with MA."""
    body = "MA" + "".join(rng.choice(USCC) for _ in range(6)) if modern else digits(rng, 8)
    weighted = sum(ORGANISATION.index(c) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return body + "0123456789X0"[11 - weighted % 11]


def credit_code(district: str, organisation: str) -> str:
    """The 18-place unified social credit code of a firm (GB 32100-2015)."""
    body = "91" + district + organisation
    return body + USCC[-sum(USCC.index(c) * 3**i for i, c in enumerate(body)) % 31]


def foreign_tax(rng: Random, country: str) -> str:
    """A number with right check digits: DE and GB value-added tax, JP corporate number; US EIN has none."""
    if country == "DE":
        body, product = digits(rng, 8), 10
        for c in body:
            product = ((int(c) + product) % 10 or 10) * 2 % 11
        return f"DE{body}{(11 - product) % 10}"
    if country == "GB":
        body = digits(rng, 7)
        total = sum(int(c) * w for c, w in zip(body, range(8, 1, -1), strict=True))
        return f"GB{body}{97 - total % 97:02d}"
    if country == "JP":
        body = digits(rng, 12)
        total = sum(int(c) * (1 + i % 2) for i, c in enumerate(reversed(body)))
        return f"{9 - total % 9}{body}"
    return f"{rng.choice((20, 36, 45, 82))}-{digits(rng, 7)}"


def mobile(rng: Random) -> str:
    """A Chinese mobile number, 11 digits."""
    return "1" + rng.choice("356789") + rng.choice(DIGITS) + digits(rng, 8)


def phone(rng: Random, city: City) -> str:
    """A number in the demo's clean form: `010-62345678`, `13812345678` or `+49 89 1234567`."""
    if city.country != "CN":
        code = {"US": "+1", "DE": "+49", "GB": "+44", "JP": "+81"}[city.country]
        return f"{code} {city.area} {digits(rng, 7)}"
    if rng.random() < 0.4:
        return mobile(rng)
    return f"{city.area}-{rng.choice('68')}{digits(rng, 7)}"
