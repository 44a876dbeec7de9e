"""Kinds of cells that are told by their shape: a date, a number, an e-mail address, a phone, a code."""

import re
from collections.abc import Sequence

NARROW = ("date", "number", "email")  # a heading looks like none of them
KINDS = {
    "date": r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:[ T]\d{1,2}:\d\d(?::\d\d)?\S*)?|\d{4}年\d{1,2}月\d{1,2}日",
    "number": r"[-+(]?[$€£¥￥]? ?\d+(?:[.,' ]\d+)*[)%-]?",
    "email": r"[^\s@]+@[^\s@]+\.\w+",
    "phone": r"[+(]?\d[\d ()/.-]{4,}",
    "code": r"(?=[^\d]*\d)[A-Za-z0-9_/.:-]+",
}
_PATTERNS = {name: re.compile(pattern, re.ASCII) for name, pattern in KINDS.items()}


def is_a(kind: str, cell: str) -> bool:
    """Whether a cell has the shape of a kind."""
    return _PATTERNS[kind].fullmatch(cell.strip()) is not None


def kind_of(cells: Sequence[str]) -> str | None:
    """The narrowest kind that all of the cells are of; None for free text, and for no cells."""
    return next((kind for kind in KINDS if cells and all(is_a(kind, cell) for cell in cells)), None)
