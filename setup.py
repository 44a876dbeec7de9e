"""Beside pyproject.toml only for this: the wheel also holds the notebooks and the demo, from where they lie here."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

BUNDLED = (
    "notebooks/*.ipynb",
    "data/demo/workbench.yml",
    "data/demo/sources/**/*",
    "data/demo/views/**/*",
    "data/demo/mappings/**/*",
)


def bundled() -> list[str]:
    """The files, relative to this folder, which setuptools has made the current one."""
    found = {file for pattern in BUNDLED for file in Path().glob(pattern) if file.is_file()}
    return sorted(file.as_posix() for file in found)


class BuildWithBundled(build_py):
    """Copies them to workbench/bundled; an editable install finds them where they are (workbench/bundled.py)."""

    def run(self) -> None:
        """Build, then copy."""
        super().run()
        for file in [] if self.editable_mode else bundled():
            target = Path(self._target(file))
            self.mkpath(str(target.parent))
            self.copy_file(file, str(target))

    def get_source_files(self) -> list[str]:
        """These go into a source distribution too."""
        return [*super().get_source_files(), *bundled()]

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """What `run` writes."""
        return [*super().get_outputs(include_bytecode), *(self._target(file) for file in bundled())]

    def _target(self, file: str) -> str:
        return str(Path(self.build_lib, "workbench", "bundled", file))


setup(cmdclass={"build_py": BuildWithBundled})
