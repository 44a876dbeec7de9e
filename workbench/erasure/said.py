"""What files that cannot be made again say: the words of pages, workbooks and models, not how they are drawn."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook

TELLING = 6
"""Characters from which a mark in the midst of a sentence is no chance; a shorter one tells as a whole value only."""

READ = ("title", "aria-label")
"""Attributes that are read out or shown."""

Said = tuple[str, bool]
"""A text, and whether it is a value: in a page what stands in <code>, as keys do, and not a figure or a sentence."""


class Marks:
    """What tells that a file speaks of somebody: keys, golden ids, pseudonyms."""

    def __init__(self, marks: Collection[str]):
        self._whole = {mark for mark in marks if mark}
        long = "|".join(re.escape(mark) for mark in sorted(self._whole) if len(mark) >= TELLING)
        self._within = re.compile(rf"(?<!\w)(?:{long})(?!\w)") if long else None

    def stand_in(self, file: Path) -> bool:
        """Whether a file has one of them: a short one as a whole value, a longer one also as a word of a sentence."""
        return any(self._stand(text.strip(), value) for text, value in _said(file))

    def _stand(self, text: str, value: bool) -> bool:
        return (value and text in self._whole) or bool(self._within and self._within.search(text))


def _said(file: Path) -> Iterator[Said]:
    """The texts of a file; of a damaged workbook, which shows nobody anything, none."""
    if file.suffix == ".xlsx":
        yield from _cells(file)
        return
    text = file.read_text("utf-8", errors="replace")
    if file.suffix == ".html":
        page = _Page()
        page.feed(text)
        page.close()
        yield from page.said
    elif file.suffix == ".json":
        try:
            yield from _strings(json.loads(text))
        except ValueError:  # not ours any more
            yield text, False
    else:
        yield text, False


def _cells(file: Path) -> Iterator[Said]:
    """The cells of text: numbers of ours are figures."""
    try:
        book = load_workbook(file, read_only=True)
    except (BadZipFile, KeyError):
        return
    for sheet in book.worksheets:
        for row in sheet.iter_rows(values_only=True):
            yield from ((cell, True) for cell in row if isinstance(cell, str))
    book.close()


def _strings(found: Any) -> Iterator[Said]:
    """The strings of a JSON document."""
    if isinstance(found, str):
        yield found, True
    elif isinstance(found, list | dict):
        for one in found.values() if isinstance(found, dict) else found:
            yield from _strings(one)


class _Page(HTMLParser):
    """Collects what a page says, unescaped: its texts but for styles and scripts, and the attributes that are read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[Said] = []
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within = tag
        self.said += [(text, False) for name, text in attrs if name in READ and text]

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within not in ("style", "script") and data.strip():
            self.said.append((data, self._within == "code"))
