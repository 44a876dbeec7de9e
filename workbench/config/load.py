"""Reading workbench.yml."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from ..errors import ConfigError
from .mistakes import place_of, words
from .model import Config
from .own import load_own
from .references import references

FILE = "workbench.yml"


def load(root: Path, text: str | None = None) -> Config:
    """Read and check <root>/workbench.yml, or the text that is to stand there.

    Raises ConfigError naming every mistake with its line, what was found and what is accepted. Names that
    point nowhere (a field, source, file that is not there) are looked for once the structure is right.
    """
    file = root / FILE
    tree = _parse(file, text)
    own = load_own(_inside(root, tree["own"])) if isinstance(tree.get("own"), str) else None
    try:
        config = Config.model_validate(tree)
    except ValidationError as error:
        mistakes = [(item["loc"], words(item)) for item in error.errors()]
    else:
        config._root, config._own = root, own
        mistakes = list(references(config))
    if mistakes:
        placed = sorted({(*place_of(tree, at), said) for at, said in mistakes})
        raise ConfigError("\n".join(f"{file}:{line}: {path}: {said}" for line, path, said in placed))
    return config


def _inside(root: Path, name: str) -> Path:
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        raise ConfigError(f"{root / FILE}: own: {name}: lies outside the project. Copy it into the project.")
    return path


def _parse(file: Path, text: str | None) -> Mapping[str, Any]:
    if not file.is_file():
        raise ConfigError(f"{file.parent} is not a project: there is no {FILE} in it.")
    try:
        tree = YAML(typ="rt").load(file.read_text(encoding="utf-8") if text is None else text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{file}:{line}: not YAML: {error.problem}. Check indentation and quotes there.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: is not UTF-8 (byte {error.start}). Save it as UTF-8.") from error
    if not isinstance(tree, Mapping):
        raise ConfigError(f"{file}: is empty, or not keys and values. The bundled demo project is an example.")
    return tree
