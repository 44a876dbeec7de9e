"""What the models of workbench.yml are made of."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


def person(name: str) -> str:
    """A person's name as names are compared: an é is one é, however it was typed, and no blanks are around it.

    >>> person(" Rene\u0301 ") == "Ren\u00e9"
    True
    """
    return unicodedata.normalize("NFC", name).strip()


def one_person(name: str) -> str:
    """The same for all ways to write a person's name, whose letters may be large or small."""
    return person(name).casefold()


Names = Annotated[
    list[str], BeforeValidator(lambda value: [value] if isinstance(value, str) else value), Field(min_length=1)
]
"""One name or a list of names."""

People = Annotated[Names, AfterValidator(lambda names: [*map(person, names)])]
"""Names of people, or that of one."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
"""A name that becomes part of a table's or column's name: lower case letters, digits, single underscores."""


class Model(BaseModel):
    """Unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
