"""Recipes: the edits of a raw table's columns that people agreed to, one after the other, made again by every run.

recipes/<source>.<table>.yml is a list of steps; raw tables stay as they came.
"""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from sqlglot import exp

from .config import columns_of
from .config.expressions import parse, refused
from .errors import ConfigError
from .files import new_file

FOLDER = "recipes"
UNSTEADY = {"random", "rand", "uuid", "gen_random_uuid", "uuidv4", "uuidv7", "nextval"} | {
    "now", "today", "current_timestamp", "current_date", "current_time", "get_current_timestamp",
}  # fmt: skip
"""Functions that give other values in every run."""

VALUE = "value"
"""What a step's expression calls the value of the column."""


def _expression(text: str) -> str:
    if why := refused(text):
        raise ValueError(why)
    if UNSTEADY & {call.name.lower() or call.sql_name().lower() for call in parse(text).find_all(exp.Func)}:
        raise ValueError("it would give other values in every run")
    if other := columns_of(text) - {VALUE}:
        raise ValueError(f"it may speak of `{VALUE}` alone, not of {', '.join(sorted(other))}")
    return text


class Step(BaseModel):
    """An edit of one column: `values` names values and what each becomes, or `expression` computes it of `value`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    values: dict[str, str] | None = Field(default=None, min_length=1)
    expression: Annotated[str, AfterValidator(_expression)] | None = None
    why: Annotated[str, Field(pattern=r"\S")]
    by: str
    on: date

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.values is None) == (self.expression is None):
            raise ValueError("give either `values` or `expression`")
        return self

    @property
    def said(self) -> str:
        """What becomes of the column's values, in a line."""
        return self.expression or ", ".join(f"{old} → {new}" for old, new in (self.values or {}).items())


def path_of(root: Path, source: str, table: str) -> Path:
    """The file of a table's recipe."""
    return root / FOLDER / f"{source}.{table}.yml"


def recipe_names(root: Path) -> list[str]:
    """What the recipes of a project are of, as <source>.<table>."""
    return sorted(file.stem for file in (root / FOLDER).glob("*.yml"))


def load_recipe(root: Path, source: str, table: str) -> list[Step]:
    """The steps of a table's recipe, none where there is no file. Raises ConfigError, naming a step that is wrong."""
    file = path_of(root, source, table)
    if not file.exists():
        return []
    try:
        lines = YAML(typ="safe").load(file.read_text(encoding="utf-8")) or []
    except (YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: not YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(lines, list):
        raise ConfigError(f"{file}: a recipe is a list of steps.")
    return [parse_step(line, f"{file}: step {number}") for number, line in enumerate(lines, 1)]


def parse_step(given: Any, where: str = "the step") -> Step:
    """The step that a line of a recipe describes. Raises ConfigError with what is wrong with it."""
    try:
        return Step.model_validate(given)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'step'}: {one['msg']}" for one in error.errors())
        raise ConfigError(f"{where}: {wrong}") from error


def add_step(root: Path, source: str, table: str, step: Step) -> None:
    """Add a step at the end of a table's recipe, whose comments stay. Raises ConfigError where that has mistakes."""
    load_recipe(root, source, table)
    file = path_of(root, source, table)
    tree = _tree(file)
    tree.append(step.model_dump(exclude_none=True))
    _write(file, tree)


def drop_step(root: Path, source: str, table: str) -> Step:
    """Undo the last step. Raises ConfigError where there is none."""
    file, steps = path_of(root, source, table), load_recipe(root, source, table)
    if not steps:
        raise ConfigError(f"{file} has no step to undo.")
    tree = _tree(file)
    del tree[-1]
    _write(file, tree)
    return steps[-1]


def _tree(file: Path) -> Any:
    return (YAML(typ="rt").load(file.read_text(encoding="utf-8")) or []) if file.exists() else []


def _write(file: Path, tree: Any) -> None:
    text = StringIO()
    yaml = YAML(typ="rt")
    yaml.allow_unicode = True
    yaml.dump(tree, text)
    file.parent.mkdir(exist_ok=True)
    with new_file(file) as new:
        new.write_text(text.getvalue() if tree else "", encoding="utf-8")
