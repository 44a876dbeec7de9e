"""The user's own import template: what it says of names, order, lengths, types and mandatory fields wins over ours."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from ..errors import ConfigError
from . import Target, TargetField, TargetObject, Writer
from .layout import LABELS, MARKS, layout
from .spreadsheetml import Reader

WRITERS: dict[str, Writer] = {".xml": "spreadsheetml", ".csv": "csv", ".xlsx": "xlsx"}
_TYPES = {"D": "date", "P": "decimal", "N": "integer"}
_HEADING = re.compile(r"(?P<name>.+?)\((?P<key>k?)/?(?P<required>\*?)\)")


def templated(kind: Target, path: Path) -> Target:
    """The kind with the objects and fields of a template: a file, or a folder with a file for each object.

    Raises ConfigError, naming every mistake, for a template of another object, with formulas, without a structure or
    key that every record needs, or that cannot be read.
    """
    files = sorted(file for file in path.iterdir() if file.suffix in WRITERS) if path.is_dir() else [path]
    if len({file.suffix for file in files}) != 1 or files[0].suffix not in WRITERS:
        raise ConfigError(f"{path}: give a template, or a folder of templates, ending in {', '.join(WRITERS)}.")
    writer = WRITERS[files[0].suffix]
    found: dict[str, dict[str, TargetField]] = {}
    for file in files:
        stat = file.stat()
        if writer == "spreadsheetml":
            found |= structures(file, stat.st_mtime_ns, stat.st_size)
        else:
            found[_object_of(kind, file)] = {name: given for name, given in _headings(file)}
    if not set(found) & set(kind.objects):
        raise ConfigError(
            f"{path}: is the template of another object: it has {', '.join(found) or 'no structure'}, "
            f"and none of {', '.join(kind.objects)}."
        )
    mistakes, renamed = list[str](), dict[tuple[str, str], str]()
    for title, known in kind.objects.items():
        if title not in found and not known.many and not (known.entity and _child(kind, title)):
            mistakes.append(f"{path}: the structure {title} is missing, which every record needs")
        for name in found.get(title, ()):
            renamed[title, _known_name(known, name)] = name
        if title in found and known.key and (title, known.key) not in renamed:
            mistakes.append(f"{path}: {title} has no column {known.key}, which holds the key")
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    objects = {title: _merged(kind.objects.get(title), title, fields, renamed) for title, fields in found.items()}
    return kind.model_copy(update={"objects": objects, "writer": writer, "whole": True})


@lru_cache(maxsize=8)
def structures(file: Path, changed: int, size: int) -> dict[str, dict[str, TargetField]]:
    """The fields of each structure of a SpreadsheetML template. `changed` and `size` tell a newer file from an old."""
    found: dict[str, dict[str, TargetField]] = {}
    for sheet in layout(Reader(file)):
        found[sheet.structure] = {
            name: _sap_field(sheet.text(MARKS, at), sheet.text(LABELS, at)) for at, name in sheet.columns.items()
        }
    return found


def _sap_field(marks: str, label: str) -> TargetField:
    """Made of a mark such as ETE;80;0;C;80;0 and a label such as Name*."""
    parts = [*marks.split(";"), "", "", ""]
    length, decimals = (int(part) if part.strip().isdecimal() else None for part in parts[1:3])
    kind = _TYPES.get(parts[3].strip(), "text")
    return TargetField.model_validate(
        {"title": label.replace("*", "").strip(), "required": "*" in label, "type": kind,
         "length": None if kind == "date" else length or None, "decimals": decimals if kind == "decimal" else None}
    )  # fmt: skip


def _object_of(kind: Target, file: Path) -> str:
    """The object that a file of headings is of, by its name."""
    named = {known.file or title: title for title, known in kind.objects.items()} | {t: t for t in kind.objects}
    return named.get(file.stem, file.stem)


def _headings(file: Path) -> Iterable[tuple[str, TargetField]]:
    """The headings of a CSV or workbook; of KUNNR(k/*) the name and what the marks say."""
    names = [name.strip() for name in _first_line(file) if name.strip()]
    if double := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigError(f"{file}: the heading {double[0]} is there twice.")
    for name in names:
        marked = _HEADING.fullmatch(name)
        required = bool(marked and marked["required"])
        yield (marked["name"] if marked else name), TargetField(required=required)


def _first_line(file: Path) -> list[str]:
    try:
        if file.suffix == ".csv":
            lines = file.read_text(encoding="utf-8-sig").splitlines() or [""]
            delimiter = max(",;\t", key=lines[0].count)
            return next(csv.reader(lines[:1], delimiter=delimiter), [])
        sheet = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0)
        return next((list(map(str, row)) for row in sheet.to_python() if any(row)), [])
    except (UnicodeDecodeError, CalamineError, PasswordError, OSError) as error:
        raise ConfigError(f"{file}: cannot be read as a template. Is it there, in UTF-8 or saved as .xlsx?") from error


def _known_name(known: TargetObject, heading: str) -> str:
    """Our name of a template's column: the same, or the one whose title it is."""
    for name, given in known.fields.items():
        if heading.casefold() in (name.casefold(), *(part.strip().casefold() for part in given.title.split(" / "))):
            return name
    return heading


def _child(kind: Target, title: str) -> bool:
    """Whether an object's records belong to those of another: not every customer has a contact."""
    fields = kind.objects[title].fields.values()
    return any(given.ref not in (None, title) and given.semantic == "parent_golden_id" for given in fields)


def _merged(
    known: TargetObject | None, title: str, fields: dict[str, TargetField], renamed: dict[tuple[str, str], str]
) -> TargetObject:
    """What a template says of an object's fields, and of what it does not say what we know."""
    if known is None:
        return TargetObject(fields=fields)
    ours = {theirs: known.fields.get(name, TargetField()) for (of, name), theirs in renamed.items() if of == title}
    merged = {
        name: ours[name].model_copy(update=given.model_dump(exclude_defaults=True)) for name, given in fields.items()
    }
    key = renamed.get((title, known.key)) if known.key else None
    return known.model_copy(update={"fields": merged, "key": key})
