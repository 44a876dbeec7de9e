"""Everything that a person can do in the room, and which roles may: one table, asked at the moment of the act."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from inspect import signature
from typing import Any, NamedTuple

from ..approvals import table_of
from ..config.mapping_table import table_hash
from ..config.planning import Role
from ..decisions.decisions import DECIDE
from ..decisions.records import Record, golden
from ..errors import ConfigError
from ..issues import change, publish_issues
from ..issues.said import OF_ISSUE, OF_ROW, Place, mistake, say
from ..mappings import mapping_of
from ..proof.sampled import Worksheet, take_verdict
from ..store import rows
from .desk import SEE, Desk, Person


class Action(NamedTuple):
    """What is done, in words; who may; the function, of desk, user and what else it names. It returns what it made."""

    said: str
    roles: tuple[Role, ...]
    does: Callable[..., Any]


def act(desk: Desk, person: Person, name: str, **given: Any) -> Any:
    """Do one thing of ACTIONS for a person; returns what it made (the number of an act, for one).

    Raises ConfigError for an action or a value that there is none of, and for a person who may not do it now; then
    nothing is written. With `seen` raises MeanwhileError where others decided the same since.
    """
    if name not in ACTIONS:
        raise ConfigError(f"There is nothing to do that is called {name!r}.")
    action = ACTIONS[name]
    desk.demand(person, action.said, *action.roles)
    try:
        signature(action.does).bind(desk, person.name, **given)
    except TypeError as error:
        raise ConfigError(f"{action.said}: {error}.") from error
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
        raise ConfigError(f"{one.golden_id} and {other.strip()} are one golden record already.")
    if one.entity != two.entity:
        raise ConfigError(f"{one.golden_id} is a {one.entity} and {two.golden_id} a {two.entity}: they cannot be one.")
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


def _confirm(desk: Desk, user: str, *, number: int, why: str = "") -> int:
    return desk.decisions(seen=number).confirm(number, why=why, user=user)


def _undo(desk: Desk, user: str, *, number: int, why: str = "") -> int:
    """Take an act back; where somebody did so a moment before, that is said and nothing is written."""
    return desk.decisions(seen=number).undo(number, why=why, user=user)


def _approve(desk: Desk, user: str, *, target: str, hash: str, note: str = "") -> str:
    """Approve the mapping that the person saw: `hash` is of what it said then."""
    config = desk.config
    if target not in config.targets:
        raise ConfigError(f"There is no target {target!r}.")
    if table_hash(config, table_of(config, target)) != hash:
        raise ConfigError(f"The mapping of {target} was changed while you looked. Look at it again, then approve it.")
    return mapping_of(config, desk.journal, desk.tables, False, target).approve(note, user).hash


def _issue(desk: Desk, user: str, *, number: int, seen: int | None = None, **said: str) -> None:
    """Say something of an issue: owner, priority, due, comment; "" takes it back."""
    if unknown := set(said) - set(OF_ISSUE):
        raise ConfigError(f"Nothing called {min(unknown)!r} is said of an issue.")
    change(desk.journal, desk.config, number, user, {kind: value.strip() for kind, value in said.items()}, seen)


FAILS = "SELECT 1 FROM qa.failures WHERE (check_id, entity, source, key, field) = ({}) LIMIT 1"


def _answer(desk: Desk, user: str, *, failure: Place, seen: int | None = None, **said: str) -> None:
    """Answer a row that fails (check, entity, source, key, field): fixed, not wrong, cannot fix; "" takes it back."""
    if unknown := set(said) - set(OF_ROW):
        raise ConfigError(f"Nothing called {min(unknown)!r} is said of a failing row.")
    if wrong := mistake("answer", said.get("answer", "")):
        raise ConfigError(f"{wrong}.")
    with desk.tables() as con:
        if not rows(con, FAILS.format(", ".join("?" * 5)), list(failure)):
            raise ConfigError(f"{failure[2]} {failure[3]} does not fail {failure[0]} in the newest run.")
    run_id, _ = desk.journal.newest() or ("", None)
    say(desk.journal, user, [(run_id, tuple(failure), kind, value.strip()) for kind, value in said.items()], seen)
    publish_issues(desk.journal, desk.config)


def _verdict(
    desk: Desk, user: str, *, sheet: Worksheet, golden_id: str, wrong: list[str], right: bool, note: str = "",
    seen: int | None = None,
) -> None:  # fmt: skip
    """Whether a record of the business sample, as it was shown, is right in the new system, and its wrong fields."""
    take_verdict(desk.journal, sheet, golden_id, right, wrong, note.strip(), user, seen)


ACTIONS: dict[str, Action] = {
    "match": Action("Deciding", DECIDE, partial(_pair, "match")),
    "no_match": Action("Deciding", DECIDE, partial(_pair, "no_match")),
    "join": Action("Joining golden records", DECIDE, _join),
    "split": Action("Splitting a golden record", DECIDE, _split),
    "override": Action("Overriding a value", DECIDE, _override),
    "exclude": Action("Excluding a record", DECIDE, _exclude),
    "undo": Action("Undoing a decision", DECIDE, _undo),
    "confirm": Action("Confirming a decision", SEE, _confirm),
    "approve": Action("Approving a mapping", ("approver",), _approve),
    "issue": Action("Changing an issue", DECIDE, _issue),
    "answer": Action("Answering a failing row", DECIDE, _answer),
    "verdict": Action("Looking at a record of the sample", SEE, _verdict),
}
