"""One open page of a person in the room: what it shows, and what comes of what they press."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import RLock
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from markupsafe import Markup

from ..config.roles import SEE
from ..errors import ConfigError
from ..faults import in_words, safely
from ..language import Language, language, spoken
from ..language import gettext as _
from ..reports.fragments import render
from .actions import act
from .desk import Desk, Person

LONGEST = 4_000
"""Characters that a person may write into one field."""

Query = dict[str, str]
Form = dict[str, list[str]]


class Screen:
    """A part of the room, drawn from `draw`; `does` are the verbs of its buttons and forms, `query` its address."""

    def __init__(self, sitting: Sitting):
        """At a desk, for a person."""
        self.sitting, self.desk = sitting, sitting.desk
        self.query: Query = {}
        self.does: dict[str, Callable[[Form], None]] = {}

    @property
    def on(self) -> str:
        """What is shown, as a token: what was pressed on something else, or before the last act, is not taken."""
        return repr((self.sitting.acts, sorted(self.query.items())))

    def draw(self) -> Markup:
        """What there is to see. Raises WorkbenchError where there is none."""
        raise NotImplementedError

    def filled(self, template: str, **content: Any) -> Markup:
        """A template of the room with its content, who else is here, and how to write an address."""
        around = {"link": self.sitting.link, "others": self.sitting.others}
        return Markup(render(f"room/{template}.html.j2", **around, **content))

    def newer(self) -> bool:
        """Whether there is something else to see since it was drawn."""
        return False

    def act(self, name: str, **given: Any) -> Any:
        """Do something of `actions.ACTIONS` as the person who sits here.

        What comes of it, also what speaks against it, is to be seen before the next: `on` is another from now on.
        """
        self.sitting.acts += 1
        return act(self.desk, self.sitting.person, name, **given)


class Sitting:
    """What a person sees (`html`), where that is (`address`), and what is told to them of what they did (`said`).

    Safe in several threads: one thing is done after the other.
    """

    def __init__(
        self, desk: Desk, person: Person, screen: Callable[[Sitting, Query], Screen], language: Language = "en"
    ):
        """Sit down; `screen` is what there is to see for an address. Nothing is shown until `open`."""
        self.desk, self.person, self.language = desk, person, language
        self.kept: Query = {}
        self.id, self.said, self.html = uuid4().hex, "", ""
        self.acts = self.turn = 0
        self._screen: Screen | None = None
        self._opens = screen
        self._unmasked: set[tuple[str, str]] = set()
        self._lock = RLock()

    @property
    def query(self) -> Query:
        """The address of what is shown."""
        shown = self._screen.query if self._screen else {}
        return {name: value for name, value in shown.items() if value} | self.kept

    @property
    def others(self) -> list[str]:
        """Who else is in the room."""
        return self.desk.reservations.others(self.id)

    def link(self, page: str, **asked: object) -> str:
        """The address of a page of the room in the language that was asked for."""
        return f"{page}?{urlencode(asked | self.kept)}"

    def open(self, query: Query) -> None:
        """Show what an address asks for."""
        with self._lock, spoken(self.language):
            self.kept = self.kept or {name: query[name] for name in ("language",) if query.get(name)}
            self.said = ""
            self._safely(partial(self._open, query))
            self._draw()

    def does(self, event: Any) -> None:
        """Take what was pressed: {"do": a verb, "on": what was shown, "form": lists of texts by name}."""
        with self._lock, spoken(self.language):
            screen = self._screen
            verb = screen.does.get(str(event.get("do"))) if screen and isinstance(event, dict) else None
            if not (screen and verb):
                return
            self.turn += 1  # so that the browser is answered also where all else is as it was
            if event.get("on") == screen.on:
                self.said = ""
                self._safely(lambda: verb(_form(event.get("form"))))
            elif (late := _("What was pressed before this was shown is not taken.")) not in self.said:
                self.say(late)
            self._draw()

    def stay(self) -> bool:
        """A sign that they look: what they look at stays theirs. True where there is something new to see."""
        with self._lock, spoken(self.language):
            self.desk.reservations.renew(self.id)
            try:
                self._demand()
                if not (self._screen and self._screen.newer()):
                    return False
            except Exception as error:
                if (said := in_words(error)) == self.said:
                    return False
                self.said = said
            self._draw()
            return True

    def leave(self) -> None:
        """They have gone: others may have what they looked at."""
        self.desk.reservations.leave(self.id)

    def say(self, said: str) -> None:
        """Tell them something beside what they see."""
        self.said = f"{self.said} {said}".strip()

    def unmask(self, entity: str, what: str) -> None:
        """Write down that true values are shown to them: keys alone, once a sitting. Raises where it cannot be."""
        if (entity, what) not in self._unmasked:
            self.desk.journal.note(self.person.name, "unmask", f"{entity} {what}")
            self._unmasked.add((entity, what))

    def _open(self, query: Query) -> None:
        self._screen = None
        self._demand()
        self._screen = self._opens(self, query)

    def _draw(self) -> None:
        """Nothing is shown to who may not see it now; what cannot be shown is said in its place."""
        self.html = ""
        self._safely(self._drawn)
        on = self._screen.on if self._screen else ""
        around = {"said": self.said, "on": on, "turn": self.turn, "language": language()}
        self.html = render("room/room.html.j2", body=Markup(self.html), **around)

    def _drawn(self) -> None:
        self._demand()
        if self._screen:
            self.html = self._screen.draw()

    def _demand(self) -> None:
        self.desk.demand(self.person, _("Looking at true values"), *SEE)

    def _safely(self, does: Callable[[], None]) -> None:
        safely(does, lambda why: None if why in self.said else self.say(why))


def one(form: Form, name: str) -> str:
    """What stands in a field that takes one text; "" where there is none."""
    return form[name][-1].strip() if form.get(name) else ""


def number(form: Form, name: str) -> int:
    """A whole number that stands in a field. Raises ConfigError for anything else."""
    given = one(form, name)
    if not (given.isascii() and given.isdigit() and len(given) < 16):
        raise ConfigError(_("{given!r} is no number.").format(given=given))
    return int(given)


def _form(given: Any) -> Form:
    """A form as it should be sent: lists of texts by name. Raises ConfigError for another, or a text too long."""
    lists = [*given.values()] if isinstance(given, dict) else [None]
    if not all(isinstance(texts, list) and all(isinstance(text, str) for text in texts) for texts in lists):
        raise ConfigError(_("What was sent is no form of this page. Load the page again."))
    found: Form = given
    if any(len(text) > LONGEST for texts in found.values() for text in texts):
        raise ConfigError(_("That is too long: write at most {n} characters.").format(n=f"{LONGEST:,}"))
    return found
