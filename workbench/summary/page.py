"""The report as one page: no script, nothing from outside, so that it opens from a mail."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup

from ..language import gettext as _
from ..published import Published
from ..reports.fragments import render
from .chapter import Chapter
from .fallen import Fallen

SHOWN = 30
"""Lines of a table: the workbook has them all."""


def page(
    project: str, run: Published, headline: str, told: Sequence[Fallen], chapters: Sequence[Chapter], made: str
) -> str:
    """The page: how the gates stand, what fell, a line a chapter, then the chapters; `made` is the moment (UTC)."""
    return render("summary.html.j2", project=project, heading=_("Quality report"), run=run, headline=headline,
                  told=told, chapters=chapters, below=below, shown=SHOWN, made=made)  # fmt: skip


def below(body: Markup) -> Markup:
    """A view under the heading of its chapter: its own headings are one level lower."""
    return Markup(re.sub(r"<(/?)h([2-5])(?=[ >])", lambda tag: f"<{tag[1]}h{int(tag[2]) + 1}", body))  # ours: escaped
