"""The mapping document: every field of the target, what fills it, where that comes from, and masked samples."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from ..approvals import Approval
from ..config import Config, target_of
from ..config.mapping import understand
from ..language import gettext as _
from ..reports.fragments import render
from ..reports.masking import COMMON
from ..store import Connection
from ..types import TYPES
from .coverage import Coverage, filled, times_used
from .files import code_lists
from .lineage import lineage
from .lines import Line
from .samples import samples

CODES_SHOWN = 200
"""Codes of a list that the document shows."""

Row = dict[str, Any]


def document(con: Connection | None, config: Config, target: str, lines: list[Line], known: Coverage,
             approval: Approval | None, state: str, key: bytes) -> str:  # fmt: skip
    """The page, as HTML without script or anything from outside. `key` is that of the masks."""
    maps, _problems = understand(config, target, [("", line.row) for line in lines if line.number])
    objects = []
    for title, group in groupby((line for line in lines if line.used), key=lambda line: line.object):
        its = list(group)
        mapped = maps.get(title)
        shown = samples(con, config, its[0].entity, mapped.fields, key) if con and mapped else []
        arrived = filled(con, "target", f"{target}__{title}") if con else {}
        objects.append({
            "title": title, "entity": its[0].entity, "file": mapped.file if mapped else title,
            "records": arrived.get("_golden_id"), "ids": [one["before"]["golden_id"] for one in shown],
            "fields": [_field(con, config, line, shown, arrived) for line in its if line.status != "open"],
            "open": [line.field for line in its if line.status == "open"],
        })  # fmt: skip
    return render(
        "mapping.html.j2", heading=_("Mapping: {target}").format(target=target), project=config.project, target=target,
        kind=target_of(config, target).title, objects=objects, approval=approval, state=state,
        missing=known.missing, unused=known.unused.to_dict("records"), unmapped=_values(known, key),
        lists=_lists(con, config, target, lines), lines=sum(line.number > 0 for line in lines),
    )  # fmt: skip


def _field(con: Connection | None, config: Config, line: Line, shown: list[Row], arrived: dict[str, int]) -> Row:
    """A field of the target as the page shows it."""
    told = [
        ({name: one["before"].get(name) for name in line.golden}, one["after"].get(line.field))
        for one in shown if line.number and (line.golden or line.row["default"])
    ]  # fmt: skip
    return {
        "name": line.field, "title": line.limits.title, "takes": line.takes, "mandatory": line.mandatory,
        "status": line.status, **{name: line.row[name] for name in ("from", "codes", "default", "note", "author")},
        "filled": arrived.get(line.field), "samples": told,
        "lineage": [lineage(con, config, line.entity, name) for name in line.golden],
    }  # fmt: skip


def _values(known: Coverage, key: bytes) -> list[Row]:
    """Values without a new code, the seldom ones masked: a field that should hold codes may hold anything."""
    hidden = TYPES["text"].mask
    return [
        {str(name): value for name, value in line.items()}
        | {"value": line["value"] if line["rows"] >= COMMON else hidden(line["value"], key)}
        for line in known.unmapped.to_dict("records")
    ]


def _lists(con: Connection | None, config: Config, target: str, lines: list[Line]) -> list[Row]:
    """The code lists with how many golden records have each code."""
    found = []
    for path, (headings, *codes) in code_lists(config, target).items():
        times = times_used(con, lines, path)
        shown = [
            {"code": row[0], "new": row[1] if len(row) > 1 else "", "records": times.get(row[0], 0) if con else None}
            for row in codes[:CODES_SHOWN]
        ]
        used = [f"{line.object}.{line.field}" for line in lines if line.row["codes"] == path]
        found.append({"path": path, "headings": headings, "codes": shown, "of": len(codes), "used": used})
    return found
