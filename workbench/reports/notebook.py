"""An executed notebook as a page: its text, its code folded, its outputs; nothing on it runs or is loaded."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import Any

import mistune
from bs4 import BeautifulSoup, Tag
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from ..language import gettext as _
from ..language import marked
from ..words import told
from .fragments import render

Node = dict[str, Any]
"""A notebook, a cell or an output, as nbformat 4 has it."""

LIMIT = 2_500_000
"""Characters of outputs on a page; one that has no room left is said to be there."""

ACTIVE = ("script", "iframe", "frame", "object", "embed", "applet", "form", "link", "meta", "base")
LIVE = re.compile(r"application/(javascript|vnd\.(holoviews|bokeh|jupyter\.widget|plotly|vega))")
LOADING = re.compile(r"application/vnd\.(holoviews|bokehjs)_load")
CONTROL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|[\x00-\x08\x0b-\x1f\x7f-\x9f]")

BLOCK = Markup("<pre>{}</pre>")
SENTENCE = Markup('<p class="quiet">{}</p>')
PICTURE = Markup('<img alt="{}" src="data:{};base64,{}">')
INTERACTIVE = marked("Interactive: run the notebook to use it.")

_markdown = mistune.create_markdown(escape=True, plugins=["table", "strikethrough"])


def notebook_page(notebook: Node, **facts: Any) -> str:
    """The page; `facts` are what templates/notebook.html.j2 asks for."""
    page = _Page()
    return render("notebook.html.j2", cells=[page.cell(cell) for cell in _untitled(notebook["cells"])], **facts)


def title(notebook: Node) -> str | None:
    """The first heading of its text, without marks."""
    texts = (cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    headings = (BeautifulSoup(_html(text), "html.parser").find(["h1", "h2", "h3"]) for text in texts)
    return next((found.get_text(" ", strip=True) for found in headings if found), None) or None


def plain(text: str) -> str:
    """Without colours and other control characters of terminals."""
    return CONTROL.sub("", text)


def is_live(output: Node) -> bool:
    """Whether an output is one of a widget, which needs a kernel or a script."""
    data = output.get("data", {})
    return any(LIVE.match(kind) for kind in data) or _clean(_text(data.get("text/html", "")), set()) is None


def _untitled(cells: list[Node]) -> list[Node]:
    """The first heading stands above the page; it is not said twice."""
    if cells and cells[0]["cell_type"] == "markdown":
        return [cells[0] | {"source": re.sub(r"\A\s*# .*", "", cells[0]["source"])}, *cells[1:]]
    return cells


def _html(source: str) -> str:
    """Markdown as HTML: tags in it are text, and what leads to a notebook leads to its page."""
    return re.sub(r'href="([^":]+)\.ipynb(#[^"]*)?"', r'href="\1.html\2"', str(_markdown(source)))


def _text(value: Any) -> str:
    """Text as nbformat keeps it; JSON, which no page shows, is none."""
    return value if isinstance(value, str) else ""


def _picture(kind: str, data: str) -> Markup:
    return PICTURE.format(_("picture made by the code above"), kind, data)


def _clean(html: str, seen: set[str]) -> str | None:
    """HTML with every tag closed, without what would be loaded and styles that the page has; None if it would run."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(True):
        if tag.name in ACTIVE or any(_runs(name, str(value)) for name, value in tag.attrs.items()):
            return None
    for tag in soup.find_all(True):
        loaded = [str(tag[name]) for name in ("src", "srcset", "poster", "background") if name in tag.attrs]
        if not all(url.startswith("data:") for url in loaded) or (tag.name == "style" and _is_known(tag, seen)):
            tag.decompose()
    return str(soup)


def _runs(name: str, value: str) -> bool:
    return name.startswith("on") or value.strip().lower().startswith("javascript:")


def _is_known(style: Tag, seen: set[str]) -> bool:
    text = "".join((style.string or "").split())
    known = text in seen
    seen.add(text)
    return known


@dataclass
class _Page:
    """What is on the page so far: the styles it has, and the room that is left."""

    room: int = LIMIT
    seen: set[str] = field(default_factory=lambda: {"".join(render("style.css.j2").split())})

    def cell(self, cell: Node) -> Node:
        """A cell for the template."""
        if cell["cell_type"] != "code":
            source = cell["source"]
            return {"text": Markup(_html(source)) if cell["cell_type"] == "markdown" else BLOCK.format(source)}
        drawn = [self._output(output) for output in cell["outputs"]]
        code = highlight(cell["source"], PythonLexer(), HtmlFormatter(nowrap=True))
        failed = any(output["output_type"] == "error" for output in cell["outputs"])
        outputs = [html for place, html in enumerate(drawn) if html and html not in drawn[:place]]
        return {"code": Markup(code), "number": cell["execution_count"], "outputs": outputs, "failed": failed}

    def _output(self, output: Node) -> Markup:
        if output["output_type"] == "stream":
            drawn = BLOCK.format(plain(_text(output["text"])).rstrip())
        elif output["output_type"] == "error":
            said = plain(f"{output['ename']}: {output['evalue']}")
            drawn = Markup('<pre class="failed">× {}</pre>').format(said)
        else:
            drawn = self._best({kind: _text(value) for kind, value in output["data"].items()})
        if len(drawn) > self.room:
            size = f"{len(drawn) / 1e6:.1f} MB"
            said = _("Left out here, as it is large ({size}): run the notebook to see it.")
            return SENTENCE.format(said.format(size=size))
        self.room -= len(drawn)
        return drawn

    def _best(self, data: dict[str, str]) -> Markup:
        """The best that a page can show of an output's several forms."""
        if any(LOADING.match(kind) for kind in data):
            return Markup()
        if any(LIVE.match(kind) for kind in data):
            return SENTENCE.format(told(INTERACTIVE))
        if svg := data.get("image/svg+xml"):  # as a picture it cannot touch the page, nor the page it
            return _picture("image/svg+xml", base64.b64encode(svg.encode()).decode())
        if html := data.get("text/html"):
            cleaned = _clean(html, self.seen)
            return SENTENCE.format(told(INTERACTIVE)) if cleaned is None else Markup(cleaned)
        for kind in ("image/png", "image/jpeg", "image/gif"):
            if kind in data:
                return _picture(kind, "".join(data[kind].split()))
        if markdown := data.get("text/markdown"):
            return Markup(_html(markdown))
        return BLOCK.format(plain(data.get("text/latex") or data.get("text/plain") or ""))
