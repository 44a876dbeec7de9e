"""What all pages and notebook views are made of: one environment of escaped templates, one way to write a figure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from ..language import day, gettext, language, marked, ngettext, pgettext
from ..types.currencies import PLACES
from ..words import told

SIGNS = {"good": "✓ ", "fair": "! ", "poor": "× ", "calm": ""}
TONES = {
    "good": (marked("pass"), marked("passed"), marked("balanced"), marked("accounted for"), marked("match"),
             marked("written"), marked("closed"), marked("approved"), marked("mapped"), marked("loaded"),
             marked("signed"), marked("nothing open"), marked("shown"), marked("done"), marked("usual"),
             marked("in order")),
    "fair": (marked("warn"), marked("warning"), marked("review"), marked("persisting"), marked("gates missed"),
             marked("gate missed"), marked("partial"), marked("open"), marked("unconfirmed"), marked("waits"),
             marked("lapsed"), marked("not signed"), marked("not shown"), marked("unusual"), marked("to watch"),
             marked("silent"), marked("rows refused"), marked("interrupted")),
    "poor": (marked("fail"), marked("failed"), marked("error"), marked("new"), marked("unexplained"),
             marked("rejected"), marked("not balanced"), marked("overdue"), marked("contradicted"), marked("denied"),
             marked("lost"), marked("missing"), marked("extra"), marked("doubled"), marked("unanswered"),
             marked("not read back"), marked("UNEXPLAINED"), marked("truncated"), marked("rounded"),
             marked("encoding"), marked("reassigned"), marked("currency"), marked("code"), marked("child missing"),
             marked("date shifted"), marked("duplicated"), marked("swapped"), marked("scaled"), marked("sign"),
             marked("space"), marked("case"), marked("width"), marked("to act on")),
    "calm": (marked("going"), marked("not set up"), marked("nothing to compare")),
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


def readable(value: Any) -> Any:
    """A stored value as people read it: an amount kept as text with six decimals has two, or what it has beyond them.

    >>> readable("12.500000"), readable("lost: -1234.567800"), readable("12.5"), readable("1.2.500000"), readable(None)
    ('12.50', 'lost: -1234.5678', '12.5', '1.2.500000', None)
    """
    return _SIX.sub(r"\1", value) if isinstance(value, str) else value


_SIX = re.compile(r"(?<![\w.])(\d+\.(?=\d{6}(?![\w.]))\d{2}\d*?)0*(?![\w.])")


def pill(status: str) -> Markup:
    """A status as a word with its sign."""
    tone = next((name for name, words in TONES.items() if status in words), "calm")
    return Markup('<span class="pill {}">{}{}</span>').format(tone, SIGNS[tone], told(status.replace("_", " ")))


def bar(ratio: float) -> Markup:
    """A share as a short bar with its figure."""
    drawn = Markup('<span class="bar"><i style="width:{}%"></i></span>').format(round(100 * ratio, 1))
    return drawn + Markup('<span class="figure">{}</span>').format(share(ratio))


def moment(given: Any) -> Markup:
    """A date, or a time to the minute, in one piece."""
    return Markup('<span class="moment">{}</span>').format(dated(given))


def dated(given: Any) -> str:
    """A date and time as they come, as dates or as text, in words; what is none, such as a run's id, stays as it is."""
    text = str(given)[:16].replace("T", " ")
    stamp = re.fullmatch(r"(\d{4}-\d\d-\d\d)( .*)?", text)
    return day(date.fromisoformat(stamp[1])) + (stamp[2] or "") if stamp else text


FORMATS: dict[str, Callable[..., str]] = {
    "text": str,
    "word": lambda value: told(str(value)),
    "code": Markup("<code>{}</code>").format,
    "value": lambda value: Markup("<code>{}</code>").format(readable(value)),
    "status": pill,
    "moment": moment,
    "count": "{:,}".format,
    "number": "{:,.10g}".format,
    "share": share,
    "money": money,
    "bar": bar,
    "picture": escape,
}
"""How a cell of each kind is written; all but those of LEFT stand to the right."""


def cell(value: Any, kind: str = "text", currency: str | None = "") -> str:
    """One value for a page; what is missing is a dash, and noughts stand back. The currency is that of money."""
    written = "–" if value is None else money(value, currency) if kind == "money" else FORMATS[kind](value)
    quiet = value is None or (value == 0 and kind not in ("text", "word"))
    return Markup('<span class="none">{}</span>').format(written) if quiet else written


_LOADER = PackageLoader("workbench.reports")
_TEMPLATES = Environment(
    loader=_LOADER, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)  # fmt: skip
_TEMPLATES.install_gettext_callables(gettext, ngettext, newstyle=True, pgettext=pgettext)  # type: ignore[attr-defined]  # by i18n
_TEMPLATES.policies["ext.i18n.trimmed"] = True


def _anew(write: Callable[..., str]) -> Callable[..., str]:
    """A filter that is asked for each page: Jinja works others out once for a word that stands in a template, in the
    language in which that is drawn first."""

    @pass_context
    def drawn(_context: Context, *given: Any) -> str:
        return write(*given)

    return drawn


_WRITTEN: dict[str, Callable[..., str]] = {
    "cell": cell, "count": FORMATS["count"], "status": pill, "day": day, "word": told, "dated": dated,
    "readable": readable,
}  # fmt: skip
_TEMPLATES.filters.update({name: _anew(write) for name, write in _WRITTEN.items()})
LEFT = ("text", "word", "code", "value", "status", "moment", "picture")
_TEMPLATES.globals.update(share=share, left=LEFT, language=language)


def render(template: str, **content: Any) -> str:
    """Fill a template of reports/templates; everything put in is escaped."""
    return _TEMPLATES.get_template(template).render(**content)


def result_html(result: dict[str, Any]) -> str:
    """A run's result (see pipeline.Result.as_json) for a notebook."""
    return render("result.html.j2", result=result)
