"""pyproject.toml, environment.yml and requirements.lock name the same packages."""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONDA_NAMES = {"python-duckdb": "duckdb", "python-build": "build"}  # the others have PyPI's


def by_name(lines: list[str]) -> dict[str, Requirement]:
    return {canonicalize_name(found.name): found for found in map(Requirement, lines)}


WANTED = by_name(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"])


def test_environment_has_the_same_packages_and_ranges() -> None:
    listed = YAML(typ="safe").load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    conda = by_name([line for line in listed if isinstance(line, str)])
    given = {CONDA_NAMES.get(name, name): found for name, found in conda.items()}
    given |= by_name(next(line["pip"] for line in listed if isinstance(line, dict)))
    assert given.pop("python").specifier == Requirement(f"python{PROJECT['requires-python']}").specifier
    del given["pip"]
    assert {name: found.specifier for name, found in given.items()} == {
        name: found.specifier for name, found in WANTED.items()
    }


def test_lock_satisfies_every_range() -> None:
    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    locked = dict(line.split("==", 1) for line in lines if not line.startswith("#"))
    versions = {canonicalize_name(name): version for name, version in locked.items()}
    unmet = {
        name: (str(wanted), versions.get(name))
        for name, wanted in WANTED.items()
        if name not in versions or not wanted.specifier.contains(versions[name])
    }
    assert not unmet


def test_lock_and_environment_name_no_registry() -> None:
    for file in ("requirements.lock", "environment.yml"):
        assert "://" not in (ROOT / file).read_text("utf-8")
