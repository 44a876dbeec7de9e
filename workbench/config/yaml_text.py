"""Texts as YAML, for what is written into workbench.yml or shown to be added there."""

import json
import re

_PLAIN = re.compile(r"[^\W\d_][\w ./()-]*[\w)]|[^\W\d_]")
_NOT_PLAIN = {"yes", "no", "on", "off", "y", "n", "true", "false", "null"}


def scalar(text: str) -> str:
    """A text as YAML: bare where it can be, else quoted.

    >>> scalar("Account Name"), scalar("no"), scalar("a: b")
    ('Account Name', '"no"', '"a: b"')
    """
    bare = _PLAIN.fullmatch(text) and text.lower() not in _NOT_PLAIN
    if bare and text.isprintable():
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in quoted)


def flow(value: object) -> str:
    """A tree of plain values as YAML on one line.

    >>> flow({"file": "a.csv", "header": [2, 3], "columns": {"no": "Customer No"}})
    '{file: a.csv, header: [2, 3], columns: {"no": Customer No}}'
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(str(key))}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value) if isinstance(value, str) else json.dumps(value)
