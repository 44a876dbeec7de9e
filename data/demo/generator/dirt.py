"""The dirt: what spoils a value, how often, and how fast each sort is cleaned up."""

from collections.abc import Callable
from random import Random

from generator import names
from generator.world import rng

# The share of the first week's cases still there each week: real faults are corrected, mere shapes less so.
FAULT_PACE = (1.0, 0.85, 0.68, 0.52, 0.38, 0.26)
SHAPE_PACE = (1.0, 0.97, 0.93, 0.88, 0.83, 0.78)
SHAPES = {
    "shape",
    "upper_case",
    "lower_case",
    "half_brackets",
    "space_inside",
    "space_around",
    "full_width",
    "abbreviated_form",
    "swapped_form",
    "city_suffix",
    "city_english",
    "tab_before",
    "old_15",
    "other_spelling",
}
# Dirt that leaves nothing to recognise; it spares the fields a customer's records agree in.
DESTRUCTIVE = {"missing", "placeholder", "scientific", "title_only", "short"}

LAYERS: dict[str, dict[str, dict[str, float]]] = names.SETTINGS["dirt"]
BELONGS = {"street": "address", "city": "address", "house": "address"}


def full_width(text: str) -> str:
    """Letters, digits, signs and spaces in their full-width forms."""
    return "".join("\u3000" if c == " " else chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _typo(text: str, r: Random) -> str:
    places = [(i, k) for k in names.TYPOS for i in range(2, len(text)) if text.startswith(k, i)]
    if not places:
        return text
    i, k = r.choice(places)
    return text[:i] + names.TYPOS[k] + text[i + len(k) :]


def _abbreviate(text: str, r: Random) -> str:
    for long, short in (
        ("有限责任公司", "公司"),
        ("股份有限公司", "股份"),
        ("集团有限公司", "集团"),
        ("有限公司", "公司"),
        ("Co., Ltd.", "Co.Ltd"),
        ("Corporation", "Corp."),
        ("Limited", "Ltd."),
    ):
        if text.endswith(long):
            return text.removesuffix(long) + short
    return text


def _drop_form(text: str, r: Random) -> str:
    for form in (
        "有限责任公司",
        "股份有限公司",
        "集团有限公司",
        "有限公司",
        " Co., Ltd.",
        " Inc.",
        " GmbH",
        " Ltd",
    ):
        text = text.removesuffix(form)
    return text


def _swap_form(text: str, r: Random) -> str:
    if text.endswith("有限责任公司"):
        return text.replace("有限责任公司", "有限公司")
    return (
        text.removesuffix("有限公司") + "有限责任公司"
        if text.endswith("有限公司") and "股份" not in text
        else text
    )


def _title(text: str, r: Random) -> str:
    return text[0] + r.choice(("总", "经理", "先生", "女士")) if len(text) <= 4 else text


def _space_inside(text: str, r: Random) -> str:
    i = r.randrange(1, len(text))
    return text[:i] + r.choice((" ", " ", "\u3000")) + text[i:]


def _wrong_digit(text: str, r: Random) -> str:
    return text[:-1] + r.choice([c for c in "0123456789" if c != text[-1]])


def _shape(phone: str, r: Random) -> str:
    """One of a dozen ways to write a number."""
    if phone.startswith("+"):
        country, area, rest = phone.split()
        return r.choice(
            (
                f"{country}{area}{rest}",
                f"00{country[1:]} {area} {rest}",
                f"{country} ({area}) {rest}",
                f"{country}-{area}-{rest}",
                full_width(f"{country} {area} {rest}"),
            )
        )
    if "-" not in phone:
        a, b, c = phone[:3], phone[3:7], phone[7:]
        return r.choice(
            (
                f"+86 {phone}",
                f"+86{phone}",
                f"0086-{phone}",
                f"86{phone}",
                f"{a} {b} {c}",
                f"{a}-{b}-{c}",
                f"+86-{a}-{b}-{c}",
                full_width(phone),
                f" {phone} ",
            )
        )
    area, rest = phone.split("-")
    a, b = rest[:4], rest[4:]
    return r.choice(
        (
            f"{area}{rest}",
            f"({area}){rest}",
            f"（{area}）{rest}",
            f"{area} {rest}",
            f"+86-{area[1:]}-{rest}",
            f"+86 {area[1:]} {a} {b}",
            f"0086{area[1:]}{rest}",
            f"86-{area}-{a}-{b}",
            f"{area}-{a} {b}",
            full_width(phone),
        )
    )


def _scientific(phone: str, r: Random) -> str:
    digits = phone.replace("-", "").lstrip("0")
    return f"{int(digits):.5E}" if digits.isdecimal() else phone


DIRTY: dict[str, Callable[[str, Random], str]] = {
    "abbreviated_form": _abbreviate,
    "swapped_form": _swap_form,
    "dropped_form": _drop_form,
    "title_only": _title,
    "traditional": lambda t, r: t.translate(names.TRADITIONAL).replace("ü", "ue"),
    "typo": _typo,
    "space_around": lambda t, r: r.choice((" ", "", "\u3000")) + t + " ",
    "space_inside": _space_inside,
    "full_width": lambda t, r: full_width(t) if not t.isalpha() else "\u3000" + t,
    "half_brackets": lambda t, r: t.replace("（", "(").replace("）", ")"),
    "lower_case": lambda t, r: t.lower(),
    "upper_case": lambda t, r: t.upper(),
    "tab_before": lambda t, r: "\t" + t,
    "missing": lambda t, r: r.choice(names.MISSING),
    "check_digit": _wrong_digit,
    "lost_zero": lambda t, r: t.replace("0", "", 1),
    "shape": _shape,
    "no_area": lambda t, r: t.rpartition("-")[2],
    "two": lambda t, r: t + r.choice(("/", ";", "、", " ")) + ("office." + t if "@" in t else "139" + t[-8:]),
    "extension": lambda t, r: t + r.choice(("转808", "-8016", " ext.23", "转602")),
    "scientific": _scientific,
    "short": lambda t, r: t[:-1],
    "no_at": lambda t, r: t.replace("@", r.choice(("", "#", "."))),
    "full_width_at": lambda t, r: t.replace("@", "＠"),
    "typo_domain": lambda t, r: t.replace("example", "exmaple").replace("163.com", "163.con"),
    "city_suffix": lambda t, r: t + "市" if t.isalpha() and not t.isascii() and len(t) < 4 else t,
    "city_english": lambda t, r: {c.cn: c.en for c in names.CITIES}.get(t, t),
}


def remains(dirt: str, week: int, *case: object) -> bool:
    """Whether this case of the dirt is not yet cleaned up; once clean, it stays clean."""
    return rng("fix", *case).random() < (SHAPE_PACE if dirt in SHAPES else FAULT_PACE)[week]


def drawn(source: str, key: str, field: str, layer: str = "value") -> str:
    """The dirt this field of this record began with, or ''."""
    point = rng(source, key, field, layer).random()
    for dirt, rate in LAYERS[field][layer].items():
        point -= rate
        if point < 0:
            return dirt
    return ""


def dirt_of(source: str, key: str, field: str, week: int, layer: str = "value") -> str:
    """The dirt this field still has in this week, or ''."""
    dirt = drawn(source, key, field, layer)
    return dirt if dirt and remains(dirt, week, source, key, field, layer) else ""


def spoil(
    source: str, key: str, field: str, value: str, week: int, kept: tuple[str, ...]
) -> tuple[str, list[str]]:
    """The value with its dirt of this week, and the names of the dirt that changed it."""
    found: list[str] = []
    for layer in LAYERS[field] if value else ():
        dirt = dirt_of(source, key, field, week, layer) if value else ""
        if not dirt or (dirt in DESTRUCTIVE and BELONGS.get(field, field) in kept):
            continue
        r = rng("how", source, key, field, layer)
        if dirt == "placeholder":
            after = r.choice(("13800000000", "00000000")) if field == "phone" else r.choice(("0" * 18, "无"))
        elif (dirt == "title_only" and source != "sales") or dirt not in DIRTY:
            continue
        else:
            after = DIRTY[dirt](value, r)
        if after != value:
            value, found = after, [*found, dirt]
    return value, found
