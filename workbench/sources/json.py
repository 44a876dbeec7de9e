"""JSON: one object a line, or an array of objects. Objects in objects become columns such as address.city."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from workbench.config import ReadOptions
from workbench.errors import SourceError
from workbench.sources.encoding import find_encoding, open_text
from workbench.sources.extract import Extract, Found, batches, column_names, damage, printable

CHUNK = 1 << 20
LONGEST = 64_000_000  # characters; an element that does not end before is broken
_BETWEEN = re.compile(r"[^,\s]|\Z")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


class Number(str):
    """A number as it is written."""


class Pairs(list[tuple[str, object]]):
    """The members of an object, as often as they are there."""


RECORDS = json.JSONDecoder(object_pairs_hook=Pairs, parse_int=Number, parse_float=Number, parse_constant=Number)
Fields = dict[str, str | None]


def read(path: Path, options: ReadOptions) -> Extract:
    """Open a JSON file of any size. It is read twice: for the columns, in the order of their first value, and for
    the rows. Numbers are as written, null and absent are missing, lists are JSON text."""
    encoding = find_encoding(path, options.encoding or "utf-8")
    keys: dict[str, None] = {}
    for _, fields, _, _ in _records(path, encoding.name):
        keys.update(dict.fromkeys(fields))
    if not keys:
        raise SourceError(f"{path}: no JSON objects found. Export one object a line (JSON lines), or an array of them.")
    columns = column_names(keys)
    records = _records(path, encoding.name)
    found = (Found(line, [*map(fields.get, keys)], text if why else "", why) for line, fields, text, why in records)
    return Extract(columns, batches(columns, found), encoding.settings, [*encoding.remarks])


def _records(path: Path, encoding: str) -> Iterator[tuple[int, Fields, str, str]]:
    """Line, fields, text and problem ('' for none) of each record."""
    with open_text(path, encoding) as text:
        is_array = text.read(1 << 10).lstrip().startswith("[")
    for line, record in _elements(path, encoding) if is_array else _lines(path, encoding):
        fields: Fields = {}
        if not (problem := damage(record)):
            try:
                found = RECORDS.decode(record)
                problem = _flatten(found, "", fields) if isinstance(found, Pairs) else "not a JSON object"
            except json.JSONDecodeError as error:
                problem = f"not JSON: {error.msg} at character {error.pos + 1}"
            except RecursionError:
                problem = "not JSON that can be read: nested too deeply"
        yield line, {} if problem else fields, record, problem


def _lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    with open_text(path, encoding) as text:
        for number, line in enumerate(text, 1):
            if record := line.strip(" \t\r\n"):
                yield number, record


def _elements(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """The elements of an array, each with the line it begins on. Raises SourceError where the array is broken."""
    with open_text(path, encoding) as text:
        buffer, line = text.read(CHUNK), 1
        at = buffer.index("[") + 1
        line += buffer.count("\n", 0, at)
        while True:
            start = _BETWEEN.search(buffer, at).start()  # type: ignore[union-attr]  # the end is one
            line += buffer.count("\n", at, start)
            try:
                if buffer.startswith("]", start) and not (buffer[start + 1 :] + text.read(CHUNK)).strip():
                    return
                end = RECORDS.raw_decode(buffer, start)[1]
            except (ValueError, RecursionError):
                more = text.read(max(CHUNK, len(buffer) - start))
                if not more or len(buffer) - start > LONGEST:
                    raise SourceError(
                        f"{path}: the array is broken in the record that begins on line {line}. Export it again, best "
                        "as JSON lines (one object a line): of those, all sound ones are read."
                    ) from None
                buffer, at = buffer[start:] + more, 0
            else:
                yield line, buffer[start:end]
                line += buffer.count("\n", start, end)
                at = end


def _flatten(pairs: Pairs, prefix: str, into: Fields) -> str:
    """Put an object's values under their names; the problem where one would stand for two, or is no text."""
    for key, value in pairs:
        name = prefix + key
        if isinstance(value, Pairs):
            if problem := _flatten(value, f"{name}.", into):
                return problem
            continue
        if name in into:
            return f"two values for {printable(name)!r}"
        text = value if value is None or isinstance(value, str) else _text(value)
        if found := _NO_TEXT.search(name) or _NO_TEXT.search(text or ""):
            return "a NUL character" if found[0] == "\0" else "half a character (a lone surrogate)"
        into[name] = text
    return ""


def _text(value: object) -> str:
    """JSON text again, with numbers as they were."""
    match value:
        case Number():
            return str(value)
        case Pairs():
            return "{" + ", ".join(f"{_text(key)}: {_text(item)}" for key, item in value) + "}"
        case list():
            return "[" + ", ".join(map(_text, value)) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)
