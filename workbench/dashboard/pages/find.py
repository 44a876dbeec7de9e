"""The whole story of a record, found by any id: a key of any source, a golden id, a new system's id, a number."""

from __future__ import annotations

from functools import partial

from markupsafe import Markup

from ...config.roles import SEE
from ...language import gettext as _
from ...language import marked
from ...snapshot import masked_snapshot, snapshot
from ...views.found import Hit, find, parent_of
from ...views.steps import Record
from ...views.story import story, tell
from .frame import Kind, Part, Shown, nothing, own

PICKED = ("entity", "source", "key")


def _asked(shown: Shown) -> list[Part]:
    asked = (shown.get("find") or "").strip()
    return [partial(_answer, shown, asked)] if asked else [partial(own, "find_nothing", asked="")]


def _answer(shown: Shown, asked: str) -> Markup:
    """The story that an id leads to; a choice where it leads to several, and what to try where to none."""
    hits, subjects = _subjects(shown, asked)
    if not hits:
        return own("find_nothing", asked=asked)
    if len(subjects) > 1:
        return own("find_several", asked=asked, hits=hits, link=partial(_picked, shown))
    subject = subjects[0]
    below = [hit for hit in hits if hit is not subject and hit.entity != subject.entity]
    by = {hit.by for hit in hits}
    told = _("Found by {asked}: {ways}.").format(asked=asked, ways=", ".join(_(way) for way in sorted(by)))
    led = own("find_several", asked=asked, hits=below, link=partial(_picked, shown)) if below else Markup()
    return led + _told(shown, subject, told)


def _subjects(shown: Shown, asked: str) -> tuple[list[Hit], list[Hit]]:
    """What the id leads to, and whose stories these are: a child's is its parent's, if it was not picked itself."""
    config, journal = shown.runs.config(), shown.runs.journal()
    with snapshot(shown.run.root, shown.run.run_id) as con:
        hits = find(con, config, journal, asked, values=shown.visitor.may(*SEE))
        picked = [hit for hit in hits if all(shown.get(name) in (None, getattr(hit, name)) for name in PICKED)]
        whole = {hit: None if shown.get("entity") else parent_of(con, config, hit) for hit in picked}
    subjects = {(s.entity, s.golden_id or (s.source, s.row)): s for s in (whole[hit] or hit for hit in picked)}
    return picked, list(subjects.values())


def _told(shown: Shown, hit: Hit, by: str) -> Markup:
    """The story: to those who may see values as it is, which the audit notes, to others with pseudonyms."""
    config, journal, root, run_id = shown.runs.config(), shown.runs.journal(), shown.run.root, shown.run.run_id
    real = shown.visitor.may(*SEE)
    opened = snapshot(root, run_id) if real else masked_snapshot(root, run_id, config, journal.mask_key())
    with opened as con:
        record = Record(con, config, hit.entity, hit.source, hit.row, hit.key, hit.golden_id)
        drawn = story(tell(record, journal, values=real), by)
    if real:
        journal.note(shown.visitor.name, "look up", f"{hit.entity} {hit.golden_id or f'{hit.source} {hit.key}'}")
    return own("find_values", real=real) + drawn.body


def _picked(shown: Shown, hit: Hit) -> str:
    return shown.href(entity=hit.entity, source=hit.source, key=hit.key)


PAGE = Kind(
    marked("Find"), marked("The whole story of a customer, found by any of its ids"), {}, nothing, _asked,
    linked=False, real=SEE, apart=True, asks="find",
)  # fmt: skip
