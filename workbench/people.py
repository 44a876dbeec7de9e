"""people.json: who signs in to the dashboard with a password, of which only a slow hash is kept."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from pathlib import Path

from filelock import FileLock

from .config.base import person
from .errors import ConfigError, StoreError
from .files import disk, new_file

FILE = "people.json"
LONGEST = 100
"""Characters of a name."""

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Of made passwords: none that looks like another. Twenty of them are 100 bits."""

_COST = {"n": 2**14, "r": 8, "p": 5}
"""Of scrypt, as OWASP recommends: 16 MB, and a good tenth of a second."""

_NOBODY = "00" * 48
"""Compared with where a name is not known, so that it takes as long."""


class People:
    """The people of the project in a folder. Read anew each time: somebody else may have changed the file."""

    def __init__(self, root: Path):
        """Nothing is read yet."""
        self.file = root / FILE

    def names(self) -> list[str]:
        """Everybody, in order. Raises StoreError where the file is damaged."""
        return sorted(self._read())

    def mark(self, name: str) -> str:
        """What changes when somebody gets another password; '' for who is not there."""
        kept = self._read().get(name, "")
        return kept and hashlib.sha256(kept.encode()).hexdigest()[:16]

    def knows(self, name: str, password: str) -> bool:
        """Whether this is somebody's password; takes as long for a name that is not there."""
        people = self._read()
        kept = bytes.fromhex(people.get(name, _NOBODY))
        return hmac.compare_digest(_hashed(password, kept[:16]), kept[16:]) and name in people

    def add(self, name: str) -> str:
        """Give somebody a new password, which voids their old one; it is returned, and kept nowhere.

        Raises ConfigError for what is no name.
        """
        known = a_name(name)
        if known is None:
            raise ConfigError(f"{name!r} is no name: 1 to {LONGEST} characters, without commas and line breaks.")
        password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))
        salt = secrets.token_bytes(16)
        self._change({known: (salt + _hashed(password, salt)).hex()})
        return password

    def remove(self, name: str) -> None:
        """Take somebody out. Raises ConfigError for who is not there."""
        if name not in self._read():
            raise ConfigError(f"{name} is not in {self.file}. There are: {', '.join(self.names()) or 'nobody'}.")
        self._change({name: None})

    def _read(self) -> dict[str, str]:
        try:
            found = json.loads(self.file.read_text("utf-8")) if self.file.exists() else {}
            if all(len(bytes.fromhex(kept)) == 48 for kept in found.values()):
                return dict(found)
        except (ValueError, AttributeError, TypeError):
            pass
        except OSError as error:
            raise StoreError(f"{self.file} cannot be read: {error.strerror}. Mend that and try again.") from error
        raise StoreError(f"{self.file} is damaged. Restore it, or take it away and add its people anew.")

    def _change(self, changed: dict[str, str | None]) -> None:
        (self.file.parent / "state").mkdir(exist_ok=True)
        with disk("people.json"), FileLock(self.file.parent / "state/people.lock"), new_file(self.file) as part:
            part.touch(mode=0o600)
            kept = {name: line for name, line in (self._read() | changed).items() if line}
            part.write_text(json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True), "utf-8")


def a_name(text: str) -> str | None:
    """A person's name as it is compared, None for what is none.

    >>> a_name(" 王芳 "), a_name("a,b"), a_name(""), a_name("a\\nb"), a_name("x" * 101)
    ('王芳', None, None, None, None)
    """
    name = person(text)
    return name if 0 < len(name) <= LONGEST and name.isprintable() and "," not in name else None


def _hashed(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, maxmem=2**26, dklen=32, **_COST)
