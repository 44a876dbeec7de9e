"""Suggested lines of a mapping table: which golden field fills a field of the target, and why that is likely.

Names and titles of the target, names of golden fields and the headings under which sources have them are compared by
what they mean in English, Chinese and SAP's terms, then letter by letter. What comes of it is for a person to accept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.process import extractOne

from ..config import Config
from ..draft.fields import PARTS, known_field
from ..targets import TargetField
from ..types import TYPES
from ..types.folding import simplified
from .lines import Line

SURE, LIKELY, MAYBE = 0.95, 0.85, 0.6
NEAR = 88
"""How near (of 100) two names are that differ by a letter or two."""
GENERAL = ("text", "code", "identifier", "ref", "date", "money")
"""Types that say too little for the only field of one to be meant."""
_TECHNICAL = re.compile(r"(__[cr]|(_id)?[/.]id)$", re.IGNORECASE)
_PARENT = re.compile(r"^(parent|\w+\.)", re.IGNORECASE)
_KEYS = ("id", "goldenid", "externalid")

Values = Mapping[tuple[str, str], Sequence[str]]


class Suggestion(NamedTuple):
    """A golden field, or an expression, for a field of the target; how sure (0 to 1), and the evidence."""

    source: str
    confidence: float
    evidence: str


def suggest(config: Config, line: Line, values: Values) -> Suggestion | None:
    """What fills a field of the target most likely; None where nothing speaks for anything.

    `values` is as for `suggestions`.
    """
    if line.entity not in config.entities:
        return None
    found = list(_candidates(config, line, values))
    return max(found, key=lambda one: one.confidence) if found else None


def suggestions(config: Config, lines: Sequence[Line], values: Values) -> list[tuple[Line, Suggestion]]:
    """Suggestions for the lines that nothing fills yet; a weak one not for a golden field that goes elsewhere already.

    `values` has the distinct values of golden fields that are codes, by entity and field.
    """
    taken = {(line.object, name) for line in lines for name in line.golden}
    open_lines = [line for line in lines if not (line.row["from"] or line.row["default"])]
    found = [(line, best) for line in open_lines if (best := suggest(config, line, values))]
    taken |= {(line.object, best.source) for line, best in found if best.confidence >= LIKELY}
    return [one for one in found if one[1].confidence >= LIKELY or (one[0].object, one[1].source) not in taken]


def suggest_codes(found: Sequence[str], accepted: Sequence[str]) -> dict[str, str]:
    """Old codes with the new code that says the same; those that are like none are left out.

    >>> suggest_codes(["company", "INDIVIDUALS", "07"], ["Company", "Individual"])
    {'company': 'Company', 'INDIVIDUALS': 'Individual'}
    """
    folded = {simplified(code): code for code in accepted}
    near = {code: extractOne(simplified(code), list(folded), score_cutoff=NEAR) for code in found}
    return {code: folded[match[0]] for code, match in near.items() if match}


def _candidates(config: Config, line: Line, values: Values) -> Iterator[Suggestion]:
    entity = config.entities[line.entity]
    names = words_of(line.field, line.limits)
    if entity.parent and (line.limits.ref or line.limits.semantic == "parent_golden_id" or _PARENT.match(line.field)):
        yield Suggestion("parent_golden_id", SURE, f"names the {entity.parent} it belongs to")
    if line.limits.semantic == "golden_id" or _squeezed(line.field) in _KEYS:
        yield Suggestion("golden_id", LIKELY, "the key of its records")
    means = {known[0] for name in names if (known := known_field(name))} | {line.limits.semantic or ""}
    for field, settings in entity.fields.items():
        own = {field: field} | headings(config, line.entity, field)
        if line.limits.semantic == field:
            yield Suggestion(field, SURE, f"the target usually has {field} here")
        if same := next((f"{a} and {b}" for a in names for b in own if _squeezed(a) == _squeezed(b)), ""):
            yield Suggestion(field, SURE, f"the same name: {same}")
        meaning = {known[0] for name in own if (known := known_field(name))} | {field}
        if both := sorted(meaning & means):
            yield Suggestion(field, LIKELY + (field in both) / 20, f"both mean {both[0]}: {names[0]}, {', '.join(own)}")
        if near := _nearest(names, list(own)):
            yield Suggestion(field, MAYBE + 0.1, f"nearly the same name: {near}")
        if line.limits.semantic == settings.type or TYPES[settings.type].named(names[0]):
            alone = [one.type for one in entity.fields.values()].count(settings.type) == 1
            if alone and settings.type not in GENERAL:
                yield Suggestion(field, MAYBE, f"the only {settings.type} of a {line.entity}")
        there = values.get((line.entity, field), ())
        if line.limits.values and (codes := suggest_codes(there, line.limits.values)):
            share = len(codes) / len(there)
            yield Suggestion(field, MAYBE + 0.3 * share, f"{len(codes)} of {len(there)} values are the target's")
    for whole, parts in PARTS.items():
        if whole in means and whole not in entity.fields and entity.fields.keys() >= set(parts):
            yield Suggestion(f"concat_ws(' ', {', '.join(parts)})", LIKELY, f"{whole} is written in parts")


def words_of(name: str, limits: TargetField) -> list[str]:
    """What a field of the target is called: its name without technical endings, and its titles.

    >>> words_of("Tax_ID__c", TargetField(title="税号 / Tax number"))
    ['Tax_ID', '税号', 'Tax number']
    """
    titles = (title.strip() for title in limits.title.split("/"))
    return [_TECHNICAL.sub("", name) or name, *filter(None, titles)]


def headings(config: Config, entity: str, field: str) -> dict[str, str]:
    """What the sources call a golden field, where it is a column as it came: heading -> source.table."""
    found = {}
    for source, record in config.records(entity).items():
        term = record.fields.get(field, "").strip(' "')
        if re.fullmatch(r"\w[\w ]*", term):
            found[term] = f"{source}.{record.lead_table}"
    return found


def _squeezed(name: str) -> str:
    return re.sub(r"[\W_]+", "", simplified(_TECHNICAL.sub("", name) or name))


def _nearest(names: Sequence[str], own: Sequence[str]) -> str:
    """The pair of names that differ by little; '' for none."""
    for name in names:
        spelt = {one: re.sub(r"[\W_]+", " ", simplified(one)) for one in own}
        asked = re.sub(r"[\W_]+", " ", simplified(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)))
        if match := extractOne(asked, spelt, scorer=token_sort_ratio, score_cutoff=NEAR):
            return f"{name} and {match[2]}"
    return ""
