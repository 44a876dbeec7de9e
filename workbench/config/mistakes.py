"""What is wrong in workbench.yml, in the words of someone who edits it: where, what was found, what is accepted."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from .model import Config

Location = tuple[str | int, ...]


def structural(error: ValidationError) -> Iterator[tuple[Location, str]]:
    """The location and words of each of pydantic's errors."""
    for item in error.errors():
        yield item["loc"], _words(dict(item))


def line_of(tree: Any, location: Location) -> int:
    """The line of the file (from 1) that a location lies on, or of what is nearest to it."""
    line = 0
    for parent, step, _ in _steps(tree, location):
        places = parent.lc  # ruamel notes lines and columns there
        line = (places.item if isinstance(parent, list) else places.key)(step)[0]
    return line + 1


def path_of(tree: Any, location: Location) -> str:
    """The location as a path of keys."""
    return ".".join(str(step) for _, step, _ in _steps(tree, location)) or "the file"


def _steps(tree: Any, location: Location) -> Iterator[tuple[Any, str | int, Any]]:
    """(parent, step, child) along a location, passing over steps that are not in the file (tags of unions)."""
    node = tree
    for step in location:
        in_list = isinstance(node, list) and isinstance(step, int) and step < len(node)
        if in_list or (isinstance(node, Mapping) and step in node):
            yield node, step, node[step]
            node = node[step]


def _words(item: dict[str, Any]) -> str:
    kind, context, found = item["type"], item.get("ctx", {}), item.get("input")
    if kind == "missing":
        return f"'{item['loc'][-1]}' is missing"
    if kind == "extra_forbidden":
        accepted = _accepted_keys(item["loc"])
        return f"unknown key{suggestion(str(item['loc'][-1]), accepted)}"
    if kind in ("literal_error", "union_tag_invalid"):
        given = found.get("check") if isinstance(found, Mapping) else found
        return f"found {given!r}; accepted: {context.get('expected') or context.get('expected_tags')}"
    shown = "" if isinstance(found, Mapping | list) else f"found {found!r}; "
    return f"{shown}{item['msg'][:1].lower()}{item['msg'][1:]}"


def suggestion(given: str, accepted: list[str]) -> str:
    """'; did you mean ...?' and the accepted values.

    >>> suggestion("fone", ["phone", "email"])
    "; did you mean 'phone'? accepted: phone, email"
    """
    near = difflib.get_close_matches(given, accepted, 1)
    meant = f"; did you mean '{near[0]}'?" if near else ";"
    return f"{meant} accepted: {', '.join(accepted)}"


def _accepted_keys(location: Location) -> list[str]:
    """The keys accepted at a location, found by walking the model's JSON schema."""
    schema = Config.model_json_schema(by_alias=True)
    node: dict[str, Any] = schema
    for step in location[:-1]:
        node = _resolved(node, schema)
        variants = node.get("discriminator", {}).get("mapping", {})
        if step in variants:
            node = {"$ref": variants[step]}
        elif isinstance(step, int):
            node = node.get("items", {})
        else:
            node = node.get("properties", {}).get(step) or node.get("additionalProperties") or node
    return sorted(_resolved(node, schema).get("properties", {}))


def _resolved(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    options = [option for option in node.get("anyOf", []) if "$ref" in option]
    node = options[0] if options else node
    found: dict[str, Any] = schema["$defs"][node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else node
    return found
