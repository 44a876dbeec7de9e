"""Write docs/types.md, checks.md and the lists of targets.md from code and cases: python docs/make_reference.py"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from math import ceil
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from ruamel.yaml import YAML

from workbench.checks import AnyCheck, Check
from workbench.targets import KINDS, Target, TargetField, definition
from workbench.types import TYPES, SemanticType

HERE = Path(__file__).parent
CASES = HERE.parent / "tests" / "cases"
SHOWN = 12
"""Cases of a type that a page shows; all are in tests/cases."""

TYPES_HEAD = """\
# Semantic types

Made by `docs/make_reference.py` from the code and from `tests/cases/<type>.yml`, where a case is a line.

A value that its type does not accept stays as it was, with the reason, and may have a proposal. Parts are for matching
and checks: each is a column `<field>__<part>` of `std.<entity>`. Two values agree in the strongest of the type's levels
that they reach.
"""
CHECKS_HEAD = """\
# Checks

Made by `docs/make_reference.py` from the code. How checks are counted: [quality.md](quality.md).

Every check has `field` (`<entity>.<field>`) or `entity`, may have `warn` and `fail` (shares of the rows evaluated,
`0.01` or `1%`) and an `id`. Try one with `p.check({...})` before it is saved; `workbench suggest` proposes some.
"""
TARGETS_HEAD = "## Every kind\n"
"""Below it `targets.md` is made from `workbench/targets/*.yml`."""
COMMON = ("check", "field", "entity", "warn", "fail", "id")


def main() -> None:
    """Write both pages."""
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """The pages by file name."""
    prose = (HERE / "targets.md").read_text(encoding="utf-8").partition(TARGETS_HEAD)[0]
    return {
        "types.md": "\n".join(types_page()) + "\n",
        "checks.md": "\n".join(checks_page()) + "\n",
        "targets.md": prose + "\n".join(targets_page()) + "\n",
    }


def types_page() -> Iterator[str]:
    """Every type: what it is, its parts, how values agree, and cases."""
    yield TYPES_HEAD
    for name, kind in TYPES.items():
        yield from _type(name, kind)


def _type(name: str, kind: SemanticType) -> Iterator[str]:
    told = inspect.getdoc(sys.modules[type(kind).__module__]) or ""
    yield f"## {name}\n"
    yield f"{' '.join(told.split())}\n"
    if kind.context:
        yield f"Read with the record's {' and '.join(kind.context)}.\n"
    yield from _table(("part", "what it is"), ([f"`{part}`", said] for part, said in kind.parts.items()))
    if kind.levels:
        yield f"Values agree: {', '.join(level.name for level in kind.levels)}.\n"
    cases = YAML(typ="safe").load((CASES / f"{name}.yml").read_text("utf-8"))
    shown = cases[:: ceil(len(cases) / SHOWN)]
    yield from _table(("comes in", "with", "becomes", "or why not; a proposal"), (_case(kind, case) for case in shown))


def _case(kind: SemanticType, case: dict[str, Any]) -> list[str]:
    """What comes in, and what the type makes of it."""
    context = case.get("context") or {}
    found = kind.standardise(case["in"], context, case.get("settings") or {})
    why = "missing" if found.valid is None else found.reason
    proposal = f"; {_code(found.proposal)}?" if found.proposal else ""
    return [_code(case["in"]), ", ".join(f"{key} {value}" for key, value in context.items()), _code(found.value),
            why + proposal]  # fmt: skip


def checks_page() -> Iterator[str]:
    """Every check: what it finds and what it is given."""
    yield CHECKS_HEAD
    for check in sorted(_checks(), key=lambda one: (one.dimension, _name(one))):
        own = {name: field for name, field in check.model_fields.items() if name not in COMMON}
        yield f"## {_name(check)}\n"
        yield f"{' '.join((inspect.getdoc(check) or '').split())}\n"
        yield from _table(("parameter", "default"), ([f"`{name}`", _default(field)] for name, field in own.items()))


def targets_page() -> Iterator[str]:
    """Every kind of target: its files, and the fields of its objects."""
    yield TARGETS_HEAD
    yield "Made by `docs/make_reference.py` from `workbench/targets/<kind>.yml`.\n"
    for name in KINDS:
        kind = definition(name)
        yield f"### {name}: {kind.title}\n"
        yield f"From: {kind.source}. Files: {_files(kind)}.\n"
        for title, known in kind.objects.items():
            takes = f"takes {known.entity}" if known.entity else "takes an entity that the project names"
            takes += ", beside the object that leads it" if known.many else ""
            groups = "; or ".join(", ".join(map("`{}`".format, group)) for group in known.either)
            yield f"**{title}** {takes}.{f' A row has either {groups}.' if groups else ''}\n"
            lines = ([f"`{n}`" + " *" * f.required + ", key" * (n == known.key), f.title, _limits(f, kind.unit)]
                     for n, f in known.fields.items())  # fmt: skip
            yield from _table(("field", "called", "takes"), lines)


def _files(kind: Target) -> str:
    """How a target's files are written, and where they are split."""
    form = kind.format
    said = [f"{kind.writer} (or {', '.join(kind.formats)})" if kind.formats else kind.writer]
    if "csv" in (kind.writer, *kind.formats):
        said += [f"CSV with `{form.delimiter}`, {form.line_end.upper()}, {form.encoding}" + ", zipped" * form.zip]
    said += [f"at most {kind.rows:,} rows"] if kind.rows else []
    return ", ".join(said + ([f"at most {kind.megabytes} MB"] if kind.megabytes else []))


def _limits(given: TargetField, unit: str) -> str:
    """What a field takes, in words."""
    said = [given.type] if given.type != "text" else []
    said += [f"{given.length} {unit}"] if given.length else []
    said += [f"{given.decimals} decimals"] if given.decimals is not None else []
    said += [("usually " if given.silent else "") + ", ".join(given.values)] if given.values else []
    said += [f"a key of {given.ref}"] if given.ref else []
    return "; ".join(said + (["once"] if given.unique else []))


def _checks() -> tuple[type[Check], ...]:
    union: Any = AnyCheck
    found: tuple[type[Check], ...] = union.__origin__.__args__
    return found


def _name(check: type[Check]) -> str:
    annotation: Any = check.model_fields["check"].annotation
    return str(annotation.__args__[0])


def _default(field: FieldInfo) -> str:
    return "needed" if field.is_required() else "none" if field.default in (None, ()) else str(field.default)


def _table(headings: tuple[str, ...], lines: Any) -> Iterator[str]:
    lines = list(lines)
    if lines:
        yield f"| {' | '.join(headings)} |"
        yield "|" + "---|" * len(headings)
        yield from (f"| {' | '.join(line)} |" for line in lines)
        yield ""


def _code(text: object) -> str:
    """A text as code, which a table cannot break."""
    shown = str("" if text is None else text).replace("|", "¦").replace("\n", " ")
    return f"`` {shown} ``" if shown.strip() else "(blank)" if shown else ""


if __name__ == "__main__":
    main()
