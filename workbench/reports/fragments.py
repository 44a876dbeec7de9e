"""What all pages and notebook views are made of: one environment of escaped templates, one way to write a figure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

MISSING = Markup('<span class="none">–</span>')
SIGNS = {"good": "✓", "fair": "!", "poor": "×"}
TONES = {
    word: kind
    for kind, words in {
        "good": "pass, passed, balanced, accounted for, match, loaded, written, kept",
        "fair": "warn, warning, review, persisting, lost, gates missed, difference",
        "poor": "fail, failed, error, new, unexplained, rejected, unreadable, not balanced",
    }.items()
    for word in words.split(", ")
}
"""A status is told by its word and a sign; the colour comes on top. Any other word stands without a sign."""


def share(part: float, whole: float = 1) -> str:
    """A percentage that says 0 % or 100 % only where it is exactly that.

    >>> share(1, 3), share(1, 100_000), share(99_999, 100_000), share(5, 5), share(0, 0)
    ('33.3%', '<0.1%', '>99.9%', '100%', '–')
    """
    if not whole:
        return "–"
    ratio = part / whole
    if ratio in (0, 1):
        return f"{ratio:.0%}"
    if abs(ratio) < 0.0005:
        return "<0.1%"
    return ">99.9%" if 0.9995 <= ratio < 1 else f"{ratio:.1%}"


def money(amount: Decimal) -> str:
    """An exact amount with thousands separators and at least two decimals.

    >>> money(Decimal("-1234567.500000")), money(Decimal("0.125")), money(Decimal("-0.00"))
    ('-1,234,567.50', '0.125', '0.00')
    """
    whole, _, decimals = f"{amount if amount else abs(amount):,f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def number(value: float) -> str:
    """A figure of unknown size: whole where it is whole, else with four significant digits.

    >>> number(1234.0), number(0.123456), number(1234567.25)
    ('1,234', '0.1235', '1,234,567')
    """
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.4g}"


def size(count: int) -> str:
    """Bytes in the unit a person would use.

    >>> size(900), size(249_479)
    ('900 B', '249.5 kB')
    """
    return f"{count} B" if count < 1000 else f"{count / 1000:,.1f} kB" if count < 1_000_000 else f"{count / 1e6:,.1f} MB"


def pill(status: str) -> Markup:
    """A status as a word with its sign."""
    kind = TONES.get(status, "calm")
    sign = f"{SIGNS[kind]} " if kind in SIGNS else ""
    return Markup('<span class="pill {}">{}{}</span>').format(kind, sign, status.replace("_", " "))


def bar(ratio: float) -> Markup:
    """A share as a short bar with its figure."""
    return Markup('<span class="bar"><i style="width:{}%"></i></span>{}').format(round(100 * ratio, 1), share(ratio))


FORMATS = {
    "text": str,
    "code": lambda value: Markup("<code>{}</code>").format(value),
    "count": lambda value: f"{value:,}",
    "number": number,
    "share": share,
    "money": money,
    "status": pill,
    "bar": bar,
    "size": size,
}
"""How a cell of each kind is written; all but text, code and status stand to the right."""


def cell(value: Any, kind: str = "text") -> Any:
    """One value for a page; what is missing is a dash."""
    return MISSING if value is None else FORMATS[kind](value)


_TEMPLATES = Environment(
    loader=PackageLoader("workbench.reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_TEMPLATES.filters.update(cell=cell, **{kind: FORMATS[kind] for kind in ("count", "money", "status")})
_TEMPLATES.globals.update(share=share, left=("text", "code", "status"))


def render(template: str, **content: Any) -> str:
    """Fill a template of reports/templates; everything put in is escaped."""
    return _TEMPLATES.get_template(template).render(**content)


def result_html(result: dict[str, Any]) -> str:
    """A run's result (see pipeline.Result.as_json) for a notebook."""
    return render("result.html.j2", result=result)
