"""Brings the catalogues of workbench/languages up to date with the words of the code, and compiles them: `make words`.

Says which messages wait for a translation. A message that the code no longer has goes from the catalogue.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parents[1] / "workbench"
CATALOGUES = sorted(PACKAGE.glob("languages/*/LC_MESSAGES/workbench.po"))
FROM = [("languages/**", "ignore"), ("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract")]
JINJA = {"**.j2": {"extensions": "jinja2.ext.i18n", "trimmed": "true", "newstyle_gettext": "true", "silent": "false"}}
KEYWORDS: dict[str, Any] = {
    "_": None, "gettext": None, "marked": None, "sentence": None, "ngettext": (1, 2), "counted": (1, 2),
    "pgettext": ((1, "c"), 2),
}  # fmt: skip


def said(suffix: str = "") -> Catalog:
    """All messages of the code, without a translation; with a suffix those of its files alone."""
    found = Catalog()
    for message in extract_from_dir(PACKAGE, FROM, JINJA, KEYWORDS, strip_comment_tags=True):
        if not message[0].endswith(suffix):
            continue
        found.add(message[2], context=message[4])
    return found


def read(file: Path) -> Catalog:
    """A catalogue as it is kept."""
    with file.open("rb") as kept:
        return read_po(kept, locale=file.parts[-3])


def compiled(catalogue: Catalog) -> bytes:
    """What gettext reads."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def waiting(catalogue: Catalog) -> Iterator[str]:
    """The messages without a translation."""
    for message in catalogue:
        told = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not all(told):
            yield str(message.id)


def main() -> int:
    """Update and compile each catalogue; 1 where a message waits for its translation."""
    open_ones = 0
    for file in CATALOGUES:
        catalogue = read(file)
        catalogue.update(said(), no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        with file.open("wb") as kept:
            write_po(kept, catalogue, width=118, no_location=True, omit_header=False, sort_output=True)
        file.with_suffix(".mo").write_bytes(compiled(catalogue))
        for message in waiting(catalogue):
            open_ones += 1
            print(f"{file.parts[-3]}: {message}")
    return 1 if open_ones else 0


if __name__ == "__main__":
    sys.exit(main())
