"""What is wrong in workbench.yml, in the words of someone who edits it: where, what was found, what is accepted."""

import difflib
from collections.abc import Collection, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from ..language import gettext as _
from .model import Config

Location = tuple[str | int, ...]


def place_of(tree: Any, location: Location) -> tuple[int, str]:
    """The line (from 1) and the path of keys of a location; steps that are not in the file (tags) are passed over."""
    line, path = 0, []
    for step in location:
        if isinstance(tree, list) and isinstance(step, int) and step < len(tree):
            line = tree.lc.item(step)[0]  # type: ignore[attr-defined]  # ruamel notes lines and columns there
        elif isinstance(tree, Mapping) and step in tree:
            line = tree.lc.data.get(step, [line])[0]  # type: ignore[attr-defined]  # one merged in by << has none
        else:
            continue
        path.append(str(step))
        tree = tree[step]
    return line + 1, ".".join(path) or "the file"


def words(item: ErrorDetails) -> str:
    """What one of pydantic's errors says."""
    kind, context, found = item["type"], item.get("ctx", {}), item["input"]
    if kind == "missing":
        return f"'{item['loc'][-1]}' is missing"
    if kind == "extra_forbidden":
        return f"unknown key{suggestion(str(item['loc'][-1]), _accepted_keys(item['loc']))}"
    if kind in ("literal_error", "union_tag_invalid"):
        given = found.get("check") if isinstance(found, Mapping) else found
        return f"found {given!r}; accepted: {context.get('expected') or context.get('expected_tags')}"
    shown = "" if isinstance(found, Mapping | list) else f"found {found!r}; "
    return f"{shown}{item['msg'][:1].lower()}{item['msg'][1:]}"


def suggestion(given: str, accepted: Collection[str]) -> str:
    """'; did you mean ...?' and the accepted values.

    >>> suggestion("fone", ["phone", "email"])
    "; did you mean 'phone'? accepted: phone, email"
    """
    near = difflib.get_close_matches(given, accepted, 1)
    names = ", ".join(accepted)
    if near:
        return _("; did you mean '{near}'? accepted: {names}").format(near=near[0], names=names)
    return _("; accepted: {names}").format(names=names)


def _accepted_keys(location: Location) -> list[str]:
    """The keys accepted at a location, found by walking the model's JSON schema."""
    node = schema = Config.model_json_schema()
    for step in location[:-1]:
        if "discriminator" in node:
            node = {"$ref": node["discriminator"]["mapping"][step]}
        elif "properties" in node:
            node = node["properties"][step]
        else:  # a list, or names that people choose
            below = [node.get("items"), node.get("additionalProperties"), *node.get("patternProperties", {}).values()]
            node = next(filter(None, below))
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]]
    return sorted(node["properties"])
