"""Everything that a person can do in the room; which roles may is asked at the moment of the act."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from inspect import signature
from typing import Any, NamedTuple

from ..approvals import table_of
from ..config.mapping_table import table_hash
from ..config.roles import MAY
from ..decisions.records import Record, golden
from ..errors import ConfigError
from ..issues import change, publish_issues
from ..issues.said import OF_ISSUE, OF_ROW, Place, mistake, say
from ..language import gettext as _
from ..language import marked
from ..mappings import mapping_of
from ..proof.sampled import Worksheet, take_verdict
from ..store import rows
from .desk import Desk, Person


class Action(NamedTuple):
    """What is done, in words; the function, of desk, user and what else it names. It returns what it made."""

    said: str
    does: Callable[..., Any]


def act(desk: Desk, person: Person, name: str, **given: Any) -> Any:
    """Do one thing of ACTIONS for a person; returns what it made (the number of an act, for one).

    Raises ConfigError for an action or a value that there is none of, and for a person who may not do it now; then
    nothing is written. With `seen` raises MeanwhileError where others decided the same since.
    """
    if name not in ACTIONS:
        raise ConfigError(_("There is nothing to do that is called {name!r}.").format(name=name))
    action = ACTIONS[name]
    desk.demand(person, _(action.said), *MAY[name])
    try:
        signature(action.does).bind(desk, person.name, **given)
    except TypeError as error:
        said = _("{what}: what was given is not what it takes ({given}).")
        raise ConfigError(said.format(what=_(action.said), given=", ".join(given))) from error
    return action.does(desk, person.name, **given)


def _pair(
    kind: str, desk: Desk, user: str, *, entity: str, one: Record, other: Record, why: str, seen: int | None = None
) -> int:  # fmt: skip
    says = getattr(desk.decisions(seen), kind)
    return int(says(one, other, why=why, entity=entity, user=user))


def _join(desk: Desk, user: str, *, golden_id: str, other: str, why: str, seen: int | None = None) -> int:
    """Two golden records are one: their founding records are the same."""
    with desk.tables() as con:
        one, two = golden(con, golden_id), golden(con, other.strip())
    if one.golden_id == two.golden_id:
        said = _("{one} and {other} are one golden record already.")
        raise ConfigError(said.format(one=one.golden_id, other=other.strip()))
    if one.entity != two.entity:
        said = _("{one} is of {entity} and {other} of {another}: they cannot be one.")
        given = {"one": one.golden_id, "entity": one.entity, "other": two.golden_id, "another": two.entity}
        raise ConfigError(said.format(**given))
    return desk.decisions(seen).match(one.members[0], two.members[0], why=why, entity=one.entity, user=user)


def _split(
    desk: Desk, user: str, *, golden_id: str, groups: list[list[Record]], why: str, seen: int | None = None
) -> int:
    return desk.decisions(seen).split(golden_id, groups, why=why, user=user)


def _override(
    desk: Desk, user: str, *, golden_id: str, field: str, value: str, why: str, seen: int | None = None
) -> int:
    return desk.decisions(seen).override(golden_id, field, value, why=why, user=user)


def _exclude(desk: Desk, user: str, *, entity: str, record: Record, why: str, seen: int | None = None) -> int:
    return desk.decisions(seen).exclude(record, why=why, entity=entity, user=user)


def _of_act(kind: str, desk: Desk, user: str, *, number: int, why: str = "") -> int:
    """Take an act back, or agree to it; where somebody did so since, that is said and nothing is written."""
    says = getattr(desk.decisions(seen=number), kind)
    return int(says(number, why=why, user=user))


def _approve(desk: Desk, user: str, *, target: str, hash: str, note: str = "") -> str:
    """Approve the mapping that the person saw: `hash` is of what it said then."""
    config = desk.config
    if target not in config.targets:
        raise ConfigError(_("There is no target {name!r}.").format(name=target))
    if table_hash(config, table_of(config, target)) != hash:
        said = _("The mapping of {target} was changed while you looked. Look at it again, then approve it.")
        raise ConfigError(said.format(target=target))
    return mapping_of(config, desk.journal, desk.tables, False, target).approve(note, user).hash


def _issue(desk: Desk, user: str, *, number: int, seen: int | None = None, **said: str) -> None:
    """Say something of an issue: owner, priority, due, comment; "" takes it back."""
    if unknown := set(said) - set(OF_ISSUE):
        raise ConfigError(_("Nothing called {name!r} is said of an issue.").format(name=min(unknown)))
    change(desk.journal, desk.config, number, user, {kind: value.strip() for kind, value in said.items()}, seen)


FAILS = "SELECT 1 FROM qa.failures WHERE (check_id, entity, source, key, field) = ({}) LIMIT 1"


def _answer(desk: Desk, user: str, *, failure: Place, seen: int | None = None, **said: str) -> None:
    """Answer a row that fails (check, entity, source, key, field): fixed, not wrong, cannot fix; "" takes it back."""
    if unknown := set(said) - set(OF_ROW):
        raise ConfigError(_("Nothing called {name!r} is said of a failing row.").format(name=min(unknown)))
    if wrong := mistake("answer", said.get("answer", "")):
        raise ConfigError(_("{why}.").format(why=wrong))
    with desk.tables() as con:
        if not rows(con, FAILS.format(", ".join("?" * 5)), list(failure)):
            fine = _("{record} does not fail {check} in the newest run.")
            raise ConfigError(fine.format(record=f"{failure[2]} {failure[3]}", check=failure[0]))
    run_id, *_day = desk.journal.newest() or ("",)
    say(desk.journal, user, [(run_id, tuple(failure), kind, value.strip()) for kind, value in said.items()], seen)
    publish_issues(desk.journal, desk.config)


def _verdict(
    desk: Desk, user: str, *, sheet: Worksheet, golden_id: str, wrong: list[str], right: bool, note: str = "",
    seen: int | None = None,
) -> None:  # fmt: skip
    """Whether a record of the business sample, as it was shown, is right in the new system, and its wrong fields."""
    take_verdict(desk.journal, sheet, golden_id, right, wrong, note.strip(), user, seen)


ACTIONS: dict[str, Action] = {
    "match": Action(marked("Deciding"), partial(_pair, "match")),
    "no_match": Action(marked("Deciding"), partial(_pair, "no_match")),
    "join": Action(marked("Joining golden records"), _join),
    "split": Action(marked("Splitting a golden record"), _split),
    "override": Action(marked("Overriding a value"), _override),
    "exclude": Action(marked("Excluding a record"), _exclude),
    "undo": Action(marked("Undoing a decision"), partial(_of_act, "undo")),
    "confirm": Action(marked("Confirming a decision"), partial(_of_act, "confirm")),
    "approve": Action(marked("Approving a mapping"), _approve),
    "issue": Action(marked("Changing an issue"), _issue),
    "answer": Action(marked("Answering a failing row"), _answer),
    "verdict": Action(marked("Looking at a record of the sample"), _verdict),
}
