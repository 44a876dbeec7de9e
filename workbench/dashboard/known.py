"""Who is known to a project now: workbench.yml and people.json are read again when they change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..config.current import current
from ..errors import ConfigError
from ..language import gettext as _
from ..people import People
from .entrance.seal import Seal
from .visitor import Visitor, visitor


class Known:
    """The people of the project in a folder."""

    def __init__(self, root: Path, seal: Seal):
        """Reads workbench.yml. Raises ConfigError for mistakes in it."""
        self._root, self._seal = root, seal
        self._people = People(root) if current(root).dashboard.sign_in == "password" else None

    def visitor(
        self, name: str, language: str | None = None, since: float | None = None, mark: str = ""
    ) -> Visitor:  # fmt: skip
        """Who came in, as the project knows them now; without a role where they are known no longer, or have another
        password since.

        Raises ConfigError, StoreError while a file that tells has a mistake.
        """
        found = visitor(current(self._root), name, language, since, mark)
        stranger = self._people is not None and not (mark and mark == self._people.mark(name))
        gone = stranger or (since is not None and not self._seal.lasts(name, since))
        return replace(found, roles=frozenset()) if gone else found

    def current(self, visitor: Visitor) -> Visitor:
        """A person with the roles they have now, asked before everything they do.

        Raises ConfigError where they are known no longer, StoreError where that cannot be told.
        """
        now = self.visitor(visitor.name, visitor.language, visitor.since, visitor.mark)
        if not now.roles:
            said = _(
                "{name} is signed in no longer, or has no role in this project any more, so nothing was done. "
                "Load the page again to sign in, or ask whoever keeps workbench.yml and people.json."
            )
            raise ConfigError(said.format(name=visitor.name))
        return now
