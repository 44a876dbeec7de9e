"""What all pages and notebook views are made of: one environment of escaped templates, one way to write a figure."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from ..language import day, gettext, language, ngettext
from ..types.currencies import PLACES

SIGNS = {"good": "✓ ", "fair": "! ", "poor": "× ", "calm": ""}
TONES = {
    "good": ("pass", "passed", "balanced", "accounted for", "match", "written", "closed",
             "approved", "mapped", "loaded", "signed", "nothing open", "shown", "done", "usual", "in order"),
    "fair": ("warn", "warning", "review", "persisting", "gates missed", "gate missed", "partial", "open",
             "unconfirmed", "waits", "lapsed", "not signed", "not shown", "unusual", "to watch",
             "silent", "rows refused", "interrupted"),
    "poor": ("fail", "failed", "error", "new", "unexplained", "rejected", "not balanced", "overdue",
             "contradicted", "denied", "lost", "missing", "extra", "doubled", "unanswered", "not read back",
             "UNEXPLAINED", "truncated", "rounded", "encoding", "reassigned", "currency", "code", "child missing",
             "date shifted", "duplicated", "swapped", "scaled", "sign", "space", "case", "width", "to act on"),
}  # fmt: skip
"""A status is told by its word and a sign; the colour comes on top. Any other word is calm."""


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
    return "<0.1%" if ratio < 0.0005 else ">99.9%" if 0.9995 <= ratio < 1 else f"{ratio:.1%}"


def money(amount: Decimal, currency: str | None = "", thousands: str = ",") -> str:
    """An exact amount with thousands separators ("" for none) and at least the decimals of its currency (ISO 4217;
    two where it is not known), no more than it has.

    >>> money(Decimal("-1234567.500000")), money(Decimal("0.125")), money(Decimal("-0.00"), thousands="")
    ('-1,234,567.50', '0.125', '0.00')
    >>> money(Decimal("1774392.000000"), "JPY"), money(Decimal("17.5"), "JPY"), money(Decimal("1.5"), "KWD")
    ('1,774,392', '17.5', '1.500')
    """
    whole, _, decimals = f"{amount or abs(amount):{thousands}f}".partition(".")
    decimals = decimals.rstrip("0").ljust(PLACES.get((currency or "").lower(), 2), "0")
    return f"{whole}.{decimals}" if decimals else whole


def pill(status: str) -> Markup:
    """A status as a word with its sign."""
    tone = next((name for name, words in TONES.items() if status in words), "calm")
    return Markup('<span class="pill {}">{}{}</span>').format(tone, SIGNS[tone], gettext(status.replace("_", " ")))


def bar(ratio: float) -> Markup:
    """A share as a short bar with its figure."""
    drawn = Markup('<span class="bar"><i style="width:{}%"></i></span>').format(round(100 * ratio, 1))
    return drawn + Markup('<span class="figure">{}</span>').format(share(ratio))


def moment(given: Any) -> Markup:
    """A date, or a time to the minute, in one piece."""
    return Markup('<span class="moment">{}</span>').format(str(given)[:16].replace("T", " "))


FORMATS: dict[str, Callable[..., str]] = {
    "text": str,
    "code": Markup("<code>{}</code>").format,
    "status": pill,
    "moment": moment,
    "count": "{:,}".format,
    "number": "{:,.10g}".format,
    "share": share,
    "money": money,
    "bar": bar,
    "picture": escape,
}
"""How a cell of each kind is written; all but the first four stand to the right."""


def cell(value: Any, kind: str = "text", currency: str | None = "") -> str:
    """One value for a page; what is missing is a dash, and noughts stand back. The currency is that of money."""
    written = "–" if value is None else money(value, currency) if kind == "money" else FORMATS[kind](value)
    quiet = value is None or (value == 0 and kind != "text")
    return Markup('<span class="none">{}</span>').format(written) if quiet else written


_LOADER = PackageLoader("workbench.reports")
_TEMPLATES = Environment(
    loader=_LOADER, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)  # fmt: skip
_TEMPLATES.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # by i18n
_TEMPLATES.policies["ext.i18n.trimmed"] = True
_TEMPLATES.filters.update(cell=cell, count=FORMATS["count"], status=pill, day=day, word=gettext)
_TEMPLATES.globals.update(share=share, left=("text", "code", "status", "moment", "picture"), language=language)


def render(template: str, **content: Any) -> str:
    """Fill a template of reports/templates; everything put in is escaped."""
    return _TEMPLATES.get_template(template).render(**content)


def result_html(result: dict[str, Any]) -> str:
    """A run's result (see pipeline.Result.as_json) for a notebook."""
    return render("result.html.j2", result=result)
